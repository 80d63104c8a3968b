"""A made-up pharmacy around today, for looking around: nobody in it exists."""
