"""The independent second check: a second person looks without seeing what the first one found."""
