"""Readable answers for a terminal: aligned, 100 columns at most, every state a sign and a word."""
