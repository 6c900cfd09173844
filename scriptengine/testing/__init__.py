"""The tests inside a script, and ports in memory.

What lives here: `memory` (ports that need no world). What may not live here: checks of a script that is not run.
"""
