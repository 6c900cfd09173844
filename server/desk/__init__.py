"""The desk gateway: agents' desks on WebSocket `/desk`, in the words of `server.wire.desk`.

What lives here: `gateway` (who is connected, what each desk must be told, beats), `connection` (one WebSocket),
`agent_desk` (what one desk was shown), `state` (sections made from snapshots), `customer_cards` (who calls, and the
history), `scripts` with `script_view` and `script_ends` (the scripts of calls), `requests` (what desks ask). What may
not live here: rules of calls and agents (they are the switchboard's), steps of scripts (the service `dialogs` makes
them), SQL, HTTP pages.
"""
