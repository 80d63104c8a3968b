"""What is known of the brands of tocilizumab: shipped facts, each with its source and how sure it is."""
