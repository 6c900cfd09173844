"""The site: frozen structs made from a TOML file.

What lives here: `site` (the structs; every key, its unit, range and default), `load` (TOML to structs, with errors
that name file, line or path, key or value, and the cure). What may not live here: anything that runs.
"""
