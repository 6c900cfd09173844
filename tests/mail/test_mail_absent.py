"""A site without `[mail]`: the service is there, and says so."""

from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor

from server.app.components import COMPONENTS
from server.call.mails import Letter, MailRefused
from server.services.interfaces import MAIL
from tests.app.core_rig import running


@pytest_twisted.ensureDeferred
async def test_whoever_asks_is_told_by_a_typed_error(tmp_path: Path) -> None:
    async with running(tmp_path, COMPONENTS) as core:
        await core.ready.addTimeout(60, reactor)
        await core.frame.find("mail")
        service = core.frame.directory.stand_in(MAIL)
        letter = Letter(to=["ana@example.com"], subject="Hello", text="")
        for asking in (service.queue(letter, "k"), service.mails(), service.retry("x"), service.discard("x")):
            with pytest.raises(MailRefused) as refused:
                await asking
            assert refused.value.why == "not-configured"
            assert str(refused.value) == "The site file has no [mail]: set smtp and from there."
        assert await service.find("k") is None
        code, _ = await core.ask("GET", "/readyz")
        assert code == 200
