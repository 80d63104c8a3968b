"""The ledger of vials as a plain file, for who reads it elsewhere."""
