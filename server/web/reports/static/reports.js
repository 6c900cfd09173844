// The reports: the address says which one, of which period; the server works it out.
//   ?report=NAME  ?period=today|yesterday|this-week|last-week|this-month|last-month, or ?from=DATE&to=DATE
//   ?interval=15m  ?queue=ID and ?agent=ID (each as often as needed)  ?sort=COLUMN or -COLUMN  ?theme  ?lang
import "./report_words.js";
import { onAddress, part } from "/monitor/static/address.js";
import { byId, make, setText } from "/monitor/static/dom.js";
import { makeLogIn, showLogIn } from "/monitor/static/log_in.js";
import { applyTheme, onTheme, switchTheme } from "/monitor/static/theme.js";
import { knows, say, writeWords } from "/monitor/static/words.js";
import { chosen, goTo, makeChoices, queryOf, showChoices } from "./choices.js";
import { makeChart, redraw, showChart } from "./chart.js";
import { fetchReport, fetchShelf, stopFetching } from "./fetching.js";
import { MOST_SHOWN, showFormulas, showTable } from "./table.js";
import { endOf, isWords, moment, nowWritten, percent } from "./values.js";

let shelf = null;
let table = null;
let asked = ""; // the query whose report is shown or under way

function showShelf() {
  const item = (one) => {
    const link = make("a", { text: one.title, href: `?${queryOf({ ...chosen(), report: one.name, sort: "" })}` });
    if (one.name === chosen().report) link.setAttribute("aria-current", "true");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      goTo({ report: one.name, sort: "" });
    });
    return make("li", {}, link);
  };
  const whole = shelf.reports.filter((one) => !one.problem);
  const broken = shelf.reports.filter((one) => one.problem);
  const focused = document.activeElement?.closest?.("#shelf a")?.textContent;
  byId("shipped").replaceChildren(...whole.filter((one) => !one.is_own).map(item));
  byId("own").replaceChildren(...whole.filter((one) => one.is_own).map(item));
  byId("own-title").hidden = byId("own").hidden = !byId("own").children.length;
  byId("broken").hidden = !broken.length;
  byId("broken").replaceChildren(
    make("h2", { text: say("brokenTitle") }), ...broken.map((one) => make("p", { text: one.problem })));
  if (focused) [...document.querySelectorAll("#shelf a")].find((link) => link.textContent === focused)?.focus();
}

/** Shows one of: nothing yet, work under way, a problem, the report. */
function stage({ problem = "", working = null }) {
  byId("working").hidden = working === null;
  byId("problem").hidden = !problem;
  setText(byId("problem"), problem);
  const isOut = Boolean(problem) || working !== null;
  byId("sheet").classList.toggle("waiting", working !== null);
  if (problem) for (const part of ["table-box", "figure", "formulas", "empty", "cut"]) byId(part).hidden = true;
  if (problem) setText(byId("about"), "");
  byId("csv").toggleAttribute("inert", isOut);
  byId("print").disabled = isOut;
  if (working === null) return;
  const bar = byId("progress");
  setText(byId("working-words"), working ? say("foldingWords", { percent: percent(working) }) : say("workingWords"));
  if (working) bar.value = working;
  else bar.removeAttribute("value");
}

function showReport() {
  const { sort, report } = chosen();
  setText(byId("title"), table.title);
  document.title = `${table.title} · ${shelf.site}`;
  const only = ["queue", "agent"].flatMap((kind) => chosen()[kind].map(
    (id) => shelf[`${kind}s`].find((one) => one.id === id)?.name ?? id));
  const about = [say("about", { begins: moment(table.begins), ends: endOf(table.ends), zone: shelf.time_zone })];
  if (table.columns.some((column) => column.name === "interval")) {
    about.push(say("perInterval", { interval: say(chosen().interval) }));
  }
  if (only.length) about.push(say("only", { names: only.join(", ") }));
  setText(byId("about"), about.join(" · "));
  const isEmpty = !table.rows.length;
  byId("empty").hidden = !isEmpty;
  byId("sheet").classList.toggle("plain", isEmpty || !table.chart);
  setText(byId("empty"), say(only.length ? "nothingFiltered" : "nothing"));
  byId("table-box").hidden = isEmpty;
  if (!isEmpty) showTable(table, sort, chooseOrder);
  showFormulas(table);
  showChart(isEmpty ? null : table);
  byId("cut").hidden = table.rows.length <= MOST_SHOWN;
  setText(byId("cut"), say("cut", { shown: MOST_SHOWN, all: table.rows.length }));
  byId("csv").href = `/api/v1/reports/${encodeURIComponent(report)}?${queryOf(chosen(), true)}&format=csv`;
}

/** Figures begin with the largest, words with the first; once more turns it round, once more takes it back. */
function chooseOrder(column) {
  const { sort } = chosen();
  const [first, second] = isWords(column.unit) ? [column.name, `-${column.name}`] : [`-${column.name}`, column.name];
  goTo({ sort: sort === first ? second : sort === second ? "" : first });
}

async function load() {
  const { report } = chosen();
  const query = queryOf(chosen(), true);
  asked = `${report}?${query}`;
  const mine = asked;
  if (!shelf.reports.some((one) => one.name === report && !one.problem)) {
    table = null;
    setText(byId("title"), report);
    stage({ problem: shelf.reports.find((one) => one.name === report)?.problem ?? say("gone") });
    return;
  }
  stage({ working: 0 });
  const answer = await fetchReport(report, query, (progress) => stage({ working: progress }));
  if (mine !== asked || !answer) return;
  if (answer.status === 401 || answer.status === 403) return enterAgain(answer.status);
  if (answer.table) {
    table = answer.table;
    stage({});
    showReport();
    return;
  }
  table = null;
  asked = "";
  setText(byId("title"), shelf.reports.find((one) => one.name === report)?.title ?? report);
  stage({ problem: knows(`problem-${answer.kind}`) ? say(`problem-${answer.kind}`) : answer.detail || say("failed") });
}

function enterAgain(status) {
  stopFetching();
  showLogIn(status === 403 ? say("supervisorsOnly") : "");
  byId("theme-button").blur();
}

/** Shows what the address says; asks for it only where it is another report than the one that is shown. */
function show() {
  if (!shelf || byId("floor").hidden) return;
  showShelf();
  showChoices(shelf);
  if (asked !== `${chosen().report}?${queryOf(chosen(), true)}`) load();
  else if (table) showReport();
}

async function enter() {
  const answer = await fetchShelf();
  if (answer.status === 401 || answer.status === 403) return enterAgain(answer.status);
  if (!answer.shelf) {
    showLogIn(answer.detail || say("failed"));
    return;
  }
  shelf = answer.shelf;
  setText(byId("site"), shelf.site);
  byId("log-in").hidden = true;
  byId("floor").hidden = byId("controls").hidden = false;
  makeChoices(shelf);
  asked = "";
  show();
}

async function again() {
  asked = "";
  await enter();
}

/** The look and the language go along to the other page. */
function leadOn() {
  const kept = new URLSearchParams();
  for (const name of ["theme", "lang"]) if (part(name)) kept.set(name, part(name));
  for (const page of ["monitor", "scripts"]) byId(`to-${page}`).href = kept.size ? `/${page}?${kept}` : `/${page}`;
}

writeWords();
makeChart();
leadOn();
makeLogIn(enter, () => {
  stopFetching();
  table = shelf = null;
});
byId("theme-button").addEventListener("click", switchTheme);
byId("again").addEventListener("click", again);
byId("cancel").addEventListener("click", () => {
  stopFetching();
  asked = "";
  stage({ problem: say("cancelled") });
});
byId("print").addEventListener("click", () => print());
const stamp = () => setText(byId("printed"), say("printed", { at: nowWritten() }));
addEventListener("beforeprint", stamp);
matchMedia("print").addEventListener("change", stamp);
addEventListener("keydown", (event) => {
  if (event.code !== "KeyC" || !event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  switchTheme();
});
onAddress(applyTheme);
onAddress(show);
onTheme(redraw);
enter();
