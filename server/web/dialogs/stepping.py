"""A page of a session: what is shown where it stands, and what a form of it does."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import structlog
from twisted.internet.defer import Deferred

from scriptengine.interpreter import (
    Answered,
    Ask,
    Back,
    Chosen,
    Confirmed,
    Continued,
    Event,
    Happened,
    LanguageChosen,
)
from scriptengine.interpreter.formatting import shown
from server.call.dialogs import NOT_KEPT, STALE, DialogRefused, Dialogs, DialogView
from server.call.visits import Visit
from server.web.dialogs import pages
from server.web.dialogs.forms import DRAWING_OCTETS, Form
from server.web.dialogs.frame import Around, Nodes, Page
from server.web.dialogs.hand_over import HandOver
from server.web.dialogs.replies import FILES, Sent, ToKeep, sent_of
from server.web.dialogs.shares import UploadShares
from server.web.dialogs.tokens import form_token
from server.web.dialogs.uploads import UploadRefused, Uploads
from server.web.dialogs.visiting import CHANNEL, Visiting
from server.web.dialogs.words import Words
from server.wire import api

PERSON = "person"
LATER = "later"
UNPROCESSABLE = 422
"""The form was read, and an answer in it is not accepted."""

TOO_LARGE = 4
"""A file so many times as large as allowed is still read, so that the visitor can be told what is the matter."""

InThread = Callable[..., "Deferred[Any]"]

log = structlog.get_logger()


class Redirect(msgspec.Struct, frozen=True):
    """To the session's page. `note`: a key of the words, to be shown there."""

    note: str = ""


class Stepping:
    """Pages of sessions. `in_thread` runs what waits for the disk."""

    def __init__(
        self,
        house: str,
        zone: ZoneInfo,
        dialogs: Dialogs,
        visiting: Visiting,
        hand_over: HandOver,
        uploads: Uploads,
        shares: UploadShares,
        in_thread: InThread,
    ) -> None:
        self._house = house
        self._zone = zone
        self._dialogs = dialogs
        self._visiting = visiting
        self._hand_over = hand_over
        self._uploads = uploads
        self._shares = shares
        self._in_thread = in_thread

    @property
    def most_file_octets(self) -> int:
        """Of one file."""
        return self._uploads.most_octets

    async def most_form_octets(self, visit: Visit) -> int:
        """Of a form of the page where the session stands, with its files; 0: no files are asked for there."""
        ask = _own_ask(await self._dialogs.look(visit.session))
        kinds = [item.type for item in ask.items if item.type in FILES] if ask is not None else []
        if not kinds:
            return 0
        files = kinds.count("file")
        octets = (files + TOO_LARGE - 1) * self._uploads.most_octets if files else 0
        return octets + (len(kinds) - files) * DRAWING_OCTETS + api.MAX_BODY_OCTETS

    async def show(self, visit: Visit, token: str, note: str = "") -> Page:
        """Where the session stands."""
        view = await self._dialogs.look(visit.session)
        if note not in ("stale", "not-kept", "not-now"):
            note = ""
        return await self._shown(visit, token, view, note=note)

    async def step(self, visit: Visit, token: str, form: Form, base_url: str, address: str) -> Page | Redirect:
        """What a form does. `base_url`: our address, for links; `address`: the visitor's, for limits."""
        do, _, detail = form.one("do").partition(":")
        if visit.call and visit.is_ordered:
            is_ended = (await self._dialogs.look(visit.session)).status == "ended"
            if is_ended or self._hand_over.is_under_way(visit):
                return Redirect()
            visit = await self._hand_over.give_back(visit)
        match do:
            case "call" | "no-call":
                return await self._call_back(visit, token, address, form if do == "call" else None)
            case "later":
                until_token, until = await self._visiting.make_later(visit)
                return await self._left(visit, token, f"{base_url}/dialogs/{visit.script}/l/{until_token}", until)
            case "resume":
                await self._visiting.resume(visit)
                return Redirect()
            case "look":
                return Redirect()
        try:
            return await self._stepped(visit, token, form, address, do, detail)
        except DialogRefused as refused:
            if refused.code in (STALE, NOT_KEPT):
                return Redirect(refused.code)
            raise

    # -- steps --------------------------------------------------------------------------------------------------------

    async def _stepped(
        self, visit: Visit, token: str, form: Form, address: str, do: str, detail: str
    ) -> Page | Redirect:
        view = await self._dialogs.look(visit.session)
        ask = _own_ask(view)
        if ask is None or form.one("revision") != str(view.revision):
            return Redirect("stale")
        if do == PERSON and self._queue_now(view):
            return await self._asked_for_person(visit, view, self._around(view, token))
        if do == "button" and (found := next((one for one in ask.buttons if str(one.number) == detail), None)):
            if found.needs_confirmation:
                around = self._around(view, token)
                return Page(around, Words(view.language)("sure"), pages.sure(found, around))
            do = "sure"
        sent = sent_of(ask, form) if do == "answer" else Sent({})
        if sent.to_keep:
            problems = await self._keep(visit, sent, view.language, address)
            if problems:
                return await self._shown(visit, token, view, entered=sent.entered, problems=problems)
        event = _event(ask, do, detail, sent)
        if event is None:
            return Redirect("not-now")
        view = await self._dialogs.take(visit.session, event, view.revision)
        after = _own_ask(view)
        if after is not None and any(item.problem for item in after.items):
            return await self._shown(visit, token, view, entered=sent.entered)
        is_refused = any(notice.kind == "refused" for notice in view.notices)
        return Redirect("not-now" if is_refused else "")

    async def _keep(self, visit: Visit, sent: Sent, language: str, address: str) -> dict[str, str]:
        """Keep what was sent; what is wrong with it, by question."""
        problems: dict[str, str] = {}
        words = Words(language)
        for one in sent.to_keep:
            try:
                sent.values[one.question] = await self._in_thread(self._kept, visit, one, address)
            except UploadRefused as refused:
                facts = {"most": f"{self._megabytes:g}"} if refused.code == "file-large" else {}
                problems[one.question] = words(refused.code, **facts)
            except OSError as error:
                log.error("upload-not-kept", session=visit.session, error=repr(error))
                problems[one.question] = words("not-kept")
        return problems

    def _kept(self, visit: Visit, sent: ToKeep, address: str) -> str:
        """The name of a file that was kept, within the stranger's share."""
        if not visit.link:
            self._shares.take(visit.session, address, len(sent.upload.octets))
        return self._uploads.keep(visit.session, sent)

    async def _call_back(self, visit: Visit, token: str, address: str, form: Form | None) -> Page | Redirect:
        view = await self._dialogs.look(visit.session)
        queue = _queue_of(view) or self._queue_now(view)
        if not queue:
            return Redirect("stale")
        if form is None and view.ended is None:
            return Redirect()
        if form is None:
            around = self._around(view, token)
            more: Nodes = pages.notice_below(around.words("call-declined"))
            return Page(around, view.title, pages.ended(view, around, more))
        visit, problem = await self._hand_over.ask(visit, queue, form.one("number")[:60], address)
        if not problem:
            return Redirect()
        if view.ended is None:
            around = self._around(view, token)
            return await self._asked_for_person(visit, view, around, form.one("number")[:60], problem)
        return await self._shown(visit, token, view, number=form.one("number")[:60], problem=problem)

    async def _left(self, visit: Visit, token: str, link: str, until: float) -> Page:
        view = await self._dialogs.look(visit.session)
        around = self._around(view, token)
        day = shown(datetime.fromtimestamp(until, UTC).astimezone(self._zone).date(), view.language)
        return Page(around, around.words("later-title"), pages.later(link, day, around))

    # -- what is shown ------------------------------------------------------------------------------------------------

    async def _shown(
        self,
        visit: Visit,
        token: str,
        view: DialogView,
        *,
        note: str = "",
        entered: dict[str, list[str]] | None = None,
        problems: dict[str, str] | None = None,
        number: str = "",
        problem: str = "",
    ) -> Page:
        around = self._around(view, token)
        ask = _own_ask(view)
        status = UNPROCESSABLE if problems or problem or entered is not None else 200
        if view.status == "ended":
            title, more = await self._after(visit, view, around, number, problem)
            return Page(around, view.title, pages.ended(view, around, more, title), status)
        is_here = view.channel == CHANNEL
        if is_here and visit.call and visit.is_ordered and self._hand_over.is_under_way(visit):
            return Page(around, view.title, pages.call_awaited(view, visit.number, around))
        if view.status == "resting":
            return Page(around, view.title, pages.resting(view, around))
        if ask is None:
            return Page(around, view.title, pages.with_agent(around))
        asides = [LATER] if not self._can_ask_person(view) else [PERSON, LATER]
        main = pages.step(
            view,
            ask,
            around,
            asides=asides,
            entered=entered,
            problems=problems,
            note=around.words(note) if note else "",
            most_megabytes=self._megabytes,
        )
        return Page(around, pages.step_title(view, ask, around), main, status)

    def _queue_now(self, view: DialogView) -> str:
        """The queue in which an agent goes on in the session as it stands; empty: there is none, or it is over."""
        script = self._visiting.script(view.script)
        if script is None or _own_ask(view) is None:
            return ""
        return self._hand_over.queue_that_goes_on(script, view.version)

    async def _asked_for_person(
        self, visit: Visit, view: DialogView, around: Around, number: str = "", problem: str = ""
    ) -> Page:
        """Where to call a visitor who wants a person in the middle of a script; the session stays where it is."""
        own = await self._hand_over.own_number(visit)
        words = around.words
        if problem == "no-person" or not self._hand_over.is_possible(self._queue_now(view), own):
            return Page(around, view.title, pages.no_person(around), UNPROCESSABLE if problem else 200)
        main = pages.person_asked(around, number or own, words(problem) if problem else "")
        return Page(around, words("call-title"), main, UNPROCESSABLE if problem else 200)

    async def _after(
        self, visit: Visit, view: DialogView, around: Around, number: str, problem: str
    ) -> tuple[str, Nodes]:
        """What comes after the end, and the key of its title: a call-back, where the script hands over to a queue."""
        if visit.call and visit.is_ordered and self._hand_over.is_under_way(visit):
            return "call-taken-title", pages.call_taken(visit.number, around)
        if visit.call and visit.is_ordered:
            return "call-over-title", pages.call_over(visit.number, around)
        if view.channel != CHANNEL or not _queue_of(view):
            return "done-title", []
        own = await self._hand_over.own_number(visit)
        if problem == "no-person" or not self._hand_over.is_possible(_queue_of(view), own):
            return "done-title", pages.notice_below(around.words("no-person"))
        written = number or visit.number or own
        return "call-title", pages.call_back_form(around, written, around.words(problem) if problem else "")

    def _around(self, view: DialogView, token: str) -> Around:
        hidden = (("form", form_token(token)), ("revision", str(view.revision)))
        can_switch = view.status == "running" and view.channel == CHANNEL
        languages = view.languages if can_switch else ()
        return Around(self._house, view.language, languages, f"/dialogs/{view.script}/s/{token}", hidden)

    def _can_ask_person(self, view: DialogView) -> bool:
        script = self._visiting.script(view.script)
        return script is not None and PERSON in script.events

    @property
    def _megabytes(self) -> float:
        return self._uploads.most_octets / 1_000_000


def _own_ask(view: DialogView) -> Ask | None:
    """What is asked on the web. What is asked at a desk is never shown here: it holds what only agents may see."""
    ask = view.ask
    is_here = view.status == "running" and view.channel == CHANNEL
    return ask if ask is not None and is_here and ask.channel == CHANNEL else None


def _queue_of(view: DialogView) -> str:
    return (view.ended.queue or "") if view.ended is not None else ""


def _event(ask: Ask, do: str, detail: str, sent: Sent) -> Event | None:
    """The event of a form; None: there is no such thing to do here."""
    match do:
        case "answer" if not ask.items:
            return Continued()
        case "answer":
            return Answered(sent.values)
        case "back" if ask.can_go_back:
            return Back()
        case "yes" | "no" if ask.kind == "confirm":
            return Confirmed(do == "yes")
        case "sure" if detail.isascii() and detail.isdigit() and len(detail) < 6:
            return Chosen(int(detail))
        case "language":
            return LanguageChosen(detail[:20])
        case "person":
            return Happened(PERSON)
    return None
