"""A bank with two cards: one is noted in `cards/`, and does not heed SIGTERM if there is `DIR/stubborn`; the other is
noted nowhere.

It says `bank-up` with its options and the pids of its cards in a line on standard error.
"""

import json
import os
import signal
import sys
from pathlib import Path

import msgspec

from server.supervisor.child import name_of


def main() -> None:
    data = Path(sys.argv[sys.argv.index("--data") + 1])
    known = fork_card(signal.SIG_IGN if (data / "stubborn").exists() else signal.SIG_DFL)
    unknown = fork_card(signal.SIG_DFL)
    (data / "cards" / f"{known}.pid").write_text(f"{known} {name_of(known).started}\n", "ascii")
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    with (data.parent / "fake-cards").open("ab") as notes:  # for the test alone: it ends what it started
        notes.writelines(msgspec.json.encode(name_of(card)) + b"\n" for card in (known, unknown))
    line = {"event": "bank-up", "pid": os.getpid(), "options": sys.argv[1:], "cards": [known, unknown]}
    os.write(2, json.dumps(line).encode() + b"\n")  # in one piece: others write there too
    while True:
        signal.pause()


def fork_card(disposition: signal.Handlers) -> int:
    signal.signal(signal.SIGTERM, disposition)  # before the fork: no moment with another one
    pid = os.fork()
    if pid:
        return pid
    os.closerange(0, 3)
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
