"""Ink: the only rooms that know reportlab. It is loaded on first use, never at import."""
