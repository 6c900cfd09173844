"""The card's process, from its fork to its end."""

import gc
import os
import signal
import sys
from io import TextIOBase
from pathlib import Path

import structlog

from server import logs
from server.linecard.options import BankOptions
from server.linecard.process_name import start_ticks
from server.linecard.worker.card import Card
from server.linecard.worker.legs import PhoneRefused
from server.wire import processes

log = structlog.get_logger()


class LastingOutput(TextIOBase):
    """Standard error that may go away: a card outlives those who read its log."""

    def __init__(self, target: int) -> None:
        self._target = target

    def write(self, text: str, /) -> int:
        """Write as much as is taken."""
        try:
            os.write(self._target, text.encode(errors="replace"))
        except OSError:
            return 0  # nobody reads any longer, and there is nobody to tell
        return len(text)


def run_card(name: str, options: BankOptions) -> int:
    """Be the card `name` until the end of the process; returns its exit status. Called in a fresh fork."""
    sys.stderr = LastingOutput(2)
    logs.configure(name)
    gc.disable()
    place = Path(options.data) / processes.CARDS_FOLDER / f"{name}.pid"
    try:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        place.write_text(f"{os.getpid()} {start_ticks(os.getpid())}\n", encoding="ascii")
        card = Card(name, options)
        signal.signal(signal.SIGTERM, lambda *_: card.stop())
        card.run()
    except (OSError, PhoneRefused) as error:
        log.error("card failed", why=str(error))
        return 1
    except Exception:
        log.exception("card failed")
        return 1
    finally:
        place.unlink(missing_ok=True)
    return 0
