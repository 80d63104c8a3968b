"""The page of standby rules and its form."""
