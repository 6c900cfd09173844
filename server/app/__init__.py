"""The core process, put together: the only place that knows all the others.

What lives here: `core` (the components and their start in any order), `components` (how each is made), `recovery`
(a new core takes over), `standby` (waits for its turn), `ending` (no new calls, grace, end), `sounds` (sound files for
the rules), `probing`. What may not live here: rules, protocols, SQL.
"""
