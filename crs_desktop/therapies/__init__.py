"""Therapies: protocols as data, the dated schedule made from them, restart answers and premedication times."""
