"""CRS and ICANS episodes: when one is open, and the grades told."""
