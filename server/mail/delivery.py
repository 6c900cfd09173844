"""One attempt: a mail handed to the mail server over SMTP (RFC 5321), by `twisted.mail`.

`twisted.mail.smtp` speaks the protocol; what is ours: the claim before the first octet of the text, how an attempt
ended, told in the words of the rules, the limits, and the escaping of dots (Twisted's misses a dot at the beginning of
a 16 KiB chunk, which would let a text end the message and go on as commands).

Its import asks the resolver for this machine's name, which may take seconds: import this module on a thread.
"""

from io import BytesIO
from typing import Any

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.error import ConnectionClosed
from twisted.internet.ssl import Certificate, optionsForClientTLS, trustRootFromCertificates
from twisted.mail import smtp
from twisted.protocols.basic import FileSender
from twisted.python.failure import Failure

from server.mail.relay import Claim, Envelope, Relay
from server.mail.words import Answered, Broken, Ending, RelayAway, Unanswered, Unclaimed

log = structlog.get_logger()

CONNECT_SECONDS = 30.0
ANSWER_SECONDS = 120.0
LAST_ANSWER_SECONDS = 600.0
"""RFC 5321 §4.5.3.2.6: the answer to the whole mail may take ten minutes; to give up earlier is to be in doubt."""
QUIT_SECONDS = 10.0
MOST_REPLY_LINES = 200
LONGEST_ANSWER = 200
HUNG_UP = "the mail server hung up"
LOG_IN_CODES = frozenset({530, 534, 535, 538})
"""The mail server wants another log-in (RFC 4954 §6): no mail is to blame."""


class Delivery:
    """One attempt. `ended` fires once with how it ended; it never fails."""

    def __init__(self, reactor: Any, relay: Relay, envelope: Envelope, claim: Claim) -> None:
        self.claimed = False
        self.ended: Deferred[Ending] = Deferred()
        self._reactor = reactor
        self._relay = relay
        self._envelope = envelope
        self._claim = claim
        self._ending: Ending | None = None
        self._is_claiming = False
        self._sender: _Sender | None = None
        self._connecting: Deferred[Any] | None = None

    def begin(self) -> None:
        """Connect, and go on by itself."""
        server = self._relay.server
        context: Any = None if self._relay.starttls == "never" and not server.is_tls else _context(self._relay)
        endpoint: Any = HostnameEndpoint(self._reactor, server.host, server.port, timeout=CONNECT_SECONDS)
        if server.is_tls:
            endpoint = wrapClientTLS(context, endpoint)
        self._connecting = endpoint.connect(self._factory(context))
        self._connecting.addCallbacks(self._connected, self._not_connected)

    def abort(self) -> None:
        """Break it off, unless the whole mail is handed over; then wait for the answer."""
        if self._sender is not None and self._sender.handed_over:
            return
        is_claimed = self.claimed or self._is_claiming
        self.end(Broken("the server stopped") if is_claimed else Unclaimed(taken=False))

    def lose(self) -> None:
        """Break it off whatever the state."""
        if self._sender is not None and self._sender.handed_over:
            self.end(Unanswered("the server stopped before the mail server answered"))
        self.abort()

    def end(self, ending: Ending) -> None:
        """The attempt is over; the first ending counts. While the mail is being claimed, the claim comes first."""
        if self._ending is not None:
            return
        self._ending = ending
        if self._sender is not None:
            self._sender.drop(politely=isinstance(ending, Answered))
        elif self._connecting is not None:
            self._connecting.cancel()
        if not self._is_claiming:
            self.ended.callback(ending)

    async def claim(self) -> bool:
        """Whether the mail may be handed over now; if not, the attempt has ended."""
        self._is_claiming = True
        ending: Ending | None = None
        try:
            self.claimed = await self._claim()
            ending = None if self.claimed else Unclaimed(taken=True)
        except ConnectionError:
            ending = Unclaimed(taken=False)
        finally:
            self._is_claiming = False
            if self._ending is not None:  # broken off meanwhile
                self.ended.callback(ending or self._ending)
        if self._ending is not None:
            return False
        if ending is not None:
            self.end(ending)
        return self.claimed

    def _factory(self, context: Any) -> Any:
        relay, envelope = self._relay, self._envelope
        factory: Any = smtp.ESMTPSenderFactory(  # type: ignore[no-untyped-call]
            relay.user.encode(),
            relay.password.encode(),
            envelope.sender,
            list(envelope.recipients),
            BytesIO(escaped(envelope.octets)),
            Deferred(),
            retries=0,
            timeout=ANSWER_SECONDS,
            contextFactory=context,
            heloFallback=not relay.user and not relay.must_be_tls,
            requireAuthentication=bool(relay.user),
            requireTransportSecurity=relay.must_be_tls,
        )
        factory.noisy = False
        factory.protocol = _Sender
        factory.delivery = self
        return factory

    def _connected(self, sender: "_Sender") -> None:
        if self._ending is not None:
            sender.drop(politely=False)

    def made(self, sender: "_Sender") -> None:
        """There is a connection."""
        self._sender = sender

    def _not_connected(self, failure: Failure) -> None:
        self.end(RelayAway(f"no connection: {shown(failure.value)}"))


class _Sender(smtp.ESMTPSender):
    """Speaks SMTP for one `Delivery`. The transcript that Twisted keeps for its errors is off: it holds passwords."""

    debug = False
    factory: Any
    transport: Any

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)  # type: ignore[no-untyped-call]
        self.handed_over = False
        self._is_lost = False
        self._greeted = False

    @property
    def _delivery(self) -> Delivery:
        delivery: Delivery = self.factory.delivery
        return delivery

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        """Connected."""
        self._delivery.made(self)
        super().connectionMade()  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Any = None) -> None:  # noqa: N802 - Twisted's name
        """The connection is gone, expectedly or not."""
        self._is_lost = True
        super().connectionLost(reason)  # type: ignore[no-untyped-call]
        fault = getattr(reason, "value", None)
        self._fell(HUNG_UP if fault is None or isinstance(fault, ConnectionClosed) else shown(fault))

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """A line of a reply."""
        if len(self.resp) > MOST_REPLY_LINES:
            self._fell("the mail server's reply has no end")
            return
        super().lineReceived(line)  # type: ignore[no-untyped-call]

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002, N802 - Twisted's name
        """A line of a reply is longer than 16 KiB."""
        self._fell("the mail server's reply is too long")

    def timeoutConnection(self) -> None:  # noqa: N802 - Twisted's name
        """No answer in time."""
        self._fell("the mail server did not answer in time")

    def getMailFrom(self) -> str | None:  # noqa: N802 - Twisted's name
        """The sender's address, once; then the conversation is over."""
        self._greeted = True
        sender: str | None = super().getMailFrom()  # type: ignore[no-untyped-call]
        return sender

    def smtpState_data(self, code: int, resp: bytes) -> None:  # noqa: ARG002, N802 - Twisted's name
        """The mail server wants the text: claim the mail first."""
        self.setTimeout(None)  # type: ignore[no-untyped-call]
        Deferred.fromCoroutine(self._transfer()).addErrback(self._failed)

    async def _transfer(self) -> None:
        if not await self._delivery.claim():
            return
        self.setTimeout(ANSWER_SECONDS)  # type: ignore[no-untyped-call]
        self._expected = range(200, 300)  # type: ignore[assignment]
        self._okresponse = self.smtpState_msgSent
        sending: Any = FileSender()
        sent = sending.beginFileTransfer(self.getMailData(), self.transport, self._touched)  # type: ignore[no-untyped-call]
        sent.addCallbacks(self._transferred, lambda _: self._fell(HUNG_UP))

    def _transferred(self, _last: bytes) -> None:
        if self._is_lost:
            return
        self.handed_over = True
        self.sendLine(b".")  # type: ignore[no-untyped-call]
        self.setTimeout(LAST_ANSWER_SECONDS)  # type: ignore[no-untyped-call]

    def _touched(self, chunk: bytes) -> bytes:
        """A chunk leaves: as long as there is progress, there is no time-out."""
        self.resetTimeout()  # type: ignore[no-untyped-call]
        return chunk

    def _failed(self, failure: Failure) -> None:
        log.error("mail-transfer-failed", error=type(failure.value).__name__)
        self._fell("a fault of our own")

    def sendError(self, exc: Any) -> None:  # noqa: N802 - Twisted's name
        """Twisted gives up before (or instead of) an answer to the mail."""
        text = exc.resp.decode("utf-8", "replace") if isinstance(exc.resp, bytes) else str(exc.resp)
        self._fell(answer_text(f"{exc.code} {text}" if exc.code > 0 else text))

    def sentMail(self, code: int, resp: Any, numOk: int, addresses: Any, log: Any) -> None:  # noqa: ARG002, N802, N803
        """The mail server said what it says about the mail."""
        if code in LOG_IN_CODES and not addresses:
            self._delivery.end(RelayAway(f"{code} {answer_text(resp)}"))
            return
        refused = {address: (said, text) for address, said, text in addresses if said not in smtp.SUCCESS}
        answers = [refused.get(address, (code, resp)) for address in self.factory.toEmail]
        self._delivery.end(Answered([(said, answer_text(text)) for said, text in answers]))

    def drop(self, *, politely: bool) -> None:
        """End the conversation: with a QUIT after an answer, else at once, so that nothing counts as a mail."""
        if self._is_lost:
            return
        self.setTimeout(QUIT_SECONDS if politely else None)  # type: ignore[no-untyped-call]
        if not politely:
            self.transport.abortConnection()

    def _fell(self, why: str) -> None:
        ending: Ending = Broken(why)
        if self.handed_over:
            ending = Unanswered(why)
        elif not self._greeted:
            ending = RelayAway(why)
        self._delivery.end(ending)
        self.drop(politely=False)


def escaped(octets: bytes) -> bytes:
    """The octets as they go over the wire (RFC 5321 §4.5.2): lines that begin with a dot get another; CRLF ends all."""
    text = octets if octets.endswith(b"\r\n") else octets + b"\r\n"
    text = text.replace(b"\r\n.", b"\r\n..")
    return b"." + text if text.startswith(b".") else text


def answer_text(text: object) -> str:
    """A mail server's words, fit to be kept and shown: one line, printable, not too long."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return "".join(letter if letter.isprintable() else " " for letter in words)[:LONGEST_ANSWER].strip()


def shown(fault: BaseException | None) -> str:
    """A fault in words, without transcript."""
    return answer_text(f"{fault}" or type(fault).__name__)


def _context(relay: Relay) -> Any:
    """How TLS is spoken: the certificate must be the host's, vouched for by an authority that we trust."""
    roots = None
    if relay.authorities:
        blocks = relay.authorities.split("-----BEGIN CERTIFICATE-----")[1:]
        pems = [f"-----BEGIN CERTIFICATE-----{block}" for block in blocks]
        roots = trustRootFromCertificates([Certificate.loadPEM(pem.encode()) for pem in pems])  # type: ignore[no-untyped-call]
    return optionsForClientTLS(relay.server.host, trustRoot=roots)
