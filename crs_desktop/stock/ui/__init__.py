"""The page of stock and its forms."""
