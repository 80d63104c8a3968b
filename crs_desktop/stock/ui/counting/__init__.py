"""The tab of counts."""
