"""The site: frozen structs made from a TOML file.

What lives here: `site` and `tables/` (the structs; every key, its unit, range and default) and `load` (TOML to
structs, with errors that name file, line, path, key or value, and the cure). `load` goes through `shape` (keys and
types), `rules` (values and references, in a module for each subject: `network`, `ways_in`, `people`) and
`surroundings` (what the machine must have: files, secrets, time zones); `findings` and `lines` say what is wrong and
where. What may not live here: anything that runs.
"""
