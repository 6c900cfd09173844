"""The reports of a simulated day, as people find them: the figures of the command line, in a browser."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.browser.servers import PICTURES, served

sys.path.insert(0, str(Path(__file__).parents[1] / "simulator"))
sys.path.insert(0, str(Path(__file__).parents[1] / "reports"))
from filled import fill, site_file
from varied_day import VariedDay

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
DATE = "2026-01-05"
MORNING = f"from={DATE}T00:00&to={DATE}T03:00"
"""A period in which no agent's present state plays a part: the command line asks at another moment."""
NAMES = {"ana": "Ana Alves", "bruno": "Bruno Berg", "carla": "Carla Costa", "dora": "Dora Duarte", "eva": "Eva Lima"}
LUNCH = """title = "Lunch & <b>breaks</b>"
source = "agents"
group = ["agent"]
columns = ["calls", "not_ready:lunch", "not_ready:break"]
chart = { kind = "bar", x = "agent", y = ["not_ready:lunch", "not_ready:break"] }
"""
BROKEN = 'title = "Broken"\nsource = "queues"\n\ncolumns = ["offerd"]\n'


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reported")
    day = VariedDay(3, hours=4, calls_per_hour=70)
    fill(folder / "data", day.entries)
    file = site_file(folder, [(agent.id, list(agent.queues)) for agent in day.site.agent])
    text = file.read_text("utf-8")
    for agent, name in NAMES.items():
        text = text.replace(f'id = "{agent}"\n', f'id = "{agent}"\nname = "{name}"\n')
    text = text.replace('id = "billing"\n', 'id = "billing"\nname = "Billing"\n')
    file.write_text(text.replace('id = "rescue"\n', 'id = "rescue"\nname = "Rescue"\n'), "utf-8")
    (folder / "reports").mkdir()
    (folder / "reports" / "lunch.toml").write_text(LUNCH, "utf-8")
    (folder / "reports" / "broken.toml").write_text(BROKEN, "utf-8")
    return folder


@pytest.fixture(scope="module")
def server(site_folder: Path) -> Iterator[str]:
    """Address of a server over that day (see `reported_day`)."""
    yield from served("reported_day", str(site_folder))


@pytest.fixture
def read(server: str, look: Any) -> Any:
    """`read(query)` gives the page, logged in, with its report shown."""

    def read(query: str, **context: Any) -> Page:
        page: Page = look(server, query, place="/reports", **context)
        finished(page)
        return page

    return read


def finished(page: Page) -> None:
    """Until a report, or why there is none, stands there."""
    expect(page.locator("#floor")).to_be_visible()
    expect(page.locator("#working")).to_be_hidden(timeout=60_000)


def of_command_line(site_folder: Path, name: str, *words: str, form: str = "json") -> Any:
    """What `caruso report` writes, as a process of its own."""
    caruso = Path(sys.executable).parent / "caruso"
    made = subprocess.run(
        [caruso, "report", name, "--data", site_folder / "data", "--site", site_folder / "site.toml",
         "--format", form, *words], capture_output=True, check=True,
    )  # fmt: skip
    return json.loads(made.stdout) if form == "json" else made.stdout.decode("utf-8")


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then((all) => all.violations)")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def values(page: Page, part: str) -> list[list[float | None]]:
    """The numbers of the table's cells, to the last digit."""
    rows: list[list[str]] = page.locator(f"#table {part} tr").evaluate_all(
        "rows => rows.map(row => [...row.querySelectorAll('[data-value]')].map(cell => cell.dataset.value))"
    )
    return [[None if value == "" else float(value) for value in row] for row in rows]


PERIOD = ("--from", f"{DATE}T00:00", "--to", f"{DATE}T03:00")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (f"?report=calls&interval=30m&{MORNING}", ("calls", *PERIOD, "--interval", "30m")),
        (f"?report=calls&{MORNING}&queue=rescue", ("calls", *PERIOD, "--queue", "rescue")),
        (f"?report=agents&{MORNING}&agent=ana&agent=eva", ("agents", *PERIOD, "--agent", "ana", "--agent", "eva")),
        (f"?report=customers&{MORNING}", ("customers", *PERIOD)),
    ],
    ids=["calls", "one-queue", "two-agents", "customers"],
)
def test_the_page_shows_the_figures_of_the_command_line(read, site_folder, query, words):
    page = read(query)
    told = of_command_line(site_folder, *words)
    numbers = [place for place, column in enumerate(told["columns"]) if column["unit"] not in ("text", "moment")]
    assert len(told["rows"]) > 1
    assert values(page, "tbody") == [[row[place] for place in numbers] for row in told["rows"]]
    assert values(page, "tfoot") == [[told["total"][place] for place in numbers]]
    expect(page.locator("#title")).to_have_text(told["title"])


def test_a_report_is_chosen_sorted_and_cut_down_and_the_address_says_so(read):
    page = read("")
    expect(page.locator("#title")).to_have_text("Calls per queue and interval")
    expect(page.locator("#about")).to_contain_text("5 Jan 2026")
    page.get_by_role("link", name="Agent performance").click()
    finished(page)
    expect(page).to_have_url(re.compile("report=agents"))
    expect(page.locator("#title")).to_have_text("Agent performance")
    head = page.get_by_role("columnheader", name="Calls")
    head.get_by_role("button").click()
    expect(page).to_have_url(re.compile("sort=-calls"))
    expect(page.locator("thead [aria-sort]")).to_have_attribute("aria-sort", "descending")
    column = [row[0] for row in values(page, "tbody")]
    assert column == sorted(column, reverse=True)
    assert len(set(column)) > 1
    page.locator("#agent-choice summary").click()
    page.get_by_label("Dora Duarte").check()
    finished(page)
    expect(page).to_have_url(re.compile("agent=dora"))
    expect(page.locator("#table tbody tr")).to_have_count(1)
    expect(page.locator("#table tbody th")).to_have_text("Dora Duarte")
    expect(page.locator("#about")).to_contain_text("only Dora Duarte")
    page.go_back()
    finished(page)
    expect(page.locator("#table tbody tr")).to_have_count(5)
    page.locator("#period").select_option("yesterday")
    finished(page)
    expect(page.locator("#empty")).to_have_text("Nothing happened in this period.")
    expect(page.locator("#about")).to_contain_text("4 Jan 2026")
    page.locator("#period").select_option("From – to …")
    finished(page)
    expect(page).to_have_url(re.compile(f"from={DATE}&to={DATE}"))
    expect(page.locator("#table tbody tr")).to_have_count(5)
    page.locator("#to").fill("2026-01-04")
    finished(page)
    expect(page.locator("#problem")).to_contain_text("“to” must lie after “from”")
    page.reload()
    finished(page)
    expect(page.locator("#problem")).to_contain_text("“to” must lie after “from”")


def test_each_figure_shows_its_formula(read):
    page = read(f"?report=abandoned&{MORNING}")
    button = page.get_by_role("button", name="Abandon rate")
    formula = "abandoned / offered, short abandons left out of both"
    button.hover()
    expect(page.locator("#tip")).to_have_text(formula)
    page.mouse.move(5, 5)
    expect(page.locator("#tip")).to_be_hidden()
    button.focus()
    expect(page.locator("#tip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#tip")).to_be_hidden()
    expect(page.locator("#formula-list")).to_contain_text(f"Abandon rate{formula}")


def test_the_chart_is_drawn_as_the_reports_file_says(read):
    page = read(f"?report=calls&{MORNING}")
    expect(page.locator("#chart canvas")).to_be_visible()
    assert page.locator("#curves .curve").all_inner_texts() == ["Offered", "Answered", "Abandoned"]
    drawn = page.evaluate(
        """() => { const canvas = document.querySelector("#chart canvas");
            const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            let blue = 0; for (let i = 0; i < data.length; i += 4) if (data[i] === 11 && data[i + 1] === 92) blue++;
            return blue; }"""
    )
    assert drawn > 500  # the first curve's colour
    page.get_by_role("link", name="Lunch & <b>breaks</b>").click()
    finished(page)
    assert page.locator("#curves .curve").all_inner_texts() == ["Not ready (lunch)", "Not ready (break)"]
    page.get_by_role("link", name="Customers").click()
    finished(page)
    expect(page.locator("#figure")).to_be_hidden()


def test_the_csv_is_that_of_the_command_line(read, site_folder):
    page = read(f"?report=lost-calls&{MORNING}")
    with page.expect_download() as saved:
        page.locator("#csv").click()
    assert saved.value.suggested_filename == f"lost-calls_{DATE}_{DATE}.csv"
    octets = Path(saved.value.path()).read_bytes()
    assert octets.decode("utf-8") == of_command_line(site_folder, "lost-calls", *PERIOD, form="csv")
    rows = list(csv.DictReader(io.StringIO(octets.decode("utf-8"))))
    assert len(rows) > 10
    assert re.fullmatch(r"2026-01-05T0\d:\d\d:\d\d\.\d{3}\+00:00", rows[0]["arrived_at"])


def test_a_broken_report_is_shown_with_its_line_and_cure_and_loses_no_other(read, site_folder):
    page = read("")
    broken = site_folder / "reports" / "broken.toml"
    expect(page.locator("#broken")).to_contain_text(
        f'{broken}:4: columns[0]: there is no "offerd" for queues. Did you mean "offered"?'
    )
    assert page.locator("#shipped a").count() > 5
    expect(page.locator("#own a")).to_have_text(["Lunch & <b>breaks</b>"])


def test_what_is_asked_too_much_is_answered_with_the_cure(read):
    page = read("?report=calls&from=2024-01-01&to=2026-01-05&interval=1d")
    expect(page.locator("#problem")).to_have_text("The period is longer than 400 days; choose a shorter one.")
    page.goto(page.url.replace("2024", "2025").replace("1d", "5m"))
    finished(page)
    expect(page.locator("#problem")).to_contain_text("choose a longer interval")
    page.locator("#interval").select_option("1d")
    finished(page)
    expect(page.locator("#table tbody tr")).to_have_count(2)
    page.goto(page.url + "&agent=ana")
    finished(page)
    expect(page.locator("#problem")).to_contain_text("take the filter out")
    page.goto(page.url.replace("report=calls", "report=nothing"))
    finished(page)
    expect(page.locator("#problem")).to_contain_text("There is no report of that name")


def test_reports_are_for_supervisors(server, browser):
    page = browser.new_context().new_page()
    page.goto(f"http://{server}/reports")
    page.locator("[name=user]").fill("ana")
    page.locator("[name=password]").fill("ana's word")
    page.locator("#log-in button").click()
    expect(page.locator("#log-in-problem")).to_have_text("This page is for supervisors.")
    expect(page.locator("#floor")).to_be_hidden()
    page.context.close()


def test_monitor_and_reports_lead_to_one_another(read):
    page = read("")
    page.locator("#to-monitor").click()
    expect(page).to_have_url(re.compile("/monitor$"))
    page.locator("#to-reports").click()
    finished(page)
    expect(page.locator("#table-box")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(read, scheme):
    page = read(f"?report=agents&{MORNING}", color_scheme=scheme)
    assert page.locator("html").get_attribute("data-theme") == scheme
    assert violations(page) == []
    page.locator("#agent-choice summary").click()
    page.get_by_role("button", name="AHT").focus()
    assert violations(page) == []
    page.goto(page.url.replace("from=2026-01-05", "from=2027-01-05"))
    finished(page)
    expect(page.locator("#problem")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_there_is_room_on_the_screen_and_a_picture(read, size):
    page = read(f"?report=calls&interval=30m&{MORNING}", viewport={"width": size[0], "height": size[1]})
    PICTURES.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        page.goto(f"{page.url.split('&theme')[0]}&theme={theme}")
        finished(page)
        expect(page.locator("#chart canvas")).to_be_visible()
        page.screenshot(path=PICTURES / f"reports-{size[0]}x{size[1]}-{theme}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("#chart canvas")).to_be_in_viewport()
    expect(page.locator("tfoot td.n").first).to_be_in_viewport()


def test_on_paper_it_is_black_on_white_with_title_period_and_moment(read):
    page = read(f"?report=agents&{MORNING}&theme=dark&sort=-calls")
    page.emulate_media(media="print")
    expect(page.locator("#printed")).to_contain_text("Printed")
    for hidden in ("header", "#shelf", "#choices"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in ("#title", "#about", "#printed", "#formula-list", "tfoot"):
        expect(page.locator(shown)).to_be_visible()
    colours = page.locator("#title, tbody td").evaluate_all("all => all.map(one => getComputedStyle(one).color)")
    assert set(colours) == {"rgb(0, 0, 0)"}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "reports-print.png", full_page=True)
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
    width, height = (float(side) for side in re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper).groups())
    assert (round(width), round(height)) == (842, 595)  # A4 landscape
    (PICTURES / "reports-print.pdf").write_bytes(paper)


def test_in_portuguese_nothing_is_left_in_english(read):
    page = read(f"?report=calls&{MORNING}&lang=pt")
    expect(page.locator("#title")).to_have_text("Chamadas por fila e intervalo")
    expect(page.get_by_role("columnheader", name="Nível de serviço")).to_be_visible()
    catalogue = page.evaluate("import('/monitor/static/words.js').then((words) => words.CATALOGUE)")
    ours = {text for word, text in catalogue["en"].items() if text != catalogue["pt"][word]}
    ours -= set(catalogue["pt"].values())
    texts = page.evaluate(
        """() => [...document.querySelectorAll("body *")].flatMap((element) => [
            element.children.length ? "" : element.textContent.trim(), element.title ?? "", element.ariaLabel ?? ""])"""
    )
    assert [text for text in texts if text in ours] == []
    whole = " ".join(text for text in texts if "broken.toml" not in text and "breaks" not in text)
    assert re.findall(r"\b(?:the|and|not|of|is|calls|wait)\b", whole) == []
    expect(page.locator("tfoot td.n").nth(8)).to_contain_text(re.compile(r"\d,\d %"))
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "reports-pt.png")


def test_a_ledger_that_is_read_for_the_first_time_tells_its_progress_and_can_be_stopped(read):
    page = read("")
    answers = iter([0.2, 0.7])

    def slow(route: Any) -> None:
        progress = next(answers, None)
        if progress is not None:
            route.fulfill(status=202, json={"progress": progress})
        # the third is never answered

    page.route(re.compile("/api/v1/reports/calls"), slow)
    page.locator("#again").click()
    expect(page.locator("#working-words")).to_have_text("Reading the ledger for the first time: 70 %")
    page.locator("#cancel").click()
    expect(page.locator("#problem")).to_have_text("Cancelled. Refresh asks again.")
    page.unroute_all()
    page.locator("#again").click()
    finished(page)
    expect(page.locator("#table-box")).to_be_visible()
