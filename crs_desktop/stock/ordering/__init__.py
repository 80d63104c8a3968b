"""Suppliers and their calendars, par levels, orders, deliveries that are expected."""
