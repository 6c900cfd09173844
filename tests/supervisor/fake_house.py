"""A supervisor over the fake core and the fake bank."""

import os
import sys
from pathlib import Path

from server import logs
from server.supervisor.run import Programs, run

HERE = Path(__file__).parent

if __name__ == "__main__":
    logs.configure("supervisor", "json")
    programs = Programs(
        core=[sys.executable, str(HERE / "fake_core.py")],
        bank=[sys.executable, str(HERE / "fake_bank.py")],
        core_answer_seconds=0.5,
        standby_seconds=0,
        warm_seconds=1,
        systemd_seconds=0.1,
    )
    sys.exit(run(Path(sys.argv[1]), Path(sys.argv[2]), programs, os.environ))
