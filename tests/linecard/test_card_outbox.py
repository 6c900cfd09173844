import socket
import wave

import pytest

from server.call.now import Now
from server.linecard import codec
from server.linecard.worker import outbox as outboxes
from server.linecard.worker.link import SILENCE_SECONDS, Link
from server.linecard.worker.outbox import Outbox
from server.linecard.worker.recording import BrokenTrack, complete
from server.wire import linecard

NOW = Now(1000.0, 10.0)


def seqs(frames):
    return [event.seq for event in codec.FrameReader(linecard.FromCard).feed(frames)]


def test_events_are_kept_until_acknowledged_and_sent_again_after_a_break():
    outbox = Outbox()
    for _ in range(3):
        outbox.add(linecard.Answered, "c", NOW, leg="l")
    assert seqs(outbox.take_unsent()) == [1, 2, 3]
    assert outbox.take_unsent() == b""
    outbox.acknowledged(2)
    outbox.add(linecard.Answered, "c", NOW, leg="l")
    outbox.send_again()
    assert seqs(outbox.take_unsent()) == [3, 4]
    outbox.acknowledged(4)
    assert len(outbox) == 0


def test_a_caller_on_the_keypad_does_not_fill_the_memory():
    outbox = Outbox()
    for _ in range(outboxes.MAX_KEPT + 500):
        outbox.add(linecard.Digit, "c", NOW, leg="l", digit="1")
    outbox.add(linecard.Released, "c", NOW, leg="l", by="far-end", code=200, cause="normal")
    assert (len(outbox), outbox.dropped) == (outboxes.MAX_KEPT + 1, 500)


@pytest.fixture
def core(tmp_path):
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(tmp_path / "cards.sock"))
    listening.listen()
    yield listening
    listening.close()


def test_a_link_greets_obeys_and_comes_back_with_growing_waits(core, tmp_path):
    link = Link(str(tmp_path / "cards.sock"), lambda: codec.encode(linecard.Pong(7)))
    link.tick(100.0)
    peer, _ = core.accept()
    assert peer.recv(100) == codec.encode(linecard.Pong(7))
    assert link.away_since is not None
    peer.send(codec.encode(linecard.Ping(1)))
    assert link.read(100.1) == [linecard.Ping(1)]
    assert link.away_since is None
    peer.close()
    assert link.read(101.0) == []
    assert (link.away_since, link.socket) == (101.0, None)
    assert link.next_deadline() == pytest.approx(101.02)
    core.close()
    (tmp_path / "cards.sock").unlink()
    waits, now = [], 101.02
    for _ in range(8):
        link.tick(now)
        waits.append(link.next_deadline() - now)
        now = link.next_deadline()
    assert waits == sorted(waits)
    assert waits[-1] == pytest.approx(1.0)


def test_a_core_that_holds_the_socket_but_says_nothing_is_away(core, tmp_path):
    link = Link(str(tmp_path / "cards.sock"), lambda: b"")
    link.tick(100.0)
    peer, _ = core.accept()
    peer.send(codec.encode(linecard.Ping(1)))
    link.read(100.0)
    link.tick(100.0 + SILENCE_SECONDS + 0.2)
    assert link.away_since == pytest.approx(103.2)
    assert link.socket is not None
    peer.close()


def test_a_core_that_sends_nonsense_is_left_without_a_hurry(core, tmp_path):
    link = Link(str(tmp_path / "cards.sock"), lambda: b"")
    link.tick(100.0)
    peer, _ = core.accept()
    peer.send(b"\xff\xff\xff\xff")
    assert link.read(100.0) == []
    assert link.socket is None
    assert link.next_deadline() > 100.0
    peer.close()


def write_track(path, samples):
    with wave.open(str(path), "wb") as sink:
        sink.setnchannels(1)
        sink.setsampwidth(2)
        sink.setframerate(8000)
        sink.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))


def test_two_tracks_become_left_and_right(tmp_path):
    left, right, path = tmp_path / "l.wav", tmp_path / "r.wav", tmp_path / "call.wav"
    write_track(left, range(1000))
    write_track(right, range(0, -1010, -1))
    assert complete([left, right], path, 8000) == 1000 / 8000
    with wave.open(str(path)) as whole:
        assert (whole.getnchannels(), whole.getnframes(), whole.getframerate()) == (2, 1000, 8000)
        frames = memoryview(whole.readframes(1000)).cast("h")
    assert list(frames[0:6]) == [0, 0, 1, -1, 2, -2]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["call.wav"]


def test_a_track_that_is_no_wav_file_loses_nothing_else(tmp_path):
    good, bad = tmp_path / "l.wav", tmp_path / "r.wav"
    write_track(good, range(100))
    bad.write_bytes(b"nothing")
    with pytest.raises(BrokenTrack):
        complete([good, bad], tmp_path / "call.wav", 8000)
    assert good.exists()
    assert not (tmp_path / "call.wav").exists()


def test_recordings_of_whose_end_the_core_may_not_know_are_named():
    outbox = Outbox()
    outbox.add(linecard.Recorded, "c", NOW, token="m/c-1", path="/m/c-1.wav", seconds=2, ended="asked")
    outbox.add(linecard.Recorded, "d", NOW, token="m/d-1", path="/m/d-1.wav", seconds=2, ended="asked")
    assert (outbox.recorded("c"), outbox.recorded("d")) == (["m/c-1"], ["m/d-1"])
    outbox.acknowledged(1)
    assert (outbox.recorded("c"), outbox.recorded("d")) == ([], ["m/d-1"])
