"""Who sends: trunks by source address, and which numbers may be dialled."""

import ipaddress
from functools import lru_cache

import phonenumbers

from server.config.site import Number, Trunk

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Trunks:
    """The trunks by source address. Raises `ValueError` for an `accept_from` that is no address or network."""

    def __init__(self, trunks: list[Trunk]) -> None:
        self._networks: list[tuple[Network, str]] = [
            (ipaddress.ip_network(text, strict=False), trunk.name) for trunk in trunks for text in trunk.accept_from
        ]
        # The longest prefix wins, so that one machine of a network can be a trunk of its own.
        self._networks.sort(key=lambda pair: -pair[0].prefixlen)
        self.at = lru_cache(maxsize=4096)(self._at)

    def _at(self, host: str) -> str | None:
        """Name of the trunk that sends from `host` (numeric); None: no trunk does. (`at` remembers the answers.)"""
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return None
        return next((name for network, name in self._networks if address in network), None)


class Numbers:
    """The numbers that can be dialled. `country`: ISO 3166 code for numbers without a country code."""

    def __init__(self, numbers: list[Number], country: str) -> None:
        self._country = country
        self._as_written = {number.dial: number.dial for number in numbers}
        self._by_e164 = {e164: number.dial for number in numbers if (e164 := self._e164(number.dial))}
        self.dialled = lru_cache(maxsize=1024)(self._dialled)

    def _dialled(self, user: str) -> str | None:
        """The `[[number]].dial` that `user` means, as written or by its E.164 form; None: there is none.

        (`dialled` remembers the answers.)
        """
        exact = self._as_written.get(user)
        if exact is not None or len(user) > 32:
            return exact
        return self._by_e164.get(self._e164(user))

    def _e164(self, text: str) -> str:
        """E.164, or empty where the text is no telephone number."""
        try:
            number = phonenumbers.parse(text, self._country)
        except phonenumbers.NumberParseException:
            return ""
        if not phonenumbers.is_possible_number(number):
            return ""
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
