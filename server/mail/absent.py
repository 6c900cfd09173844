"""The service `mail` of a site without `[mail]`: it is there, and says so."""

from server.call.mails import Letter, Mailing, MailRefused


class NoMail:
    """Implements `server.call.ports.Mail`: nothing is taken, nothing is there."""

    counters: dict[str, int] = {}
    waiting = 0

    async def queue(self, letter: Letter, key: str) -> Mailing:  # noqa: ARG002 - refused whatever it is
        """Refuses."""
        raise _refused()

    async def find(self, key: str) -> Mailing | None:  # noqa: ARG002 - there is none
        """None."""
        return None

    async def mails(self, ended: bool = False) -> list[Mailing]:  # noqa: ARG002 - there are none
        """Refuses, so that nobody takes an empty list for a mail server without work."""
        raise _refused()

    async def retry(self, ident: str) -> Mailing:  # noqa: ARG002 - refused whatever it is
        """Refuses."""
        raise _refused()

    async def discard(self, ident: str) -> Mailing:  # noqa: ARG002 - refused whatever it is
        """Refuses."""
        raise _refused()


def _refused() -> MailRefused:
    return MailRefused("not-configured", "The site file has no [mail]: set smtp and from there.")
