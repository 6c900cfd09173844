"""A registrar for the softphone's tests: UDP, digest (RFC 2617 without qop), remembers the Contact."""

import hashlib
import re
import socket
import threading
from dataclasses import dataclass, field


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@dataclass
class FakeRegistrar:
    """Answers REGISTER for one user on a port of its own, on a thread of its own."""

    user: str
    password: str
    domain: str
    contact: str = ""
    unregistered: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                data, peer = self._socket.recvfrom(65535)
            except OSError:
                return
            text = data.decode()
            if text.startswith("REGISTER "):
                self._socket.sendto(self._reply(text, peer).encode(), peer)

    def _good(self, text: str) -> bool:
        given = dict(re.findall(r'(\w+)="?([^",\r]*)"?', text.partition("Authorization:")[2].partition("\r\n")[0]))
        if given.get("username") != self.user:
            return False
        ha1 = _md5(f"{self.user}:{self.domain}:{self.password}")
        ha2 = _md5(f"REGISTER:{given['uri']}")
        return given["response"] == _md5(f"{ha1}:{given['nonce']}:{ha2}")

    def _reply(self, text: str, peer: tuple[str, int]) -> str:
        kept = [line for line in text.split("\r\n") if re.match(r"(?i)(from|call-id|cseq):", line)]
        via = re.search(r"(?im)^via:.*$", text)
        to = re.search(r"(?im)^to:.*$", text)
        assert via is not None
        assert to is not None
        head = [f"{via[0].strip()};received={peer[0]}".replace(";rport", f";rport={peer[1]}")]
        head += [f"{to[0].strip()};tag=registrar", *kept]
        if not self._good(text):
            challenge = f'WWW-Authenticate: Digest realm="{self.domain}", nonce="n1", algorithm=MD5'
            return "\r\n".join(["SIP/2.0 401 Unauthorized", *head, challenge, "Content-Length: 0", "", ""])
        contact = re.search(r"(?im)^contact:\s*.*?<([^>]*)>(.*)$", text)
        expires = re.search(r"(?im)^expires:\s*(\d+)", text)
        lines = ["SIP/2.0 200 OK", *head]
        if contact is not None and not (expires and expires[1] == "0"):
            self.contact = contact[1]
            lines.append(f"Contact: <{contact[1]}>;expires=120")
        else:
            self.unregistered.set()
        return "\r\n".join([*lines, "Content-Length: 0", "", ""])
