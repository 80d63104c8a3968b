"""Vials that change place or pharmacy: moves, loans, doses prepared and not given."""
