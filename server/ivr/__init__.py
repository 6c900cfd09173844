"""[pure] The caller's side of a dialog script: prompts, digits, and how values are read back.

What lives here: `conversation` (a session of a script as a caller hears it and keys through it), `published` (every
text of a script that can be spoken), `spoken` (values as people say them, in four languages). What may not: SIP, files,
sound, clocks.
"""
