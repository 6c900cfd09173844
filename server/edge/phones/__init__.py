"""The agents' phones: who they are, where they are, whether they are there, and what waits for them.

`agents_phones` proves who calls (`digest`, `digest_limits`, `security_log`) and registers (`registrar`, `location`,
`keeping`); `probes` asks them; `subscriptions` tells of messages that wait. What may not live here: the way of calls.
Only `keeping` knows Twisted.
"""
