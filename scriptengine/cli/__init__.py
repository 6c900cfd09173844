"""The command `caruso script`: one module with `main(words)` for each tool, imported when it is called.

What lives here: reading arguments and files, writing results; exit status 0 (good), 1 (errors), 2 (cannot be read or
asked for in a wrong way). What may not live here: what a tool does with a script (`checks`, `tools`, `drawing`).
"""
