"""The rules of doses: pure functions of their arguments and of the shipped, cited facts."""
