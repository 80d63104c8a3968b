"""What was written, by whom and why, readable by people; and whether it is still what was written."""
