"""Letters checked, and written as messages (RFC 5322, MIME). Pure.

Every text of a letter may come from outside (a caller's name, a file's name). No header can be smuggled in: control
characters are refused before `email.message.EmailMessage` sees them, which refuses line ends in headers itself; what
looks like an encoded word (RFC 2047) is taken apart, since the library would decode it, line ends and all, and write
it as it is into a part's header; and the finished octets are looked at once more.
"""

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from server.call.mails import Attachment, Letter, MailRefused, RefusedFor
from server.config.mail import MOST_RECIPIENTS, Sender, read_mail_address

MOST_ATTACHMENTS = 20
LONGEST_SUBJECT = 250
LONGEST_NAME = 120
LONGEST_KEY = 200
_POLICY = SMTP.clone(cte_type="7bit")  # every mail server takes it
_TYPE = re.compile(r"([a-z]{1,20})/([a-z0-9][a-z0-9.+-]{0,80})")
_BARE_END = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_LONG_LINE = re.compile(rb"[^\r\n]{999}")
_HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "Auto-Submitted", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding",
)  # fmt: skip


def checked(letter: Letter) -> Letter:
    """The letter with its addresses as SMTP wants them, each once. Raises `MailRefused` for what cannot be sent."""
    return Letter(
        to=_recipients(letter.to),
        subject=_one_line("subject", "subject", letter.subject, LONGEST_SUBJECT),
        text=_text("text", letter.text),
        html=_text("html text", letter.html),
        attachments=_attachments(letter.attachments),
        reply_to=_address(letter.reply_to) if letter.reply_to else "",
    )


def check_key(key: str) -> None:
    """Raises `MailRefused` for what cannot be a key."""
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise MailRefused("key", f"A key is 1 to {LONGEST_KEY} printable characters.")


def composed(letter: Letter, sender: Sender, message_id: str, wall: float) -> bytes:
    """The message of a checked letter, with CRLF line ends. `wall`: its date. Raises `MailRefused`."""
    message = EmailMessage(policy=_POLICY)
    local, _, domain = sender.address.rpartition("@")
    message["From"] = Address(_plain(sender.name), local, domain)
    message["To"] = [Address("", *_halves(address)) for address in letter.to]
    message["Subject"] = letter.subject
    message["Date"] = datetime.fromtimestamp(wall, UTC)
    message["Message-ID"] = message_id
    if letter.reply_to:
        message["Reply-To"] = Address("", *_halves(letter.reply_to))
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notices in answer
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    for one in letter.attachments:
        maintype, _, subtype = one.content_type.partition("/")
        params = {"charset": "utf-8"} if maintype == "text" else {}
        message.add_attachment(one.body, maintype=maintype, subtype=subtype, filename=one.name, params=params)
    octets = message.as_bytes()
    _look_again(octets)
    return octets


def _look_again(octets: bytes) -> None:
    """What leaves must be lines of SMTP with our headers only, whatever the library made of the letter."""
    head = octets.partition(b"\r\n\r\n")[0]
    lines = [line.decode("latin-1") for line in head.split(b"\r\n")]
    names = [line.partition(":")[0] for line in lines if not line.startswith((" ", "\t"))]
    if _BARE_END.search(octets) or _LONG_LINE.search(octets) or not set(names) <= set(_HEADERS):
        raise MailRefused("text", "The letter cannot be written as a message.")
    if len(names) != len(set(names)):
        raise MailRefused("text", "The letter cannot be written as a message.")


def _recipients(addresses: list[str]) -> list[str]:
    found = list(dict.fromkeys(_address(address) for address in addresses))
    if not 1 <= len(found) <= MOST_RECIPIENTS:
        raise MailRefused("address", f"A letter goes to 1 to {MOST_RECIPIENTS} addresses, not {len(found)}.")
    return found


def _address(text: str) -> str:
    try:
        return read_mail_address(text)
    except ValueError:
        raise MailRefused("address", f"{text[:60]!a} is not a mail address.") from None


def _halves(address: str) -> tuple[str, str]:
    local, _, domain = address.rpartition("@")
    return local, domain


def _one_line(what: str, why: RefusedFor, text: str, longest: int) -> str:
    if not text.isprintable():
        raise MailRefused(why, f"The {what} holds a control character.")
    if not 1 <= len(text.strip()) <= longest:
        raise MailRefused(why, f"The {what} has 1 to {longest} characters.")
    return _plain(text.strip())


def _plain(text: str) -> str:
    """Without the beginnings of encoded words."""
    return text.replace("=?", "= ?")


def _text(what: str, text: str) -> str:
    """Control characters have no meaning in a mail, and a surrogate cannot be written."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise MailRefused("text", f"The {what} holds half a character.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(letter < " " and letter not in "\n\t" for letter in text):
        raise MailRefused("text", f"The {what} holds a control character.")
    return text


def _attachments(attachments: list[Attachment]) -> list[Attachment]:
    if len(attachments) > MOST_ATTACHMENTS:
        raise MailRefused("attachment", f"A letter has at most {MOST_ATTACHMENTS} attachments.")
    found = []
    for one in attachments:
        name = _one_line("name of an attachment", "attachment", one.name, LONGEST_NAME)
        if "/" in name or "\\" in name or name.startswith("."):
            raise MailRefused("attachment", "The name of an attachment holds a folder.")
        if not _TYPE.fullmatch(one.content_type) or one.content_type.startswith(("multipart/", "message/")):
            raise MailRefused("attachment", f"{one.content_type[:60]!a} is no type of an attachment.")
        found.append(Attachment(name=name, content_type=one.content_type, body=one.body))
    return found
