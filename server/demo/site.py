"""The demo's site file: a vertical's, moved to loopback. Pure: from a dict to a dict, and to TOML."""

import json
from pathlib import Path
from typing import Any

import msgspec

HOST = "127.0.0.1"
STARS = ("ana", "bruno", "carla")
"""Agents of the demo, if the site has them; the first one gets the desk."""
LONGEST_WRAP_UP_SECONDS = 8
TRUNK = "demo"


class SiteUnfit(Exception):
    """The demo cannot play this site; the text says why."""


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """What the demo may use of this machine. `rtp_first`: first of `RTP_PORTS` UDP ports."""

    sip_port: int
    web_port: int
    rtp_first: int


RTP_PORTS = 400


def stars(site: dict[str, Any]) -> list[str]:
    """Ids of the three agents who act: ana, bruno and carla, or the first three of the site who take calls."""
    able = [agent["id"] for agent in site.get("agent", []) if agent.get("queues")]
    known = [name for name in STARS if name in able]
    return [*known, *(name for name in able if name not in known)][: len(STARS)]


def watcher(site: dict[str, Any]) -> str:
    """Who may look at the status page: the first supervisor or administrator, or else the first agent."""
    agents = site.get("agent", [])
    bosses = [agent["id"] for agent in agents if agent.get("role") in ("supervisor", "administrator")]
    return str((bosses or [agents[0]["id"]])[0])


def numbers_for(site: dict[str, Any], agent: str) -> list[str]:
    """Numbers that lead to a queue of the agent's; `SiteUnfit` if there is none."""
    queues = next(a.get("queues", []) for a in site["agent"] if a["id"] == agent)
    numbers = [number["dial"] for number in site.get("number", []) if number["to"].removeprefix("queue:") in queues]
    if not numbers:
        raise SiteUnfit(f"no number of the site leads to a queue of {agent}")
    return numbers


def adapted(site: dict[str, Any], folder: Path, places: Places, passwords: dict[str, str]) -> dict[str, Any]:
    """`site` as the demo runs it.

    Everything listens on loopback, at `places`; calls from this machine are the trunk's, and no call leaves it. Every
    agent has a phone that registers, and the password in `passwords` for log-in and phone. Wrap-ups are short. Media
    paths, which lie beside the vertical's own site file in `folder`, become absolute.
    """
    changed = dict(site)
    sip = f"{HOST}:{places.sip_port}"
    domain = site.get("sip", {}).get("domain", "caruso.local")
    changed["sip"] = {"listen": [f"udp:{sip}", f"tcp:{sip}"], "domain": domain}
    changed["media"] = {
        "address": HOST,
        "rtp_ports": f"{places.rtp_first}-{places.rtp_first + RTP_PORTS - 1}",
    }
    changed["linecards"] = {"spare": 3, "maximum": 12}
    changed["web"] = {**site.get("web", {}), "listen": f"{HOST}:{places.web_port}", "public_url": ""}
    changed["stopping"] = {"grace_seconds": 2}
    changed.pop("storage", None)
    changed["trunk"] = [{"name": TRUNK, "accept_from": [f"{HOST}/32"]}]
    changed["queue"] = [_queue(queue, folder) for queue in site.get("queue", [])]
    changed["agent"] = [_agent(agent, passwords[agent["id"]]) for agent in site.get("agent", [])]
    return changed


def as_toml(site: dict[str, Any]) -> str:
    """A site as TOML: top tables, arrays of tables, and in them texts, numbers, truths, lists and inline tables."""
    lines: list[str] = []
    for name, content in site.items():
        is_table = isinstance(content, dict)
        for table in [content] if is_table else content:
            lines += ["", f"[{name}]" if is_table else f"[[{name}]]"]
            lines += [f"{key} = {_value(value)}" for key, value in table.items()]
    return "\n".join(lines).lstrip("\n") + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_value(key)} = {_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=True)  # JSON's texts, numbers and truths are TOML's too


def _queue(queue: dict[str, Any], folder: Path) -> dict[str, Any]:
    changed = dict(queue)
    changed["wrap_up_seconds"] = min(LONGEST_WRAP_UP_SECONDS, queue.get("wrap_up_seconds", LONGEST_WRAP_UP_SECONDS))
    for key in ("music", "greeting"):
        if queue.get(key, "none") not in ("", "none"):
            changed[key] = str(folder.absolute() / queue[key])
    return changed


def _agent(agent: dict[str, Any], password: str) -> dict[str, Any]:
    changed = {key: value for key, value in agent.items() if key != "verify"}
    return changed | {"phone": "registered", "password": password, "sip_password": password}
