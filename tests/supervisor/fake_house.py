"""A supervisor over the fake core and the fake bank. It waits for a core that is slow, but no longer than
`FAKE_PATIENCE_SECONDS` in the environment says: to be warm, or to hand its sockets over."""

import os
import sys
from pathlib import Path

from server import logs
from server.supervisor.run import Programs, run

HERE = Path(__file__).parent
PATIENCE_SECONDS = float(os.environ.get("FAKE_PATIENCE_SECONDS", "60"))

if __name__ == "__main__":
    logs.configure("supervisor", "json")
    programs = Programs(
        core=[sys.executable, str(HERE / "fake_core.py")],
        bank=[sys.executable, str(HERE / "fake_bank.py")],
        core_answer_seconds=PATIENCE_SECONDS,
        standby_seconds=0,
        warm_seconds=PATIENCE_SECONDS,
        systemd_seconds=0.1,
        ask_seconds=0.1,
        silent_seconds=float(os.environ.get("FAKE_SILENT_SECONDS", "30")),
    )
    sys.exit(run(Path(sys.argv[1]), Path(sys.argv[2]), programs, os.environ))
