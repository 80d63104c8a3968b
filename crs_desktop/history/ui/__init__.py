"""The page of history."""
