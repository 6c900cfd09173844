"""What a customer told a dialog, on the web or the phone, before a call of a queue that has no script."""

from collections.abc import Callable

import structlog
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from server.call.dialogs import DialogRefused, Dialogs, DialogView
from server.call.snapshots import CallSnapshot
from server.config.site import SiteFile
from server.desk import script_view
from server.desk.script_view import ENDED
from server.wire import desk

MOST_ANSWERS = 30
MOST_CHARACTERS = 200
"""Of an answer: a pop stays small on a slow line."""

log = structlog.get_logger()


class ToldBefore:
    """Asked once for each call that a desk shows. `changed(call)` is called when there is something to show.

    Where the queue has a script, its pane shows it, and nothing is asked here.
    """

    def __init__(self, site: SiteFile, dialogs: Dialogs, changed: Callable[[str], None]) -> None:
        self._with_script = {queue.id for queue in site.queue if queue.dialog}
        self._dialogs = dialogs
        self._changed = changed
        self._known: dict[str, desk.Told | None] = {}
        """By call; None: not answered yet, or there is nothing."""

    def told(self, call: CallSnapshot) -> desk.Told | None:
        """What is known now; the first question for a call starts the look-up."""
        if call.queue in self._with_script or not self._has_scripts():
            return None
        if call.call not in self._known:
            self._known[call.call] = None
            asked = Deferred.fromCoroutine(self._ask(call.call))
            asked.addErrback(self._failed, call.call)
        return self._known.get(call.call)

    def forget(self, call: str) -> None:
        """No desk shows the call any more."""
        self._known.pop(call, None)

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()

    def _has_scripts(self) -> bool:
        try:
            return bool(self._dialogs.scripts())
        except ConnectionError:
            return False

    async def _ask(self, call: str) -> None:
        try:
            view = await self._dialogs.of_call(call)
        except (DialogRefused, ConnectionError) as error:  # a comfort: the call is shown without it
            log.warning("told_before_not_read", call=call, error=str(error))
            return
        summary = summary_of(view) if view is not None else None
        if summary is not None and call in self._known:
            self._known[call] = summary
            self._changed(call)

    def _failed(self, why: Failure, call: str) -> None:
        log.error("told_before_not_read", call=call, error=repr(why.value))


def summary_of(view: DialogView) -> desk.Told | None:
    """A session in few words; None: nothing was answered in it. Secrets are masked."""
    answers = dict(list(script_view.told(view).items())[:MOST_ANSWERS])
    if not answers:
        return None
    return desk.Told(
        script=view.title or view.script,
        channel=view.channel,
        ended=view.status == ENDED,
        answers={name: _shortened(text) for name, text in answers.items()},
    )


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
