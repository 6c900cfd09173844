"""Mailboxes over the HTTP API: only owners, and what they may do."""

import pytest
import pytest_twisted

from server.wire.voicemail import MailboxView, VoiceMessage
from tests.fakes.web_server import WebServer, done

BOX = MailboxView(id="sales", name="Sales", owner="queue:service", new=1, saved=0, urgent=0)
MESSAGE = VoiceMessage(
    id="sales-c1-1", mailbox="sales", at="2026-03-01T12:00:00.000Z", caller="+4989123", seconds=12.5,
    urgent=False, saved=False,
)  # fmt: skip
PATH = "/api/v1/mailboxes/sales/messages"


@pytest.fixture
def server(tmp_path):
    made = WebServer()
    made.voicemail.boxes = {"ana": [BOX]}
    made.voicemail.kept = {"sales": [MESSAGE]}
    made.voicemail.files = {"sales-c1-1": tmp_path / "sound.wav"}
    (tmp_path / "sound.wav").write_bytes(b"RIFF....")
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


@pytest_twisted.ensureDeferred
async def test_an_owner_hears_saves_and_deletes(server):
    token = await server.log_in("ana")
    assert (await server.ask("GET", "/api/v1/mailboxes", token=token)).json_body[0]["new"] == 1
    (message,) = (await server.ask("GET", PATH, token=token)).json_body
    assert (message["caller"], message["seconds"], message["saved"]) == ("+4989123", 12.5, False)
    sound = await server.ask("GET", f"{PATH}/sales-c1-1/sound", token=token)
    assert (sound.code, await sound.content()) == (200, b"RIFF....")
    saved = await server.ask("PUT", f"{PATH}/sales-c1-1", {"saved": True}, token=token)
    assert saved.json_body[0]["saved"] is True
    assert (await server.ask("DELETE", f"{PATH}/sales-c1-1", token=token)).code == 204
    assert (await server.ask("DELETE", f"{PATH}/sales-c1-1", token=token)).code == 404
    assert server.voicemail.changes == [
        ("sales", "sales-c1-1", "save", "ana"),
        ("sales", "sales-c1-1", "delete", "ana"),
    ]


@pytest_twisted.ensureDeferred
async def test_a_copy_is_given_to_another_mailbox(server):
    token = await server.log_in("ana")
    assert (await server.ask("GET", "/api/v1/mailbox-names", token=token)).json_body == [
        {"id": "sales", "name": "Sales"}
    ]
    path = f"{PATH}/sales-c1-1/copies"
    assert (await server.ask("POST", path, {"to": "sales"}, token=token)).code == 204
    assert (await server.ask("POST", path, {"to": "nobody"}, token=token)).code == 409
    token = await server.log_in("rui")
    assert (await server.ask("POST", path, {"to": "sales"}, token=token)).code == 404
    assert server.voicemail.changes == [("sales", "sales-c1-1", "forward sales", "ana")]


@pytest_twisted.ensureDeferred
async def test_others_are_told_that_there_is_none(server):
    assert (await server.ask("GET", "/api/v1/mailboxes")).code == 401
    token = await server.log_in("rui")
    assert (await server.ask("GET", "/api/v1/mailboxes", token=token)).json_body == []
    for method, path, body in (
        ("GET", PATH, None),
        ("GET", f"{PATH}/sales-c1-1/sound", None),
        ("PUT", f"{PATH}/sales-c1-1", {"saved": True}),
        ("DELETE", f"{PATH}/sales-c1-1", None),
    ):
        assert (await server.ask(method, path, body, token=token)).code == 404
    assert server.voicemail.changes == []


@pytest_twisted.ensureDeferred
async def test_what_is_not_there_is_said(server, tmp_path):
    token = await server.log_in("ana")
    assert (await server.ask("GET", f"{PATH}/other/sound", token=token)).code == 404
    (tmp_path / "sound.wav").unlink()
    gone = await server.ask("GET", f"{PATH}/sales-c1-1/sound", token=token)
    assert (gone.code, gone.json_body["detail"]) == (404, "The sound of this message is not there any more.")
    assert (await server.ask("PUT", f"{PATH}/sales-c1-1", {"saved": False}, token=token)).code == 400
