"""Mails go to a real SMTP server: taken, refused, deferred, over TLS, with a log-in, and with the line cut."""

import socket
from pathlib import Path

import pytest
from mail_rig import Authority, letter, mailing, relay, running, service, settled, tried, until
from pytest_twisted import ensureDeferred
from smtp_server import Mailbox, smtp_server
from twisted.internet.threads import deferToThread

from server import clock
from server.call.mails import Attachment, MailRefused
from server.mail import queue as rules, service as service_module
from server.mail.service import new_mailing
from server.mail.words import Terms
from server.storage import storage as storage_module
from tests.house.house import free_ports
from tests.storage.storage_rig import beside


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "FIRST_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(rules, "FIRST_RELAY_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(rules, "LONGEST_RELAY_PAUSE_SECONDS", 0.2)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@ensureDeferred
async def test_a_mail_arrives_as_it_was_written(tmp_path: Path) -> None:
    box = Mailbox()
    sound = Attachment(name="message.wav", content_type="audio/wav", body=bytes(range(256)) * 300)
    with smtp_server(box) as port:
        async with mailing(tmp_path, relay(port)) as mail:
            kept = await mail.queue(letter("Olá", ("ana@example.com", "bia@example.com"), attachments=[sound]), "k")
            sent = await settled(mail, "k", "sent")
            assert (sent.id, sent.attempts, sent.cause) == (kept.id, 1, "")
            assert mail.counters == {"queued": 1, "sent": 1, "failed": 0, "retried": 0, "discarded": 0}
    ((recipients, message),) = box.taken
    assert recipients == ["ana@example.com", "bia@example.com"]
    assert (message["Subject"], message["Message-ID"]) == ("Olá", kept.message_id)
    (file,) = message.iter_attachments()
    assert file.get_payload(decode=True) == sound.body


@ensureDeferred
async def test_dots_at_any_place_arrive_and_end_nothing(tmp_path: Path) -> None:
    """Lines that begin with a dot at every offset of a chunk of 16 KiB, where an escape could be missed."""
    text = "".join(f"{'x' * (n % 5)}\n.\n" for n in range(14_000))
    box = Mailbox()
    with smtp_server(box) as port:
        async with mailing(tmp_path, relay(port)) as mail:
            for padding in range(3):
                asked = letter(f"s{padding}" + "y" * padding)
                asked = type(asked)(to=asked.to, subject=asked.subject, text=text)
                await mail.queue(asked, f"k{padding}")
                await settled(mail, f"k{padding}", "sent")
    assert len(box.taken) == 3
    for _, message in box.taken:
        assert message.get_content().replace("\r\n", "\n") == text


@ensureDeferred
async def test_the_same_key_is_the_same_mail(tmp_path: Path) -> None:
    box = Mailbox()
    with smtp_server(box) as port:
        async with mailing(tmp_path, relay(port)) as mail:
            first = await mail.queue(letter(), "k")
            again = await mail.queue(letter("something else"), "k")
            assert again.id == first.id
            await settled(mail, "k", "sent")
            assert (await mail.queue(letter(), "k")).state == "sent"
        async with mailing(tmp_path, relay(port)) as mail:
            assert (await mail.queue(letter(), "k")).state == "sent"
            await mail.queue(letter("other"), "other")
            await settled(mail, "other", "sent")
    assert box.subjects() == ["Hello", "other"]


@ensureDeferred
async def test_a_temporary_refusal_is_tried_again_and_one_for_good_is_not(tmp_path: Path) -> None:
    box = Mailbox()
    box.data = ["451 4.7.1 greylisted, come again", "250 OK", "554 5.6.0 <ana@example.com> looks like spam"]
    with smtp_server(box) as port:
        async with mailing(tmp_path, relay(port)) as mail:
            await mail.queue(letter("first"), "first")
            assert (await settled(mail, "first", "sent")).attempts == 2
            await mail.queue(letter("second"), "second")
            failed = await settled(mail, "second", "failed")
            assert (failed.cause, failed.attempts) == ("refused", 1)
            assert failed.error == "554 5.6.0 <ana@example.com> looks like spam"
            assert [one.id for one in await mail.mails()] == [failed.id]
            await mail.retry(failed.id)
            assert (await settled(mail, "second", "sent")).message_id == failed.message_id
    assert box.subjects() == ["first", "second"]


@ensureDeferred
async def test_each_address_gets_it_once_when_one_is_deferred(tmp_path: Path) -> None:
    box = Mailbox()
    box.rcpt = {"bia@example.com": ["452 4.2.2 mailbox full"], "rui@example.com": ["550 5.1.1 no such user"]}
    with smtp_server(box) as port:
        async with mailing(tmp_path, relay(port)) as mail:
            await mail.queue(letter("Hi", ("ana@example.com", "bia@example.com", "rui@example.com")), "k")
            failed = await settled(mail, "k", "failed")
    assert [recipients for recipients, _ in box.taken] == [["ana@example.com"], ["bia@example.com"]]
    assert [one.state for one in failed.recipients] == ["accepted", "accepted", "refused"]
    assert failed.error == "refused for 1 of 3 addresses: 550 5.1.1 no such user"
    assert len({str(message["Message-ID"]) for _, message in box.taken}) == 1


@ensureDeferred
async def test_a_mail_server_that_comes_back_gets_what_waited(tmp_path: Path) -> None:
    box, (port,) = Mailbox(), free_ports(1)
    async with mailing(tmp_path, relay(port)) as mail:
        for number in range(5):
            await mail.queue(letter(f"s{number}"), f"k{number}")
        await until(lambda: mail.waiting == 5)
        waiting = await mail.mails()
        assert (await tried(mail, "k0")).error.startswith("no connection")
        assert {one.state for one in waiting} == {"queued"}
        with smtp_server(box, port):
            for number in range(5):
                await settled(mail, f"k{number}", "sent")
    assert sorted(box.subjects()) == [f"s{number}" for number in range(5)]


@ensureDeferred
async def test_starttls_and_tls_with_a_log_in(tmp_path: Path, authority: Authority) -> None:
    words = {"user": "caruso", "password": "right word", "authorities": authority.pem}
    box = Mailbox()
    with smtp_server(box, starttls=authority.context, auth=True) as port:
        async with mailing(tmp_path, relay(port, starttls="required", **words)) as mail:
            await mail.queue(letter("starttls"), "starttls")
            await settled(mail, "starttls", "sent")
    with smtp_server(box, implicit=authority.context, auth=True) as port:
        async with mailing(tmp_path, relay(port, tls=True, **words)) as mail:
            await mail.queue(letter("tls"), "tls")
            await settled(mail, "tls", "sent")
    assert box.subjects() == ["starttls", "tls"]
    assert box.log_ins == [(b"caruso", b"right word")] * 2


@ensureDeferred
async def test_a_certificate_that_nobody_vouches_for_gets_nothing(tmp_path: Path, authority: Authority) -> None:
    box = Mailbox()
    stranger = Authority()
    for name, words in {"starttls": {"starttls": "required"}, "tls": {"tls": True}}.items():
        context = {"starttls" if name == "starttls" else "implicit": authority.context}
        with smtp_server(box, **context) as port:
            async with mailing(tmp_path / name, relay(port, authorities=stranger.pem, **words)) as mail:
                await mail.queue(letter(), "k")
                waits = await tried(mail, "k")
                assert "certificate verify failed" in waits.error
    assert box.taken == []


@ensureDeferred
async def test_without_starttls_nothing_goes_in_clear_if_it_is_required(tmp_path: Path) -> None:
    box = Mailbox()
    with smtp_server(box) as port:
        async with mailing(tmp_path, relay(port, starttls="required")) as mail:
            await mail.queue(letter(), "k")
            assert "TLS" in (await tried(mail, "k")).error
    assert box.taken == []


@ensureDeferred
async def test_a_wrong_password_is_no_mails_fault(tmp_path: Path, authority: Authority) -> None:
    box = Mailbox()
    words = {"user": "caruso", "authorities": authority.pem, "starttls": "required"}
    with smtp_server(box, starttls=authority.context, auth=True) as port:
        async with mailing(tmp_path, relay(port, password="wrong word", **words)) as mail:
            await mail.queue(letter(), "k")
            waits = await tried(mail, "k")
            assert (waits.state, waits.error[:3]) == ("queued", "535")
            assert "wrong word" not in waits.error
        async with mailing(tmp_path, relay(port, password="right word", **words)) as mail:
            await settled(mail, "k", "sent")
    assert box.subjects() == ["Hello"]


@ensureDeferred
async def test_no_answer_to_the_whole_mail_is_a_doubt_and_is_reported(tmp_path: Path) -> None:
    box = Mailbox()
    box.hold.clear()
    with smtp_server(box) as port:
        async with mailing(tmp_path, relay(port)) as mail:
            await mail.queue(letter(), "k")
            await until(lambda: box.arrived.acquire(blocking=False))
            assert (await mail.find("k")).state == "sending"
            with pytest.raises(MailRefused, match="is being sent"):
                await mail.discard((await mail.find("k")).id)
        # the service was stopped while the mail server kept its answer back
        async with mailing(tmp_path, relay(port)) as mail:
            doubtful = await settled(mail, "k", "failed")
            assert doubtful.cause == "in-doubt"
            await mail.queue(letter("next"), "next")
            box.hold.set()
            await settled(mail, "next", "sent")
            await mail.discard(doubtful.id)
            assert await mail.mails() == []
            assert [one.state for one in await mail.mails(ended=True)] == ["discarded", "sent"]
    assert box.subjects() == ["Hello", "next"]


@ensureDeferred
async def test_a_database_that_is_away_holds_the_text_back_and_loses_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "LOCK_SECONDS", 0.1)
    monkeypatch.setattr(rules, "DATABASE_PAUSE_SECONDS", 0.1)
    monkeypatch.setattr(service_module, "SAVE_AGAIN_SECONDS", 0.1)
    box = Mailbox()
    with smtp_server(box) as port:
        async with running(tmp_path) as storage:
            await storage.mail.add(
                new_mailing(letter(), "k", "m1", "<m1@x>", 4, clock.now().wall), b"To: x\r\n\r\ntext\r\n"
            )
            lock = beside(tmp_path)
            lock.execute("BEGIN IMMEDIATE")
            async with service(storage, relay(port)) as mail:
                await until(lambda: box.connections >= 3)  # it comes to the claim again and again
                assert box.taken == []
                box.hold.clear()
                lock.execute("ROLLBACK")
                await until(lambda: box.arrived.acquire(blocking=False))
                lock.execute("BEGIN IMMEDIATE")
                box.hold.set()
                await until(lambda: mail.counters["sent"] == 1)
                assert (await mail.find("k")).state == "sending"
                with pytest.raises(MailRefused, match="does not take the state"):
                    await mail.discard("m1")
                lock.execute("ROLLBACK")
                await settled(mail, "k", "sent")
            lock.close()
    assert len(box.taken) == 1


@ensureDeferred
async def test_a_clean_stop_before_the_text_left_is_no_attempt(tmp_path: Path) -> None:
    """The mail server does not even greet; the next core begins anew, at once."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with running(tmp_path) as storage, service(storage, relay(silent.getsockname()[1])) as mail:
            await mail.queue(letter(), "k")
            connection, _ = await deferToThread(silent.accept)
    connection.close()
    async with running(tmp_path) as storage:
        kept = await storage.mail.by_key("k")
        assert (kept.state, kept.attempts, kept.due_at) == ("queued", 0, kept.asked_at)


@ensureDeferred
async def test_a_fault_of_our_own_is_logged_and_the_mail_waits(tmp_path: Path) -> None:
    authorities = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    async with mailing(tmp_path, relay(1, tls=True, authorities=authorities)) as mail:
        await mail.queue(letter(), "k")
        waits = await tried(mail, "k")
        assert (waits.state, waits.error) == ("queued", "a fault of our own; the log names it")


@ensureDeferred
async def test_two_cores_never_both_send(tmp_path: Path) -> None:
    """Both know all mails and send at once; the database lets one of them have each."""
    box, count = Mailbox(), 12
    with smtp_server(box) as port:
        async with mailing(tmp_path, relay(free_ports(1)[0]), Terms(per_minute=0)) as mail:
            for number in range(count):
                await mail.queue(letter(f"s{number}"), f"k{number}")
        box.greets.clear()  # until both are there
        async with (
            running(tmp_path) as one_storage,
            running(tmp_path) as other_storage,
            service(one_storage, relay(port), Terms(per_minute=0)) as one,
            service(other_storage, relay(port), Terms(per_minute=0)) as other,
        ):
            assert one.waiting == other.waiting == count
            box.greets.set()
            for number in range(count):
                await settled(one, f"k{number}", "sent")
            await until(lambda: one.waiting == other.waiting == 0)
            assert one.counters["sent"] + other.counters["sent"] == count
    assert sorted(box.subjects()) == sorted(f"s{number}" for number in range(count))
    assert box.connections > count  # both have tried


@ensureDeferred
async def test_limits_of_size_and_number(tmp_path: Path) -> None:
    async with mailing(tmp_path, relay(free_ports(1)[0]), most_waiting=2, largest_octets=2000) as mail:
        big = Attachment(name="a.bin", content_type="application/octet-stream", body=bytes(2000))
        with pytest.raises(MailRefused) as refused:
            await mail.queue(letter(attachments=[big]), "big")
        assert refused.value.why == "too-large"
        await mail.queue(letter(), "a")
        await mail.queue(letter(), "b")
        with pytest.raises(MailRefused) as refused:
            await mail.queue(letter(), "c")
        assert refused.value.why == "full"
        assert (await mail.queue(letter(), "b")).key == "b"


@ensureDeferred
async def test_what_is_over_loses_its_text_and_is_forgotten_in_time(tmp_path: Path) -> None:
    box = Mailbox()
    with smtp_server(box) as port:
        async with running(tmp_path) as storage, service(storage, relay(port), keep_seconds=1e-6) as mail:
            kept = await mail.queue(letter(), "k")
            await settled(mail, "k", "sent")
            assert await storage.mail.message(kept.id) == b""
            await mail.sweep()
            assert await mail.find("k") is None


@ensureDeferred
async def test_a_mail_that_was_claimed_by_nobody_who_lives_is_found(tmp_path: Path) -> None:
    async with running(tmp_path) as storage, service(storage, relay(free_ports(1)[0])) as mail:
        kept = await mail.queue(letter(), "k")
        async with service(storage, relay(free_ports(1)[0])) as other:
            pass
        stray = await storage.mail.by_id(kept.id)
        assert stray is not None
    async with running(tmp_path) as storage, service(storage, relay(free_ports(1)[0])) as other:
        new = await storage.mail.by_id(kept.id)
        assert new is not None
        lost = type(new)(**{**{f: getattr(new, f) for f in new.__struct_fields__}, "id": "lost", "key": "lost"})
        await storage.mail.add(lost, b"x")
        assert await storage.mail.claim(lost)
        await other.sweep()
        assert (await other.find("lost")).state == "sending"
        await other.sweep()
        assert (await settled(other, "lost", "failed")).cause == "in-doubt"


@ensureDeferred
async def test_a_mail_server_that_talks_nonsense_breaks_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        import threading

        def talk() -> None:
            for words in (b"hello\r\n", b"220" + b"-x" * 20_000 + b"\r\n", b"220-x\r\n" * 500, b""):
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(words)

        talking = threading.Thread(target=talk, daemon=True)
        talking.start()
        async with mailing(tmp_path, relay(listener.getsockname()[1])) as mail:
            await mail.queue(letter(), "k")
            await until(lambda: not talking.is_alive())
            found = await tried(mail, "k")
            assert found.state == "queued"
