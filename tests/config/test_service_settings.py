"""`[[service]]`: tokens and interfaces of a company's programs."""

import re
from pathlib import Path

import pytest

from server.app.service_gate import grants
from server.config.load import SiteError, check_site, load_site, parse_site
from server.config.services import HOUSE

ROOT = Path(__file__).parents[2]
GOOD = '[[service]]\nname = "utility"\ntoken = "file:utility.token"\ninterfaces = ["meters", "outages"]\n'


def faults(text: str) -> list[str]:
    with pytest.raises(SiteError) as refused:
        parse_site(text)
    return [f"{one.path}: {one.message}" for one in refused.value.findings if "service" in one.path]


def site_with(tmp_path: Path, text: str, token: str) -> tuple[object, list[str]]:
    (tmp_path / "utility.token").write_text(token + "\n")
    file = tmp_path / "site.toml"
    file.write_text(text)
    site, findings = check_site(file)
    return site, [one.message for one in findings]


def test_a_good_service_becomes_a_grant(tmp_path: Path):
    site, findings = site_with(tmp_path, GOOD, "t" * 20)
    assert site is not None, findings
    grant = grants(load_site(tmp_path / "site.toml")).of("t" * 20)
    assert grant is not None
    assert (grant.name, grant.timeout_seconds, grant.may_watch) == ("utility", 10, False)
    assert [grant.allows(name) for name in ("meters", "outages", "cards", "storage")] == [True, True, False, False]
    assert grants(load_site(tmp_path / "site.toml")).of("") is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (('"file:utility.token"', '""'), "service[0].token: the text is empty"),
        (('["meters", "outages"]', "[]"), "service[0].interfaces: it may register nothing"),
        (('"outages"', '"storage"'), 'service[0].interfaces[1]: "storage" is a service of the house'),
        (('"outages"', '"a b"'), 'service[0].interfaces[1]: "a b" cannot be used as a name'),
        (("\n[[", "\n[web]\nlisten = ''\n[["), "service[0]: services connect over the web, and it listens nowhere"),
        (('"utility"', '"my shop"'), 'service[0].name: "my shop" cannot be used as a name'),
        (("interfaces", "timeout_seconds = 0\ninterfaces"), "service[0].timeout_seconds: 0 is out of range"),
    ],
)
def test_what_is_wrong_is_said(change: tuple[str, str], fault: str):
    text = ("\n" + GOOD).replace(*change)
    assert faults(text) == [fault]


def test_what_the_house_looks_for_or_offers_is_the_houses():
    asked = re.compile(r'(?:provide|present|find|proxy|best|Interface)\(\s*"([a-z-]+)"')
    sources = [*(ROOT / "server/app").glob("*.py"), ROOT / "server/services/interfaces.py"]
    names = {name for file in sources for name in asked.findall(file.read_text())}
    assert {"acd", "telephony", "mail", "dialogs", "web"} <= names
    of_companies = {"campaign-status"}  # a company's dialler may tell of its campaigns
    assert names - HOUSE == of_companies, "write the house's own into server/config/services.py"


def test_two_services_have_two_names_and_two_tokens():
    assert faults(GOOD + GOOD) == [
        'service[1].name: "utility" is already the name of service[0]',
        "service[1].token: service[0] has the same token",
    ]


@pytest.mark.parametrize("token", ["", "t" * 19])
def test_a_token_that_could_be_guessed_is_refused(tmp_path: Path, token: str):
    site, messages = site_with(tmp_path, GOOD, token)
    assert site is None
    expected = f"the token has only {len(token)} characters of 20" if token else '"file:utility.token" is empty'
    assert expected in messages
