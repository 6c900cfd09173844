"""The preview's page over HTTP: whom it answers, what it tells after a save, what it refuses."""

import http.client
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scriptengine.cli.main import main
from scriptengine.cli.preview import CHANNELS, look_at
from scriptengine.preview.serving import LOOPBACK, MAX_OCTETS, PreviewServer
from scriptengine.preview.watching import Watch
from scriptengine.testing.cases import TODAY
from tests.scriptengine.small import xml

GOOD = xml('<question id="a" name="a" type="yesno"><text>Dark &lt;b&gt;?</text></question>')


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "small.xml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def server(script: Path) -> Iterator[PreviewServer]:
    watch = Watch(script, look_at(script, ()))
    server = PreviewServer(watch, script.name, 0, CHANNELS, lambda: TODAY)
    watch.begin()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    watch.end()
    server.server_close()


def _ask(server: PreviewServer, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, Any]:
    connection = http.client.HTTPConnection(LOOPBACK, server.server_port, timeout=60)
    octets = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    kind = {"Content-Type": "application/json"} if body is not None else {}
    connection.request(method, path, octets, {**kind, **{name.replace("_", "-"): v for name, v in headers.items()}})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text, answer.headers


def _save(path: Path, text: str) -> None:
    """As editors do: a new file in the place of the old one."""
    new = path.with_suffix(".new")
    new.write_text(text)
    os.replace(new, path)


def _next(server: PreviewServer, after: int) -> dict[str, Any]:
    """The next edition; it may take a second look when the file was seen between two writes."""
    status, text, _ = _ask(server, "GET", f"/edition?after={after}")
    assert status == 200
    return json.loads(text)


def test_it_listens_on_loopback_alone_and_answers_to_no_other_name(server: PreviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    port = server.server_port
    assert _ask(server, "GET", "/", Host=f"localhost:{port}")[0] == 200
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", "localhost:1"):
        assert _ask(server, "GET", "/", Host=host)[0] == 421
        assert _ask(server, "GET", "/edition?after=0", Host=host)[0] == 421
    assert _ask(server, "POST", "/play", {}, Origin="http://evil.example")[0] == 421
    assert _ask(server, "POST", "/play", {}, Origin=f"http://127.0.0.1:{port}")[0] == 200


def test_page_and_files_have_a_strict_policy(server: PreviewServer) -> None:
    for path in ("/", "/static/preview.js", "/static/preview.css"):
        status, _, headers = _ask(server, "GET", path)
        assert status == 200
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/static/page.html", "/static/../serving.py", "/static/none.js", "/etc/passwd"):
        assert _ask(server, "GET", path)[0] == 404


def test_the_page_speaks_the_browser_s_language(server: PreviewServer) -> None:
    assert '<html lang="pt">' in _ask(server, "GET", "/", Accept_Language="pt-BR,pt;q=0.9,en;q=0.5")[1]
    page = _ask(server, "GET", "/", Accept_Language="fr,en")[1]
    assert '<html lang="en">' in page
    assert "{{" not in page


def test_an_answer_leads_on_and_words_of_the_script_are_escaped(server: PreviewServer) -> None:
    _, text, _ = _ask(server, "POST", "/play", {})
    told = json.loads(text)
    assert told["nodes"] == {"desk": "a", "web": "a", "ivr": "a"}
    assert "Dark &lt;b&gt;?" in told["surfaces"]["desk"]
    act = {"channel": "web", "kind": "question", "node": "a", "values": {"a": "yes"}}
    told = json.loads(_ask(server, "POST", "/play", {"steps": told["steps"], "act": act})[1])
    assert told["nodes"] == {"desk": "done", "web": "done", "ivr": "done"}
    assert told["steps"] == [{"turn": 1, "kind": "answer", "node": "a", "value": "yes"}]


def test_given_values_that_do_not_fit_are_told(server: PreviewServer) -> None:
    told = json.loads(_ask(server, "POST", "/play", {"given": [["nobody", "3"]]})[1])
    assert "given nobody: there is nothing of this name" in told["wrong"][0]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"steps": [{}]}', b'{"act": {"channel": "fax"}}', b'{"other": 1}', b'{"language": 3}']
)
def test_what_is_no_play_is_refused(server: PreviewServer, body: bytes) -> None:
    assert _ask(server, "POST", "/play", body)[0] == 400


def test_too_much_and_other_kinds_are_refused(server: PreviewServer) -> None:
    assert _ask(server, "POST", "/play", b"x=1", Content_Type="text/plain")[0] == 415
    assert _ask(server, "POST", "/play", b"", Content_Length=str(MAX_OCTETS + 1))[0] == 413
    many = [{"turn": 1, "kind": "answer", "node": "a"}] * 600
    assert _ask(server, "POST", "/play", {"steps": many})[0] == 400


def test_a_save_is_a_new_edition_and_one_with_errors_leaves_the_last_good_one(
    server: PreviewServer, script: Path
) -> None:
    first = _next(server, 0)
    assert (first["number"], first["is_stale"], first["id"]) == (1, False, "small")
    assert "Dark" in first["svg"]
    _save(script, GOOD.replace("Dark", "Light"))
    second = _next(server, 1)
    assert "Light" in second["svg"]
    _save(script, GOOD.replace("</question>", "").replace("Dark", "Never"))
    broken = _next(server, 2)
    assert broken["is_stale"]
    assert [one["severity"] for one in broken["findings"]] == ["error"]
    assert "Light" in broken["svg"]
    assert "Never" in broken["source"]
    assert "Light" in json.loads(_ask(server, "POST", "/play", {})[1])["surfaces"]["ivr"]
    _save(script, GOOD.replace('type="yesno"', 'type="yesno" if="nobody"'))
    misspelt = _next(server, 3)
    assert misspelt["is_stale"]
    assert "D06" in {one["code"] for one in misspelt["findings"]}
    _save(script, GOOD)
    assert not _next(server, 4)["is_stale"]


def test_a_file_that_cannot_be_run_at_first(tmp_path: Path) -> None:
    path = tmp_path / "none.xml"
    watch = Watch(path, look_at(path, ()))
    assert watch.edition.shown is None
    assert not watch.edition.is_stale
    assert watch.edition.findings[0].code == "L01"


def test_a_fault_of_ours_is_told_and_the_next_save_is_seen(script: Path, capsys: Any) -> None:
    faults = [None, RuntimeError("oh"), None]
    look = look_at(script, ())

    def sometimes() -> Any:
        fault = faults.pop(0)
        if fault is not None:
            raise fault
        return look()

    watch = Watch(script, sometimes)
    watch.begin()
    try:
        _save(script, GOOD.replace("Dark", "Light"))
        failed = watch.next(1, 30)
        assert failed is not None
        assert (failed.is_stale, failed.findings[0].code) == (True, "P01")
        assert "RuntimeError: oh" in failed.findings[0].message
        _save(script, GOOD)
        good = watch.next(2, 30)
        assert good is not None
        assert not good.is_stale
    finally:
        watch.end()
    assert "RuntimeError" in capsys.readouterr().err


def test_the_command_says_what_is_wrong_with_a_port(script: Path, server: PreviewServer, capsys: Any) -> None:
    assert main(["preview", str(script), "--port", str(server.server_port)]) == 2
    assert f"The port {server.server_port} of 127.0.0.1 cannot be used" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["preview", str(script), "--port", "99999"])
