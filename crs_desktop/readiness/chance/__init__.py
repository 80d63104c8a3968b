"""How likely it is to run out: the chance by day that demand has ever exceeded supply, exact or at most."""
