"""The exchange: event in, rules asked, facts committed, commands out, one timer.

The only adapter of `server.callflow`. What may not live here: rules, sockets, SQL.
"""

from server.exchange.exchange import Exchange

__all__ = ["Exchange"]
