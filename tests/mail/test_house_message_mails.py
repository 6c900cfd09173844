"""A whole house: a caller speaks, the mailbox's owner gets the sound by mail, once, over a killed core."""

from pathlib import Path

import pytest
from smtp_server import Mailbox, smtp_server

from server.phone import words
from server.phone.driver import Phone
from tests.house.house import House, until
from tests.house.message_rounds import octets_of
from tests.house.sites import site

pytestmark = pytest.mark.real

MORE = """
[mail]
smtp = "smtp://127.0.0.1:{smtp}"
from = "Test <calls@example.com>"
starttls = "never"
[[number]]
dial = "850"
to = "voicemail:sales"
[[mailbox]]
id = "sales"
owner = "queue:sales"
min_seconds = 1
mail = "ana@example.com"
mail_sound = true
"""


def test_a_message_is_mailed_with_its_sound_once(tmp_path: Path) -> None:
    box = Mailbox()
    with smtp_server(box) as port, Phone("customer") as customer:
        more = MORE.replace("{smtp}", str(port))
        with House(tmp_path, site(agents=1, phone_port=customer.port, spare=1, more=more)) as house:
            server = f"127.0.0.1:{house.sip_port}"
            customer.call(f"sip:850@{server}", caller="+4989123", server=server)
            customer.wait(words.Media, state="active")
            parts = house.data / "voicemail" / "sales"
            until("the recording", lambda: any(octets_of(part) > 40_000 for part in parts.glob(".*.part.wav")))
            box.hold.clear()
            customer.hang_up()
            assert box.arrived.acquire(timeout=60)
            (left,) = [entry for entry in house.entries() if entry["t"] == "voicemail-left"]
            house.kill_core()
            box.hold.set()
            until(
                "the mail service", lambda: any(one.startswith("mail 1") for one in house.ask(ask="status")["services"])
            )
            until("the mail is over", lambda: [m for m in house.ask(ask="mail", ended=True) if m["state"] != "sending"])
            ((to, message),) = box.taken
            assert to == ["ana@example.com"]
            (sound,) = message.iter_attachments()
            assert sound.get_content_type() == "audio/wav"
            assert sound.get_content() == (house.data / "voicemail" / f"{left['sound']}.wav").read_bytes()
            assert [entry["t"] for entry in house.entries()].count("voicemail-mailed") == 1
