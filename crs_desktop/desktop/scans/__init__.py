"""A scanner that types like a keyboard: its burst of keys is heard apart from a person's, and goes to one place."""
