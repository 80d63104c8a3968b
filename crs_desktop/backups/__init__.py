"""Backups of the store and the way back: what is kept, how old the last one is, what going back would lose."""
