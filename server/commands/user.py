"""`caruso user password ID --stdin --data DIR`: sets the password of somebody who logs in."""

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


def main(words: list[str]) -> int:
    """Set a password; returns 0, 1 if it could not be stored, 2 if the words, the user or the site file are wrong."""
    options = _parser().parse_args(words)
    try:
        site = _site(options.site, options.data)
        _must_be_known(options.id, site)
        password = _password(from_stdin=options.stdin)
    except SiteError as error:
        print(error, file=sys.stderr)
        return 2
    except ValueError as error:
        print(f"caruso user: {error}.", file=sys.stderr)
        return 2
    return _store(options.id, password, site or SiteFile(), options.data)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("caruso user", description="People who log in.")
    actions = parser.add_subparsers(metavar="password", required=True)
    action = actions.add_parser(
        "password", description="Set a password. It goes before the one in the site file, and is seen within 5 s."
    )
    action.add_argument("id", metavar="ID", help="id of an [[agent]]")
    action.add_argument("--stdin", action="store_true", help="read the password from standard input, one line")
    add_data(action)
    add_site(action, required=False, purpose=_SITE)
    return parser


def _site(file: Path | None, data: Path) -> SiteFile | None:
    """The site; None if none is named and the data directory has not been served yet. Raises `SiteError`."""
    if file is None:
        try:
            file = Path((data / SITE_PATH_FILE).read_text(encoding="utf-8").removesuffix("\n"))
        except OSError:
            return None
    return load_site(file)


def _must_be_known(user: str, site: SiteFile | None) -> None:
    known = [] if site is None else [agent.id for agent in site.agent]
    if site is not None and user not in known:
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


def _store(user: str, password: str, site: SiteFile, data: Path) -> int:
    from server.storage.errors import StorageAway  # SQLAlchemy: only when there is something to store
    from server.storage.passwords import set_password

    try:
        set_password(site.storage.url, data, site.sip.domain, user, password, now().wall)
    except (ValueError, StorageAway) as error:
        print(f"caruso user: {error}", file=sys.stderr)
        return 1
    print(f"The password of {user} is set.")
    return 0
