"""Words that all rooms share: exact amounts, days, the clock, actors, refusals, changes. Standard library only."""
