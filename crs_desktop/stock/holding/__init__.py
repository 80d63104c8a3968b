"""What keeps vials from being used: states by place, quarantine, temperature excursions."""
