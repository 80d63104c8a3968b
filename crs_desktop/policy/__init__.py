"""The site's dated rows: how many sets, which windows, which places count, how stale a weight may be."""
