"""A server that cannot start: the demo says why, and does not wait for what will not come."""

from pathlib import Path

import pytest

from server.demo import server_log, stage as stage_module
from server.demo.processes import NoLeftovers
from server.demo.stage import MOST_DEATHS, Stage, StageFailed

LOG = """\
{"who": "core", "pid": 7, "process": "supervisor", "event": "started", "level": "info"}
{"process": "core", "component": "edge", "error": "OSError('no key')", "event": "component-failed", "level": "critical"}
{"process": "core", "status": 1, "event": "core-ended", "level": "info"}
{"who": "core", "pid": 7, "status": 1, "process": "supervisor", "event": "ended", "level": "warning"}
{"who": "bank", "pid": 8, "status": 1, "process": "supervisor", "event": "ended", "level": "warning"}
{"who": "core", "pi"""


def test_deaths_of_the_core_are_counted_and_the_last_error_is_found():
    assert server_log.deaths(LOG) == 1
    assert server_log.deaths(LOG + LOG) == 2
    assert server_log.fault(LOG) == "component-failed: edge: OSError('no key')"


def test_a_core_that_dies_before_it_has_a_log_has_last_words():
    assert server_log.fault(
        'Traceback (most recent call last):\n  File x\nImportError: no x\n{"event": "ended"}\n'
    ) == ("ImportError: no x")
    assert server_log.fault("") == ""


@pytest.mark.real
def test_a_server_whose_core_dies_again_and_again_is_given_up_with_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "edge.key").mkdir()  # no core can read its key
    monkeypatch.setattr(stage_module, "READY_SECONDS", 300.0)
    with NoLeftovers(), Stage(tmp_path) as stage:
        stage.open()
        with pytest.raises(StageFailed) as failed:
            stage.wait_until_ready()
    assert f"its core died {MOST_DEATHS} times: component-failed: edge: IsADirectoryError" in str(failed.value)
