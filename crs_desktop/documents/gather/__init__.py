"""One read from the store to the facts of a sheet; nothing is laid out here."""
