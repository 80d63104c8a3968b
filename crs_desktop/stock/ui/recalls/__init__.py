"""The tab of recalls."""
