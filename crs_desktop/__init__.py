"""crs_desktop: is there enough tocilizumab, what is printed for the infusion, what was given."""

__version__ = "0.1.0"
