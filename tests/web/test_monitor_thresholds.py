"""Thresholds over the API: who may choose, what is refused, what pages are told."""

import pytest
import pytest_twisted

from server.wire.monitor import SUBPROTOCOL, Limits, Thresholds
from tests.fakes.web_server import WebServer, done
from tests.fakes.web_sockets import open_socket

PATH = "/api/v1/queues/service/thresholds"
STRICT = {"waiting": {"amber": 1, "red": 2}, "ready": {"amber": 2, "red": None}}


@pytest.fixture
def server():
    made = WebServer()
    made.monitor_store.kept["service"] = Thresholds(waiting=Limits(4, 8))
    made.start()
    yield made
    pytest_twisted.blockon(done(made.stop()))


@pytest_twisted.ensureDeferred
async def test_a_supervisors_choice_is_kept_and_told_to_every_page(server):
    token = await server.log_in("sofia")
    feed = await open_socket(
        server.address, "/monitor/feed", [SUBPROTOCOL], headers={"Authorization": f"Bearer {token}"}
    )
    assert (await feed.next())["thresholds"]["service"]["waiting"] == {"amber": 4, "red": 8}  # as it was kept
    answer = await server.ask("PUT", PATH, STRICT, token)
    assert (answer.code, answer.json_body["ready"]) == (200, {"amber": 2, "red": None})
    told = (await feed.next("changed"))["thresholds"]
    assert told["service"]["waiting"] == {"amber": 1, "red": 2}
    assert told["*"]["waiting"] == {"amber": 3, "red": 6}
    assert server.monitor_store.kept["service"].waiting == Limits(1, 2)
    answer = await server.ask("DELETE", PATH, token=token)
    assert answer.json_body["waiting"] == {"amber": 3, "red": 6}
    assert server.monitor_store.kept == {}
    assert (await server.ask("PUT", "/api/v1/queues/*/thresholds", STRICT, token)).code == 200
    assert list(server.monitor_store.kept) == ["*"]
    await feed.close()


@pytest_twisted.ensureDeferred
async def test_agents_choose_nothing_here(server):
    token = await server.log_in("ana")
    assert (await server.ask("PUT", PATH, STRICT, token)).code == 403
    assert (await server.ask("DELETE", PATH, token=token)).code == 403
    assert (await server.ask("PUT", PATH, STRICT)).code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"waiting": {"amber": 6, "red": 3}},
        {"waiting": {"amber": -1, "red": 3}},
        {"waiting": {"amber": 1e9, "red": None}},
        {"waiting": {"amber": 1}},
        {"waiting": {"amber": 1, "red": 2, "blue": 3}},
        {"patience": {"amber": 1, "red": 2}},
        [],
    ],
)
@pytest_twisted.ensureDeferred
async def test_what_cannot_be_kept_is_refused(server, body):
    token = await server.log_in("sofia")
    answer = await server.ask("PUT", PATH, body, token)
    assert (answer.code, answer.json_body["type"]) == (400, "urn:caruso:problem:body-invalid")
    assert server.monitor_store.kept["service"].waiting == Limits(4, 8)


@pytest_twisted.ensureDeferred
async def test_an_unknown_queue_and_a_store_that_is_away(server):
    token = await server.log_in("sofia")
    assert (await server.ask("PUT", "/api/v1/queues/nothing/thresholds", STRICT, token)).code == 404
    server.monitor_store.failure = ConnectionError("away")
    assert (await server.ask("PUT", PATH, STRICT, token)).code == 503
    server.monitor_store.failure = None
