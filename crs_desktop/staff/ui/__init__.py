"""The pages of people: signing in, first start, lock, passwords, who may do what."""
