"""What supervisors do with an agent's talk over the API: listen, whisper, barge in."""

import structlog

from server.call.events import RequestRefused, SupervisionAsked
from server.call.ports import Switchboard
from server.call.snapshots import CallSnapshot
from server.views import supervision_view
from server.web.answers import Answer, ProblemFound
from server.web.api import Asked
from server.wire import api

log = structlog.get_logger()


class Supervisions:
    """Three endpoints. The rules say who may; what was heard by whom is in the ledger."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard

    async def begin_supervision(self, asked: Asked) -> Answer:
        """Call the asker's phone; who is on the line already gets the other mode."""
        body: api.SupervisionChoice = asked.body
        before = self._call(asked)
        is_new = before.supervision is None
        return await self._tell(asked, before, body.mode, 201 if is_new else 200)

    async def change_supervision(self, asked: Asked) -> Answer:
        """Another mode of the asker's own leg."""
        body: api.SupervisionChoice = asked.body
        before = self._call(asked)
        if before.supervision is None or before.supervision.supervisor != asked.someone.user:
            raise ProblemFound("not-found", "You do not listen to that call.")
        return await self._tell(asked, before, body.mode, 200)

    async def end_supervision(self, asked: Asked) -> Answer:
        """Hang up: the asker's own leg, or for an administrator anybody's."""
        before = self._call(asked)
        if before.supervision is None:
            raise ProblemFound("not-found", "Nobody listens to that call.")
        await self._tell(asked, before, "", 204)
        return Answer(status=204)

    def _call(self, asked: Asked) -> CallSnapshot:
        call = self._switchboard.call(asked.path["call"])
        if call is None:
            raise ProblemFound("not-found", "There is no live call of that id.")
        return call

    async def _tell(self, asked: Asked, before: CallSnapshot, mode: str, status: int) -> Answer:
        user = asked.someone.user
        try:
            await self._switchboard.tell(SupervisionAsked(before.call, user, mode))
        except RequestRefused as refused:
            raise ProblemFound("refused", refused.detail, type_id=refused.problem) from refused
        log.info("supervision", call=before.call, agent=before.agent, supervisor=user, mode=mode or "over")
        after = self._switchboard.call(before.call)
        return Answer(status=status, value=supervision_view(after, before.call, before.agent or "", user))
