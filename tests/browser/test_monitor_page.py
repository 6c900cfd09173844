"""The status monitor with a hundred agents and thirty queues, as people and screen readers find it."""

import json
import re
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.servers import PICTURES, floor

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
SIZES = ((1920, 1080), (1366, 768))


def violations(page: Page) -> list[str]:
    """What axe-core complains about; its script goes in beside the page's policy."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then((all) => all.violations)")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(crowd, look, scheme):
    few = "?queue=q03"  # of each thing at least one: axe takes seconds over a hundred tiles
    page = look(crowd, few, color_scheme=scheme, reduced_motion="reduce")
    assert page.locator("html").get_attribute("data-theme") == scheme
    assert violations(page) == []
    for opener, dialog in (
        ("#thresholds-button", "#thresholds-dialog"),
        ("#keys-button", "#keys-dialog"),
        (".tile.talking >> nth=0", "#agent-dialog"),
    ):
        page.locator(opener).click()
        expect(page.locator(dialog)).to_be_visible()
        assert violations(page) == [], dialog
        page.keyboard.press("Escape")
        expect(page.locator(dialog)).to_be_hidden()
    page.goto(f"http://{crowd}/monitor{few}&wall=1")
    expect(page.locator("#live")).to_have_text("live")
    assert violations(page) == []
    assert page.evaluate("document.getAnimations().length") == 0
    page.goto(f"http://{crowd}/monitor")
    page.locator("#log-out").click()
    expect(page.locator("#log-in")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_wall_has_room_for_a_hundred_agents_and_thirty_queues(crowd, look, size):
    page = look(crowd, "?wall=1&theme=dark", viewport={"width": size[0], "height": size[1]})
    expect(page.locator("#trend canvas")).to_be_visible()
    expect(page.locator("#controls")).to_be_hidden()
    expect(page.locator(".control")).to_be_hidden()
    assert page.locator("#agents li").count() == 100
    assert page.locator("#queues tr").count() == 30
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    shown = page.locator("#queues tr:not(.beyond)").count()
    assert shown >= (30 if size[0] == 1920 else 26)
    assert page.locator("#agents li:not(.beyond)").count() >= (100 if size[0] == 1920 else 60)
    levels = [kind.split()[0] for kind in page.locator("#queues tr").evaluate_all("rows => rows.map(r => r.className)")]
    assert levels == sorted(levels, key=["act", "watch", "good"].index)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for theme in ("dark", "light"):
        page.goto(f"http://{crowd}/monitor?wall=1&theme={theme}")
        expect(page.locator("#trend canvas")).to_be_visible()
        page.screenshot(path=PICTURES / f"monitor-{size[0]}x{size[1]}-{theme}.png")


@pytest.fixture(scope="module")
def spoilt():
    yield from floor('"><img src=x onerror="window.owned=1"><script>window.owned=1</script>\u202e' + 300 * "x")


@pytest.mark.parametrize("width", [800, 1100, 1920])
def test_a_name_is_never_a_part_of_the_page_and_never_widens_it(spoilt, look, width):
    page = look(spoilt, "?lang=constructor", viewport={"width": width, "height": 900})
    expect(page.locator("#waiting tr").first).to_contain_text("<script>window.owned=1</script>")
    page.locator(".tile").first.click()
    expect(page.locator("#agent-name")).to_contain_text("<img src=x")
    assert page.evaluate("window.owned") is None
    assert page.locator("img, #floor script, dialog script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.lang") == "en", "nothing but the languages that there are"
    named = "import('/reports/static/values.js').then((its) => its.named({ a: 'Ana' }, 'constructor'))"
    assert page.evaluate(named) == "constructor", "every object knows that word"


@pytest.mark.parametrize("width", [800, 1100, 1280])
def test_on_small_screens_nothing_is_cut_off_or_covers_another(crowd, look, width):
    """In Portuguese, whose words are longer."""
    page = look(crowd, "?lang=pt", viewport={"width": width, "height": 800})
    expect(page.locator("#queues tr").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for panel in ("#queues-panel", "#waiting-panel"):
        wide = "(box) => box.scrollWidth - box.clientWidth"
        assert page.locator(f"{panel} .scroll").evaluate(wide) == 0, panel
    sums, tick = page.locator("#agents-sums").bounding_box(), page.locator(".control").bounding_box()
    assert sums["x"] + sums["width"] <= tick["x"]
    for card in page.locator("#numbers .card").all():
        value, level, whole = (part.bounding_box() for part in (card.locator(".value"), card.locator(".level"), card))
        assert value["x"] + value["width"] <= level["x"] + 0.5
        assert level["x"] + level["width"] <= whole["x"] + whole["width"]


def test_six_numbers_with_their_targets(crowd, look):
    page = look(crowd)
    names = ("waiting", "ready", "service", "abandoned", "answer")
    texts = [page.locator(f"#number-{name}").inner_text() for name in names]
    assert [re.sub(r"\s+", " ", text) for text in texts] == [
        "Waiting 12 amber 3 · red 6 act now",
        "Ready now 10 of 100 signed in good",
        "Service level, 30 min 76 % target 80 % in 20 s · today 83 % watch",
        "Abandoned, 30 min 6 % 4 of 63 · amber 5 % · red 8 % watch",
        "Speed of answer 0:21 average, 30 min · amber 0:20 watch",
    ]
    longest = page.locator("#number-longest .value")
    before = longest.inner_text()
    expect(longest).not_to_have_text(before)  # it goes on by itself
    assert page.locator("#waiting tr").count() == 12
    first = page.locator("#waiting tr").first.inner_text()
    assert "Almeida Lda." in first
    assert "nobody free: 6 talking" in first


def test_what_is_shown_stands_in_the_address(crowd, look):
    page = look(crowd)
    page.get_by_role("link", name="Claims").click()
    expect(page.locator("#scope")).to_have_text("Claims")
    expect(page).to_have_url(re.compile(r"\?queue=q03$"))
    expect(page.locator("#queues tr")).to_have_count(1)
    expect(page.locator("#waiting tr")).to_have_count(3)
    expect(page.locator("#number-waiting .value")).to_have_text("3")
    page.go_back()
    expect(page.locator("#queues tr")).to_have_count(30)
    page.goto(f"http://{crowd}/monitor?queue=q03&agent=a003&out=1")
    expect(page.locator("#agent-dialog")).to_be_visible()
    expect(page.locator("#agent-name")).to_have_text("Dana Almeida")
    page.get_by_role("button", name="Close").click()
    expect(page).to_have_url(re.compile(r"\?queue=q03&out=1$"))
    page.keyboard.press("Escape")
    expect(page.locator("#scope")).to_have_text("all queues")


def test_by_keyboard(crowd, look):
    page = look(crowd)
    page.keyboard.press("Alt+g")
    names = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        names.append(page.evaluate("document.activeElement.querySelector('.name').textContent"))
        page.keyboard.press(key)
    assert names[0] == page.evaluate("document.activeElement.querySelector('.name').textContent") == "Ada Almeida"
    assert len(set(names)) == 4
    page.keyboard.press("Enter")
    expect(page.locator("#agent-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#agent-dialog")).to_be_hidden()
    assert page.evaluate("document.activeElement.className").startswith("tile")
    page.keyboard.press("F1")
    expect(page.locator("#keys-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+q")
    assert page.evaluate("document.activeElement.id") == "queue-filter"
    page.keyboard.press("Alt+w")
    expect(page.locator("#controls")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#controls")).to_be_visible()
    theme = page.locator("html").get_attribute("data-theme")
    page.keyboard.press("Alt+c")
    expect(page.locator("html")).not_to_have_attribute("data-theme", theme)


def test_in_portuguese_nothing_is_left_in_english(crowd, look):
    page = look(crowd, "?lang=pt&agent=a003")
    catalogue = page.evaluate("import('/monitor/static/words.js').then((words) => words.CATALOGUE)")
    ours = {text for word, text in catalogue["en"].items() if text != catalogue["pt"][word]}
    ours -= set(catalogue["pt"].values())
    texts = page.evaluate(
        """() => [...document.querySelectorAll("body *")].flatMap((element) => [
            element.children.length ? "" : element.textContent.trim(), element.title ?? "", element.ariaLabel ?? ""])"""
    )
    assert [text for text in texts if text in ours] == []
    assert {"Aguardando", "em conversa", "ao vivo", "Mudar o estado"} <= set(texts)
    names = {"Break", "Training", "–", "Caruso"}
    untouched = {text for text in texts if re.search(r"\b(the|and|not|of|is)\b", text)} - names
    assert untouched == set()


def test_thresholds_are_a_supervisors_to_choose(crowd, look):
    page = look(crowd, "?queue=q05")
    expect(page.locator("#queues tr .state")).to_have_text("watch")  # abandons
    page.keyboard.press("Alt+l")
    expect(page.locator("#thresholds-queue")).to_have_value("q05")
    page.locator("[name='service_level_percent.amber']").fill("95")
    page.locator("[name='service_level_percent.red']").fill("99")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#thresholds-problem")).to_contain_text("red would begin before amber")
    page.locator("[name='service_level_percent.red']").fill("92")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#thresholds-dialog")).to_be_hidden()
    expect(page.locator("#queues tr .state")).to_have_text("act now")
    expect(page.locator("#number-service .detail")).to_contain_text("target 95 %")
    page.keyboard.press("Alt+l")
    page.get_by_role("button", name="Defaults").click()
    expect(page.locator("#queues tr .state")).not_to_have_text("act now")


def test_a_missing_change_ends_in_a_new_snapshot(crowd, look):
    page = look(crowd)
    opened: list[WebSocketRoute] = []

    def meddle(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        opened.append(route)

        def pass_on(message: str) -> None:
            is_lost = len(opened) == 1 and json.loads(message)["t"] == "changed"
            if not is_lost:
                route.send(message)

        server.on_message(pass_on)

    page.route_web_socket(re.compile("/monitor/feed"), meddle)
    page.reload()
    expect(page.locator("#live")).to_have_text("live")
    page.evaluate("fetch('/api/v1/queues/q09/thresholds', { method: 'DELETE' })")
    choice = json.dumps({"waiting": {"amber": 7, "red": 9}})
    page.evaluate(
        """(body) => fetch('/api/v1/queues/*/thresholds',
             { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body })""",
        choice,
    )
    expect(page.locator("#number-waiting .detail")).to_have_text("amber 7 · red 9")
    assert len(opened) == 2
    page.evaluate("fetch('/api/v1/queues/*/thresholds', { method: 'DELETE' })")
    expect(page.locator("#number-waiting .detail")).to_have_text("amber 3 · red 6")


def test_mailboxes_show_what_waits_in_them(crowd, look):
    page = look(crowd)
    expect(page.locator("#mailboxes li")).to_have_count(2)
    expect(page.locator("#mailboxes li").first).to_contain_text("Claims")
    expect(page.locator("#mailboxes li").first).to_contain_text("3 new, 1 urgent")
    expect(page.locator("#mailboxes li").last).to_contain_text("nothing new")


def test_campaigns_show_what_the_dialler_tells(crowd, look):
    page = look(crowd)
    expect(page.locator("#campaigns li")).to_have_count(2)
    expect(page.locator("#campaigns li").first).to_contain_text("running · 120 dialled, 50 answered, 1 abandoned")
    expect(page.locator("#campaigns li").last).to_contain_text("paused")
