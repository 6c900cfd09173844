"""The utility company's own systems, as a service of its own process that the sample scripts in `dialogs/` call.

    python -m verticals.utility.service --url ws://127.0.0.1:8080/services/v1 --token-file FILE --db FILE

What lives here: `tables` (its database), `store` (one transaction for each action, and what was done under which key),
one module for each interface (`outages`, `meters`, `contracts`, `complaints`, `consents`, `cards`), `words` (types of
arguments), `samples` (the first content). What may not live here: anything of the server but by `servicekit`.
"""
