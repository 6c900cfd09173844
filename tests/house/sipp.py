"""SIPp as a trunk that calls and as phones that answer. Scenarios are written here, not copied from anywhere."""

from __future__ import annotations

import re
import secrets
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.house.ports import free_block

TRUNK_CALLS = """<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="a caller on the trunk who hangs up">
  <send retrans="500"><![CDATA[
INVITE sip:{number}@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+4930[call_number]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:{number}@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:trunk@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=trunk 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rrs="true" rtd="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:+4930[call_number]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:{number}@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  {ending}
</scenario>
"""

HANG_UP = """<pause milliseconds="{milliseconds}"/>
  <send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:+4930[call_number]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:{number}@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>"""

TOLD_TO_HANG_UP = """<recv request="INFO" timeout="300000"/>
  """ + HANG_UP.partition("/>")[2].lstrip()

WAIT_FOR_BYE = """<recv request="BYE" timeout="{milliseconds}"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>"""

PHONES = """<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="phones that ring and answer">
  <recv request="INVITE" rrs="true" crlf="true"/>
  <send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_Record-Route:]
[last_From:]
[last_To:];tag=[pid]p[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:phone@[local_ip]:[local_port]>
Content-Length: 0

]]></send>
  {ringing}
  {answer}
</scenario>
"""

ANSWER = """<send retrans="500"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_Record-Route:]
[last_From:]
[last_To:];tag=[pid]p[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:phone@[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=phone 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
]]></send>
  <recv request="ACK"/>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>"""

ANSWER_AND_HANG_UP = ANSWER.replace(
    """<recv request="ACK"/>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>""",
    """<recv request="ACK">
    <action>
      <ereg regexp=".*" search_in="hdr" header="To:" assign_to="here"/>
      <ereg regexp=".*" search_in="hdr" header="From:" assign_to="there"/>
    </action>
  </recv>
  <pause milliseconds="{milliseconds}"/>
  <send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From:[$here]
To:[$there]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>""",
)

UNANSWERED = """<recv request="CANCEL"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>"""


@dataclass(frozen=True)
class Told:
    """Where SIPp's callers hear that they are to hang up: a request within their calls, which only we send."""

    host: str
    port: int
    calls: int
    call_id: str
    """As SIPp is told to make it: `%u` stands for the number of the call."""

    def hang_up(self) -> None:
        """Tell them all."""
        with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET, socket.SOCK_DGRAM) as mouth:
            for number in range(1, self.calls + 1):
                mouth.sendto(self._request(number), (self.host, self.port))

    def _request(self, number: int) -> bytes:
        return (
            f"INFO sip:caller SIP/2.0\r\nVia: SIP/2.0/UDP test;branch=z9hG4bK{number}\r\nFrom: <sip:test>;tag=t\r\n"
            f"To: <sip:caller>\r\nCall-ID: {self.call_id.replace('%u', str(number))}\r\nCSeq: 1 INFO\r\n"
            "Content-Length: 0\r\n\r\n"
        ).encode()


class Sipp:
    """One SIPp process. `wait()` gives its exit code: 0 means that every call went as the scenario says."""

    def __init__(self, folder: Path, name: str, scenario: str, arguments: list[str], told: Told | None = None) -> None:
        """`told`: its calls can be told to hang up."""
        self._told = told
        path = folder / f"{name}.xml"
        path.write_text(scenario, encoding="ascii")
        self.output = folder / f"{name}.out"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                ["sipp", "-sf", str(path), "-nostdin", "-trace_err", "-error_file", str(folder / f"{name}.err"),
                 *arguments],
                stdout=output, stderr=output, cwd=folder,
            )  # fmt: skip
        self.errors = folder / f"{name}.err"

    def wait(self, seconds: float) -> int:
        """Exit code, when it has ended."""
        return self.process.wait(seconds)

    def end(self) -> None:
        """End it, if it runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(60)

    def hang_up(self) -> None:
        """All its callers hang up, who must have been answered (of `trunk` with `told`)."""
        assert self._told is not None, "its callers hang up by themselves"
        self._told.hang_up()

    def report(self) -> str:
        """What it complained about."""
        errors = self.errors.read_text(errors="replace") if self.errors.exists() else ""
        return (errors + self.output.read_text(errors="replace"))[-3000:]


def trunk(
    folder: Path, *, server: int, port: int, number: str, calls: int, rate: float,
    talk_ms: int | None = None, wait_bye_ms: int = 300_000, name: str = "trunk", media_ports: list[int] | None = None,
    caller: str = "+4930[call_number]", host: str = "127.0.0.1", told: bool = False,
) -> Sipp:  # fmt: skip
    """Callers. They hang up `talk_ms` after they were answered, which the server does at once: on a slow machine
    before an agent has them (None: they wait for the server's BYE), or when `hang_up` is called (`told`).

    `media_ports`: where each caller in turn wants its RTP; None: all at one port where nobody listens.
    `host`: loopback address of both ends, for SIP and RTP.
    """
    ending = WAIT_FOR_BYE.replace("{milliseconds}", str(wait_bye_ms))
    if told:
        ending = TOLD_TO_HANG_UP
    elif talk_ms is not None:
        ending = HANG_UP.replace("{milliseconds}", str(talk_ms))
    telling = Told(host, port, calls, f"%u-{secrets.token_hex(8)}@caller")
    scenario = TRUNK_CALLS.replace("{ending}", ending).replace("{number}", number).replace("+4930[call_number]", caller)
    scenario, ports = _ports(folder, name, scenario, media_ports)
    return Sipp(folder, name, scenario, [
        f"[{host}]:{server}" if ":" in host else f"{host}:{server}",
        "-i", host, "-p", str(port), "-m", str(calls), "-r", str(rate),
        "-l", str(calls), "-cid_str", telling.call_id, *ports,
    ], telling if told else None)  # fmt: skip


def _ports(folder: Path, name: str, scenario: str, media_ports: list[int] | None) -> tuple[str, list[str]]:
    if media_ports is None:
        return scenario, ["-mp", str(free_block(4))]  # audio, video, and RTCP of both
    path = folder / f"{name}.csv"
    path.write_text("SEQUENTIAL\n" + "".join(f"{port}\n" for port in media_ports), encoding="ascii")
    return scenario.replace("[media_port]", "[field0]"), ["-inf", str(path), "-mp", str(free_block(4))]


def phones(
    folder: Path, *, port: int, ring_ms: int = 0, answer: bool = True, name: str = "phones",
    media_ports: list[int] | None = None, talk_ms: int | None = None, host: str = "127.0.0.1",
) -> Sipp:  # fmt: skip
    """Phones at `sip:ANYTHING@host:port`, as many as called. They hang up `talk_ms` after they answered (None:
    they wait for the server's BYE). Every message is written down for `called`."""
    ringing = f'<pause milliseconds="{ring_ms}"/>' if ring_ms else ""
    answering = ANSWER if talk_ms is None else ANSWER_AND_HANG_UP.replace("{milliseconds}", str(talk_ms))
    scenario = PHONES.replace("{ringing}", ringing).replace("{answer}", answering if answer else UNANSWERED)
    scenario, ports = _ports(folder, name, scenario, media_ports)
    written = ["-trace_msg", "-message_file", str(folder / f"{name}.messages")]
    return Sipp(folder, name, scenario, ["-i", host, "-p", str(port), "-l", "100000", *written, *ports])


def called(folder: Path, name: str) -> dict[str, str]:
    """Who was called at the phones of that name: Call-ID to the user of the request's URI, in order."""
    text = (folder / f"{name}.messages").read_text(encoding="utf-8", errors="replace")
    calls = re.findall(r"^INVITE sip:([^@]*)@.*?^Call-ID: *(\S+)", text, re.MULTILINE | re.DOTALL)
    return {call_id: user for user, call_id in calls}
