"""Is there enough tocilizumab for what is coming: the plan, its fixes and the question as a plain document."""
