"""Broken site files: each error names file, line, path, what is wrong, and the cure."""

import wave
from pathlib import Path

import pytest

from server.config.load import MAX_OCTETS, SiteError, check_site, load_site
from server.config.site import SiteFile

WHOLE = """\
[site]
name = "Utility"
time_zone = "Europe/Berlin"

[sip]
listen = ["udp:127.0.0.1:5060"]

[[queue]]
id = "billing"

[[number]]
dial = "100"
to = "queue:billing"

[[agent]]
id = "ana"
queues = ["billing"]
password = "long enough"
"""

MOBILE_IN_A_RING = """\
[[trunk]]
name = "pstn"
target = "10.0.0.1"
[[queue]]
id = "all"
strategy = "ring-all"
[[agent]]
id = "max"
phone = "tel:+49301"
queues = ["all"]
[[agent]]"""

BROKEN = [
    # what is added or replaced; line, path, words of the message, words of the cure
    ("misspelt key", 'name = "Utility"', 'nane = "Utility"', 2, "site.nane", 'unknown key "nane"', '"name"'),
    ("unknown table", "[sip]", "[sipp]", 5, "sipp", 'unknown table "sipp"', '"sip"'),
    ("wrong type", 'dial = "100"', "dial = 100", 12, "number[0].dial", "100", "text in quotes"),
    ("number in quotes", 'id = "billing"', 'id = "billing"\npriority = "5"', 10, "queue[0].priority", "5",
     "whole number"),
    ("single table", "[[queue]]", "[queue]", 8, "queue", "a table", "[[queue]]"),
    ("missing key", 'id = "ana"\n', "", 15, "agent[0]", '"id" is missing', 'id = "..."'),
    ("strategy", 'id = "billing"', 'id = "billing"\nstrategy = "longest-idel"', 10, "queue[0].strategy", "longest-idel",
     '"longest-idle"'),
    ("id of a script", 'id = "billing"', 'id = "billing"\ndialog = "dialogs/refund.xml"', 10, "queue[0].dialog",
     "dialogs/refund.xml", "without path"),
    ("mobile in a ring", "[[agent]]", MOBILE_IN_A_RING, 24, "agent[0].queues[0]",
     '"tel:+49301" of "max" cannot ring together with others in "all"', "another strategy than ring-all"),
    ("steps of a ring", 'id = "billing"', 'id = "billing"\nring_step_seconds = 0', 10, "queue[0].ring_step_seconds",
     "0", "1 to 3600 seconds"),
    ("queue in to", "queue:billing", "queue:biling", 13, "number[0].to", '"biling"', '"billing"'),
    ("kind in to", "queue:billing", "desk:billing", 13, "number[0].to", "desk:billing", "queue:ID"),
    ("queue of agent", '["billing"]', '["biling"]', 17, "agent[0].queues[0]", '"biling"', '"billing"'),
    ("duplicate id", "[[number]]", '[[queue]]\nid = "billing"\n[[number]]', 12, "queue[1].id", "queue[0]",
     "another id"),
    ("duplicate dial", "[[agent]]", '[[number]]\ndial = "100"\nto = "queue:billing"\n[[agent]]', 16, "number[1].dial",
     "number[0]", "Take one"),
    ("id with a space", '"ana"', '"ana maria"', 16, "agent[0].id", "ana maria", "without spaces"),
    ("role", 'id = "ana"', 'id = "ana"\nrole = "boss"', 17, "agent[0].role", "boss", "supervisor"),
    ("phone", 'id = "ana"', 'id = "ana"\nphone = "0301234"', 17, "agent[0].phone", "0301234", "tel:+NUMBER"),
    ("tel without trunk", 'id = "ana"', 'id = "ana"\nphone = "tel:+4930123456"', 17, "agent[0].phone", "trunk",
     "[[trunk]]"),
    ("secret", '"long enough"', '"env:CARUSO_NO_SUCH"', 18, "agent[0].password", "CARUSO_NO_SUCH",
     "Set CARUSO_NO_SUCH"),
    ("secret file", '"long enough"', '"file:ana.pw"', 18, "agent[0].password", "ana.pw", "Make the file"),
    ("skill level", 'id = "ana"', 'id = "ana"\nskills = { english = 11 }', 17, "agent[0].skills.english", "11",
     "0 to 10"),
    ("time zone", "Europe/Berlin", "Europe/Berln", 3, "site.time_zone", "Europe/Berln", '"Europe/Berlin"'),
    ("country", "[sip]", 'country = "Germany"\n[sip]', 5, "site.country", "Germany", "DE"),
    ("currency", "[sip]", 'currency = "euro"\n[sip]', 5, "site.currency", "euro", "EUR"),
    ("language", "[sip]", 'language = "fr"\n[sip]', 5, "site.language", "fr", "en, pt"),
    ("listen", "udp:127.0.0.1:5060", "127.0.0.1:5060", 6, "sip.listen[0]", "127.0.0.1:5060", "udp:HOST:PORT"),
    ("port", "udp:127.0.0.1:5060", "udp:127.0.0.1:70000", 6, "sip.listen[0]", "70000", "udp:HOST:PORT"),
    ("address", "udp:127.0.0.1:5060", "udp:127.0.0.256:5060", 6, "sip.listen[0]", "127.0.0.256", "udp:HOST:PORT"),
    ("twice", '["udp:127.0.0.1:5060"]', '["udp:[::1]:5060", "udp:[0::1]:5060"]', 6, "sip.listen[1]", "twice",
     "Take one"),
    ("media address", "[sip]", '[media]\naddress = "pbx.example"\n[sip]', 6, "media.address", "pbx.example",
     "an IP address"),
    ("media addresses", "[sip]", '[media]\naddress = ["192.0.2.1", "192.0.2.2"]\n[sip]', 6, "media.address",
     "second address of IPv4", "one of IPv6"),
    ("media wildcard", "[sip]", '[media]\naddress = "::"\n[sip]', 6, "media.address", '"::"', "an IP address"),
    ("rtp range", "[sip]", '[media]\nrtp_ports = "20000"\n[sip]', 6, "media.rtp_ports", "20000", "20000-23999"),
    ("rtp range upside down", "[sip]", '[media]\nrtp_ports = "3000-2000"\n[sip]', 6, "media.rtp_ports", "3000-2000",
     "20000-23999"),
    ("rtp range too small", "[sip]", '[media]\nrtp_ports = "20000-20003"\n[sip]', 6, "media.rtp_ports", "2 legs",
     "8 ports"),
    ("negative", 'id = "billing"', 'id = "billing"\nring_seconds = -1', 10, "queue[0].ring_seconds", "-1", "0 to 3600"),
    ("not a number", 'id = "billing"', 'id = "billing"\nring_seconds = nan', 10, "queue[0].ring_seconds", "nan",
     "0 to 3600"),
    ("music", 'id = "billing"', 'id = "billing"\nmusic = "nope.wav"', 10, "queue[0].music", "nope.wav",
     "correct the name"),
    ("CIDR", "[[agent]]", '[[trunk]]\nname = "t"\naccept_from = ["10.0.0.0/33"]\n[[agent]]', 17,
     "trunk[0].accept_from[0]", "10.0.0.0/33", "192.0.2.0/24"),
    ("target", "[[agent]]", '[[trunk]]\nname = "t"\ntarget = "a b"\n[[agent]]', 17, "trunk[0].target", "a b",
     "HOST:PORT"),
    ("database", "[sip]", '[storage]\nurl = "mysql://x/y"\n[sip]', 6, "storage.url", "mysql", "sqlite:///caruso.db"),
    ("memory", "[sip]", '[storage]\nurl = "sqlite:///:memory:"\n[sip]', 6, "storage.url", ":memory:",
     "sqlite:///caruso.db"),
    ("database of a zero octet", "[sip]", '[storage]\nurl = "sqlite:///\\u0000"\n[sip]', 6, "storage.url",
     "not a database", "sqlite:///caruso.db"),
    ("dialog id", "[sip]", '[web]\ndialogs = ["a", "../b"]\n[sip]', 6, "web.dialogs[1]", "no id of a script",
     "meter-reading"),
    ("dialog twice", "[sip]", '[web]\ndialogs = ["a", "a"]\n[sip]', 6, "web.dialogs[1]", "is named twice", "Take one"),
    ("public url", "[sip]", '[web]\npublic_url = "calls.example.com"\n[sip]', 6, "web.public_url", "calls.example.com",
     "https://"),
    ("spare", "[sip]", "[linecards]\nspare = 9\nmaximum = 3\n[sip]", 6, "linecards.spare", "9", "at most 3"),
    ("not TOML", 'name = "Utility"', "name = Utility", 2, "", "not TOML", "in quotes"),
    ("twice the same key", "[sip]", 'name = "x"\n[sip]', 5, "", "not TOML", "only once"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "path", "message", "cure"), [b[1:] for b in BROKEN], ids=lambda _: "")
def test_an_error_names_place_value_and_cure(
    tmp_path: Path, old: str, new: str, line: int, path: str, message: str, cure: str
) -> None:
    file = tmp_path / "site.toml"
    assert old in WHOLE
    file.write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    site, findings = check_site(file)
    assert site is None
    found = [f for f in findings if f.severity == "error" and f.path == path]
    assert len(found) == 1, findings
    assert found[0].line == line
    assert message in found[0].message
    assert cure in found[0].cure
    shown = found[0].shown(str(file))
    assert shown.startswith(f"{file}:{line}: error: ")


def test_all_errors_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text(WHOLE.replace("Berlin", "Berln").replace("billing", "b b", 1).replace('"ana"', "3"), "utf-8")
    with pytest.raises(SiteError) as caught:
        load_site(file)
    errors = [f for f in caught.value.findings if f.severity == "error"]
    assert [f.path for f in errors] == [
        "site.time_zone",
        "queue[0].id",
        "number[0].to",
        "agent[0].id",
        "agent[0].queues[0]",
    ]
    assert [f.line for f in errors] == sorted(f.line or 0 for f in errors)
    assert str(caught.value).count("\n") == len(errors) - 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name = \xff\n", "0xff is not UTF-8"),
        (b"\x7fELF\0\0\0", "zero octets"),
        (b"\xef\xbb\xbf[site]\n", "byte order mark"),
        (b"x = " + b"[" * 20_000, "nested too deeply"),
        (b"x = " + b"9" * 20_000, "Exceeds the limit"),
        (b"# " + b"x" * MAX_OCTETS, "longer than 4 MiB"),
    ],
)
def test_a_file_that_is_no_text_is_one_error(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "site.toml"
    file.write_bytes(content)
    site, findings = check_site(file)
    assert site is None
    assert [f.severity for f in findings] == ["error"]
    assert message in findings[0].message
    assert findings[0].cure


@pytest.mark.parametrize("path", ["", "nothing-here.toml", "with\0zero"])
def test_a_path_that_is_no_file_is_one_error(tmp_path: Path, path: str) -> None:
    site, findings = check_site(f"{tmp_path}/{path}")
    assert site is None
    assert len(findings) == 1


def _wav(file: Path, *, bits: int = 16, channels: int = 1, rate: int = 8000, frames: int = 80) -> None:
    with wave.open(str(file), "wb") as sound:
        sound.setsampwidth(bits // 8)
        sound.setnchannels(channels)
        sound.setframerate(rate)
        sound.writeframes(bytes(bits // 8 * channels * frames))


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"bits": 8}, "8 bits"),
        ({"channels": 2}, "2 channels"),
        ({"rate": 4000}, "4000 Hz"),
        ({"frames": 0}, "no sound"),
    ],
)
def test_a_sound_that_lines_cannot_play_is_an_error(tmp_path: Path, form: dict[str, int], message: str) -> None:
    _wav(tmp_path / "music.wav", **form)
    file = tmp_path / "site.toml"
    file.write_text(WHOLE.replace('id = "billing"', 'id = "billing"\nmusic = "music.wav"'), "utf-8")
    _, findings = check_site(file)
    assert message in next(f.message for f in findings if f.path == "queue[0].music")


def test_every_message_for_callers_must_be_there(tmp_path: Path) -> None:
    """Of whichever queue, key, number or mailbox, each said once."""
    file = tmp_path / "site.toml"
    first = 'id = "billing"\nwhen_closed = "message:shut.wav"\nexit = [{ key = "9", to = "message:nine.wav" }]'
    more = """
[[queue]]
id = "last"
when_full = "message:full.wav"
[[mailbox]]
id = "one"
exit_to = "message:zero.wav"
[[mailbox]]
id = "two"
[[number]]
dial = "77"
to = "dialog:survey"
otherwise = "message:later.wav"
"""
    file.write_text(WHOLE.replace('id = "billing"', first) + more, "utf-8")
    _, findings = check_site(file)
    missing = sorted((f.path, Path(f.message.split()[-1]).name) for f in findings if "there is no file" in f.message)
    assert missing == [
        ("mailbox[0].exit_to", "zero.wav"),
        ("number[1].otherwise", "later.wav"),
        ("queue[0].exit[0].to", "nine.wav"),
        ("queue[0].when_closed", "shut.wav"),
        ("queue[1].when_full", "full.wav"),
    ]


def test_a_mailbox_needs_no_queue(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[[mailbox]]\nid = "all"\n', "utf-8")
    assert check_site(file)[0] is not None


def test_a_good_sound_a_good_secret_and_a_whole_file_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _wav(tmp_path / "music.wav")
    (tmp_path / "bruno.pw").write_text("from a file\n", encoding="utf-8")
    monkeypatch.setenv("ANA_PASSWORD", "from the environment")
    file = tmp_path / "site.toml"
    text = WHOLE.replace('id = "billing"', 'id = "billing"\nmusic = "music.wav"\ngreeting = "none"')
    text = text.replace('"long enough"', '"env:ANA_PASSWORD"\nsip_password = "file:bruno.pw"')
    file.write_text(text, "utf-8")
    site, findings = check_site(file)
    assert findings == []
    assert isinstance(site, SiteFile)
    assert site.folder == str(tmp_path)
    assert site.queue[0].music == "music.wav"


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("udp:127.0.0.1:5060", "udp:0.0.0.0:5060", "sip.listen", "no domain"),
        ('queues = ["billing"]', "", "agent[0]", "in no queue"),
        ('queues = ["billing"]', "", "queue[0]", "no agent"),
        ("[sip]", "[linecards]\nlegs_per_card = 8\n[sip]", "linecards.legs_per_card", "4 calls"),
        ("[sip]", '[media]\nrtp_ports = "20000-20199"\n[sip]', "media.rtp_ports", "1600"),
        ("[sip]", '[web]\nlisten = "0.0.0.0:80"\n[sip]', "web.listen", "in clear"),
        ("udp:127.0.0.1:5060", "udp:[2001:db8::5]:5060", "media.address", "no IPv6 address is named for RTP"),
        ("udp:127.0.0.1:5060", "udp:[::1]:5060", "sip.listen", "softphones"),
        ("[sip]", '[media]\naddress = "2001:db8::5"\n[sip]', "media.address", "over IPv4 are refused"),
        ("[[agent]]", '[[trunk]]\nname = "t"\n[[agent]]', "trunk[0]", "no call"),
        (
            "[[agent]]",
            '[[trunk]]\nname = "t"\naccept_from = ["::/0"]\n[[agent]]',
            "trunk[0].accept_from[0]",
            "everybody",
        ),
        ('"long enough"', '"short"', "agent[0].password", "5 characters"),
        ("[site]", "[site]", "agent[0].password", "every user of the machine"),
    ],
)
def test_what_is_doubtful_is_a_warning_and_passes(tmp_path: Path, old: str, new: str, path: str, message: str) -> None:
    file = tmp_path / "site.toml"
    file.write_text(WHOLE.replace(old, new, 1), "utf-8")
    file.chmod(0o644)
    site, findings = check_site(file)
    assert site is not None
    assert {f.severity for f in findings} == {"warning"}
    assert any(f.path == path and message in f.message for f in findings), findings


def test_control_codes_do_not_reach_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[site]\ncountry = "\\u001b[2J"\n', "utf-8")
    _, findings = check_site(file)
    assert all("\x1b" not in f.shown("site.toml") for f in findings)
