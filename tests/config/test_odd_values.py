"""Odd values: each is a finding with its place and its cure, or harmless; none is an exception, none is waited for.

What passes can be used: rules and edge are made of it.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from server.callflow.plan import Plan
from server.config.addresses import read_phone
from server.config.findings import Finding
from server.config.load import check_site
from server.config.shape import keys_of
from server.config.site import SiteFile
from server.edge.senders import Numbers, Trunks
from server.edge.sip import uri
from server.speech.sounds import Sounds
from server.supervisor.bank_options import bank_options
from server.supervisor.sockets import _wanted

WHOLE = """\
[sip]
listen = ["udp:127.0.0.1:0"]
domain = "calls.example"
[media]
address = "127.0.0.1"
[[trunk]]
name = "pstn"
target = "192.0.2.1"
accept_from = ["192.0.2.0/24"]
[[queue]]
id = "billing"
[[number]]
dial = "100"
to = "queue:billing"
[[mailbox]]
id = "billing"
[[agent]]
id = "ana"
queues = ["billing"]
[[service]]
name = "meters"
token = "0123456789012345678901234567890123456789"
interfaces = ["meters"]
[mail]
smtp = "smtp://mail.example:587"
from = "calls@calls.example"
[[report]]
name = "calls"
to = ["ana@calls.example"]
"""


def errors_of(folder: Path, old: str, new: str) -> list[Finding]:
    assert old in WHOLE
    file = folder / "site.toml"
    file.write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    site, findings = check_site(file)
    errors = [finding for finding in findings if finding.severity == "error"]
    assert (site is None) == bool(errors)
    return errors


def test_the_whole_is_right(tmp_path: Path) -> None:
    assert errors_of(tmp_path, "[sip]", "[sip]") == []


EMPTY = [
    ('listen = ["udp:127.0.0.1:0"]', 'listen = ["udp:127.0.0.1:0", ""]', "sip.listen[1]"),
    ('listen = ["udp:127.0.0.1:0"]', 'listen = [""]', "sip.listen[0]"),
    ('"calls.example"', '""', "sip.domain"),
    ('address = "127.0.0.1"', 'address = [""]', "media.address[0]"),
    ('address = "127.0.0.1"', 'address = ["127.0.0.1", ""]', "media.address[1]"),
    ('address = "127.0.0.1"', 'rtp_ports = ""', "media.rtp_ports"),
    ('["192.0.2.0/24"]', '["192.0.2.0/24", ""]', "trunk[0].accept_from[1]"),
    ('"100"', '""', "number[0].dial"),
    ('"queue:billing"', '""', "number[0].to"),
    ('queues = ["billing"]', 'queues = [""]', "agent[0].queues[0]"),
    ('id = "ana"', 'id = "ana"\nphone = ""', "agent[0].phone"),
    ('id = "billing"', 'id = "billing"\ncall_back_typed = ["0", ""]', "queue[0].call_back_typed[1]"),
    ('id = "billing"', 'id = "billing"\nhours = [""]', "queue[0].hours[0]"),
    ('id = "billing"', 'id = "billing"\nholidays = [""]', "queue[0].holidays[0]"),
    ('id = "billing"', 'id = "billing"\nwhen_full = ""', "queue[0].when_full"),
    ('["meters"]', '[""]', "service[0].interfaces[0]"),
    ('["ana@calls.example"]', '[""]', "report[0].to[0]"),
    ('name = "calls"', 'name = "calls"\nqueue = [""]', "report[0].queue[0]"),
]


@pytest.mark.parametrize(("old", "new", "path"), EMPTY, ids=[path for *_, path in EMPTY])
def test_an_empty_text_where_a_value_is_needed_is_one_error(tmp_path: Path, old: str, new: str, path: str) -> None:
    errors = errors_of(tmp_path, old, new)
    assert [error.path for error in errors] == [path]
    assert errors[0].line is not None
    assert errors[0].cure


@pytest.mark.parametrize("key", ["listen", "accept_from", "queues"])
def test_what_is_no_text_is_not_empty_as_well(tmp_path: Path, key: str) -> None:
    line = next(line for line in WHOLE.splitlines() if line.startswith(key))
    errors = errors_of(tmp_path, line, f"{key} = [3]")
    assert [error.message for error in errors] == ["3 stands here"]


UNREADABLE: dict[str, Callable[[Path], str]] = {
    "folder": lambda _folder: ".",
    "zero octet": lambda _folder: r"a\u0000b",
    "too long": lambda _folder: "x" * 300,
    "below a file": lambda _folder: "site.toml/x.wav",
    "loop": lambda folder: _made(folder / "loop", lambda path: path.symlink_to(path)),
    "pipe": lambda folder: _made(folder / "pipe", os.mkfifo),
    "device": lambda _folder: "/dev/zero",
    "not there": lambda _folder: "nothing",
}
FILES = [
    ('id = "billing"', 'id = "billing"\nmusic = "{}"', "queue[0].music"),
    ('id = "billing"', 'id = "billing"\ngreeting = "{}"', "queue[0].greeting"),
    ('id = "billing"', 'id = "billing"\nwhen_closed = "message:{}"', "queue[0].when_closed"),
    ('[[mailbox]]\nid = "billing"', '[[mailbox]]\nid = "billing"\ngreeting = "{}"', "mailbox[0].greeting"),
    ('id = "ana"', 'id = "ana"\npassword = "file:{}"', "agent[0].password"),
    ("[mail]", '[mail]\ncertificates = "{}"', "mail.certificates"),
]


def _made(path: Path, make: Callable[[Path], object]) -> str:
    make(path)
    return path.name


@pytest.mark.parametrize(("old", "new", "path"), FILES, ids=[path for *_, path in FILES])
@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_cannot_be_read_is_one_error(tmp_path: Path, what: str, old: str, new: str, path: str) -> None:
    errors = errors_of(tmp_path, old, new.replace("{}", UNREADABLE[what](tmp_path)))
    assert [error.path for error in errors] == [path]
    assert errors[0].line is not None
    assert errors[0].cure


PHONES = [
    "sip:a@192.0.2.9;transport=tls", "sip:a@192.0.2.9;transport=xx", "sip:a@192.0.2.9;transport=",
    "sip:a@192.0.2.9;transport=udp;Transport=ws", "sip:a@192.0.2.9;transport", "sip:%zz@192.0.2.9",
    "sip:a\x7fb@192.0.2.9", f"sip:{'a' * 600}@192.0.2.9", "tel:+1", "tel:+0301234", "tel:+49*30",
]  # fmt: skip


@pytest.mark.parametrize("phone", PHONES, ids=ascii)
def test_a_phone_that_cannot_be_called_is_refused(phone: str) -> None:
    with pytest.raises(ValueError, match=r"is not|a transport that"):
        read_phone(phone)


@given(
    st.from_regex(r"sip:[a-z%0-9@:;=.?\[\]-]{0,12}@?[a-z0-9.:\[\]-]{1,12}(;transport=(udp|TCP|tls))?", fullmatch=True)
)
def test_a_phone_that_passes_is_one_that_the_edge_can_read(text: str) -> None:
    try:
        _, phone = read_phone(text)
    except ValueError:
        return
    assert uri.parse(phone).transport in ("udp", "tcp")


def test_phones_and_trunks_over_udp_need_a_socket_for_it(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    only_tcp = WHOLE.replace("udp:127", "tcp:127").replace('id = "ana"', 'id = "ana"\nphone = "sip:ana@192.0.2.9"')
    file.write_text(only_tcp, encoding="utf-8")
    warned = [finding.path for finding in check_site(file)[1] if "over UDP" in finding.message]
    assert warned == ["trunk[0].target", "agent[0].phone"]
    file.write_text(only_tcp.replace('"sip:ana@192.0.2.9"', '"sip:ana@192.0.2.9;transport=TCP"'), encoding="utf-8")
    assert [finding.path for finding in check_site(file)[1] if "over UDP" in finding.message] == ["trunk[0].target"]


def _keys() -> Iterator[tuple[str, str, bool]]:
    """Table, key, and whether the table is repeated; those inside of a queue are written in place."""
    for table, field in keys_of(SiteFile).items():
        inside = getattr(field.type, "__args__", None)
        for key in keys_of(inside[0] if inside else field.type):
            yield table, key, inside is not None
    for table, key in (("tier", "require"), ("tier", "after_seconds"), ("exit", "key"), ("exit", "to")):
        yield f"queue.{table}", key, True
    yield from (("queue.caller_priority", key, True) for key in ("when", "add"))


KEYS = list(_keys())
TEXTS = ["", " ", "\0", "a\0b", "x" * 300, "y" * 70_000, ".", "/dev/zero", "pipe", "\u202e", "é", "%", "file:", "env:",
         "file:pipe", "file:\0", "env:\0", "queue:", "message:", "message:pipe", "number:", "voicemail:", "dialog:",
         "sip:", "tel:", "sip:@", "udp:", "tcp::0", "[::1", "::", ":0", "0-0", "http://[", "https://x:99999",
         "smtp://[",
         "sqlite:///\0", "postgresql://[", "../..", "12-34", "ZZ", "mon", "english >=", "a" * 64, "\ud7ff"]  # fmt: skip
VALUES = st.recursive(
    st.sampled_from(TEXTS) | st.text(max_size=20) | st.integers(-(2**70), 2**70) | st.floats() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(TEXTS[:6]) | st.text(), inner, max_size=2)
    ),
    max_leaves=4,
)


def written(value: Any) -> str:
    """A value as TOML; what JSON writes of it but for tables."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(key)} = {written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, float):
        return repr(value)
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def build(site: SiteFile, data: Path) -> None:
    """What a supervisor and a core make of a site before they ask the machine for anything."""
    _wanted(site)
    bank_options(site, data, "127.0.0.1:5060")
    Plan(site, Sounds(site.site.language, site.folder))
    Trunks(site.trunk)
    Numbers(site.number, site.site.country)
    for agent in site.agent:
        if agent.phone.startswith("sip:"):
            uri.parse(agent.phone)


def place(table: str, key: str, repeated: bool, value: Any) -> str:
    """The whole site with that value."""
    line = f"{msgspec.json.encode(key).decode()} = {written(value)}"
    head = f"[[{table}]]" if repeated else f"[{table}]"
    lines = WHOLE.splitlines()
    if head not in lines:
        at = len(lines) if not table.startswith("queue.") else lines.index("[[number]]")
        return "\n".join([*lines[:at], head, line, *lines[at:]]) + "\n"
    at = lines.index(head) + 1
    end = next((i for i in range(at, len(lines)) if lines[i].startswith("[")), len(lines))
    rest = [one for one in lines[at:end] if not one.startswith(f"{key} =")]
    return "\n".join([*lines[:at], line, *rest, *lines[end:]]) + "\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(key=st.sampled_from(KEYS), value=VALUES)
def test_any_value_of_any_key_is_a_finding_or_can_be_used(
    tmp_path_factory: pytest.TempPathFactory, key: tuple[str, str, bool], value: Any
) -> None:
    folder = tmp_path_factory.getbasetemp() / "odd-values"
    folder.mkdir(exist_ok=True)
    if not (folder / "pipe").exists():
        os.mkfifo(folder / "pipe")
    file = folder / "site.toml"
    file.write_text(place(*key, value), encoding="utf-8")
    site, findings = check_site(file, folder)
    errors = [finding for finding in findings if finding.severity == "error"]
    assert all(finding.message and finding.cure for finding in findings)
    assert (site is None) == bool(errors)
    if site is not None:
        build(site, folder)
