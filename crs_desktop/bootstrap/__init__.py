"""The composition root: `services` knows every concrete class, `window` the order in which a start shows things."""
