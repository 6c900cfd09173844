"""`python -m agentdesk.softphone --socket PATH`: the softphone process. Credentials come over the socket only."""

import argparse
import signal
import sys
from pathlib import Path

import structlog
from PySide6.QtCore import QCoreApplication, QTimer

from agentdesk.softphone.process import AlreadyRuns, SoftphoneProcess

log = structlog.get_logger()


def main(argv: list[str] | None = None) -> int:
    """Run it. Exit code 0: ended as it should; 1: no socket or no pjsua2; 3: another one serves this socket."""
    parser = argparse.ArgumentParser(prog="agentdesk.softphone", description="The desk's phone.")
    parser.add_argument("--socket", type=Path, required=True, help="Unix socket to serve, in a folder of mode 0700")
    parser.add_argument("--linger", type=float, default=60, help="seconds to live without window and call")
    parser.add_argument("--sip-log-level", type=int, default=1, help="pjsua2's log level, 0 to 5")
    options = parser.parse_args(argv)
    structlog.configure(
        processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    application = QCoreApplication([sys.argv[0]])
    try:
        phone = SoftphoneProcess(options.socket, options.linger, options.sip_log_level)
    except AlreadyRuns:
        log.info("another-softphone-runs", socket=str(options.socket))
        return 3
    except OSError as error:
        log.error("no-socket", why=str(error))
        return 1
    signal.signal(signal.SIGTERM, lambda *_: phone.finish())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the window's terminal is not meant for the call
    wake = QTimer()  # lets Python see signals while Qt waits
    wake.start(500)
    wake.timeout.connect(lambda: None)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
