"""SIP final codes in the words of `released`."""

from server.call.causes import cause_of

TRANSPORT_TIMEOUT = 503
"""pjsip reports an unreachable next hop with this code, a silent one with 408."""

__all__ = ["TRANSPORT_TIMEOUT", "cause_of"]
