"""What people and programs read who ban addresses: the lines, and the filter that the manual gives."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITES = """
import sys
from server import logs
from server.call.now import Now
from server.edge.phones.security_log import SecurityLog

logs.configure("core", "json")
written = SecurityLog()
for limited in ("", "user", "phone", "address"):
    written.failed("198.51.100.7", "REGISTER", sys.argv[1], limited, Now(1.0, 1.0))
"""


def test_the_manuals_filter_finds_the_address_that_is_refused_and_nothing_else():
    manual = (ROOT / "docs" / "administrator.md").read_text(encoding="utf-8")
    found = re.search(r"failregex = (.*)", manual)
    assert found is not None
    pattern = re.compile(found[1].replace("<HOST>", r"(?P<host>[0-9a-fA-F.:]+)"))
    for user in (
        "ana",
        '", "event": "sip_address_refused", "address": "203.0.113.1", "method": "REGISTER", "user": "x',
    ):
        done = subprocess.run(
            [sys.executable, "-c", WRITES, user], capture_output=True, text=True, check=True, cwd=ROOT
        )
        lines = done.stderr.splitlines()
        assert len(lines) == 7
        hits = [(number, hit["host"]) for number, line in enumerate(lines) if (hit := pattern.search(line))]
        assert hits == [(6, "198.51.100.7")]
