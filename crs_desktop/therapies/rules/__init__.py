"""Pure answers from a protocol: the schedule, restart after a delay, premedication, the calendar around the doses."""
