"""Recalls: notices, the lots they name, and what is done with them."""
