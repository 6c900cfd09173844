"""Letters checked and written as messages: nothing of a letter becomes a header, a command or an end of the message."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings, strategies as st

from server.call.mails import Attachment, Letter, MailRefused
from server.config.mail import Sender, read_mail_address
from server.mail.composing import check_key, checked, composed
from server.mail.delivery import escaped

SENDER = Sender("Caruso, Atenção", "calls@example.com")
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]


def written(**words: object) -> bytes:
    letter = Letter(**{"to": ["ana@example.com"], "subject": "Hello", "text": "Text\n", **words})  # type: ignore[arg-type]
    return composed(checked(letter), SENDER, "<1@example.com>", 1_790_000_000.0)


def read(octets: bytes) -> EmailMessage:
    message = message_from_bytes(octets, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def content(part: EmailMessage) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_letter_with_everything_comes_out_as_it_went_in() -> None:
    sheet = Attachment(name="ação 1.csv", content_type="text/csv", body=b"a,b\r\n1,\xc3\xa3\r\n")
    octets = written(
        to=["ana@example.com", "bia@müller.example", "ana@example.com"],
        subject="Relatório: fila “água” " + "x" * 120,
        text="Olá\n.\n..dots\n",
        html="<p>Olá</p>",
        attachments=[sheet],
        reply_to="who@example.com",
    )
    message = read(octets)
    assert str(message["From"]) == '"Caruso, Atenção" <calls@example.com>'
    assert str(message["To"]) == "ana@example.com, bia@xn--mller-kva.example"
    assert str(message["Subject"]) == "Relatório: fila “água” " + "x" * 120
    assert str(message["Reply-To"]) == "who@example.com"
    assert (message["Message-ID"], message["Auto-Submitted"]) == ("<1@example.com>", "auto-generated")
    assert message["Date"].datetime.timestamp() == 1_790_000_000
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert content(plain) == "Olá\n.\n..dots\n"
    assert content(html) == "<p>Olá</p>\n"
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("ação 1.csv", "text/csv")
    assert file.get_payload(decode=True) == sheet.body
    assert octets.isascii()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"subject": "Hi\r\nBcc: evil@example.com"}, "subject"),
        ({"subject": "Hi\nBcc: evil@example.com"}, "subject"),
        ({"subject": "Hi\x85Bcc: evil@example.com"}, "subject"),
        ({"subject": "Hi\u2028Bcc: evil@example.com"}, "subject"),
        ({"subject": "  "}, "subject"),
        ({"subject": "x" * 251}, "subject"),
        ({"to": []}, "address"),
        ({"to": ["ana@example.com\r\nRCPT TO:<evil@example.com>"]}, "address"),
        ({"to": ["ana@example.com>, <evil@example.com"]}, "address"),
        ({"to": ["ana"]}, "address"),
        ({"to": ["Ana <ana@example.com>"]}, "address"),
        ({"to": ["ana@-example.com"]}, "address"),
        ({"to": ["ana@example..com"]}, "address"),
        ({"to": ["ação@example.com"]}, "address"),
        ({"to": [f"a{n}@example.com" for n in range(51)]}, "address"),
        ({"reply_to": "x@y\r\nBcc: z@y"}, "address"),
        ({"text": "bell \x07"}, "text"),
        ({"text": "half \ud800"}, "text"),
        ({"html": "nul \x00"}, "text"),
        ({"attachments": [Attachment(name="a\r\nX: y", content_type="text/csv", body=b"")]}, "attachment"),
        ({"attachments": [Attachment(name="../etc/passwd", content_type="text/csv", body=b"")]}, "attachment"),
        ({"attachments": [Attachment(name="a.csv", content_type="text/csv\r\nX: y", body=b"")]}, "attachment"),
        ({"attachments": [Attachment(name="a.eml", content_type="message/rfc822", body=b"")]}, "attachment"),
        ({"attachments": [Attachment(name="a", content_type="text/csv", body=b"")] * 21}, "attachment"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_named(words: dict[str, object], why: str) -> None:
    with pytest.raises(MailRefused) as refused:
        written(**words)
    assert refused.value.why == why
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("key", ["", "x" * 201, "a\nb"])
def test_keys_are_printable_and_not_too_long(key: str) -> None:
    with pytest.raises(MailRefused, match="1 to 200 printable"):
        check_key(key)


HOSTILE = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["\r\n", "\n", "\r", ".", "Bcc: e@x", "<", ">", "=?utf-8?q?=0ABcc:?=", "\u2028", " ", "a" * 70, '"']
    ),
    max_size=12,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(subject=HOSTILE, text=HOSTILE, html=HOSTILE, name=HOSTILE)
def test_no_text_becomes_a_header_or_a_line_end_that_smtp_reads_otherwise(
    subject: str, text: str, html: str, name: str
) -> None:
    try:
        octets = written(
            subject=subject, text=text, html=html,
            attachments=[Attachment(name=name, content_type="audio/wav", body=text.encode("utf-8", "replace"))],
        )  # fmt: skip
    except MailRefused:
        return
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", octets)
    assert max(len(line) for line in octets.split(b"\r\n")) <= 998
    message = read(octets)
    assert message.keys() == HEADERS
    assert str(message["To"]) == "ana@example.com"
    subject_read = str(message["Subject"]).strip()  # a long word begins on a line of its own
    assert subject_read == subject.strip().replace("=?", "= ?")
    (file,) = message.iter_attachments()
    assert set(file.keys()) == {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version"}
    assert file.get_filename() == name.strip().replace("=?", "= ?")
    plain = message.get_body(("plain",))
    assert plain is not None
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    assert content(plain).rstrip("\n") == expected.rstrip("\n")


@pytest.mark.parametrize("word", ["=?utf-8?q?a=0D=0ABcc:_e=40x?=", "=?utf-8?b?Cg==?=", "a =?us-ascii?q?=0A?= b"])
def test_encoded_words_are_not_decoded_into_headers(word: str) -> None:
    octets = written(subject=word, attachments=[Attachment(name=word, content_type="text/csv", body=b"")])
    message = read(octets)
    assert message.keys() == HEADERS
    assert str(message["Subject"]) == word.replace("=?", "= ?")
    (file,) = message.iter_attachments()
    assert file.get_filename() == word.replace("=?", "= ?")
    assert b"\nBcc" not in octets


@given(lines=st.lists(st.sampled_from(["", ".", "..", ".a", "a.", "a"]), max_size=20))
def test_dots_are_doubled_and_no_line_ends_the_message(lines: list[str]) -> None:
    wire = escaped("\r\n".join(lines).encode())
    assert wire.endswith(b"\r\n")
    told = wire[:-2].split(b"\r\n")
    assert b"." not in told
    undone = [line[1:] if line.startswith(b".") else line for line in told]
    assert [line.decode() for line in undone] in (lines, lines[:-1], [""])


@settings(max_examples=300)
@given(text=st.text(max_size=80) | st.from_regex(r"[a-z.+]{1,10}@[a-z0-9.-]{1,20}[\r\n <>,;]?", fullmatch=True))
def test_an_address_that_is_taken_is_one_word_in_ascii(text: str) -> None:
    try:
        address = read_mail_address(text)
    except ValueError:
        return
    assert address.isascii()
    assert re.fullmatch(r"[^\s<>,;:\"\\()]+@[a-zA-Z0-9.-]+", address)
    assert read_mail_address(address) == address
