"""The SIP edge: a record-routing proxy and registrar before the line cards.

What lives here: messages (`sip`), the rules of the proxy, without I/O (`proxy` and what it imports), the agents' phones
and their registrar (`phones`), Twisted's sockets (`transport`) and the composition (`service`).
`media` and `sip.sdp`: whose sound goes over IPv6, which cards have not, and what their SDP becomes on the way.
A card's leg that rings at several agents' phones: `rings` (whose), `ring` (one such fork, which grows and shrinks).
What may not live here: dialogs of our own, RTP, rules of distribution. A request comes in as
`proxy.receive(message, flow, now)` and leaves as a list of actions; only `transport`, `phones.keeping` and `service`
know Twisted.

The way of a new call: `transport` -> `sip.framing` -> `requests` (`checks`, `senders`, `dial_rules`) ->
`attempt` takes a card and forwards the INVITE with two signed Record-Routes (`routes`). Everything else is forwarded
without state, answers by `answers`: branches, routes and the way back are signed by `signing`, so that a restarted edge
understands what it never saw begin.
"""
