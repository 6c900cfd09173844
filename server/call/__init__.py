"""The words in which the rules speak: facts, events, commands, states, ports.

What lives here: frozen structs and Protocols, no behaviour but validation. Commands to line cards are
`server.wire.linecard`'s; requests of desks are `server.wire.desk`'s: there is no second vocabulary.
What may not live here: I/O, rules.
"""
