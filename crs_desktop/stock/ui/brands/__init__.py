"""The tab of brands: what is known of each, how sure that is, and what its vials cost."""
