"""Outgoing mail: kept first, sent by SMTP, tried again, never sent twice.

What lives here: `queue` [pure] (the rules: what is tried when, what becomes of it), `composing` [pure] (letters checked
and written as messages), `words` [pure] (events and commands of the rules), `delivery` (one attempt over SMTP),
`service` (the adapter: carries commands out, one timer). What may not live here: reports, dialogs, SQL; whoever wants
something sent asks the service `mail` (`server.call.ports.Mail`).
"""
