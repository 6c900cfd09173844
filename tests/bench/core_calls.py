"""What one whole queued call costs the core but for its edges: exchange, rules, ledger on SQLite, records, figures.

The core is composed as `caruso serve` composes it; line cards and SIP edge are stood in for (`core_child`). CPU is of
that whole process, the stand-ins' part of it included, and depends on what else the machine does: the numbers of steps
do not.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.say import figure

SECONDS = 180


def core_microseconds_per_call(folder: Path) -> None:
    """CPU of the best round, and how often what happens for one call."""
    command = [sys.executable, "-m", "tests.bench.core_child", str(folder / "data")]
    with (folder / "core.log").open("w") as log:
        child = subprocess.run(command, stdout=subprocess.PIPE, stderr=log, check=True, timeout=SECONDS)
    found = json.loads(child.stdout.splitlines()[-1])
    figure(
        "core-microseconds-per-call",
        value=min(found["microseconds"]),
        target=None,
        rounds=found["microseconds"],
        python_calls=found["python_calls"],
        commits=found.get("commits", 0),
        jobs_of_threads=found.get("jobs", 0),
        waits=found.get("waits", 0),
        outcomes=found["outcomes"],
    )
