"""`python -m agentdesk`, and what `caruso desk` calls: the desk's command line."""

import argparse
import os
import sys

import structlog

PASSWORD = "CARUSO_PASSWORD"
"""Environment variable for programs that start a desk; people are asked in the window."""


def main(argv: list[str] | None = None) -> int:
    """Run a desk. Exit code 0: ended by the agent; 2: it could not begin, or the options are wrong."""
    parser = argparse.ArgumentParser(prog="caruso desk", description="The agent's desk.")
    parser.add_argument("--server", default="http://127.0.0.1:8080", help="the server's address (URL)")
    parser.add_argument("--user", default="", help="the agent's id; left out, a dialog asks")
    parser.add_argument("--language", help="en or pt_BR; left out: as last time, or the system's")
    parser.add_argument("--theme", choices=("light", "dark", "system"), help="left out: as the system has it")
    parser.add_argument(
        "--certificates",
        default="",
        metavar="FILE",
        help="PEM file of who vouches for an https:// server; left out: whom this computer trusts",
    )
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help=f"read the password's one line from standard input (or {PASSWORD})",
    )
    options = parser.parse_args(argv)
    structlog.configure(
        processors=[structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    password = os.environ.pop(PASSWORD, None)  # taken away, so that the softphone's process does not inherit it
    if options.password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    try:
        from agentdesk.app import run
    except ImportError as error:
        print(f"caruso desk: {error}; the desk needs the extra `desk` (pip install 'caruso[desk]')", file=sys.stderr)
        return 2
    server = options.server if "://" in options.server else f"http://{options.server}"
    return run(server, options.user, password, options.language, options.theme, options.certificates)


if __name__ == "__main__":
    sys.exit(main())
