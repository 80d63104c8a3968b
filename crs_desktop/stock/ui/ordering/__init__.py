"""The tab of orders: what might be ordered, what is on the way, suppliers and their days."""
