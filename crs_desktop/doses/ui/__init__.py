"""The page and the forms of doses."""
