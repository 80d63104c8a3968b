"""Tocilizumab doses: how much, from which vials, when the next may start, and what was given."""
