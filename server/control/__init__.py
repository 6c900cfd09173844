"""The control socket: `caruso ctl` and the supervisor speak to a running core, in the words of `server.wire.control`.

What lives here: `server` (listens on `DIR/control.sock`), `conversation` (one connection), `client` (the asking side,
without Twisted: it starts fast). What may not live here: rules of calls and agents; tables for people (they are the
command's).
"""
