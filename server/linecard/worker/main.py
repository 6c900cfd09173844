"""The card's process, from its fork to its end."""

import gc
import os
import signal
import sys
from pathlib import Path

import structlog

from server import logs
from server.linecard.options import BankOptions
from server.linecard.process_name import start_ticks
from server.linecard.worker.card import Card
from server.linecard.worker.legs import PhoneRefused
from server.wire import processes

log = structlog.get_logger()


def run_card(name: str, options: BankOptions) -> int:
    """Be the card `name` until the end of the process; returns its exit status. Called in a fresh fork."""
    sys.stderr = logs.LastingOutput(2)  # it outlives those who read its log
    logs.configure(name)
    gc.disable()
    place = Path(options.data) / processes.CARDS_FOLDER / f"{name}.pid"
    try:
        _note(place)
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


def _note(place: Path) -> None:
    """Write down which process this card is, for whoever ends cards whose bank has died. On a full disk it does
    without: calls go on there, and more come."""
    try:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        place.write_text(f"{os.getpid()} {start_ticks(os.getpid())}\n", encoding="ascii")
    except OSError as error:
        log.error("card not noted", why=str(error))
