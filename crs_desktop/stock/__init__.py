"""Vials by lot and place as a ledger of movements, and earmarks that promise them to an opaque holder."""
