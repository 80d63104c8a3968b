"""Published scores for patients before CAR-T cells: worked out from what was typed, and recorded."""
