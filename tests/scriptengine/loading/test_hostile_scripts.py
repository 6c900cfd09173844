"""Hostile files: a clear error each; nothing is opened, nothing is connected, memory stays small."""

import subprocess
import sys

import pytest

from scriptengine.loading import LoadError, load
from scriptengine.loading.limits import MAX_DEPTH, MAX_OCTETS
from tests.scriptengine.small import xml

BODY = '<dialog id="x" version="1" xml:lang="en" start="a"><title>{}</title><end id="a" outcome="success"/></dialog>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

HOSTILE: dict[str, tuple[bytes, str]] = {
    "billion laughs": (f'<!DOCTYPE dialog [<!ENTITY l0 "ha">{LAUGHS}]>{BODY.format("&l9;")}'.encode(), "L04"),
    "quadratic blow-up": (
        f'<!DOCTYPE dialog [<!ENTITY a "{"x" * 50_000}">]>{BODY.format("&a;" * 50_000)}'.encode(),
        "L04",
    ),
    "external entity": (
        f'<!DOCTYPE dialog [<!ENTITY f SYSTEM "file:///etc/passwd">]>{BODY.format("&f;")}'.encode(),
        "L04",
    ),
    "external parameter entity": (
        f'<!DOCTYPE dialog [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>{BODY.format("")}'.encode(),
        "L04",
    ),
    "attribute default in the file": (
        f'<!DOCTYPE dialog [<!ATTLIST end disposition CDATA "evil">]>{BODY.format("")}'.encode(),
        "L04",
    ),
    "entity of an unread DTD": (
        f'<!DOCTYPE dialog SYSTEM "http://127.0.0.1:9/x.dtd">{BODY.format("&x;")}'.encode(),
        "L04",
    ),
    "another document type": (f"<!DOCTYPE html>{BODY.format('')}".encode(), "L04"),
    "another version": (
        f'<!DOCTYPE dialog PUBLIC "-//CARUSO//DTD Dialog Script 2.0//EN" "d">{BODY.format("")}'.encode(),
        "L15",
    ),
    "processing instruction": (f"<?php evil()?>{BODY.format('')}".encode(), "L05"),
    "processing instruction inside": (BODY.format("<?x?>").encode(), "L05"),
    "style sheet": (f'<?xml-stylesheet href="file:///x"?>{BODY.format("")}'.encode(), "L05"),
    "deep nesting": (b"<b>" * 100_000, "L06"),
    "deep nesting, closed": (BODY.format("<b>" * 5000 + "</b>" * 5000).encode(), "L06"),
    "many elements": (BODY.format("<br/>" * 200_000).encode(), "L06"),
    "many attributes": (BODY.format("<b " + " ".join(f'a{n}=""' for n in range(90_000)) + "/>").encode(), "L06"),
    "too large": (BODY.format("x" * MAX_OCTETS).encode(), "L01"),
    "empty": (b"", "L01"),
    "blank": (b" \n", "L01"),
    "not UTF-8": (BODY.format("\xe9").encode("latin-1"), "L02"),
    "UTF-7": (f'<?xml version="1.0" encoding="UTF-7"?>{BODY.format("+ADw-")}'.encode(), "L02"),
    "EBCDIC": (f'<?xml version="1.0" encoding="cp037"?>{BODY.format("")}'.encode(), "L02"),
    "mark and name differ": (b"\xef\xbb\xbf" + b'<?xml version="1.0" encoding="ISO-8859-1"?><dialog/>', "L02"),
    "declared UTF-16, is not": (f'<?xml version="1.0" encoding="UTF-16"?>{BODY.format("")}'.encode(), "L02"),
    "half a character of UTF-16": (b"\xff\xfe<", "L02"),
    "NUL": (BODY.format("\0").encode(), "L03"),
    "octets": (bytes(range(256)), "L02"),
    "inclusion": (
        BODY.format('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>').encode(),
        "L07",
    ),
    "unclosed attribute": (BODY.format("<b a='" + "x" * 500_000).encode(), "L03"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_a_sentence(name: str) -> None:
    octets, code = HOSTILE[name]
    with pytest.raises(LoadError) as caught:
        load(octets, "hostile.xml")
    first = caught.value.findings[0]
    assert first.code == code, first
    assert first.line >= 1
    assert first.column >= 1
    assert first.message
    assert len(first.message) < 300
    assert str(first).isprintable()


def test_groups_may_be_nested_as_deeply_as_anybody_wants() -> None:
    depth = MAX_DEPTH - 3
    inner = '<info id="i"><text>x</text></info>'
    for level in range(depth):
        inner = f'<group id="{"a" if level == depth - 1 else f"g{level}"}">{inner}</group>'
    assert len(list(load(xml(inner).encode(), "deep").all_nodes())) == depth + 2


def test_nothing_is_opened_or_connected_and_memory_stays_small() -> None:
    program = """
import resource, sys
from scriptengine.loading import LoadError, load
from tests.scriptengine.loading.test_hostile_scripts import BODY, HOSTILE
load(BODY.format("").encode(), "good")
seen = []
sys.addaudithook(lambda event, args: seen.append((event, args)) if event.partition(".")[0] in WATCHED else None)
WATCHED = {"open", "socket", "os", "subprocess", "urllib", "import"}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for octets, code in HOSTILE.values():
    try:
        load(octets, "hostile.xml")
    except LoadError:
        pass
WATCHED = set()
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert not [entry for entry in seen if entry[0] != "import"], seen
assert after - before < 100 * 1024, (before, after)
print("quiet")
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert ran.stdout.strip() == "quiet", ran.stderr
