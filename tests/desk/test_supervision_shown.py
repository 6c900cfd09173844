"""What an agent's desk tells of who listens."""

import pytest

from server.call.snapshots import SupervisionSnapshot
from server.config.site import Agent, Site, SiteFile
from server.desk.state import CustomerCard, Names, call
from server.wire import desk
from tests.fakes.switchboard import a_call, an_agent

SOFIA = Agent(id="sofia", name="Sofia Lima", role="supervisor")


def shown(
    mode: str, *, visible: bool = True, joined: bool = True, work_state: str = "talking", agent: str = "ana"
) -> desk.Supervision | None:
    names = Names.of(SiteFile(site=Site(supervision_visible=visible), agent=[SOFIA]))
    now = SupervisionSnapshot(supervisor="sofia", mode=mode, joined=joined, since=7.5)
    talk = a_call("c1", state="talking", agent=agent, supervision=now)
    section = call(an_agent("ana", work_state=work_state, call="c1"), talk, CustomerCard(), names)
    assert section is not None
    return section.supervision


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
def test_who_is_on_the_line_is_shown_by_name(mode: str) -> None:
    assert shown(mode) == desk.Supervision(name="Sofia Lima", mode=mode, since=7.5)


def test_a_phone_that_only_rings_hears_nothing_yet() -> None:
    assert shown("listen", joined=False) is None


def test_a_site_may_hide_who_listens_but_not_who_speaks() -> None:
    assert shown("listen", visible=False) is None
    assert shown("whisper", visible=False) is not None
    assert shown("barge", visible=False) is not None


def test_who_passed_the_call_on_is_not_told_who_listens_to_the_next() -> None:
    assert shown("listen", work_state="wrap-up", agent="rui") is None
