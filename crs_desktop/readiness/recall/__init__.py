"""What a recall does to people, vials and the board."""
