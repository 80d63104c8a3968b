"""Counting a place against a frozen ledger, with a blind second round."""
