"""What a site needs from the machine it runs on: sound files, secrets, the time zones. Reads, and changes nothing."""

import os
import re
import stat
import wave
from collections.abc import Iterator
from pathlib import Path as FilePath

from server.config.countries import COUNTRIES
from server.config.destinations import destinations
from server.config.files import look_at
from server.config.findings import Notebook, Path, did_you_mean, shown_value
from server.config.secret import SecretMissing, resolve_secret
from server.config.services import SHORTEST_TOKEN
from server.config.site import SiteFile

_CURRENCY = re.compile("[A-Z]{3}")
_CONVERT = "Convert it: sox IN.wav -b 16 -c 1 -r 8000 OUT.wav"


def check_surroundings(site: SiteFile, file: FilePath, notes: Notebook) -> None:
    """Note everything that the site names and the machine does not have."""
    _time_zone(site.site.time_zone, notes)
    if site.site.country not in COUNTRIES:
        cure = "Write the two capital letters of ISO 3166, such as DE, BR or US"
        notes.error(("site", "country"), f"there is no country {shown_value(site.site.country)}", cure)
    if site.site.currency and not _CURRENCY.fullmatch(site.site.currency):
        cure = "Write the three capital letters of ISO 4217, such as EUR, BRL or USD"
        notes.error(("site", "currency"), f"{shown_value(site.site.currency)} is no currency", cure)
    for path, name in _sounds(site):
        _wav(path, FilePath(site.folder) / name, notes)
    if site.mail.certificates:
        _certificates(("mail", "certificates"), FilePath(site.folder) / site.mail.certificates, notes)
    for index, report in enumerate(site.report):
        _report(("report", index, "name"), report.name, FilePath(site.folder), notes)
    for path, text in _secrets(site):
        _secret(path, text, site.folder, notes)
    _plain_secrets(site, file, notes)


def _time_zone(name: str, notes: Notebook) -> None:
    import zoneinfo  # only `check` and the start need it

    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        known = {zone.lower(): zone for zone in zoneinfo.available_timezones()}
        cure = did_you_mean(name, sorted(known), "")
        for small, zone in known.items():
            cure = cure.replace(f'"{small}"', f'"{zone}"')
        if "?" not in cure:
            cure = "Write a name of the IANA list, such as Europe/Berlin or America/Sao_Paulo"
        notes.error(("site", "time_zone"), f"there is no time zone {shown_value(name)}", cure)


def _sounds(site: SiteFile) -> Iterator[tuple[Path, str]]:
    for index, queue in enumerate(site.queue):
        if queue.music:
            yield ("queue", index, "music"), queue.music
        if queue.greeting and queue.greeting != "none":
            yield ("queue", index, "greeting"), queue.greeting
    for index, mailbox in enumerate(site.mailbox):
        if mailbox.greeting:
            yield ("mailbox", index, "greeting"), mailbox.greeting
    for path, text in _places(site):
        if text.startswith("message:"):
            yield path, text.removeprefix("message:")


def _places(site: SiteFile) -> Iterator[tuple[Path, str]]:
    """Every place to which callers can be sent, and where the site file says so."""
    for index, queue in enumerate(site.queue):
        for key, text in destinations(queue):
            yield ("queue", index, *key), text
    for index, number in enumerate(site.number):
        yield ("number", index, "otherwise"), number.otherwise
    for index, mailbox in enumerate(site.mailbox):
        yield ("mailbox", index, "exit_to"), mailbox.exit_to


def _wav(path: Path, file: FilePath, notes: Notebook) -> None:
    try:
        look_at(file)
    except FileNotFoundError:
        notes.error(path, f"there is no file {file}", "Put it beside the site file, or correct the name")
        return
    except OSError as error:
        cure = "Name a WAV file that the user who runs caruso can read"
        notes.error(path, f"{file} cannot be read ({error.strerror})", cure)
        return
    try:
        with wave.open(str(file), "rb") as sound:
            bits, channels, rate, frames = (
                sound.getsampwidth() * 8, sound.getnchannels(), sound.getframerate(), sound.getnframes()
            )  # fmt: skip
    except (wave.Error, EOFError, OSError, ValueError) as error:
        notes.error(path, f"{file} cannot be read as PCM WAV ({error or 'it ends too early'})", _CONVERT)
        return
    if bits != 16 or not 8000 <= rate <= 48000:
        notes.error(path, f"{file} has {bits} bits at {rate} Hz; lines play 16 bits at 8000 to 48000 Hz", _CONVERT)
    elif frames == 0:
        notes.error(path, f"{file} holds no sound", "Name a WAV file with sound in it, or leave the key out")
    elif channels != 1:
        notes.error(path, f"{file} has {channels} channels; lines play one", _CONVERT)


def _certificates(path: Path, file: FilePath, notes: Notebook) -> None:
    import ssl  # only sites with a mail server of their own kind pay for it

    try:
        look_at(file)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=file)
    except ssl.SSLError:
        cure = "Name the PEM file of the authority; it begins with -----BEGIN CERTIFICATE-----"
        notes.error(path, f"{file} holds no certificate that can be read", cure)
    except OSError as error:
        notes.error(path, f"{file} cannot be read ({error.strerror})", "Put a PEM file there, or leave the key out")


def _report(path: Path, name: str, folder: FilePath, notes: Notebook) -> None:
    """There is a report of that name: the site's own, or one of those that are installed with the server."""
    own, shipped = folder / "reports", FilePath(__file__).parents[1] / "reports" / "builtin"
    known = sorted({file.stem for place in (own, shipped) for file in place.glob("*.toml")})
    if name and name not in known and not notes.has_error_at(path):
        cure = did_you_mean(name, known, f"Write it: reports/{name}.toml beside the site file")
        notes.error(path, f"there is no report {shown_value(name)}", cure)


def _secrets(site: SiteFile) -> Iterator[tuple[Path, str]]:
    yield ("mail", "password"), site.mail.password
    for index, agent in enumerate(site.agent):
        yield ("agent", index, "password"), agent.password
        yield ("agent", index, "sip_password"), agent.sip_password
    for index, mailbox in enumerate(site.mailbox):
        yield ("mailbox", index, "pin"), mailbox.pin
    for index, service in enumerate(site.service):
        yield ("service", index, "token"), service.token


def _secret(path: Path, text: str, folder: str, notes: Notebook) -> None:
    try:
        found = resolve_secret(text, folder)
    except SecretMissing as missing:
        notes.error(path, str(missing), missing.cure)
        return
    if text and path[-1] == "token":
        _token(path, found, notes)
    elif text and len(found) < 8 and path[-1] != "pin":
        notes.warn(path, f"the secret has only {len(found)} characters", "Use 8 or more")


def _token(path: Path, found: str, notes: Notebook) -> None:
    """Nobody limits how often a token is guessed, so it must be beyond guessing."""
    if len(found) < SHORTEST_TOKEN:
        cure = "Make one with openssl rand -hex 32"
        notes.error(path, f"the token has only {len(found)} characters of {SHORTEST_TOKEN}", cure)


def _plain_secrets(site: SiteFile, file: FilePath, notes: Notebook) -> None:
    """One warning for all words that stand in a file which every user of the machine may read."""
    plain = [path for path, text in _secrets(site) if text and not text.startswith(("env:", "file:"))]
    try:
        readable = os.stat(file).st_mode & stat.S_IROTH
    except OSError:
        return
    if plain and readable:
        more = f" (and {len(plain) - 1} more)" if len(plain) > 1 else ""
        cure = f'Run chmod o-r {file.name}, or write "env:NAME" or "file:PATH"'
        notes.warn(plain[0], f"a secret{more} stands in a file that every user of the machine can read", cure)
