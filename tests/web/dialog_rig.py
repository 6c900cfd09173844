"""A visitor without JavaScript: reads the pages of a real server as a browser does, fills forms in, presses buttons."""

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import msgspec
from lxml import html

from server.call.events import CallBackOrdered
from server.config.site import Queue, Reason, Sip, Site, SiteFile, Web
from tests.fakes.dialogs import FakeDialogs
from tests.fakes.switchboard import a_call
from tests.fakes.web_server import WebServer

HERE = Path(__file__).parent
EVERYTHING = (HERE / "everything.xml").read_text("utf-8")
DIALOGS = Path(__file__).parents[2] / "dialogs"
METERS = DIALOGS / "meter-reading.xml"
SECRETS = (b"SECRET", b"sell!", b"venda!", b"desk-only")


def a_site(**web: Any) -> SiteFile:
    settings = Web(listen="127.0.0.1:0", dialogs=["everything", "meter-reading"])
    return SiteFile(
        site=Site(name="Rio & Sons", country="DE", time_zone="Europe/Berlin"),
        web=msgspec.structs.replace(settings, **web),
        sip=Sip(domain="caruso.test"),
        queue=[Queue(id="service", name="Service", call_back_typed=["0"])],
        reason=[Reason(id="break", name="Break")],
    )


def a_server(data: Path | None = None, *scripts: Any, **web: Any) -> WebServer:
    dialogs = FakeDialogs(*(scripts or (EVERYTHING, METERS)))
    made = WebServer(a_site(**web), dialogs=dialogs, data=data)
    made.dialogs = dialogs
    made.switchboard.on_told = lambda event: _under_way(made, event)
    return made


def _under_way(server: WebServer, event: Any) -> None:
    """What the rules would make of it."""
    if isinstance(event, CallBackOrdered):
        server.switchboard._calls[event.call] = a_call(event.call, queue=event.queue)


class Visitor:
    """One browser. `page`: what is shown; `seen`: every octet that ever came."""

    def __init__(self, server: WebServer, language: str = "en", headers: dict[str, str] | None = None) -> None:
        self.server = server
        self.headers = {"Accept-Language": language, **(headers or {})}
        self.at = ""
        self.status = 0
        self.page: Any = None
        self.seen: list[bytes] = []

    async def go(self, path: str) -> "Visitor":
        return await self._ask("GET", path)

    async def press(self, do: str, action: str = "", **fields: Any) -> "Visitor":
        """Press the button with that value, in the form that has it. `q_is_new="x"` fills the field `q.is-new`; a list
        ticks several; a tuple `(file name, octets)` is a file."""
        found = self.page.xpath(f'//form[.//button[@value="{do}"]]')
        assert found, f"no button {do} at {self.at}: {self.text()}"
        form = found[0]
        sent = _standing(form)
        files = {}
        for name, value in fields.items():
            field = name.replace("q_", "q.", 1).replace("_", "-") if name.startswith("q_") else name
            assert form.xpath(f'.//*[@name="{field}"]'), f"no field {field}: {self.text()}"
            sent = [(one, old) for one, old in sent if one != field]
            if isinstance(value, tuple):
                files[field] = value
            else:
                sent += [(field, one) for one in (value if isinstance(value, list) else [value])]
        sent.append(("do", do))
        return await self.send(action or form.get("action") or self.at, sent, files, form.get("enctype"))

    async def send(self, path: str, fields: Any, files: Any = None, enctype: str | None = None, **headers: str) -> Any:
        """A form as a browser sends it."""
        more: dict[str, Any] = {"data": fields}
        if enctype:
            boundary = "----visitor"
            more = {"data": _multipart(fields, files or {}, boundary)}
            headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
        return await self._ask("POST", path, {"Origin": f"http://{self.server.address}", **headers}, **more)

    async def _ask(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> "Visitor":
        answer = await self.server.ask(method, path, headers={**self.headers, **(headers or {})}, **more)
        self.seen += [answer.raw, repr(list(answer.headers.getAllRawHeaders())).encode()]
        self.answer, self.status = answer, answer.code
        location = answer.headers.getRawHeaders("location")
        if location:
            return await self._ask("GET", urljoin(path, location[0]))
        self.at = path
        self.page = html.fromstring(answer.raw.decode()) if answer.raw[:1] == b"<" else None
        return self

    def text(self, of: str = "main") -> str:
        """The words of a part of the page, in one line."""
        return (
            " ".join(" ".join(self.page.xpath(f"//{of}")[0].text_content().split()).split())
            if self.page is not None
            else ""
        )

    def heading(self) -> str:
        return " ".join(self.page.xpath("//h1")[0].text_content().split())

    def value(self, name: str) -> str:
        """What stands in a field."""
        field = self.page.xpath(f'//*[@name="{name}"]')[0]
        return str(field.text or "") if field.tag == "textarea" else str(field.get("value"))

    def ticked(self, name: str) -> list[str]:
        return [str(box.get("value")) for box in self.page.xpath(f'//input[@name="{name}"][@checked]')]


def _standing(form: Any) -> list[tuple[str, str]]:
    """What the form would send as it stands."""
    found = []
    for field in form.xpath(".//input|.//textarea|.//select"):
        name, kind = field.get("name"), field.get("type")
        if not name or kind == "file" or (kind in ("radio", "checkbox") and field.get("checked") is None):
            continue
        found.append((name, field.text or "" if field.tag == "textarea" else field.value or ""))
    return found


def _multipart(fields: Any, files: Any, boundary: str) -> bytes:
    parts = [(name, "", value.encode()) for name, value in fields]
    parts += [(name, f'; filename="{file}"', octets) for name, (file, octets) in files.items()]
    lines = b""
    for name, more, octets in parts:
        lines += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + octets + b"\r\n"
        )
    return lines + f"--{boundary}--\r\n".encode()
