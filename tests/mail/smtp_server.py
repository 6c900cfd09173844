"""A real SMTP server (aiosmtpd) that keeps what it takes, and does as it is told."""

import asyncio
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

Answer = Callable[[Envelope], str]


class Mailbox:
    """What came. `on_rcpt` (by address) and `on_data` answer; `hold` keeps the answer to a whole mail back."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []
        """Recipients and message of every mail that was answered 250, or would be if `hold` were not set."""
        self.rcpt: dict[str, list[str]] = {}
        """Answers to give for an address, one after the other; then 250."""
        self.data: list[str] = []
        """Answers to give to whole mails, one after the other; then 250."""
        self.hold = threading.Event()
        self.hold.set()
        self.greets = threading.Event()
        """Set: the mail server answers; else it keeps whoever comes waiting from the first word."""
        self.greets.set()
        self.arrived = threading.Semaphore(0)
        """Released for each mail that is here as a whole, before it is answered."""
        self.connections = 0
        self.log_ins: list[tuple[bytes, bytes]] = []
        self.lines: list[bytes] = []

    async def handle_EHLO(
        self, server: SMTP, session: Any, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        while not self.greets.is_set():
            await asyncio.sleep(0.02)
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answers = self.rcpt.get(address, [])
        answer = answers.pop(0) if answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith("250"):
            message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append((list(envelope.rcpt_tos), message))
        self.arrived.release()
        while not self.hold.is_set():
            await asyncio.sleep(0.02)
        return answer

    def log_in(self, server: SMTP, session: Any, envelope: Envelope, mechanism: str, auth_data: Any) -> AuthResult:
        assert isinstance(auth_data, LoginPassword)
        self.log_ins.append((auth_data.login, auth_data.password))
        return AuthResult(success=auth_data.password == b"right word", handled=False)

    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for _, message in self.taken]


@contextmanager
def smtp_server(
    mailbox: Mailbox,
    port: int = 0,
    *,
    starttls: ssl.SSLContext | None = None,
    implicit: ssl.SSLContext | None = None,
    auth: bool = False,
) -> Iterator[int]:
    """The port it listens at on 127.0.0.1. It runs in a thread of its own, so that the test's may be busy."""
    loop = asyncio.new_event_loop()

    def session() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it does not know that it speaks TLS from the start
            return one_session()

    def one_session() -> SMTP:
        return SMTP(
            mailbox,
            hostname="localhost",
            loop=loop,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_required=auth,
            auth_require_tls=starttls is not None,
            authenticator=mailbox.log_in if auth else None,
            data_size_limit=None,
        )

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        # not by this thread: a browser's test may have a loop of its own running in it
        listening = loop.create_server(session, "127.0.0.1", port, ssl=implicit)
        server = asyncio.run_coroutine_threadsafe(listening, loop).result(60)
    except BaseException:
        loop.call_soon_threadsafe(loop.stop)
        raise
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        mailbox.hold.set()
        asyncio.run_coroutine_threadsafe(_closed(server), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


async def _closed(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
