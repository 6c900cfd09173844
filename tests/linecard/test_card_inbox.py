"""Reports wake the card's main loop: at once, or when the event thread has done its round."""

import os
import select
import threading

from server.linecard.worker.inbox import Inbox
from server.linecard.worker.reports import Pressed, Rang


def elsewhere(work, *arguments, **options):
    thread = threading.Thread(target=work, args=arguments, kwargs=options)
    thread.start()
    thread.join()


def is_awake(inbox):
    return bool(select.select([inbox.descriptor], [], [], 0)[0])


def all_of(inbox):
    return list(iter(inbox.take, None))


def test_a_report_of_another_thread_wakes_the_loop_once():
    inbox = Inbox()
    elsewhere(inbox.post, Pressed("a", "1", 0))
    elsewhere(inbox.post, Pressed("a", "2", 0))
    assert is_awake(inbox)
    inbox.clear_wake()
    assert not is_awake(inbox)
    assert [report.digit for report in all_of(inbox)] == ["1", "2"]


def test_what_comes_of_a_message_waits_for_the_end_of_the_round():
    inbox = Inbox()
    elsewhere(inbox.post, Rang("a", 180), wake=False)
    assert not is_awake(inbox)
    elsewhere(inbox.round_over)
    assert is_awake(inbox)
    inbox.clear_wake()
    assert all_of(inbox) == [Rang("a", 180)]


def test_a_round_without_reports_or_whose_reports_were_read_wakes_nobody():
    inbox = Inbox()
    elsewhere(inbox.round_over)
    assert not is_awake(inbox)
    elsewhere(inbox.post, Rang("a", 180), wake=False)
    assert all_of(inbox) == [Rang("a", 180)]
    elsewhere(inbox.round_over)
    assert not is_awake(inbox)


def test_the_loop_need_not_wake_itself():
    inbox = Inbox()
    inbox.post(Pressed("a", "1", 0))
    assert not is_awake(inbox)
    assert len(all_of(inbox)) == 1


def test_a_wake_that_comes_when_the_loop_has_turned_already_is_cleared_too():
    """Two threads wake at the same time: the slower one has looked before the faster one, and writes after the loop."""
    inbox = Inbox()
    elsewhere(inbox.post, Pressed("a", "1", 0))
    inbox.clear_wake()
    os.eventfd_write(inbox.descriptor, 1)
    assert is_awake(inbox)
    inbox.clear_wake()
    assert not is_awake(inbox), "else the loop turns for ever"
    elsewhere(inbox.post, Pressed("a", "2", 0))
    assert is_awake(inbox)
