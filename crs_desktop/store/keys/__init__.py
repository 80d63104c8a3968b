"""The keys of a store: what they are, and how each person's password opens them."""
