"""What stands before a server and speaks TLS: real sockets of OpenSSL, in a loop of its own in a thread of its own."""

import asyncio
import ssl
import threading
from concurrent.futures import Future
from typing import Self

import trustme


class TlsFront:
    """Passes on what comes over TLS to ports of this machine. A `with` block ends it and all of its connections."""

    def __init__(self, certificate: trustme.LeafCert) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._context)
        self._context.set_alpn_protocols(["h2", "http/1.1"])  # as nginx does: who asks may choose
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._servers: list[asyncio.Server] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def before(self, port: int) -> int:
        """The port at which TLS is spoken before `port`."""
        listening: Future[asyncio.Server] = asyncio.run_coroutine_threadsafe(self._listen(port), self._loop)
        return int(listening.result(10).sockets[0].getsockname()[1])

    async def _listen(self, port: int) -> asyncio.Server:
        async def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there = await asyncio.open_connection("127.0.0.1", port)
            try:
                await asyncio.gather(_copy(reader, there[1]), _copy(there[0], writer))
            finally:
                there[1].transport.abort()
                writer.transport.abort()

        self._servers.append(await asyncio.start_server(came, "127.0.0.1", 0, ssl=self._context))
        return self._servers[-1]

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)  # what is aborted is closed at the loop's next turn


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """All that comes, until the end of either."""
    try:
        while octets := await reader.read(65536):
            writer.write(octets)
            await writer.drain()
    except OSError:  # also `ssl.SSLError`: the desk is gone
        pass
    finally:
        writer.close()
