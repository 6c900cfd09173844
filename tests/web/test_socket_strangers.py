"""Sockets whose owner has not said who it is are few, and keep nobody out who does."""

import pytest
import pytest_twisted

from server.anteroom import Anteroom
from tests.fakes.web_server import WebServer, done
from tests.fakes.web_sockets import SocketRefused, open_socket

STRANGER = {"X-Forwarded-For": "203.0.113.7, 198.51.100.7"}


@pytest.fixture
def server():
    made = WebServer()
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


@pytest_twisted.ensureDeferred
async def test_strangers_at_the_desks_door_are_turned_out_and_agents_come_in(server):
    server.gateway.anteroom = Anteroom(lambda: 0.0, most=3, most_of_one=2)

    async def socket(headers):
        return await open_socket(server.address, "/desk", ["caruso.v1.json"], None, headers=headers)

    first = await socket(STRANGER)
    second = await socket(STRANGER)
    with pytest.raises(SocketRefused, match="429"):
        await socket(STRANGER)
    third = await socket({"X-Forwarded-For": "198.51.100.8"})
    agent = await socket({"X-Forwarded-For": "198.51.100.9"})  # the first is turned out
    assert await first.ended() == 4401
    agent.say(t="hello", token=await server.log_in("ana"))
    await agent.next("welcome")
    assert len(server.gateway.anteroom) == 2
    for one in (second, third, agent):
        await one.close()
    assert len(server.gateway.anteroom) == 0
