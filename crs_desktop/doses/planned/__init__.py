"""Prophylactic doses on the schedule."""
