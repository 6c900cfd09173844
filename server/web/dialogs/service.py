"""What each address of the dialogs' pages does. Forms are answered by a redirect to the page (POST, redirect, GET).

| address                          | GET                                | POST                                        |
|----------------------------------|------------------------------------|---------------------------------------------|
| /dialogs                         | the list                           |                                             |
| /dialogs/SCRIPT                  | before the beginning               | a session begins                            |
| /dialogs/SCRIPT/s/TOKEN          | where the session stands           | a step                                      |
| /dialogs/SCRIPT/l/TOKEN          | a private link: go on?             | the session goes on at a new address        |
| /dialogs/SCRIPT/p/TOKEN          | a personal link: begin?            | the customer's session begins, or goes on   |
| /dialogs/static/NAME             | style, script, icon                |                                             |
"""

import math
from collections.abc import Awaitable, Callable, Coroutine
from importlib import resources
from typing import Any, TypeVar

import msgspec
import structlog

from server.call.dialogs import NO_SCRIPT, NO_SESSION, NOT_HERE, DialogRefused, ScriptView
from server.config.site import Web
from server.web.answers import Answer, ProblemFound
from server.web.api import Asked
from server.web.dialogs import pages
from server.web.dialogs.forms import Form, FormRefused, read_form
from server.web.dialogs.frame import POLICY, Around, Page, document
from server.web.dialogs.limits import HOUR_SECONDS, Rate
from server.web.dialogs.stepping import Redirect, Stepping
from server.web.dialogs.tokens import is_form_token
from server.web.dialogs.visiting import Gone, Visiting
from server.web.doors import Instead
from server.web.languages import asked_language
from server.web.origins import Origins, client_address
from server.web.page_files import TYPES

GUESSES = 20
GUESS_SECONDS = 60.0

_T = TypeVar("_T")

log = structlog.get_logger()


class Refusal(Exception):
    """A page that says no: `code` names its words (`CODE-title` and `CODE`)."""

    def __init__(self, code: str, status: int, wait: float = 0) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.wait = wait


FAULTS = (Refusal, Gone, DialogRefused, ConnectionError)
"""What a visitor is told in a page."""


class DialogPages:
    """The endpoints. `house`: the site's name; `language`: its language, where the visitor's is not spoken."""

    def __init__(
        self,
        house: str,
        language: str,
        visiting: Visiting,
        stepping: Stepping,
        origins: Origins,
        mono: Callable[[], float],
        settings: Web,
    ) -> None:
        self._house = house
        self._language = language
        self._visiting = visiting
        self._stepping = stepping
        self._origins = origins
        self._begun = Rate(settings.dialog_sessions_per_hour, HOUR_SECONDS, mono)
        self._steps = Rate(settings.dialog_steps_per_minute, 60.0, mono)
        self._guesses = Rate(GUESSES, GUESS_SECONDS, mono)
        self._files: dict[str, tuple[bytes, str]] = {}
        for file in (resources.files(__package__) / "static").iterdir():
            kind = TYPES.get(file.name.rpartition(".")[2])
            if kind is not None:
                self._files[file.name] = (file.read_bytes(), kind)

    # -- endpoints ----------------------------------------------------------------------------------------------------

    async def dialog_list(self, asked: Asked) -> Answer:
        """What can be done here."""
        return await self._guarded(asked, self._list)

    async def dialog_start(self, asked: Asked) -> Answer:
        """Before the beginning."""
        return await self._guarded(asked, self._start)

    async def dialog_begin(self, asked: Asked) -> Answer:
        """Begin."""
        return await self._guarded(asked, self._begin)

    async def dialog_page(self, asked: Asked) -> Answer:
        """Where a session stands."""
        return await self._guarded(asked, self._page)

    async def dialog_step(self, asked: Asked) -> Answer:
        """A step."""
        return await self._guarded(asked, self._step)

    async def dialog_later(self, asked: Asked) -> Answer:
        """A private link: go on?"""
        return await self._guarded(asked, self._later)

    async def dialog_go_on(self, asked: Asked) -> Answer:
        """A private link: go on."""
        return await self._guarded(asked, self._go_on)

    async def dialog_personal(self, asked: Asked) -> Answer:
        """A personal link: begin?"""
        return await self._guarded(asked, self._personal)

    async def dialog_begin_personal(self, asked: Asked) -> Answer:
        """A personal link: begin, or go on."""
        return await self._guarded(asked, self._begin_personal)

    async def dialog_static(self, asked: Asked) -> Answer:
        """Style, script, icon."""
        found = self._files.get(asked.path["name"])
        if found is None:
            raise ProblemFound("not-found", "There is no such file.")
        body, kind = found
        return Answer(value=body, content_type=kind, headers={"Cache-Control": "no-cache"})

    # -- their work ---------------------------------------------------------------------------------------------------

    async def _list(self, asked: Asked) -> Answer:
        scripts = self._visiting.scripts()
        spoken = tuple(dict.fromkeys(language for script in scripts for language in script.languages))
        around = self._around(asked, spoken or ("en", "pt"))
        return await _page(Page(around, around.house, pages.listing(scripts, around)))

    async def _start(self, asked: Asked) -> Answer:
        script = self._script(asked)
        around = self._around(asked, script.languages)
        title = pages.title_in(script, around.language)
        return await _page(Page(around, title, pages.beginning(title, around)))

    async def _begin(self, asked: Asked) -> Answer:
        script = self._script(asked)
        self._ours(asked)
        self._limited(self._begun, asked)
        token = await self._visiting.begin(script.id, self._around(asked, script.languages).language)
        return _to(f"/dialogs/{script.id}/s/{token}")

    async def _page(self, asked: Asked) -> Answer:
        self._limited(self._steps, asked)
        script, token = self._script(asked), asked.path["token"]
        visit = await self._found(asked, self._visiting.page(script.id, token))
        note = (asked.request.args.get(b"note") or [b""])[0].decode("latin-1")
        return await _page(await self._stepping.show(visit, token, note))

    async def _step(self, asked: Asked) -> Answer:
        self._limited(self._steps, asked)
        script, token = self._script(asked), asked.path["token"]
        visit = await self._found(asked, self._visiting.page(script.id, token))
        sent = self._form(asked)
        if not is_form_token(sent.one("form"), token):
            raise Refusal("refused", 403)
        address = client_address(asked.request)
        made = await self._stepping.step(visit, token, sent, self._origins.base_url(asked.request), address)
        if isinstance(made, Redirect):
            return _to(f"/dialogs/{script.id}/s/{token}{f'?note={made.note}' if made.note else ''}")
        return await _page(made)

    async def _later(self, asked: Asked) -> Answer:
        self._limited(self._steps, asked)
        script = self._script(asked)
        await self._found(asked, self._visiting.later(script.id, asked.path["token"]))
        around = self._around(asked, script.languages)
        title = pages.title_in(script, around.language)
        return await _page(Page(around, title, pages.beginning(title, around, is_later=True)))

    async def _go_on(self, asked: Asked) -> Answer:
        script = self._script(asked)
        self._ours(asked)
        self._limited(self._steps, asked)
        visit = await self._found(asked, self._visiting.later(script.id, asked.path["token"]))
        token = await self._visiting.go_on(visit)
        return _to(f"/dialogs/{script.id}/s/{token}")

    async def _personal(self, asked: Asked) -> Answer:
        self._limited(self._steps, asked)
        script = self._script(asked)
        await self._found(asked, self._visiting.personal(script.id, asked.path["token"]))
        around = self._around(asked, script.languages)
        title = pages.title_in(script, around.language)
        return await _page(Page(around, title, pages.beginning(title, around, is_personal=True)))

    async def _begin_personal(self, asked: Asked) -> Answer:
        script = self._script(asked)
        self._ours(asked)
        self._limited(self._begun, asked)
        link = await self._found(asked, self._visiting.personal(script.id, asked.path["token"]))
        token = await self._visiting.begin_personal(link, self._around(asked, script.languages).language)
        return _to(f"/dialogs/{script.id}/s/{token}")

    # -- what all of them need ----------------------------------------------------------------------------------------

    async def form_octets(self, request: Any, path: dict[str, str], length: int | None) -> int:
        """How long a form with files may be (`server.web.doors`); only where a session asks for files just now."""
        asked = Asked(request=request, caller=None, path=path, body=None)
        try:
            self._host(asked)
            return await self._form_octets(asked, length)
        except FAULTS as error:
            raise Instead(await self._refused(asked, _refusal_of(error))) from error

    async def _form_octets(self, asked: Asked, length: int | None) -> int:
        wait = self._steps.wait(client_address(asked.request))
        if wait:
            raise Refusal("too-many", 429, wait)
        script, token = self._script(asked), asked.path["token"]
        visit = await self._found(asked, self._visiting.page(script.id, token))
        most = await self._stepping.most_form_octets(visit)
        if not most:
            raise Instead(_to(f"/dialogs/{script.id}/s/{token}?note=stale"))
        if length is not None and length > most:
            raise Refusal("too-large", 413)
        return most

    async def _guarded(self, asked: Asked, work: Callable[[Asked], Awaitable[Answer]]) -> Answer:
        """The answer, or a page that says what was in the way: visitors get no JSON."""
        try:
            self._host(asked)
            return await work(asked)
        except FAULTS as error:
            return await self._refused(asked, _refusal_of(error))

    async def _refused(self, asked: Asked, refusal: Refusal) -> Answer:
        around = self._around(asked, ("en", "pt"))
        words, title = around.words, around.words(f"{refusal.code}-title")
        script = asked.path.get("dialog", "")
        link = (f"/dialogs/{script}", words("anew")) if script and refusal.code == "gone" else None
        if refusal.code == "too-large":
            link = (asked.request.path.decode("latin-1"), words("back"))
        if refusal.code == "away" and asked.request.method == b"GET":
            link = (asked.request.path.decode("latin-1"), words("again"))
        page = Page(around, title, pages.notice(title, words(refusal.code), link), refusal.status)
        answer = await _page(page)
        waits = {"Retry-After": str(math.ceil(refusal.wait))} if refusal.wait else {}
        return msgspec.structs.replace(answer, headers={**answer.headers, **waits})

    def _script(self, asked: Asked) -> ScriptView:
        script = self._visiting.script(asked.path["dialog"])
        if script is None:
            raise Refusal("missing", 404)
        return script

    def _around(self, asked: Asked, languages: tuple[str, ...]) -> Around:
        """In the language that the address names, else the one that the browser prefers, else the site's."""
        return Around(self._house, asked_language(asked.request, languages, self._language), languages)

    def _host(self, asked: Asked) -> None:
        """Only under our own name, so that no other name's page can be made to stand for ours."""
        if not self._origins.is_our_host(asked.request):
            raise Refusal("refused", 403)

    def _ours(self, asked: Asked) -> None:
        """What has no token of a page yet must come from one of our pages."""
        if not self._origins.is_certainly_ours(asked.request):
            raise Refusal("refused", 403)

    def _limited(self, rate: Rate, asked: Asked) -> None:
        wait = rate.take(client_address(asked.request))
        if wait:
            raise Refusal("too-many", 429, wait)

    async def _found(self, asked: Asked, looked_up: Awaitable[_T]) -> _T:
        """What a token leads to. Who guesses has to wait, and learns nothing by it."""
        address = client_address(asked.request)
        wait = self._guesses.wait(address)
        if wait:
            if isinstance(looked_up, Coroutine):
                looked_up.close()
            raise Refusal("too-many", 429, wait)
        try:
            return await looked_up
        except Gone:
            self._guesses.note(address)
            raise

    def _form(self, asked: Asked) -> Form:
        try:
            return read_form(asked.request, self._stepping.most_file_octets)
        except FormRefused as error:
            log.info("dialog-form-refused", error=str(error))
            raise Refusal("refused", 400) from error


def _refusal_of(error: Exception) -> Refusal:
    match error:
        case Refusal():
            return error
        case ConnectionError():
            log.warning("dialog-service-away", error=repr(error))
            return Refusal("away", 503, wait=5)
    is_gone = isinstance(error, Gone) or getattr(error, "code", "") in (NO_SESSION, NO_SCRIPT, NOT_HERE)
    return Refusal("gone", 410) if is_gone else Refusal("away", 503)


def _to(address: str) -> Answer:
    return Answer(status=303, headers={"Location": address})


async def _page(page: Page) -> Answer:
    return Answer(
        value=await document(page.around, page.title, page.main),
        status=page.status,
        content_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": POLICY},
    )
