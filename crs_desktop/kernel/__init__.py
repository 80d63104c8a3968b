"""Words that every room shares: exact amounts, days, the clock, actors, refusals, changes, errors. Standard library only."""
