"""[pure] Voicemail: a caller leaves a message, its owner hears it by telephone, lamps are told.

What lives here: `words` (events and actions of both conversations, and their parts of speech), `leaving` (a caller
leaves a message), `hearing` (the owner's menus), `numbers_typed` (digits ended by `#` or a pause), `mailbox` (quota,
lockout, what is new), `notification` (the body of RFC 3842),
`letter` (the mail that tells of a message).

What may not live here: sound and files (line cards record, `server.speech` has the prompts), rows, passwords, clocks.
Each conversation is `step(session, event, now) -> (session, actions)`; `now` is `Now.mono` seconds.
"""
