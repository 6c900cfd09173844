"""The written protocols: frozen structs and nothing else.

What lives here: one module for each wire format (`linecard` with `card_commands`, `card_events` and `card_bank`,
`desk`, `control`). Each opens with the table of its
messages: direction, meaning, reply. What may not live here: I/O, rules, any import from the rest of the server.
The layers above use these words as they are; there is no second vocabulary for the same thing.
"""
