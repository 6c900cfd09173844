"""The notations inside of values, the line index, and the tables that must stay complete."""

from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import given, strategies as st

from server.acd.routing import STRATEGIES
from server.config import addresses, people, rules, site, ways_in
from server.config.countries import COUNTRIES
from server.config.findings import Finding
from server.config.lines import line_index
from server.config.load import SiteError, parse_site
from server.config.ranges import RANGES
from server.config.shape import keys_of
from server.speech.sounds import LANGUAGES

READERS = [
    addresses.read_listen, addresses.read_web_listen, addresses.read_host, addresses.read_port_range,
    addresses.read_network, addresses.read_target, addresses.read_phone, addresses.read_public_url,
]  # fmt: skip


_LIKE_AN_ADDRESS = st.from_regex(r"(sip:|udp:|tel:|https?://)[\[\]:0-9a-f.;=%-]{0,20}", fullmatch=True)


@given(read=st.sampled_from(READERS), text=st.text(max_size=40) | _LIKE_AN_ADDRESS)
def test_a_notation_is_read_or_refused_with_value_error(read: Callable[[str], object], text: str) -> None:
    refusal = "read"
    try:
        read(text)
    except ValueError as error:
        refusal = str(error)
    assert refusal


def test_listening_addresses() -> None:
    assert addresses.read_listen("udp:[::]:0") == addresses.Listen("udp", "::", 0)
    assert addresses.read_listen("tcp:localhost:5060") == addresses.Listen("tcp", "localhost", 5060)
    assert addresses.read_listen("udp:0.0.0.0:5060").is_wildcard


def test_trunk_targets() -> None:
    assert addresses.read_target("gw.example.com") == addresses.Target("gw.example.com", None, "udp")
    assert addresses.read_target("sip:[2001:db8::1]:5080;transport=tcp") == addresses.Target("2001:db8::1", 5080, "tcp")
    for wrong in ("sip:user@gw", "sips:gw", "gw;transport=ws", "gw;x=1", "gw:0"):
        with pytest.raises(ValueError, match=r"."):
            addresses.read_target(wrong)


def test_phones() -> None:
    assert addresses.read_phone("registered") == ("registered", "")
    assert addresses.read_phone("tel:+49 (30) 123-456") == ("tel", "+4930123456")
    assert addresses.read_phone("sip:ana@10.0.0.5:5070;transport=tcp")[0] == "sip"
    assert addresses.read_phone("sip:ana@10.0.0.5;ob;Transport=UDP")[0] == "sip"
    for transport in ("tls", "ws", "wss", "sctp", "", "udp;transport=tls"):
        with pytest.raises(ValueError, match="UDP and TCP"):
            addresses.read_phone(f"sip:ana@10.0.0.5;transport={transport}")


def test_countries_are_those_whose_numbers_can_be_read() -> None:
    assert set(phonenumbers.SUPPORTED_REGIONS) == COUNTRIES


def test_every_number_of_a_site_has_a_range() -> None:
    tables = {name: f.type for name, f in keys_of(site.SiteFile).items()}
    numbers = set()
    for name, kind in tables.items():
        struct = getattr(kind, "__args__", (kind,))[0]
        numbers |= {(name, key) for key, f in keys_of(struct).items() if f.type in (int, float)}
    assert numbers - set(RANGES) == {("media", "clock_hz")}


def test_lines_of_keys_in_texts_and_lists_over_several_lines() -> None:
    text = '''\
[site]
name = """
[sip]
listen = 3
"""   # the end
[[agent]]   # "first"
id = "a[b"
queues = [
  "x", # ]
  "y",
]
[[agent]]
"id" = 'it''
skills = { a = 1 }
[agent.more]
site.name = 1
'''
    lines = line_index(text)
    assert lines[("site", "name")] == 2
    assert ("sip",) not in lines
    assert lines[("agent", 0)] == 6
    assert lines[("agent", 0, "queues")] == 8
    assert lines[("agent", 1, "id")] == 13
    assert lines[("agent", 1, "skills")] == 14
    assert lines[("agent", 1, "more")] == 15
    assert lines[("agent", 1, "more", "site", "name")] == 16


@given(st.text(alphabet="[]=\"'#ab.\n {},1", max_size=60))
def test_any_text_gives_lines_and_a_site_or_site_error(text: str) -> None:
    line_index(text)
    findings: list[Finding] = []
    try:
        parse_site(text)
    except SiteError as error:
        findings = error.findings
    assert all(f.cure and f.message for f in findings)


def test_the_strategies_are_those_of_the_floor() -> None:
    assert set(ways_in.STRATEGIES) == set(STRATEGIES)
    assert set(people.RING_TOGETHER) == {name for name, one in STRATEGIES.items() if one.shared}


def test_the_languages_are_those_of_the_prompts() -> None:
    assert rules.LANGUAGES == LANGUAGES
