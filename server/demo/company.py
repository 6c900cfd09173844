"""The company's own systems in the demo: the program in the vertical's folder `service`, beside the server."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from server.demo.processes import end_with_parent
from server.demo.scripts import scripts_of
from server.wire.services import PATH

TOKEN_FILE = "service.token"
END_SECONDS = 5.0


def has_program(vertical: Path) -> bool:
    """Whether the vertical brings a service of its own."""
    return (vertical / "service" / "__main__.py").is_file()


def interfaces_of(vertical: Path) -> list[str]:
    """The services that the vertical's scripts call. Raises OSError and TOMLDecodeError."""
    folders = {script.parent for script in scripts_of(vertical)}
    files = [file for folder in sorted(folders) for file in sorted(folder.glob("*interfaces.toml"))]
    return sorted({name for file in files for name in tomllib.loads(file.read_text("utf-8")).get("services", {})})


def with_service(site: dict[str, Any], vertical: Path) -> dict[str, Any]:
    """The site with a `[[service]]` for the vertical's program, named as its folder; its token lies in `TOKEN_FILE`."""
    if not has_program(vertical):
        return site
    name = vertical.resolve().name
    others = [_absolute(table, vertical) for table in site.get("service", []) if table["name"] != name]
    own = next((table for table in site.get("service", []) if table["name"] == name), {"name": name})
    own = {"interfaces": interfaces_of(vertical)} | own | {"token": f"file:{TOKEN_FILE}"}
    return site | {"service": [*others, own]}


def _absolute(table: dict[str, Any], vertical: Path) -> dict[str, Any]:
    kind, colon, name = str(table["token"]).partition(":")
    return table | {"token": f"file:{vertical.absolute() / name}"} if colon and kind == "file" else table


class CompanyService:
    """The program. `data`: where its token lies, and where it keeps its database and its log."""

    def __init__(self, vertical: Path, data: Path, url: str, zone: str) -> None:
        self._vertical = vertical.resolve()
        self._data = data
        self._url = url.replace("http", "ws", 1) + PATH
        self._zone = zone
        self._process: subprocess.Popen[bytes] | None = None
        self.log = data / "service.log"

    def start(self) -> None:
        """Start it; it waits for the server by itself."""
        folder = self._vertical
        command = [
            sys.executable, "-m", f"{folder.parent.name}.{folder.name}.service", "--url", self._url,
            "--token-file", str(self._data / TOKEN_FILE), "--db", str(self._data / "service.db"),
            "--time-zone", self._zone,
        ]  # fmt: skip
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command, cwd=folder.parents[1], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=end_with_parent,
            )  # fmt: skip

    def ended(self) -> int | None:
        """Its exit status, once; None: it runs, or that was told already."""
        status = self._process.poll() if self._process is not None else None
        if status is not None:
            self._process = None
        return status

    def close(self) -> None:
        """End it politely."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
