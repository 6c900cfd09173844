"""What is dialled to ring an agent's phone."""

import pytest

from server.callflow.plan import Plan
from server.config.site import Agent, Sip, SiteFile, Trunk
from tests.callflow.transcript_sounds import FakeSounds


@pytest.mark.parametrize(
    ("phone", "uri"),
    [
        ("registered", "sip:ana@calls.example"),
        ("sip:ana@192.0.2.9;transport=tcp", "sip:ana@192.0.2.9;transport=tcp"),
        ("tel:+49 (30) 123-456", "sip:+4930123456@192.0.2.1"),
        ("tel:200", "sip:200@192.0.2.1"),
    ],
)
def test_a_phone_becomes_a_uri_without_what_is_only_for_the_eye(phone: str, uri: str) -> None:
    trunk = Trunk(name="pstn", target="sip:192.0.2.1")
    site = SiteFile(sip=Sip(domain="calls.example"), trunk=[trunk], agent=[Agent(id="ana", phone=phone)])
    assert Plan(site, FakeSounds()).dial("call", "leg", "ana", "100", "", 20).uri == uri
