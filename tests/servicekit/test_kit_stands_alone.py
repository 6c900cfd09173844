"""servicekit runs where neither the server's nor the desk's libraries are installed."""

import subprocess
import sys

PROGRAM = """
import sys
for name in ("twisted", "structlog", "sqlalchemy", "klein", "treq", "PySide6", "pjsua2", "lxml"):
    sys.modules[name] = None  # importing it fails

import asyncio, logging
import servicekit.socket
from servicekit import Offer, Program

class Shop:
    def price(self, article: int) -> dict:
        return {"price": article}

program = Program("ws://127.0.0.1:9/services/v1", "token", [Offer("shop", "1.0", Shop())])

class Said(logging.Handler):
    words = ""
    def emit(self, record):
        self.words += record.getMessage()

said = Said()
logging.getLogger("servicekit").addHandler(said)

async def briefly():
    serving = asyncio.ensure_future(program.serve())
    while "the server does not answer at ws://127.0.0.1:9/services/v1" not in said.words:
        await asyncio.sleep(0.02)
    program._ending.set()
    await serving

asyncio.run(briefly())
print("ended")
"""


def test_it_needs_neither_twisted_nor_the_server():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "ended\n"), done.stderr


SILENT = """
import socket
from servicekit import Offer, Program

class Shop:
    def price(self, article: int) -> dict:
        return {"price": article}

with socket.create_server(("127.0.0.1", 0)) as silent:
    print(silent.getsockname()[1], flush=True)
    import os, signal, threading
    kept = []
    def when_connected():
        kept.append(silent.accept())
        os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=when_connected, daemon=True).start()
    Program(f"ws://127.0.0.1:{silent.getsockname()[1]}/services/v1", "token", [Offer("shop", "1.0", Shop())]).run()
print("ended")
"""


def test_sigterm_is_heard_also_while_a_server_does_not_answer_the_handshake():
    done = subprocess.run([sys.executable, "-c", SILENT], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "ended"
    assert "does not answer" not in done.stderr, "it did not wait for its patience to end"
