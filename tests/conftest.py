"""What holds for all tests."""

import os
from typing import Any

from hypothesis import settings

from tests.steady import take_no_words_of_ours

settings.register_profile("caruso", deadline=None)  # a busy machine is no wrong rule
settings.register_profile("steady", deadline=None, derandomize=True)  # the same examples each time
EXAMPLES = os.environ.get("CARUSO_EXAMPLES", "caruso")
settings.load_profile(EXAMPLES)
if EXAMPLES == "steady":
    take_no_words_of_ours()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was tried once more is not forgotten: what it failed from the first time."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"tried once more: {report.nodeid}", sep="-")
        terminalreporter.write_line(str(report.longrepr))
