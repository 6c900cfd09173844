"""The component `acd`: the rules, recovered from the ledger, and the exchange that serves them."""

import secrets
from typing import Any

import structlog

from server import clock
from server.app import phone_scripts
from server.app.core import Frame, Stop, version
from server.app.mailbox_sounds import SoundStore
from server.app.sounds import SiteSounds
from server.call.ports import Telephony
from server.callflow import CallFlow, Plan
from server.config.secret import resolve_secret
from server.exchange import Exchange
from server.exchange.mailboxes import Mailboxes
from server.speech.long_loops import LongLoops
from server.storage.numbers import to_e164

log = structlog.get_logger()


async def acd(frame: Frame) -> Stop:
    """The rules, recovered from the ledger, and the exchange that serves them."""
    ledger: Any = await frame.find("storage")
    ledger.on_fault = lambda: frame.present("ending").leave(1)  # the next core reads what is committed
    sounds = SoundStore(frame.data / "voicemail", [mailbox.id for mailbox in frame.site.mailbox])
    pins = {box.id: resolve_secret(box.pin, frame.site.folder) for box in frame.site.mailbox if box.pin}
    loops = LongLoops(frame.data / "loops")
    site_sounds = SiteSounds(
        frame.site, sounds.folder, loops.of, frame.data / phone_scripts.PROMPTS, frame.data / phone_scripts.SCRIPTS
    )
    plan = Plan(frame.site, site_sounds, pins)
    loops.tidy()
    flow = CallFlow(plan, secrets.SystemRandom().random)
    checkpoint, entries = await ledger.recover()
    if checkpoint is not None and not CallFlow.can_use(checkpoint):
        log.warning("checkpoint-of-another-version")
        checkpoint, entries = None, [entry async for page in ledger.iterate(0) for entry in page]
    flow.recover(checkpoint, entries)
    for queue, calls in flow.without_queue().items():
        log.warning("queue-removed", queue=queue, calls=calls)
    country = frame.site.site.country
    exchange = Exchange(
        frame.reactor,
        flow,
        ledger,
        frame.directory.proxy("telephony", "1", Telephony),
        frame.now,
        lambda text: to_e164(text, country),
    )
    exchange.remove_sounds = sounds.remove
    stop_scripts = phone_scripts.phone_scripts(frame, exchange, site_sounds.dialogs)
    sounds.remove_strays(flow.sounds(), frame.now().wall)
    exchange.on_checkpoint = lambda position, octets: ledger.save_checkpoint(position, octets).addErrback(_not_kept)
    await exchange.begin(clock.boot_id(), version())
    frame.conditions["ledger"] = True
    log.info("ledger-folded", entries=len(entries), calls=flow.live_count())
    frame.directory.provide("acd", "1.0", exchange)
    frame.directory.provide("voicemail", "1.0", Mailboxes(frame.site, flow, exchange.tell))

    def stop() -> None:
        stop_scripts()
        exchange.save_checkpoint()
        exchange.stop()

    return stop


def _not_kept(failure: Any) -> None:
    log.error("checkpoint-not-kept", error=str(failure.value))  # the next core folds a longer ledger, no more
