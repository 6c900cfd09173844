"""The SIP edge: a record-routing proxy and registrar before the line cards.

What lives here: framing and messages (`framing`, `message`, `headers`, `uri`), the rules of the proxy and registrar,
all without I/O (`proxy` and what it imports), Twisted's transports (`datagrams`, `streams`) and the composition
(`service`).
`media` and `sdp`: whose sound goes over IPv6, which cards have not, and what their SDP becomes on the way.
A card's leg that rings at several agents' phones: `rings` (whose), `ring` (one such fork, which grows and shrinks).
What may not live here: dialogs of our own, RTP, rules of distribution. A request comes in as
`proxy.receive(message, flow, now)` and leaves as a list of actions; only `datagrams`, `streams`, `resolving`, `keeping`
and `service` know Twisted.

The way of a new call: `datagrams` or `streams` -> `framing` -> `requests` (`checks`, `senders`, `dial_rules`) ->
`attempt` takes a card and forwards the INVITE with two signed Record-Routes (`routes`). Everything else is forwarded
without state, answers by `answers`: branches, routes and the way back are signed by `signing`, so that a restarted edge
understands what it never saw begin.
"""
