"""What writers of scripts do beside checking and running them; each tool a module of pure functions.

What lives here: `covering` (D19: what no test passes), `comparing` (two versions, in words; D20), `formatting` (one
way to lay out the XML), `documenting` (tables for sign-off), `translating` (XLIFF out and in), `beginning` (a new
script).
What may not live here: files and the command line (`cli`).
"""
