"""A stateless proxy and a telephone, each a few lines on UDP: all that a card needs for company."""

import array
import itertools
import math
import struct

from twisted.internet.defer import Deferred, DeferredQueue
from twisted.internet.protocol import DatagramProtocol
from twisted.internet.task import LoopingCall

from server.linecard.worker.message import Message

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60


def address_of(uri):
    """Host and port of a SIP URI with a numeric port."""
    hostport = uri.partition(":")[2].rpartition("@")[2].partition(";")[0].partition(">")[0]
    host, _, port = hostport.partition(":")
    return host, int(port or 5060)


class SmallEdge(DatagramProtocol):
    """Stateless and record-routing. New INVITEs from phones go to the address that `cards` (a list) begins with."""

    def __init__(self):
        self.cards = []
        self.ways = {}
        self.seen = []

    def start(self, reactor):
        self.listening = reactor.listenUDP(0, self, interface=HOST)
        self.port = self.listening.getHost().port
        self.own = f"<sip:{HOST}:{self.port};lr>"
        return self

    def datagramReceived(self, data, addr):
        text = data.decode()
        self.seen.append((addr, text))
        if text.startswith("SIP/"):
            self.back(text)
        else:
            self.forth(text)

    def back(self, text):
        head, _, body = text.partition("\r\n\r\n")
        lines = head.split("\r\n")
        vias = [index for index, line in enumerate(lines) if line.lower().startswith("via:")]
        del lines[vias[0]]
        sent_by = lines[vias[1] - 1].split()[2].partition(";")[0]
        host, _, port = sent_by.partition(":")
        self.transport.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), (host, int(port)))

    def forth(self, text):
        head, _, body = text.partition("\r\n\r\n")
        lines = [line for line in head.split("\r\n") if not (line.startswith("Route:") and f":{self.port}" in line)]
        message = Message(text)
        method = lines[0].split()[0]
        if ";tag=" in message.first("to") or any("sig=" in route for route in message.all("route")):
            target = address_of(message.request_uri())
        else:
            if method == "INVITE" and message.first("call-id") not in self.ways:
                self.ways[message.first("call-id")] = self.cards.pop(0)
            target = self.ways[message.first("call-id")]
        branch = message.first("via").partition("branch=")[2].partition(";")[0]
        extra = [f"Via: SIP/2.0/UDP {HOST}:{self.port};branch={branch}x"]
        if method == "INVITE":
            extra.append(f"Record-Route: {self.own}")
        lines[1:1] = extra
        self.transport.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), target)

    def inject(self, text):
        """Send a message as if a card had sent it."""
        self.datagramReceived(text, (HOST, 0))


class Telephone(DatagramProtocol):
    """One call at a time, PCMU. `happened` queues (word, Message); `sound` is what came in as 16-bit samples."""

    _numbers = itertools.count(1)

    def __init__(self, edge_port):
        self.edge = (HOST, edge_port)
        self.happened = DeferredQueue()
        self.sound = array.array("h")
        self.packets = 0
        self.number = next(self._numbers)
        self.dialog = None
        self.cseq = 1
        self.tone = None
        self.answer_code = 200

    def start(self, reactor):
        self.reactor = reactor
        self.listening = reactor.listenUDP(0, self, interface=HOST)
        self.port = self.listening.getHost().port
        self.media = reactor.listenUDP(0, _Media(self), interface=HOST)
        self.rtp_port = self.media.getHost().port
        self.rtp_sequence = 0
        self.talk = LoopingCall(self._send_rtp)
        self.talk.clock = reactor
        return self

    def stop(self):
        if self.talk.running:
            self.talk.stop()
        self.listening.stopListening()
        self.media.stopListening()

    @property
    def uri(self):
        return f"sip:phone{self.number}@{HOST}:{self.port}"

    def sdp(self, direction="sendrecv"):
        return (
            f"v=0\r\no=- 1 {self.cseq} IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            f"m=audio {self.rtp_port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na={direction}\r\n"
        )

    # ---- calling

    def call(self, number, extra=()):
        self.call_id = f"call-{self.number}-{self.port}@test"
        self.own = f'"Jo \\"T\\" Doe" <sip:+5511%35@{HOST}>;tag=me{self.number}'
        self.other = f"<sip:{number}@{HOST}>"
        self.invite_uri = f"sip:{number}@{HOST}:{self.edge[1]}"
        self.route = []
        self.request("INVITE", self.invite_uri, self.sdp(), extra)

    def request(self, method, uri="", body="", extra=(), cseq=None):
        if cseq is None:
            self.cseq += method != "ACK"
            cseq = self.cseq
        lines = [
            f"{method} {uri or self.dialog} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST}:{self.port};branch=z9hG4bK{self.number}-{self.port}-{cseq}-{method == 'ACK'}",
            "Max-Forwards: 70",
            *(f"Route: {hop}" for hop in self.route),
            f"From: {self.own}",
            f"To: {self.other}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {cseq} {method}",
            f"Contact: <{self.uri}>",
            *extra,
            *(["Content-Type: application/sdp"] if body.startswith("v=0") else []),
            f"Content-Length: {len(body)}",
        ]
        target = address_of(self.route[0]) if self.route else self.edge
        self.transport.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), target)

    def cancel(self):
        lines = [
            f"CANCEL {self.invite_uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {HOST}:{self.port};branch=z9hG4bK{self.number}-{self.port}-{self.cseq}-False",
            f"From: {self.own}",
            f"To: {self.other}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.cseq} CANCEL",
            "Content-Length: 0",
        ]
        self.transport.write(("\r\n".join(lines) + "\r\n\r\n").encode(), self.edge)

    def hold(self, direction):
        self.request("INVITE", "", self.sdp(direction))

    def bye(self):
        self.request("BYE")

    def info_digit(self, digit):
        body = f"Signal={digit}\r\nDuration=160\r\n"
        self.request("INFO", "", body, ["Content-Type: application/dtmf-relay"])

    # ---- answering and listening

    def datagramReceived(self, data, addr):
        if data[0] & 0xC0 == 0x80:
            return  # RTCP for the port above another telephone's RTP
        text = data.decode()
        message = Message(text)
        if text.startswith("SIP/"):
            self._answered(message, text)
            return
        method = message.start.split()[0]
        if method == "INVITE":
            self.incoming = message
        self.happened.put((method, message))
        if method == "INVITE":
            self.peer = _media_address(text)
            if self.answer_code:
                self.reply(message, 180)
                self.reply(message, self.answer_code, self.sdp())
        elif method != "ACK":
            self.reply(message, 200)
            if method == "CANCEL":
                self.reply(self.incoming, 487)

    def reply(self, request, code, body=""):
        to = request.first("to")
        if ";tag=" not in to:
            to += f";tag=phone{self.number}"
        if code == 200 and request.start.startswith("INVITE"):
            self.own, self.other = to, request.first("from")
            self.call_id = request.first("call-id")
            self.route = request.all("record-route")
            self.dialog = request.first("contact").strip("<>")
        lines = [
            f"SIP/2.0 {code} Whatever",
            *(f"Via: {via}" for via in request.all("via")),
            *(f"Record-Route: {hop}" for hop in request.all("record-route")),
            f"From: {request.first('from')}",
            f"To: {to}",
            f"Call-ID: {request.first('call-id')}",
            f"CSeq: {request.first('cseq')}",
            f"Contact: <{self.uri}>",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.transport.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self.edge)

    def _answered(self, message, text):
        code = int(message.start.split()[1])
        cseq, method = message.first("cseq").split()
        if method == "INVITE" and code >= 200:
            if code < 300:
                self.other = message.first("to")
                self.dialog = message.first("contact").partition("<")[2].partition(">")[0]
                self.route = message.all("record-route")[::-1]
                self.peer = _media_address(text)
                self.request("ACK", cseq=int(cseq))
            else:
                to, self.other = self.other, message.first("to")
                self.request("ACK", self.invite_uri, cseq=int(cseq))
                self.other = to
        self.happened.put((f"{code} {method}", message))

    async def hears(self, *words):
        """Wait until one of these happened; the message with it."""
        while True:
            word, message = await self.happened.get().addTimeout(PATIENCE_SECONDS, self.reactor)
            if word in words:
                return message

    # ---- sound

    def sends_tone(self, hertz):
        """From now on send a tone (0: silence)."""
        self.tone = hertz
        if not self.talk.running:
            self.talk.start(0.02)

    def stops_sending(self):
        self.talk.stop()

    def _send_rtp(self):
        self.rtp_sequence += 1
        start = self.rtp_sequence * 160
        payload = bytes(
            _ulaw(int(8000 * math.sin(2 * math.pi * self.tone * (start + i) / 8000))) if self.tone else 255
            for i in range(160)
        )
        head = struct.pack("!BBHII", 0x80, 0, self.rtp_sequence & 0xFFFF, start, self.number)
        self.media.write(head + payload, self.peer)

    def presses(self, event):
        """An RFC 4733 event whose end is sent three times."""
        self.rtp_sequence += 1
        stamp = self.rtp_sequence * 160
        for step in range(8):
            self.rtp_sequence += 1
            end = 0x80 if step >= 5 else 0
            head = struct.pack(
                "!BBHII", 0x80, 101 | (0x80 if step == 0 else 0), self.rtp_sequence & 0xFFFF, stamp, self.number
            )
            self.media.write(head + struct.pack("!BBH", event, end | 10, 160 * (min(step, 5) + 1)), self.peer)

    def rtp(self, data):
        if len(data) < 12 or data[1] & 0x7F not in (0, 101):
            return
        if data[1] & 0x7F == 101:
            if data[13] & 0x80:
                self.happened.put((f"event {data[12]}", None))
            return
        self.packets += 1
        self.sound.extend(_ULAW[octet] for octet in data[12:])

    def heard_hertz(self, seconds=0.3):
        """Pitch of the last sound by its zero crossings, 0 when it is silent."""
        part = self.sound[-int(8000 * seconds) :]
        if not part or max(map(abs, part)) < 500:
            return 0
        rises = sum(1 for a, b in itertools.pairwise(part) if a < 0 <= b)
        return rises / (len(part) / 8000)


class _Media(DatagramProtocol):
    def __init__(self, phone):
        self.phone = phone

    def datagramReceived(self, data, addr):
        self.phone.rtp(data)


def _media_address(text):
    port = next(line for line in text.split("\r\n") if line.startswith("m=audio")).split()[1]
    return HOST, int(port)


def _expanded(octet):
    octet = ~octet & 0xFF
    value = (((octet & 0x0F) << 3) + 0x84) << ((octet & 0x70) >> 4)
    return 0x84 - value if octet & 0x80 else value - 0x84


_ULAW = [_expanded(octet) for octet in range(256)]


def _ulaw(sample):
    sign = 0x80 if sample < 0 else 0
    value = min(abs(sample), 32635) + 0x84
    exponent = value.bit_length() - 8
    return ~(sign | (exponent << 4) | ((value >> (exponent + 3)) & 0x0F)) & 0xFF


def later(reactor, seconds):
    """A Deferred that fires then."""
    result = Deferred()
    reactor.callLater(seconds, result.callback, None)
    return result
