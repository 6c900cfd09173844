"""Measurements of a running house, printed as JSON lines. `make bench`; nothing here passes or fails."""
