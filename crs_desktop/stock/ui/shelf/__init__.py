"""The acts of the shelf: their forms, and what each of them does with what was typed."""
