"""Files and signatures that agents send in scripts, as visitors of the web do: the same folder, limits and names."""

from collections.abc import Callable
from typing import Any

import structlog
from twisted.internet.defer import Deferred

from scriptengine.interpreter.effects import Item
from server.call.dialogs import NOT_KEPT, DialogRefused, Dialogs
from server.call.ports import Switchboard
from server.web.access import Doorkeeper, Role
from server.web.answers import Answer, ProblemFound
from server.web.api import Asked
from server.web.dialogs.uploads import MOST_FILES, UploadRefused, Uploads
from server.web.doors import BodyDoor
from server.wire.uploads import UploadKept

CHANNEL = "desk"
PATH = "/api/v1/dialogs/<session>/uploads/<question>"
_TYPES = ("file", "signature")
_REFUSED = {
    "file-large": "The file is too large.",
    "file-kind": "A file is a picture (JPEG, PNG, WebP, HEIC) or a PDF; a signature is a PNG picture.",
    "file-many": f"No more files are taken: {MOST_FILES} for a session, and a limit for all together.",
}

InThread = Callable[..., "Deferred[Any]"]

log = structlog.get_logger()


class DeskFiles:
    """The endpoint, and `door` for its bodies. Only the agent who has the session's call may send, and only what is
    asked just now."""

    def __init__(
        self, doorkeeper: Doorkeeper, dialogs: Dialogs, switchboard: Switchboard, uploads: Uploads, in_thread: InThread
    ) -> None:
        self.door = BodyDoor("POST", PATH, self._admit)
        self._doorkeeper = doorkeeper
        self._dialogs = dialogs
        self._switchboard = switchboard
        self._uploads = uploads
        self._in_thread = in_thread

    async def _admit(self, request: Any, path: dict[str, str], length: int | None) -> int:
        """How long the body of a request may be, before any of it is read."""
        caller = await self._doorkeeper.admit(request, Role.AGENT)
        if caller is None:
            raise ProblemFound("not-logged-in", "Log in first: POST /api/v1/sessions.")
        item = await self._asked(caller.user, path["session"], path["question"])
        most = self._uploads.most_octets_of(item.type == "signature")
        try:
            if length is not None and length > most:
                raise UploadRefused("file-large")
            await self._in_thread(self._uploads.check_room, path["session"], length or 0)
        except UploadRefused as refused:
            raise _refused(refused.code, _REFUSED[refused.code]) from refused
        return most

    async def send_upload(self, asked: Asked) -> Answer:
        """The file itself."""
        agent, session = asked.someone.user, asked.path["session"]
        item = await self._asked(agent, session, asked.path["question"])
        octets = asked.request.content.read()
        try:
            kept = await self._in_thread(self._uploads.keep_file, session, octets, item.type == "signature")
        except UploadRefused as refused:
            raise _refused(refused.code, _REFUSED[refused.code]) from refused
        except OSError as error:
            log.error("upload-not-kept", session=session, error=repr(error))
            raise ProblemFound("service-away", "The file could not be stored.", type_id="file-not-kept") from error
        log.info("upload-kept", session=session, agent=agent, octets=len(octets))
        return Answer(status=201, value=UploadKept(kept))

    async def _asked(self, agent: str, session: str, question: str) -> Item:
        """The question, which wants a file or a signature, in the session of the agent's own call."""
        try:
            view = await self._dialogs.look(session)
        except DialogRefused as refused:
            if refused.code == NOT_KEPT:
                raise ProblemFound("service-away", "The session cannot be read just now.") from refused
            raise ProblemFound("not-found", "There is no such session.") from refused
        call = self._switchboard.call(view.call)
        if view.channel != CHANNEL or call is None or call.agent != agent:
            raise ProblemFound("not-found", "There is no such session.")  # nor is it told that there is one
        asks = view.ask if view.status == "running" and view.ask is not None and view.ask.kind != "confirm" else None
        for item in asks.items if asks is not None else ():
            if item.question == question and item.type in _TYPES:
                return item
        raise _refused("file-not-asked", "This question wants no file, or is not asked just now.")


def _refused(code: str, sentence: str) -> ProblemFound:
    return ProblemFound("refused", sentence, type_id=code)
