"""Files that visitors send: of known kinds, few, small, under names of our own, handed out to agents as downloads."""

import base64
import os
import sys
from pathlib import Path

import pytest
import pytest_twisted

sys.path.insert(0, str(Path(__file__).parent))
from dialog_rig import Visitor, a_server

from server.web.dialogs.forms import Upload, harmless
from server.web.dialogs.replies import ToKeep
from server.web.dialogs.uploads import MOST_FILES, UploadRefused, Uploads
from server.wire.uploads import kind_of
from tests.fakes.web_server import done, header

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PAPERS = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 1.0//EN" "dialog.dtd">
<dialog id="papers" version="1" xml:lang="en" channels="web desk" start="papers">
 <title>Papers</title>
 <group id="papers">
  <question id="picture" name="picture" type="file"><text>A picture</text></question>
  <question id="signed" name="signed" type="signature"><text>Sign here</text></question>
  <question id="name" name="name" type="text" length="2-40"><text>Name</text></question>
 </group>
 <end id="done" outcome="success" disposition="done"><text>Thank you.</text></end>
</dialog>
"""


@pytest.fixture
def server(tmp_path):
    made = a_server(tmp_path, PAPERS, dialogs=["papers"], upload_megabytes=0.1)
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


def files(tmp_path):
    return sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("uploads/*/*"))


async def begun(server):
    visitor = Visitor(server)
    await visitor.go("/dialogs/papers")
    return await visitor.press("begin")


@pytest_twisted.ensureDeferred
async def test_a_file_is_kept_once_and_only_agents_get_it(server, tmp_path):
    visitor = await begun(server)
    await visitor.press("answer", q_picture=("../../etc/passwd<img>.png", PNG), q_signed="Ana Reis", q_name="A")
    assert visitor.status == 422
    assert visitor.page.xpath('//*[@id="problems"]//a/@href') == ["#q.name"]
    assert visitor.page.xpath('count(//*[@class="kept"])') == 2
    await visitor.press("answer", q_name="Ana")
    assert "Thank you." in visitor.text()
    (session,) = server.dialogs.events
    answers = (await server.dialogs.look(session)).answers
    kept = files(tmp_path)
    assert sorted(f"uploads/{answers[name]}" for name in ("picture", "signed")) == kept
    assert [Path(name).suffix for name in kept if name.endswith(answers["picture"])] == [".png"]
    assert (tmp_path / "uploads" / answers["signed"]).read_text() == "Ana Reis"
    assert (tmp_path / kept[0]).stat().st_mode & 0o077 == 0
    path = f"/api/v1/uploads/{answers['picture']}"
    assert (await server.ask("GET", path)).code == 401
    answer = await server.ask("GET", path, token=await server.log_in("ana"))
    assert answer.raw == PNG
    assert header(answer, "content-type") == "application/octet-stream"
    assert header(answer, "content-disposition").startswith("attachment")
    assert header(answer, "x-content-type-options") == "nosniff"
    elsewhere = f"/api/v1/uploads/{session}/..%2f..%2fcaruso.db"
    assert (await server.ask("GET", elsewhere, token=await server.log_in("ana"))).code == 404


@pytest_twisted.ensureDeferred
async def test_what_is_not_taken_is_said_at_its_field(server, tmp_path):
    visitor = await begun(server)
    for upload, words in (
        (("a.png", b"<html><script>alert(1)</script>"), "Please send a picture"),
        (("a.pdf", b"MZ" + bytes(99)), "Please send a picture"),
        (("a.png", PNG + bytes(100_000)), "larger than 0.1 MB"),
    ):
        await visitor.press("answer", q_picture=upload, q_name="Ana")
        assert visitor.status == 422
        assert words in visitor.text('*[@id="q.picture.wrong"]')
        assert visitor.value("q.name") == "Ana"
    assert files(tmp_path) == []


@pytest_twisted.ensureDeferred
async def test_a_form_far_too_large_is_not_read(server, tmp_path):
    visitor = await begun(server)
    await visitor.press("answer", q_picture=("a.png", PNG + bytes(900_000)), q_name="Ana")
    assert visitor.status == 413
    assert "too large to be sent" in visitor.text()
    assert files(tmp_path) == []


def test_a_drawing_is_a_picture_and_nothing_else(tmp_path):
    uploads = Uploads(tmp_path, 1000, 10_000)

    def drawn(text: str) -> ToKeep:
        return ToKeep("signed", "drawing", Upload("signature.png", text.encode()))

    good = "data:image/png;base64," + base64.b64encode(PNG).decode()
    name = uploads.keep("SESS-ION1", drawn(good))
    assert uploads.read(name) == PNG
    for bad in (
        "data:image/svg+xml;base64," + base64.b64encode(b"<svg/>").decode(),
        "data:image/png;base64," + base64.b64encode(b"%PDF-1.4").decode(),
        "data:image/png;base64,@@@",
        "x",
    ):
        with pytest.raises(UploadRefused):
            uploads.keep("SESS-ION1", drawn(bad))


def test_a_session_keeps_few_files_and_none_for_ever(tmp_path):
    uploads = Uploads(tmp_path, 1000, 10_000)
    one = ToKeep("picture", "file", Upload("a.png", PNG))
    names = [uploads.keep("SESS-ION1", one) for _ in range(MOST_FILES)]
    with pytest.raises(UploadRefused, match="file-many"):
        uploads.keep("SESS-ION1", one)
    for name in names[:4]:
        os.utime(tmp_path / name, (1000, 1000))
    assert uploads.forget(2000) == 4
    assert uploads.read(names[0]) is None
    assert uploads.read(names[4]) == PNG
    for name in names[4:]:
        os.utime(tmp_path / name, (1000, 1000))
    uploads.forget(2000)
    assert list(tmp_path.iterdir()) == []


def test_all_files_together_have_their_limit(tmp_path):
    uploads = Uploads(tmp_path, 1000, 2 * len(PNG))
    one = ToKeep("picture", "file", Upload("a.png", PNG))
    for session in ("SESS-ION1", "SESS-ION2"):
        uploads.keep(session, one)
    with pytest.raises(UploadRefused, match="file-many"):
        uploads.keep("SESS-ION3", one)


def test_names_and_kinds_come_from_us():
    assert kind_of(b"%PDF-1.7") == "pdf"
    assert kind_of(b"RIFF....WEBPVP8 ") == "webp"
    assert kind_of(b"\0\0\0\x18ftypheic") == "heic"
    assert kind_of(b"GIF89a") is None
    assert harmless("C:\\fotos\\..\\<b>.png") == "_b_.png"
    assert harmless("...") == "file"
    assert Uploads(Path("/nowhere"), 1, 1).read("../../etc/passwd") is None
