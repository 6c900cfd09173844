"""Which cards are ended for their silence, and when; the time is a clock's that is moved by hand."""

import pytest
from twisted.internet.task import Clock, LoopingCall

from server.call.ports import CardAddress
from server.linecard import codec
from server.linecard.known_card import KnownCard
from server.linecard.watchdog import ASK_SECONDS, Watchdog
from server.wire import linecard as w

LIMIT = 3.0


class Kennel:
    """A watchdog, its cards, and what it did: `asked` and `ended` are (second, name). A card that is in `deaf` does
    not answer."""

    def __init__(self, limit=LIMIT, names="ab", deaf=""):
        self.clock = Clock()
        self.cards = {name: KnownCard(name, 1, CardAddress(name, "h", 1), object()) for name in names}
        self.asked, self.ended, self.deaf = [], [], set(deaf)
        self.dog = Watchdog(
            self.clock, self.clock.seconds, limit, cards=self.cards.values, tell=self.hears, silent=self.is_ended
        )
        self.asking = LoopingCall(self.dog.ask)
        self.asking.clock = self.clock
        self.asking.start(ASK_SECONDS)

    def hears(self, card, frames):
        (question,) = codec.FrameReader(w.ToCard).feed(frames)
        self.asked.append((self.clock.seconds(), card.name))
        if card.name not in self.deaf:
            self.answers(card.name, question.number)

    def answers(self, name, number):
        self.cards[name].has_spoken = True
        self.cards[name].answered = number

    def is_ended(self, card):
        self.ended.append((self.clock.seconds(), card.name))
        del self.cards[card.name]

    def passes(self, seconds, step=1 / 16):
        for _ in range(round(seconds / step)):
            self.clock.advance(step)


def test_every_card_is_asked_each_second_whatever_it_does():
    kennel = Kennel()
    kennel.cards["a"].call = "a-1"
    kennel.passes(3.5)
    kennel.cards["a"].has_spoken = True
    kennel.passes(1)
    assert [name for _, name in kennel.asked] == list("ab" * 5)
    assert [round(second) for second, name in kennel.asked if name == "a"] == [0, 1, 2, 3, 4]
    assert kennel.ended == []


@pytest.mark.parametrize("hangs_at", [1 / 16, 0.5, 15 / 16])
def test_a_card_is_ended_exactly_when_its_question_is_too_old(hangs_at):
    kennel = Kennel()
    kennel.passes(hangs_at)
    kennel.deaf.add("b")
    kennel.passes(8)
    assert kennel.ended == [(1 + LIMIT, "b")]


def test_a_limit_below_the_time_between_two_questions_is_kept():
    kennel = Kennel(limit=0.5, deaf="b")
    kennel.passes(3)
    assert kennel.ended == [(0.5, "b")]


def test_zero_is_no_limit():
    kennel = Kennel(limit=0, deaf="ab")
    kennel.passes(100)
    assert kennel.ended == []
    assert len(kennel.asked) == 202


def test_one_timer_serves_all_questions_of_all_cards():
    kennel = Kennel(names="abcdefghij", limit=3600, deaf="abcdefghij")
    kennel.passes(10)
    assert len(kennel.clock.getDelayedCalls()) == 2, "the next question, and the first that becomes too old"


def test_an_answer_that_lies_in_the_socket_when_the_time_is_over_counts():
    kennel = Kennel(deaf="ab")
    # the reactor was busy: it runs the timer first, reads then, and only then turns to what the timer left to do
    kennel.clock.callLater(LIMIT, kennel.answers, "a", 1)
    for step in (1, 1, 1):
        kennel.clock.advance(step)
    assert kennel.ended == [(LIMIT, "b")]


def test_words_of_its_own_before_its_answer_show_that_a_card_lives():
    kennel = Kennel(deaf="a")
    kennel.clock.callLater(LIMIT, setattr, kennel.cards["a"], "has_spoken", True)
    for step in (1, 1, 1):
        kennel.clock.advance(step)
    assert kennel.ended == []
    kennel.clock.advance(1)
    assert kennel.ended == [(LIMIT + 1, "a")]


@pytest.mark.parametrize("stall", [2.5, 4, 60])
def test_a_stall_of_the_core_ends_nobody(stall):
    kennel = Kennel()
    kennel.passes(1.5)
    kennel.deaf |= {"a", "b"}
    kennel.clock.advance(stall)
    assert kennel.ended == []
    kennel.deaf.discard("a")
    kennel.passes(LIMIT + 1.5)
    assert [name for _, name in kennel.ended] == ["b"], "who is silent afterwards is ended all the same"


def test_a_card_that_is_away_or_came_back_owes_no_answer():
    kennel = Kennel()
    kennel.passes(0.5)
    kennel.deaf |= {"a", "b"}
    kennel.passes(1)
    kennel.cards["a"].connection = None
    kennel.cards["b"].connection, kennel.cards["b"].answered = object(), None
    kennel.deaf.discard("b")
    kennel.passes(10)
    assert kennel.ended == []


def test_a_watchdog_that_is_closed_ends_nobody():
    kennel = Kennel()
    kennel.deaf.add("a")
    kennel.passes(1)
    kennel.asking.stop()
    kennel.dog.close()
    kennel.passes(10)
    assert kennel.ended == []
    assert kennel.clock.getDelayedCalls() == []
