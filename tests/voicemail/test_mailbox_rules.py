"""Lockout, quota, retention and the lamp."""

from hypothesis import given, strategies as st

from server.voicemail.mailbox import LOCK_SECONDS, MOST_LOCK_SECONDS, WRONG_PINS, Lock, Quota, expired
from server.voicemail.notification import summary
from server.voicemail.words import Message


def _message(ident: str, at: float = 0, *, saved: bool = False, urgent: bool = False) -> Message:
    return Message(ident, at, "", 60, saved=saved, urgent=urgent)


def test_the_fifth_wrong_pin_locks_and_each_fifth_longer() -> None:
    lock = Lock()
    for _ in range(WRONG_PINS - 1):
        lock = lock.after_wrong(100.0)
        assert not lock.is_locked(100.0)
    lock = lock.after_wrong(100.0)
    assert lock.until == 100.0 + LOCK_SECONDS
    assert lock.is_locked(100.0 + LOCK_SECONDS - 1)
    assert not lock.is_locked(100.0 + LOCK_SECONDS)
    for _ in range(WRONG_PINS):
        lock = lock.after_wrong(5000.0)
    assert lock.until == 5000.0 + 2 * LOCK_SECONDS


@given(st.integers(1, 500))
def test_a_lock_is_never_longer_than_a_day(times: int) -> None:
    lock = Lock()
    for _ in range(times):
        lock = lock.after_wrong(0.0)
    assert lock.until <= MOST_LOCK_SECONDS
    assert (lock.until > 0) == (times >= WRONG_PINS)


def test_quota() -> None:
    there = [_message("a"), _message("b")]
    assert Quota(messages=3).has_room(there, 1000)
    assert not Quota(messages=2).has_room(there, 1)
    assert Quota(messages=0, seconds=180).has_room(there, 60)
    assert not Quota(messages=0, seconds=180).has_room(there, 61)
    assert Quota(messages=0).has_room(there * 1000, 1)


def test_what_nobody_heard_is_never_thrown_away() -> None:
    day = 86_400
    old, new, young = _message("old", 0, saved=True), _message("new", 0), _message("young", 29 * day, saved=True)
    assert expired([old, new, young], 31.0 * day, 30) == [old]
    assert expired([old], 1e9, 0) == []


def test_the_lamp() -> None:
    messages = [_message("a"), _message("b", urgent=True), _message("c", saved=True)]
    assert summary("sip:ana@example.org", messages) == (
        "Messages-Waiting: yes\r\nMessage-Account: sip:ana@example.org\r\nVoice-Message: 2/1 (1/0)\r\n"
    )
    assert summary("sip:ana@example.org", messages[2:]).startswith("Messages-Waiting: no\r\n")
