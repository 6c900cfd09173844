"""Site files for tests: so many agents at fixed phones, one trunk on loopback."""

import os

_BLOCK = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
RTP_PORTS = f"{20000 + 1000 * _BLOCK}-{20999 + 1000 * _BLOCK}"
"""Tests that run at the same time have houses with ports of their own for the sound."""


def site(
    *,
    agents: int,
    phone_port: int,
    wrap_up_seconds: float = 0.5,
    ring_seconds: float = 20,
    strategy: str = "longest-idle",
    spare: int = 8,
    maximum: int = 100,
    more: str = "",
    rtp_ports: str = RTP_PORTS,
    agent_phones: list[str] | None = None,
) -> str:
    """Text of a site file; `{sip}` and `{web}` are left for the house to fill in."""
    phones = agent_phones or [f"sip:a{number}@127.0.0.1:{phone_port}" for number in range(agents)]
    people = "\n".join(
        f'[[agent]]\nid = "a{number}"\nname = "Agent {number}"\nqueues = ["sales"]\nphone = "{phone}"\n'
        for number, phone in enumerate(phones)
    )
    return f"""
[site]
name = "Test"
country = "DE"
[sip]
listen = ["udp:127.0.0.1:{{sip}}", "tcp:127.0.0.1:{{sip}}"]
domain = "caruso.test"
[media]
address = "127.0.0.1"
rtp_ports = "{rtp_ports}"
[linecards]
spare = {spare}
maximum = {maximum}
[web]
listen = "127.0.0.1:{{web}}"
[[trunk]]
name = "pstn"
target = "127.0.0.1:{phone_port}"
accept_from = ["127.0.0.1/32"]
[[number]]
dial = "800"
to = "queue:sales"
[[queue]]
id = "sales"
name = "Sales"
strategy = "{strategy}"
ring_seconds = {ring_seconds}
wrap_up_seconds = {wrap_up_seconds}
[[reason]]
id = "break"
name = "Break"
[[result]]
id = "solved"
name = "Solved"
{more}
{people}
"""
