"""The dialogs' pages put together, and what runs beside them."""

from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool

from server.web.answers import Answer, ProblemFound
from server.web.api import Asked, Wiring
from server.web.dialogs.forgetting import Forgetting
from server.web.dialogs.hand_over import HandOver, strangers_share
from server.web.dialogs.limits import HOUR_SECONDS, Rate
from server.web.dialogs.resting import Resting
from server.web.dialogs.service import DialogPages
from server.web.dialogs.shares import UploadShares
from server.web.dialogs.stepping import Stepping
from server.web.dialogs.uploads import Uploads
from server.web.dialogs.visiting import Visiting
from server.web.doors import BodyDoor
from server.web.origins import Origins

FOLDER = "uploads"
SHARES = "upload-shares.json"
AGAIN_SECONDS = 5.0

log = structlog.get_logger()


class VisitorPages:
    """Everything that visitors meet. `works` have the endpoints; `doors`: where forms with files come in; `uploads`:
    all files that were sent, by agents too."""

    def __init__(self, reactor: Any, wiring: Wiring, origins: Origins) -> None:
        self._reactor = reactor
        site, settings = wiring.site, wiring.site.web

        def wall() -> float:
            return wiring.now().wall

        def mono() -> float:
            return wiring.now().mono

        self.uploads = uploads = Uploads(
            wiring.data / FOLDER,
            int(settings.upload_megabytes * 1_000_000),
            int(settings.uploads_megabytes * 1_000_000),
        )
        visiting = Visiting(settings, wiring.dialogs, wiring.visits, wiring.customers, wall)
        self._hand_over = HandOver(
            wiring.dialogs,
            wiring.visits,
            wiring.switchboard,
            wiring.customers,
            wiring.records,
            wiring.numbers,
            site.queue,
            Rate(strangers_share(settings.call_backs_per_hour), HOUR_SECONDS, mono),
        )
        most_in_all = int(settings.uploads_megabytes * 1_000_000)
        shares = UploadShares(wiring.data / FOLDER, wiring.data / SHARES, most_in_all, uploads.most_octets)
        in_thread = partial(deferToThreadPool, reactor, reactor.getThreadPool())
        zone = ZoneInfo(site.site.time_zone)
        stepping = Stepping(site.site.name, zone, wiring.dialogs, visiting, self._hand_over, uploads, shares, in_thread)
        shown = DialogPages(site.site.name, site.site.language, visiting, stepping, origins, mono, settings)
        self.works = (shown, Downloads(uploads))
        is_open = bool(settings.dialogs)
        self.doors = (BodyDoor("POST", "/dialogs/<dialog>/s/<token>", shown.form_octets),) if is_open else ()
        self._forgetting = Forgetting(uploads, settings.upload_days, wall, in_thread)
        self._resting = Resting(settings, visiting, wiring.visits, wall) if settings.dialogs else None
        self._again: Any = None

    def start(self) -> None:
        """Finish what the former core did not, and look after those who went away."""
        self._forgetting.start(self._reactor)
        if self._resting is not None:
            self._resting.start(self._reactor)
            self._finish()

    def stop(self) -> None:
        """Nothing runs any more."""
        self._forgetting.stop()
        if self._resting is not None:
            self._resting.stop()
        if self._again is not None and self._again.active():
            self._again.cancel()

    def _finish(self) -> None:
        Deferred.fromCoroutine(self._hand_over.finish()).addErrback(self._not_finished)

    def _not_finished(self, failure: Any) -> None:
        """A service that is needed is not up yet, or away."""
        log.warning("call-backs-not-finished", error=repr(failure.value))
        self._again = self._reactor.callLater(AGAIN_SECONDS, self._finish)


class Downloads:
    """What was sent, for agents."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    async def upload(self, asked: Asked) -> Answer:
        """A file, to be saved and never to be shown as a part of a page."""
        octets = self._uploads.read(f"{asked.path['session']}/{asked.path['name']}")
        if octets is None:
            raise ProblemFound("not-found", "There is no such file.")
        headers = {"Content-Disposition": f'attachment; filename="{asked.path["name"]}"'}
        return Answer(value=octets, content_type="application/octet-stream", headers=headers)
