"""The forms of episodes."""
