"""Brands of tocilizumab: what is known of each, and what a vial costs."""
