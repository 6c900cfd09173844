"""Statistics of scripts: ways, drop-off, time for each node, outcomes for each version. Pure.

What lives here: `words` (how a session went). What may not live here: where the sessions are kept, charts.
"""
