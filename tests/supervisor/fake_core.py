"""A core that only does what the supervisor knows of a core: sockets, readiness, signals, exit statuses.

A datagram to the SIP socket is a question: `pid`, `exit N`, or `shut down SOCKET` (as Twisted does when it ends in
order); it is answered with the pid. On standby it says that it is warm unless there is `DIR/cold`. It does not heed
SIGTERM if there is `DIR/busy`.
"""

import json
import os
import select
import signal
import socket
import sys
from pathlib import Path

from server.handover import announce_exit, announce_ready, announce_warm, inherited_sockets, send_with_descriptors

ALIVE = b'{"ok": {}}\n'


def main() -> None:
    data = Path(sys.argv[sys.argv.index("--data") + 1])
    if "--standby" in sys.argv:
        stand_by(data, int(sys.argv[sys.argv.index("--standby") + 1]))
    sockets = inherited_sockets(os.environ)
    by_fd = {listener.fileno(): name for name, listener in sockets.items()}
    signal.signal(signal.SIGTERM, signal.SIG_IGN if (data / "busy").exists() else lambda *_: leave(data, 0))
    signal.signal(signal.SIGHUP, lambda *_: leave(data, 75))
    if (data / "refuse").exists():
        leave(data, 2)
    announce_ready(os.environ)
    poll = select.poll()
    for descriptor in by_fd:
        poll.register(descriptor, select.POLLIN)
    asking: dict[int, socket.socket] = {}
    while True:
        for descriptor, _ in poll.poll():
            if descriptor in asking:
                answer(asking, poll, descriptor)
                continue
            name = by_fd[descriptor]
            if name.startswith("sip:udp"):
                question, sender = sockets[name].recvfrom(100)
                if question.startswith(b"shut down"):
                    shut = question.decode().split()[2]
                    poll.unregister(sockets[shut])
                    sockets[shut].shutdown(socket.SHUT_RDWR)
                sockets[name].sendto(f"{os.getpid()}".encode(), sender)
                if question.startswith(b"exit"):
                    leave(data, int(question.split()[1]))
            elif name == "control.sock":
                connection, _ = sockets[name].accept()
                connection.setblocking(True)
                asked = json.loads(connection.makefile("rb").readline())
                if asked == {"ask": "alive"}:
                    connection.sendall(ALIVE)
                    asking[connection.fileno()] = connection
                    poll.register(connection, select.POLLIN)
                    continue
                assert asked == {"ask": "sockets"}, asked
                reply = json.dumps({"ok": list(sockets)}).encode() + b"\n"
                send_with_descriptors(connection, reply, list(by_fd))
                connection.close()


def answer(asking: dict[int, socket.socket], poll: select.poll, descriptor: int) -> None:
    """Tell the supervisor once more that we live."""
    if asking[descriptor].recv(100):
        asking[descriptor].sendall(ALIVE)
        return
    poll.unregister(descriptor)
    asking.pop(descriptor).close()


def stand_by(data: Path, pipe: int) -> None:
    if not (data / "cold").exists():
        announce_warm(os.environ)
    if os.read(pipe, 64) != b"go\n":
        os._exit(0)


def leave(data: Path, status: int) -> None:
    announce_exit(data, status)
    os._exit(status)


if __name__ == "__main__":
    main()
