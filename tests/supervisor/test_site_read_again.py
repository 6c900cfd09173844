"""Which sockets a site that is read again has, and that nothing it holds ends the supervisor."""

import errno
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from server.config.load import parse_site
from server.config.site import SiteFile
from server.supervisor import run
from server.supervisor.loop import Loop
from server.supervisor.notes import Notes
from server.supervisor.sockets import CannotListen, Sockets


@pytest.fixture
def sockets(tmp_path: Path) -> Iterator[Sockets]:
    loop = Loop()
    made = Sockets(tmp_path, Notes(tmp_path, loop))
    yield made
    made.close()
    loop.close()


def a_site(web: str, sip: str = "udp:127.0.0.1:0") -> SiteFile:
    return parse_site(f'[sip]\nlisten = ["{sip}"]\n[web]\nlisten = "{web}"\n')


def test_what_is_open_where_the_site_wants_it_stays(sockets: Sockets) -> None:
    assert sockets.open_for(a_site("127.0.0.1:0"))
    before = sockets.addresses()
    assert not sockets.open_for(a_site("127.0.0.1:0"))
    assert not sockets.open_for(a_site(before["web"]))
    assert not sockets.open_for(a_site(before["web"].replace("127.0.0.1", "localhost")))
    assert sockets.addresses() == before
    assert sockets.open_for(a_site("127.0.0.2:0"))
    assert sockets.addresses()["web"].startswith("127.0.0.2:")
    assert sockets.addresses()["cards-sip"] == before["cards-sip"]
    assert sockets.open_for(a_site(""))
    assert "web" not in sockets.addresses()


@pytest.mark.parametrize("key", ["web", "sip:tcp:127.0.0.1:0"])
def test_a_port_that_we_have_ourselves_is_named_as_ours_and_all_stays(sockets: Sockets, key: str) -> None:
    sip = "tcp:127.0.0.1:0"
    sockets.open_for(a_site("127.0.0.1:0", sip))
    before, descriptors = sockets.addresses(), sockets.descriptors()
    everywhere = before[key].replace("127.0.0.1", "0.0.0.0")
    wanted = a_site(everywhere) if key == "web" else a_site("127.0.0.2:0", f"tcp:{everywhere}")
    with pytest.raises(CannotListen, match=rf"{os.strerror(errno.EADDRINUSE)}; this server itself .*\({key}\)"):
        sockets.open_for(wanted)
    assert sockets.addresses() == before
    assert sockets.descriptors() == descriptors


def test_an_error_that_nobody_thought_of_leaves_all_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(*_: object) -> None:
        raise LookupError("of a kind that no check names")

    house = run.House(tmp_path / "site.toml", tmp_path, a_site("127.0.0.1:0"), run.Programs(), {})
    monkeypatch.setattr(run, "check_site", raising)
    with capture_logs() as logs:
        house._heed(bytes([signal.SIGHUP]))
    assert [(line["event"], line["log_level"]) for line in logs] == [("site-not-taken", "error")]
    assert "of a kind that no check names" in logs[0]["error"]
    assert not (tmp_path / "listening.json").exists()
    house._loop.close()
