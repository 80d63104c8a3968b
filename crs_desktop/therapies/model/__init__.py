"""The nouns of a protocol and of the schedule made from it."""
