"""What supervisors write to agents over the API."""

from server.call.events import MessageAsked, RequestRefused
from server.call.ports import Switchboard
from server.web.answers import Answer, ProblemFound
from server.web.api import Asked
from server.wire import api


class Messages:
    """Two endpoints. The text is in the ledger and on the desk, never in the log."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard

    async def message_agent(self, asked: Asked) -> Answer:
        """To one agent."""
        agent = asked.path["agent"]
        if self._switchboard.agent(agent) is None:
            raise ProblemFound("not-found", "There is no agent of that id.")
        body: api.MessageText = asked.body
        return await self._send(MessageAsked(asked.someone.user, body.text, agent=agent))

    async def message_queue(self, asked: Asked) -> Answer:
        """To everybody of a queue who has a desk."""
        queue = asked.path["queue"]
        if all(known.id != queue for known in self._switchboard.queues()):
            raise ProblemFound("not-found", "There is no queue of that id.")
        body: api.MessageText = asked.body
        return await self._send(MessageAsked(asked.someone.user, body.text, queue=queue))

    async def _send(self, event: MessageAsked) -> Answer:
        before = self._ids()
        try:
            await self._switchboard.tell(event)
        except RequestRefused as refused:
            raise ProblemFound("refused", refused.detail, type_id=refused.problem) from refused
        new = {agent for agent, message, by in self._ids() - before if by == event.by}
        agents = [agent.id for agent in self._switchboard.agents() if agent.id in new]
        return Answer(status=201, value=api.MessageSentTo(agents=agents))

    def _ids(self) -> set[tuple[str, str, str]]:
        """Every kept message: whose, its id, and who wrote it."""
        return {(agent.id, one.id, one.by) for agent in self._switchboard.agents() for one in agent.messages}
