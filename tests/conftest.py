"""What holds for all tests."""

import os
from typing import Any

from hypothesis import settings

settings.register_profile("caruso", deadline=None)  # a busy machine is no wrong rule
settings.register_profile("steady", deadline=None, derandomize=True)  # the same examples each time
settings.load_profile(os.environ.get("CARUSO_EXAMPLES", "caruso"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was tried once more is not forgotten: what it failed from the first time."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"tried once more: {report.nodeid}", sep="-")
        terminalreporter.write_line(str(report.longrepr))
