"""`[mail]` and `[[report]]`: what is read, and what is refused with its place and cure."""

from pathlib import Path

import pytest
import trustme

from server.config.load import check_site
from server.config.mail import MailServer, Sender, read_days, read_mail_address, read_sender, read_smtp

WHOLE = """\
[site]
time_zone = "Europe/Berlin"
[sip]
domain = "caruso.test"
[mail]
smtp = "smtp://mail.example.com:587"
from = "Caruso <calls@example.com>"
user = "caruso"
password = "long enough"
[[queue]]
id = "billing"
[[number]]
dial = "100"
to = "queue:billing"
[[agent]]
id = "ana"
queues = ["billing"]
[[report]]
name = "calls"
to = ["sofia@example.com"]
days = ["mon", "fri"]
queue = ["billing"]
agent = ["ana"]
"""

BROKEN = [
    # what is replaced, by what; path, words of the message, words of the cure
    ("smtp://mail", "http://mail", "mail.smtp", "http://mail.example.com", "smtps://HOST:465"),
    ("smtp://mail", "smtp://me:secret@mail", "mail.smtp", "password stands in the address", "keys of their own"),
    (":587", ":70000", "mail.smtp", "70000", "smtp://HOST:587"),
    ('smtp = "smtp://mail.example.com:587"\n', "", "mail.smtp", "no mail server is named", "smtp://HOST:587"),
    ('from = "Caruso <calls@example.com>"\n', "", "mail.from", "need a sender", "from ="),
    ("Caruso <calls@example.com>", "Caruso", "mail.from", "Caruso", "calls@example.com"),
    ('user = "caruso"\n', "", "mail.password", "no user", "Add user"),
    ('password = "long enough"\n', "", "mail.user", "no password", "Add password"),
    ('"long enough"', '"env:CARUSO_NO_SUCH"', "mail.password", "CARUSO_NO_SUCH", "Set CARUSO_NO_SUCH"),
    ('user = "caruso"', 'user = "caruso"\nstarttls = "never"', "mail.starttls", "in clear", "required"),
    ('user = "caruso"', 'user = "caruso"\nin_doubt = "maybe"', "mail.in_doubt", "maybe", "report, send-again"),
    ('user = "caruso"', 'user = "caruso"\nmax_megabytes = 0', "mail.max_megabytes", "0", "0.1 to 50"),
    ('user = "caruso"', 'user = "caruso"\ncertificates = "ca.pem"', "mail.certificates", "ca.pem", "PEM file"),
    ('user = "caruso"', 'user = "caruso"\nsender = "x"', "mail.sender", "unknown key", '"user"'),
    ('name = "calls"', 'name = "cals"', "report[0].name", '"cals"', '"calls"'),
    ('name = "calls"', 'name = "a/b"', "report[0].name", "a/b", "letters, digits"),
    ('to = ["sofia@example.com"]', "to = []", "report[0].to", "nobody", "to ="),
    ('to = ["sofia@example.com"]\n', "", "report[0]", '"to" is missing', 'Add to = ["..."]'),
    ('to = ["sofia@example.com"]', 'to = "sofia@example.com"', "report[0].to", "sofia", "a list"),
    ('"sofia@example.com"', '"sofia"', "report[0].to[0]", '"sofia"', "name@example.com"),
    ('days = ["mon", "fri"]', 'days = "weekly"', "report[0].days", "weekly", '"daily", "monthly"'),
    ('days = ["mon", "fri"]', "days = []", "report[0].days", "no day", '"daily", "monthly"'),
    ('days = ["mon", "fri"]', "days = 3", "report[0].days", "3", "text in quotes"),
    ('name = "calls"', 'name = "calls"\nat = "7:00"', "report[0].at", "7:00", "HH:MM"),
    ('name = "calls"', 'name = "calls"\nat = "24:00"', "report[0].at", "24:00", "HH:MM"),
    ('name = "calls"', 'name = "calls"\nperiod = "today"', "report[0].period", "today", "yesterday"),
    ('name = "calls"', 'name = "calls"\ncatch_up_hours = 999', "report[0].catch_up_hours", "999", "0 to 744"),
    ('queue = ["billing"]\nagent', 'queue = ["biling"]\nagent', "report[0].queue[0]", '"biling"', '"billing"'),
    ('agent = ["ana"]', 'agent = ["anna"]', "report[0].agent[0]", '"anna"', '"ana"'),
    ("[[report]]", '[[report]]\nname = "calls"\nto = ["x@y.example"]\n[[report]]', "report[1]", "report[0]", "id ="),
]  # fmt: skip


def check(folder: Path, text: str):  # type: ignore[no-untyped-def]
    file = folder / "site.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return check_site(file)


def test_the_whole_is_read(tmp_path: Path) -> None:
    site, findings = check(tmp_path, WHOLE)
    assert findings == []
    assert site.mail.sender == "Caruso <calls@example.com>"
    assert site.report[0].days == ["mon", "fri"]


@pytest.mark.parametrize(("old", "new", "path", "message", "cure"), BROKEN)
def test_what_is_wrong_is_named_with_its_cure(
    old: str, new: str, path: str, message: str, cure: str, tmp_path: Path
) -> None:
    assert old in WHOLE
    site, findings = check(tmp_path, WHOLE.replace(old, new, 1))
    assert site is None
    (found,) = [one for one in findings if one.severity == "error"]
    assert found.path == path
    assert message in found.message
    assert cure in found.cure
    assert found.line is not None
    assert "secret" not in found.message


def test_reports_without_a_mail_server_are_an_error(tmp_path: Path) -> None:
    start, end = WHOLE.index("[mail]"), WHOLE.index("[[queue]]")
    site, findings = check(tmp_path, WHOLE[:start] + WHOLE[end:])
    assert site is None
    assert [one.message for one in findings] == ["reports are sent by mail, and there is no mail server"]


def test_what_is_to_be_caught_up_must_be_remembered_for_so_long(tmp_path: Path) -> None:
    text = WHOLE.replace('user = "caruso"', 'user = "caruso"\nkeep_days = 0.5')
    site, findings = check(tmp_path, text)
    assert site is None
    assert [(one.path, one.cure) for one in findings] == [
        ("report[0].catch_up_hours", "Write at most 12, or make [mail] keep_days larger")
    ]


def test_authorities_and_a_report_of_the_sites_own(tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "lunch.toml").write_text('title = "Lunch"\nsource = "agents"\ncolumns = ["calls"]\n')
    text = WHOLE.replace('name = "calls"', 'name = "lunch"').replace("[mail]", '[mail]\ncertificates = "ca.pem"')
    site, findings = check(tmp_path, text)
    assert site is not None
    assert findings == []
    for wrong in ("no certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", ""):
        (tmp_path / "ca.pem").write_text(wrong)
        site, findings = check(tmp_path, text)
        assert site is None
        assert "holds no certificate" in findings[0].message


def test_notations() -> None:
    assert read_smtp("smtp://mail.example.com") == MailServer("mail.example.com", 587, False)
    assert read_smtp("smtps://[::1]:4465/") == MailServer("::1", 4465, True)
    assert read_sender('"Café, Ana" <ana@example.com>') == Sender("Café, Ana", "ana@example.com")
    assert read_sender("ana@example.com") == Sender("", "ana@example.com")
    assert read_mail_address("ana+x@bücher.example") == "ana+x@xn--bcher-kva.example"
    assert read_days("monthly") is None
    assert read_days("tue") == frozenset({1})
