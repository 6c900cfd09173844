"""What one stranger can use up: a small share of the space for files, and of the call-backs of an hour."""

import stat
import sys
from pathlib import Path

import pytest
import pytest_twisted

sys.path.insert(0, str(Path(__file__).parent))
from dialog_rig import Visitor, a_server
from test_dialog_hand_over import orders, wants_a_person
from test_dialog_uploads import PAPERS, PNG

from server.call.visits import PersonalLink
from server.web.dialogs.hand_over import strangers_share
from server.web.dialogs.shares import UploadShares
from server.web.dialogs.tokens import hash_of
from server.web.dialogs.uploads import UploadRefused
from server.wire.desk import Customer

KILOBYTE = 1000


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "uploads"
    made.mkdir()
    return made


def shares_of(folder: Path, most: int = 100 * KILOBYTE) -> UploadShares:
    return UploadShares(folder, folder.parent / "shares.json", most, KILOBYTE)


def keep(shares: UploadShares, folder: Path, session: str, address: str, octets: int) -> None:
    shares.take(session, address, octets)
    (folder / session).mkdir(exist_ok=True)
    number = len(list((folder / session).iterdir()))
    (folder / session / f"{number}.png").write_bytes(bytes(octets))


def test_one_address_fills_a_tenth_however_patient_it_is(folder):
    shares = shares_of(folder)
    for number in range(10):
        keep(shares, folder, f"SESSION-{number}", f"2001:db8::{number}", KILOBYTE)
    for fresh in (shares, shares_of(folder)):  # a restart forgets nothing
        with pytest.raises(UploadRefused, match="file-many"):
            fresh.take("SESSION-X", "2001:db8::ffff", 1)
        fresh.take("SESSION-Y", "2001:db8:0:1::1", KILOBYTE)
    (folder / "SESSION-3" / "0.png").unlink()
    shares.take("SESSION-X", "2001:db8::ffff", KILOBYTE)


def test_strangers_leave_a_part_to_customers_with_a_link(folder):
    shares = shares_of(folder)
    for number in range(8):
        keep(shares, folder, f"SESSION-{number}", f"198.51.100.{number}", 10 * KILOBYTE)
    with pytest.raises(UploadRefused, match="file-many"):
        shares.take("SESSION-8", "198.51.100.8", 1)


def test_the_notes_tell_no_addresses_and_a_broken_file_begins_anew(folder):
    shares = shares_of(folder)
    keep(shares, folder, "SESSION-1", "198.51.100.7", KILOBYTE)
    notes = folder.parent / "shares.json"
    assert "198.51" not in notes.read_text()
    assert stat.S_IMODE(notes.stat().st_mode) == 0o600
    notes.write_text("{")
    shares_of(folder).take("SESSION-2", "198.51.100.7", 10 * KILOBYTE)


def test_one_file_fits_into_the_smallest_share(folder):
    shares_of(folder, most=2 * KILOBYTE).take("SESSION-1", "198.51.100.7", KILOBYTE)


@pytest_twisted.ensureDeferred
async def test_a_stranger_is_told_that_no_more_is_taken_and_a_customer_is_not(tmp_path):
    server = a_server(tmp_path, PAPERS, dialogs=["papers"], upload_megabytes=0.01, uploads_megabytes=0.1)
    server.start()
    stranger = {"X-Forwarded-For": "198.51.100.7"}
    link = PersonalLink(
        token=hash_of("personal"), script="papers", customer="7", session="OWN1-OWN1", made_at=0, expires_at=4e9
    )
    server.customers.cards["7"] = Customer(id="7", name="Rui", numbers=["+49301234567"])
    await server.visits.add_link(link)

    async def send(path: str) -> str:
        visitor = Visitor(server, headers=stranger)
        await visitor.go(path)
        await visitor.press("begin")
        await visitor.press("answer", q_picture=("a.png", PNG + bytes(8000)), q_signed="Ana", q_name="Ana")
        return visitor.text()

    assert "Thank you." in await send("/dialogs/papers")
    assert "No more files can be sent here." in await send("/dialogs/papers")
    assert "Thank you." in await send("/dialogs/papers/p/personal")
    await server.stop()


@pytest_twisted.ensureDeferred
async def test_one_address_asks_for_few_call_backs(tmp_path):
    server = a_server(tmp_path, call_backs_per_hour=20)
    server.start()
    share = strangers_share(20)
    assert share == 2
    for number in range(share + 1):
        visitor = await wants_a_person(server, headers={"X-Forwarded-For": "198.51.100.7"})
        await visitor.press("call", number=f"030123456{number}")
    assert "No further call-back" in visitor.text()
    assert len(orders(server)) == share
    elsewhere = await wants_a_person(server, headers={"X-Forwarded-For": "198.51.100.8"})
    await elsewhere.press("call", number="0301234569")
    assert len(orders(server)) == share + 1
    await server.stop()
