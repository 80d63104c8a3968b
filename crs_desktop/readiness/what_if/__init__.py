"""Can we add this patient? The whole board's answer, with reason, fix and first day."""
