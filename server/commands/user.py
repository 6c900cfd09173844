"""`caruso user password ID [--sip] --stdin --data DIR`: sets what somebody logs in with, or what their phone does."""

import argparse
import getpass
import sys
from pathlib import Path

from server.clock import now
from server.commands.options import add_data, add_site
from server.config.findings import did_you_mean
from server.config.load import SiteError, load_site
from server.config.site import SiteFile
from server.wire.processes import SITE_PATH_FILE

_SITE = "site file: names the database and who there is; without it the one that DIR was last served with"
_PURPOSE = """Set a password for the desk and the web, or with --sip the one that a desk phone registers with. It goes
before the one in the site file, and is seen within 5 s."""


def main(words: list[str]) -> int:
    """Set a password; returns 0, 1 if it could not be stored, 2 if the words, the user or the site file are wrong."""
    options = _parser().parse_args(words)
    try:
        if not options.data.is_dir():
            raise ValueError(f"there is no data directory {options.data}")
        site = _site(options.site, options.data)
        _must_be_known(options.id, site)
        password = _password(from_stdin=options.stdin)
    except SiteError as error:
        print(error, file=sys.stderr)
        return 2
    except ValueError as error:
        print(f"caruso user: {error}.", file=sys.stderr)
        return 2
    return _store(options.id, password, site, options.data, for_phone=options.sip)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("caruso user", description="People who log in.")
    actions = parser.add_subparsers(metavar="password", required=True)
    action = actions.add_parser("password", description=_PURPOSE)
    action.add_argument("id", metavar="ID", help="id of an [[agent]]")
    action.add_argument("--sip", action="store_true", help="of the phone that registers, instead of the log-in")
    action.add_argument("--stdin", action="store_true", help="read the password from standard input, one line")
    add_data(action)
    add_site(action, required=False, purpose=_SITE)
    return parser


def _site(file: Path | None, data: Path) -> SiteFile:
    """The site that is named, or that the data directory was served with. Raises `SiteError`, `ValueError`."""
    if file is None:
        try:
            file = Path((data / SITE_PATH_FILE).read_text(encoding="utf-8").removesuffix("\n"))
        except FileNotFoundError:
            raise ValueError(f"{data} was not served yet, so its site file is not known; name it with --site") from None
    return load_site(file)


def _must_be_known(user: str, site: SiteFile) -> None:
    known = [agent.id for agent in site.agent]
    if user not in known:
        cure = did_you_mean(user, known, "The site file has no [[agent]]").removesuffix("?")
        raise ValueError(f'the site file has no agent "{user}". {cure}')


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("New password: ")
        if getpass.getpass("Again: ") != password:
            raise ValueError("the two passwords are not the same")
    else:
        raise ValueError("standard input is no terminal; add --stdin to read the password from it")
    if not password:
        raise ValueError("the password is empty")
    return password


def _store(user: str, password: str, site: SiteFile, data: Path, *, for_phone: bool) -> int:
    from server.storage.errors import StorageAway  # SQLAlchemy: only when there is something to store
    from server.storage.passwords import set_password, set_sip_password

    wall = now().wall
    try:
        if for_phone:
            set_sip_password(site.storage.url, data, site.sip.domain, user, password, wall)
        else:
            set_password(site.storage.url, data, user, password, wall)
    except (ValueError, StorageAway) as error:
        print(f"caruso user: {error}", file=sys.stderr)
        return 1
    print(f"The {'SIP ' if for_phone else ''}password of {user} is set.")
    return 0
