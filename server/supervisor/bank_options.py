"""What the bank and its cards are told of the site: the command line of `server.linecard.bank`."""

from pathlib import Path

from server.config.addresses import read_media_addresses
from server.config.site import Queue, SiteFile
from server.speech.sounds import Sounds
from server.wire.processes import CARDS_KEY_FILE


def bank_options(site: SiteFile, data: Path, edge: str) -> list[str]:
    """The options. `edge`: `HOST:PORT` of the socket at which the edge listens for cards."""
    media = read_media_addresses(site.media.address)
    options = {
        "--data": str(data),
        "--edge": edge,
        "--secret-file": str(data / CARDS_KEY_FILE),
        "--media-address": ",".join(filter(None, (media.ipv4, media.ipv6))),
        "--rtp-ports": site.media.rtp_ports.replace(" ", ""),
        "--clock-hz": str(site.media.clock_hz),
        "--legs-per-card": str(site.linecards.legs_per_card),
        "--lost-seconds": f"{site.media.lost_seconds:g}",
        "--domain": site.sip.domain,
        "--music": Sounds(site.site.language, site.folder).music(Queue(id="whoever-is-left-alone")),
    }
    return [word for option in options.items() for word in option]
