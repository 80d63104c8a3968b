"""Reading a protocol file: every value becomes a fact with its source, every mistake of the file is told at once."""
