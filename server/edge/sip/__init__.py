"""SIP messages and their parts: read, compared, written.

What lives here: octets to messages and back (`framing`, `message`), what stands in them (`headers`, `uri`, `vias`,
`sdp`), how they are passed on or answered by one hop (`rewrite`, `replies`), the ways they come and go by as text
(`flows`), what is wrong with them (`errors`). What may not live here: anything that knows the edge, its state, or the
network.
"""
