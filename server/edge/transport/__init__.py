"""Twisted's end of the edge: sockets, datagrams, streams, names looked up.

Octets become messages and go up; what may not live here is any decision about them.
"""
