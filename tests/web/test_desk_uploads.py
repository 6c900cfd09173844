"""Files that agents send in scripts: only for the own call, only what is asked, with the limits of the web."""

import pytest
import pytest_twisted

from scriptengine.interpreter import Answered
from server.call.dialogs import NOT_KEPT, Beginning, DialogRefused
from server.config.site import Queue, SiteFile, Web
from server.web.dialogs.uploads import MOST_FILES, Uploads, folder_of
from server.wire.uploads import SIGNATURE_OCTETS, is_name
from tests.fakes.dialogs import FakeDialogs
from tests.fakes.switchboard import a_call
from tests.fakes.web_server import WebServer, done

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
LONG = PNG + bytes(100_000)
"""Longer than bodies usually may be."""
SESSION = "c1@trunk.papers"
PAPERS = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="papers" version="1" xml:lang="en" channels="web desk" start="papers">
 <title>Papers</title>
 <group id="papers">
  <question id="picture" name="picture" type="file"><text>A picture</text></question>
  <question id="signed" name="signed" type="signature"><text>Signed?</text></question>
  <question id="name" name="name" type="text"><text>Name</text></question>
 </group>
 <end id="done" outcome="success" disposition="done"><text>Thank you.</text></end>
</dialog>
"""


@pytest.fixture
def server(tmp_path):
    web = Web(listen="127.0.0.1:0", upload_megabytes=0.3, uploads_megabytes=1)
    made = WebServer(SiteFile(web=web, queue=[Queue(id="service")]), dialogs=FakeDialogs(PAPERS), data=tmp_path)
    made.dialogs = made.web._visits.works[0]._stepping._dialogs
    made.switchboard.put_call(a_call("c1", state="talking", agent="ana", position=None))
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


async def begun(server, session=SESSION, channel="desk"):
    await server.dialogs.begin(Beginning(script="papers", channel=channel, session=session, call="c1", agent="ana"))
    return await server.log_in("ana")


async def sent(server, token, question="picture", octets=PNG, session=SESSION):
    path = f"/api/v1/dialogs/{session.replace('@', '%40')}/uploads/{question}"
    return await server.ask("POST", path, token=token, data=octets)


def problem(answer):
    return answer.code, answer.json_body["type"].rpartition(":")[2]


def files(tmp_path):
    return sorted(path.relative_to(tmp_path / "uploads").as_posix() for path in tmp_path.rglob("uploads/*/*"))


@pytest_twisted.ensureDeferred
async def test_a_file_and_a_signature_are_kept_as_those_of_visitors_are(server, tmp_path):
    ana = await begun(server)
    names = [(await sent(server, ana, *one)).json_body["name"] for one in (("picture", LONG), ("signed", PNG))]
    assert files(tmp_path) == sorted(names)
    assert [is_name(name) for name in names] == [True, True]
    assert {name.partition("/")[0] for name in names} == {folder_of(SESSION)}
    assert (tmp_path / "uploads" / names[0]).stat().st_mode & 0o077 == 0
    values = {"picture": names[0], "signed": names[1], "name": "Ana"}
    view = await server.dialogs.take(SESSION, Answered(values))
    assert (view.status, view.answers) == ("ended", values)
    got = await server.ask("GET", f"/api/v1/uploads/{names[0]}", token=await server.log_in("rui"))
    assert got.raw == LONG


@pytest.mark.parametrize("octets", [PNG, LONG], ids=["short", "judged by its head"])
@pytest_twisted.ensureDeferred
async def test_only_the_agent_of_the_call_may_send_and_only_what_is_asked_at_a_desk(server, tmp_path, octets):
    ana, rui = await begun(server), await server.log_in("rui")

    async def refused(token=ana, question="picture", session=SESSION):
        return problem(await sent(server, token, question, octets, session))

    assert await refused(rui) == (404, "not-found")
    assert await refused("") == (401, "not-logged-in")
    assert await refused("no such token") == (401, "not-logged-in")
    assert await refused(session="c2.papers") == (404, "not-found")
    assert await refused(question="name") == (409, "file-not-asked")
    assert await refused(question="else") == (409, "file-not-asked")
    await begun(server, "WEBS-ESSI-ON01", "web")
    assert await refused(session="WEBS-ESSI-ON01") == (404, "not-found")
    server.switchboard.set_call("c1", agent="rui")
    assert await refused() == (404, "not-found")
    server.switchboard.set_call("c1", agent="ana")
    server.dialogs.failure = DialogRefused(NOT_KEPT, "away")
    assert await refused() == (503, "service-away")
    await server.dialogs.take(SESSION, Answered({"picture": "Folder 7", "signed": "Folder 7", "name": "Ana"}))
    assert await refused() == (409, "file-not-asked")
    assert files(tmp_path) == []


@pytest_twisted.ensureDeferred
async def test_kind_and_length_are_judged_by_what_comes(server, tmp_path):
    ana = await begun(server)
    assert problem(await sent(server, ana, octets=PNG + bytes(300_000))) == (409, "file-large")
    assert problem(await sent(server, ana, "signed", PNG + bytes(SIGNATURE_OCTETS))) == (409, "file-large")
    for question, octets in (
        ("picture", b"<svg/>" + bytes(99)),
        ("picture", b"MZ" + bytes(100_000)),
        ("picture", b""),
        ("signed", b"%PDF-1.7"),
    ):
        assert problem(await sent(server, ana, question, octets)) == (409, "file-kind")
    assert files(tmp_path) == []


@pytest_twisted.ensureDeferred
async def test_a_session_has_few_files_and_all_together_their_limit(server, tmp_path):
    ana = await begun(server)
    for _ in range(MOST_FILES):
        assert (await sent(server, ana)).code == 201
    assert problem(await sent(server, ana)) == (409, "file-many")
    await begun(server, "another")
    (tmp_path / "uploads" / "X").mkdir()
    (tmp_path / "uploads" / "X" / "x.png").write_bytes(bytes(999_999))
    for octets in (PNG, LONG):
        assert problem(await sent(server, ana, octets=octets, session="another")) == (409, "file-many")


@pytest_twisted.ensureDeferred
async def test_a_disk_that_takes_nothing_is_told(server, tmp_path):
    ana = await begun(server)
    (tmp_path / "uploads").write_text("not a folder")
    assert problem(await sent(server, ana)) == (503, "file-not-kept")


@pytest_twisted.ensureDeferred
async def test_files_are_forgotten_where_no_dialog_is_on_the_web_too(server, tmp_path):
    ana = await begun(server)
    name = (await sent(server, ana)).json_body["name"]
    await server.web._visits._forgetting.look()
    assert files(tmp_path) == [name]
    server.clock.wall += 10_000 * 86_400
    await server.web._visits._forgetting.look()
    assert files(tmp_path) == []


def test_a_folder_is_named_by_the_session_or_by_a_digest(tmp_path):
    assert folder_of("ABCD-EFGH-IJKL-MNOP") == "ABCD-EFGH-IJKL-MNOP"
    folders = {folder_of(session) for session in ("../..", "c1.papers", "c1.Papers", "x" * 80, "")}
    assert len(folders) == 5
    uploads = Uploads(tmp_path, 1000, 10_000)
    for session in ("../..", "c1.papers"):
        assert uploads.read(uploads.keep_file(session, PNG, is_signature=False)) == PNG
