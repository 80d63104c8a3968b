"""Widgets that show and print the filed bytes, never a fresh rendering."""
