"""Standby rules: how many sets a window is owed, by jurisdiction, class or product."""
