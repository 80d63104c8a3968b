"""The form of planned prophylactic doses."""
