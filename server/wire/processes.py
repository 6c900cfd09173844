"""supervisor <-> core, bank, cards: how the processes of one data directory find and tell one another.

| what                | from -> to             | meaning                                                               |
|---------------------|------------------------|-----------------------------------------------------------------------|
| `CARUSO_SOCKETS`    | supervisor -> core     | JSON object: name of a listening socket -> inherited file descriptor   |
| `CARUSO_READY_FD`   | supervisor -> core     | write end of a pipe: the core writes `ready` and a line feed once, when `/readyz` would answer 200, and closes it; nobody may read any longer |
| `--standby FD`      | supervisor -> core     | option: import everything, write `warm` and a line feed into `CARUSO_READY_FD`, then read the pipe FD: `go` and a line feed: be the core from now on, and read the site now; its end: exit with 0 |
| `CARUSO_NO_STANDBY` | administrator -> supervisor | `1`: keep no core on standby                                     |
| `CARUSO_NO_CORE_WATCH` | administrator -> supervisor | `1`: a core that does not answer is left alone                     |
| `CARUSO_LOG_FORMAT` | supervisor -> all      | `json` or `console`                                                   |
| SIGTERM             | supervisor -> core     | no new calls; end when the present ones are over or after the grace time |
| SIGHUP              | supervisor -> core     | end at once with `EXIT_RESTART`, leave the cards alone: a new core reads the site again |
| SIGTERM             | supervisor -> bank     | end; the cards live on                                                |
| exit 0              | core -> supervisor     | stopped on purpose (`caruso ctl stop`): the house closes              |
| `EXIT_SITE`         | core -> supervisor     | the site file is wrong: the house does not open                       |
| `EXIT_RESTART`      | core -> supervisor     | start me again, at once                                               |
| `DIR/core.exit`     | core -> supervisor     | the same number as text, written before such an exit: a supervisor that adopted the core is not its parent and sees no status |

Names of listening sockets: `sip:` and the text of `[sip].listen` (`sip:udp:127.0.0.1:5060`), `cards-sip` (UDP, loopback,
only cards are told its port), `web`, `cards.sock`, `bank.sock`, `control.sock`. The three last lie in the data directory
under these names with mode 0600. `DIR/listening.json` says at which address each of them really listens.

A process is named by its pid, the time of its start (field 22 of `/proc/PID/stat`) and the machine's boot: a pid alone
may be another's by now. `core`, `bank`, `supervisor` are written as `NAME.pid` (the number alone) and `NAME.process`
(`ProcessName` in JSON), and so is `standby` while it is warm; a card as `cards/CARD.pid`, with pid and start time on one line.
"""  # noqa: E501 - a table's row stays on one line

import msgspec

SOCKETS_VARIABLE = "CARUSO_SOCKETS"
READY_VARIABLE = "CARUSO_READY_FD"
LOG_FORMAT_VARIABLE = "CARUSO_LOG_FORMAT"
NO_STANDBY_VARIABLE = "CARUSO_NO_STANDBY"
NO_CORE_WATCH_VARIABLE = "CARUSO_NO_CORE_WATCH"
STANDBY_OPTION = "--standby"

READY_WORD = b"ready\n"
WARM_WORD = b"warm\n"
GO_WORD = b"go\n"

EXIT_SITE = 2
EXIT_RESTART = 75

SIP_PREFIX = "sip:"
CARDS_SIP = "cards-sip"
WEB = "web"
CARDS_SOCKET = "cards.sock"
BANK_SOCKET = "bank.sock"
CONTROL_SOCKET = "control.sock"

CARDS_KEY_FILE = "cards.key"
"""Secret of supervisor, core, bank and cards (hexadecimal, mode 0600)."""
EDGE_KEY_FILE = "edge.key"
"""Secret of the edge alone: branches, Record-Route names, nonces (hexadecimal, mode 0600)."""
SITE_PATH_FILE = "site.path"
"""Absolute path of the site file that the data directory was last opened with."""
LISTENING_FILE = "listening.json"
CORE_EXIT_FILE = "core.exit"
CARDS_FOLDER = "cards"
BANK_NOTE_FILE = "bank.process"


class ProcessName(msgspec.Struct, frozen=True):
    """One process of one boot. `started`: clock ticks after the boot."""

    pid: int
    started: int
    boot: str
