"""Notes and results of calls, from the agent's fingers to the server's `done`, with nothing lost on the way.

A page is kept until the server has confirmed it, through any number of reconnects; what is not confirmed also lies in
a local file (`StoreDraft`), so that it survives the window. What the agent wrote wins over what the server remembers.
"""

from collections.abc import Callable
from dataclasses import dataclass

from agentdesk.desk.effects import DropDraft, Effect, Send, StoreDraft
from server.wire import desk as wire

STORE_AFTER_SECONDS = 0.25
"""From a change to the local file: short, and still one write for a burst of keys."""
SAVE_AFTER_SECONDS = 1.0
"""From the last change to the server."""
SAVE_AT_LATEST_SECONDS = 5.0
"""From the first change to the server, for somebody who never pauses."""


@dataclass(slots=True)
class Page:
    """Notes and result of one call. Moments are monotonic seconds; None: nothing is due."""

    call: str
    text: str = ""
    kept_text: str = ""
    result: str = ""
    kept_result: str = ""
    changed_at: float | None = None
    store_at: float | None = None
    save_at: float | None = None
    text_request: tuple[int, str] | None = None
    result_request: tuple[int, str] | None = None
    written: bool = False
    """Whether the agent wrote in this window; then a change that was on its way does not overwrite it."""
    result_written: bool = False
    """The same for the result: until the agent has chosen one, the script's end may."""
    stored: bool = False
    refused: bool = False
    saved_at: float | None = None

    @property
    def clean(self) -> bool:
        """Whether the server has confirmed everything."""
        return self.text == self.kept_text and self.result == self.kept_result

    @property
    def draft(self) -> StoreDraft:
        """What has to lie in the local file."""
        return StoreDraft(self.call, self.text, self.result if self.result != self.kept_result else None)


class Notebook:
    """All pages that are shown or not yet confirmed."""

    def __init__(self, number: Callable[[], int]) -> None:
        """`number`: the next request id."""
        self._number = number
        self._pages: dict[str, Page] = {}
        self._current = ""

    def page(self, call: str) -> Page | None:
        """The page of that call, if there is one."""
        return self._pages.get(call)

    @property
    def unconfirmed(self) -> int:
        """How many pages the server has not confirmed."""
        return sum(not page.clean and not page.refused for page in self._pages.values())

    def show(self, call: wire.Call | None, fresh: bool) -> None:
        """The server's state of my call: learn what it has kept; forget confirmed pages of other calls.

        `fresh`: it is a whole new state, in which nothing of ours can still be on the way.
        """
        self._current = call.call if call else ""
        if call is not None:
            page = self._pages.setdefault(call.call, Page(call.call, call.notes, call.notes, call.result, call.result))
            if fresh or not page.written:
                page.text = call.notes if page.text == page.kept_text else page.text
                page.kept_text = call.notes
            if fresh or not page.result_written:
                page.result = call.result if page.result == page.kept_result else page.result
                page.kept_result = call.result
        self._pages = {
            key: page for key, page in self._pages.items() if key == self._current or not page.clean or page.stored
        }

    def found(self, call: str, text: str, result: str | None) -> None:
        """A draft of an earlier window: it goes to the server with the next `tick`."""
        page = self._pages.setdefault(call, Page(call))
        page.text, page.stored, page.save_at = text, True, 0.0
        if result is not None:
            page.result = result

    def write(self, call: str, text: str, now: float) -> None:
        """The agent changed the notes."""
        page = self._pages.setdefault(call, Page(call))
        page.text = text[: wire.MAX_NOTES_CHARACTERS]
        self._changed(page, now, SAVE_AFTER_SECONDS)

    def choose(self, call: str, result: str, now: float) -> None:
        """The agent chose a result; that is saved at once."""
        page = self._pages.setdefault(call, Page(call))
        page.result, page.result_written = result, True
        self._changed(page, now, 0)

    def _changed(self, page: Page, now: float, save_after: float) -> None:
        page.refused, page.written = False, True
        page.changed_at = now if page.changed_at is None else page.changed_at
        page.store_at = now + STORE_AFTER_SECONDS if page.store_at is None else page.store_at
        page.save_at = min(now + save_after, page.changed_at + SAVE_AT_LATEST_SECONDS)

    def flush(self, now: float) -> None:
        """Everything that is not confirmed is due now."""
        for page in self._pages.values():
            if not page.clean and not page.refused:
                page.save_at = now

    def flush_others(self, now: float) -> None:
        """Pages of calls that are no longer mine to write: what is not confirmed is due now."""
        for page in self._pages.values():
            if page.call != self._current and not page.clean and not page.refused and page.text_request is None:
                page.save_at = now

    def unlinked(self) -> None:
        """Requests on the way may be lost: send them again when the link is back."""
        for page in self._pages.values():
            page.text_request = page.result_request = None
            page.refused = page.refused and page.call != self._current
            if not page.clean and not page.refused:
                page.save_at = 0.0

    def tick(self, now: float, linked: bool) -> list[Effect]:
        """What is due: first the local file, then the server."""
        effects: list[Effect] = []
        for page in self._pages.values():
            if page.store_at is not None and (page.store_at <= now or (page.save_at or now) <= now):
                page.store_at, page.stored = None, True
                effects.append(page.draft)
            if linked and page.save_at is not None and page.save_at <= now:
                effects += self._save(page)
            if linked and page.clean and page.stored and page.store_at is None:
                page.stored = False
                effects.append(DropDraft(page.call))
        return effects

    def _save(self, page: Page) -> list[Effect]:
        page.save_at = page.changed_at = None
        effects: list[Effect] = []
        if page.text != page.kept_text and (page.text_request is None or page.text_request[1] != page.text):
            page.text_request = (self._number(), page.text)
            effects.append(Send(wire.SaveNotes(id=page.text_request[0], call=page.call, text=page.text)))
        if page.result != page.kept_result and (page.result_request is None or page.result_request[1] != page.result):
            page.result_request = (self._number(), page.result)
            effects.append(Send(wire.ChooseResult(id=page.result_request[0], call=page.call, result=page.result)))
        return effects

    def done(self, request: int, now: float) -> list[Effect]:
        """The server confirmed a request; not ours: nothing happens."""
        for page in list(self._pages.values()):
            if page.text_request and page.text_request[0] == request:
                page.kept_text, page.text_request = page.text_request[1], None
            elif page.result_request and page.result_request[0] == request:
                page.kept_result, page.result_request = page.result_request[1], None
            else:
                continue
            return self._confirmed(page, now)
        return []

    def _confirmed(self, page: Page, now: float) -> list[Effect]:
        if not page.clean:
            return []
        page.saved_at, page.store_at = now, None
        if page.call != self._current:
            del self._pages[page.call]
        if not page.stored:
            return []
        page.stored = False
        return [DropDraft(page.call)]

    def refused(self, request: int) -> bool:
        """The server will not keep it. True: the request was ours; notes stay in the local file, a result goes back to
        what the server has."""
        for page in self._pages.values():
            if page.text_request and page.text_request[0] == request:
                page.text_request, page.refused = None, True
                return True
            if page.result_request and page.result_request[0] == request:
                page.result, page.result_request = page.kept_result, None
                return True
        return False
