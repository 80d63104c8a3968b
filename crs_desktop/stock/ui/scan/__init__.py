"""What a scan says on the screen, what can be done with it, and the first look at a new product number."""
