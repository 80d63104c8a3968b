"""Notices that nobody sits at this desk any more: no key for a while, a session locked, a machine that slept."""
