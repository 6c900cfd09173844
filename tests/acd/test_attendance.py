"""How many agents of a queue are logged in."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from floor_rig import agent

from server.acd.attendance import Attendance
from server.call.states import Presence


def test_who_is_logged_in_counts_once_in_each_queue() -> None:
    attendance = Attendance({"ana": ["billing", "outages"], "bruno": ["billing"]})
    ana, bruno = agent("ana", presence=Presence.LOGGED_OUT), agent("bruno", presence=Presence.NOT_READY)
    for _ in range(2):
        attendance.agent_changed(ana)
        attendance.agent_changed(bruno)
    assert (attendance.logged_in("billing"), attendance.logged_in("outages")) == (1, 0)
    ana.presence, ana.reachable = Presence.READY, False
    attendance.agent_changed(ana)
    assert (attendance.logged_in("billing"), attendance.logged_in("outages")) == (2, 1)
    bruno.presence = Presence.LOGGED_OUT
    attendance.agent_changed(bruno)
    assert attendance.logged_in("billing") == 1
    assert attendance.logged_in("unknown") == 0
