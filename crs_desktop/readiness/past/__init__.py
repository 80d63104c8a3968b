"""Boards of the past: an answer as it was given, and what the board would have said under another policy."""
