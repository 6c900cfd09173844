"""[pure] The caller's side of a dialog script: prompts, digits, and how values are read back.

What lives here: `spoken` (values as people say them, in four languages). What may not: SIP, files, sound, clocks.
"""
