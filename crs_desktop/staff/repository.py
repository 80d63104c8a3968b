"""Rows of people in, people out."""

from crs_desktop.staff.tables import PersonEventTable, PersonTable

__all__ = ["PersonEventTable", "PersonTable"]
