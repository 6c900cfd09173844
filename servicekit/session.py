"""One connection's talk with the service manager, as a program leads it: octets in, octets out, no socket."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from server.wire import services as wire
from servicekit.offer import Offer

log = logging.getLogger("servicekit")
_decode = msgspec.json.Decoder(wire.FromServiceManager).decode
_encode = msgspec.json.Encoder().encode


class TakenOver(Exception):
    """Another program with the same token and instance has taken the place; two would take it in turns for ever."""


class Session:
    """`send` sends a text frame; `carry_out` is given each call. `instance`: see `wire.Register`."""

    def __init__(
        self,
        token: str,
        offers: Sequence[Offer],
        instance: str,
        lease_seconds: float,
        send: Callable[[bytes], None],
        carry_out: Callable[[wire.Call], None],
    ) -> None:
        self._token = token
        self._offers = offers
        self._instance = instance
        self._lease_seconds = lease_seconds
        self._send = send
        self._carry_out = carry_out
        self._last_id = 0
        self._asked: dict[int, Offer] = {}
        self._epochs: dict[int, Offer] = {}
        self._beats: dict[int, int] = {}
        self._is_draining = False

    @property
    def registered(self) -> list[str]:
        """Interfaces that are registered now."""
        return [offer.interface for offer in self._epochs.values()]

    @property
    def is_registering(self) -> bool:
        """Whether the answer to a registration is still to come."""
        return bool(self._asked)

    def opened(self) -> None:
        """The connection is there."""
        self._say(wire.Hello(token=self._token))

    def received(self, payload: bytes) -> None:
        """A frame came. Raises `TakenOver`, and `msgspec.MsgspecError` for what no server says."""
        message = _decode(payload)
        match message:
            case wire.Welcome():
                log.info("logged in as %s; the server is %s", message.name, message.version)
                for offer in self._offers:
                    self._register(offer)
            case wire.IsRegistered():
                offer = self._asked.pop(message.id)
                self._epochs[message.epoch] = offer
                log.info("registered %s %s as %s", offer.interface, offer.version, message.instance)
            case wire.Accepted():
                self._beats.pop(message.id, None)
            case wire.Refused():
                self._refused(message)
            case wire.Call():
                self._carry_out(message)
            case wire.Drain():
                log.info("the server says: %s", message.reason)
            case _:
                log.debug("not asked for: %s", type(message).__name__)

    def beat(self, load: float) -> None:
        """Say of every registration that it lives."""
        for epoch in self._epochs:
            number = self._number()
            self._beats[number] = epoch
            state: wire.State = "draining" if self._is_draining else "up"
            self._say(wire.Beat(id=number, epoch=epoch, state=state, load=min(max(load, 0.0), 1.0)))

    def drain(self) -> None:
        """Be asked no more."""
        self._is_draining = True
        self.beat(1.0)

    def withdraw(self) -> None:
        """Offer nothing any more."""
        for epoch in self._epochs:
            self._say(wire.Withdraw(id=self._number(), epoch=epoch))
        self._epochs.clear()

    def done(self, call: wire.Call, results: Mapping[str, Any] | None) -> None:
        """Answer a call. What cannot be said as JSON, or is too long, is a failure."""
        try:
            payload = _encode(wire.Done(call=call.id, results=dict(results or {})))
        except (TypeError, ValueError, RecursionError) as error:
            self.failed(call, f"{call.operation} gave what cannot be sent: {error}", False)
            return
        if len(payload) > wire.MAX_MESSAGE_OCTETS:
            self.failed(call, f"{call.operation} gave {len(payload)} octets, too many to be sent", False)
        else:
            self._send(payload)

    def failed(self, call: wire.Call, reason: str, is_for_people: bool) -> None:
        """A call was not carried out."""
        reason = reason[: wire.MAX_REASON_CHARACTERS]
        self._say(wire.Failed(call=call.id, reason=reason, is_for_people=is_for_people))

    def _register(self, offer: Offer) -> None:
        number = self._number()
        self._asked[number] = offer
        self._say(
            wire.Register(
                id=number,
                interface=offer.interface,
                version=offer.version,
                instance=self._instance,
                rank=offer.rank,
                lease_seconds=self._lease_seconds,
                state="draining" if self._is_draining else "up",
            )
        )

    def _refused(self, message: wire.Refused) -> None:
        if message.problem == "taken-over":
            raise TakenOver(message.detail)
        offer = self._asked.pop(message.id, None)
        epoch = self._beats.pop(message.id, None)
        if offer is not None:
            log.error("%s is not registered: %s", offer.interface, message.detail)
        elif epoch in self._epochs and message.problem == "not-registered":
            lost = self._epochs.pop(epoch)
            log.warning("%s is registered again: %s", lost.interface, message.detail)
            self._register(lost)
        else:
            log.error("the server refused a message: %s", message.detail)

    def _number(self) -> int:
        self._last_id += 1
        return self._last_id

    def _say(self, message: wire.FromService) -> None:
        self._send(_encode(message))
