"""Who is treated: register, weights, courses, scheduled infusions and what became of them, windows."""
