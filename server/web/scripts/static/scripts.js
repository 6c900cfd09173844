// Statistics of dialog scripts. /scripts: which there are; /scripts/ID: how the sessions of one went.
//   ?period=today|…, or ?from=DATE&to=DATE  ?version=V  ?against=V  ?channel=desk|web|ivr  ?theme  ?lang
import "./script_words.js";
import { addressWith, go, onAddress, part } from "/monitor/static/address.js";
import { byId, make, setOptions, setText } from "/monitor/static/dom.js";
import { makeLogIn, showLogIn } from "/monitor/static/log_in.js";
import { applyTheme, switchTheme } from "/monitor/static/theme.js";
import { knows, language, say, writeWords } from "/monitor/static/words.js";
import { moment, endOf, percent } from "/reports/static/values.js";
import { showTables } from "./sheet.js";

const script = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const CHANNELS = ["desk", "web", "ivr"];
const KEPT = ["theme", "lang", "period", "from", "to"];
const SOON_MS = 300; // whoever waits longer than this is shown that there is work
let asking = null;

const period = () => (part("from") || part("to") ? "" : part("period") || "today");

/** The query of the API for what the address says. */
function query(more = {}) {
  const parts = new URLSearchParams({ lang: language, ...more });
  if (period()) parts.set("period", period());
  for (const name of ["from", "to", ...(script ? ["version", "against", "channel"] : [])]) if (part(name)) parts.set(name, part(name));
  return parts;
}

const apiPath = script ? `/api/v1/scripts/${encodeURIComponent(script)}` : "/api/v1/scripts";

/** A link to another page of the site; the look, the language and the period go along. */
function leadTo(path) {
  const kept = new URLSearchParams();
  for (const name of KEPT) if (part(name)) kept.set(name, part(name));
  return kept.size ? `${path}?${kept}` : path;
}

async function ask() {
  asking?.abort();
  const mine = (asking = new AbortController());
  try {
    const answer = await fetch(`${apiPath}?${query()}`, { signal: mine.signal });
    const body = await answer.json().catch(() => ({}));
    return { status: answer.status, body };
  } catch (fault) {
    return fault.name === "AbortError" ? null : { status: 0, body: {} };
  }
}

function showChoices(told) {
  setOptions(byId("period"), [...told.periods.map((name) => [name, say(name)]), ["", say("between")]]);
  byId("period").value = period();
  byId("between").hidden = period() !== "";
  byId("from").value = part("from").slice(0, 10);
  byId("to").value = part("to").slice(0, 10);
  byId("from").dataset.today = told.today;
  byId("of-one").hidden = !script;
  if (!script) return;
  const versions = told.versions.map((one) => [one, one]);
  setOptions(byId("version"), [["", say("everyVersion")], ...versions]);
  setOptions(byId("against"), [["", say("nothingElse")], ...versions.filter(([one]) => one !== part("version"))]);
  setOptions(byId("channel"), [["", say("everyChannel")], ...CHANNELS.filter((one) => told.channels.includes(one)).map((one) => [one, say(one)])]);
  for (const name of ["version", "against", "channel"]) byId(name).value = part(name);
  byId("against").disabled = !part("version");
}

function showList(told) {
  const head = ["script", "title", "current", "since", "where", "versionsThere", "sessions", "ended"];
  const isNumber = (name) => ["versionsThere", "sessions", "ended"].includes(name);
  const rows = told.scripts.map((one) => make("tr", {},
    make("th", { scope: "row" }, make("a", { text: one.id, href: leadTo(`/scripts/${encodeURIComponent(one.id)}`) })),
    make("td", { text: one.title, kind: "words" }), make("td", { text: one.version }), make("td", { text: moment(one.since) }),
    make("td", { text: one.channels.map((channel) => say(channel)).join(", "), kind: "where" }),
    make("td", { text: one.versions.length, kind: "n" }), make("td", { text: one.sessions, kind: "n" }),
    make("td", { kind: "n", text: one.sessions ? percent(one.ended / one.sessions) : "–" })));
  const columns = head.map((name) => make("th", { scope: "col", text: say(name), kind: isNumber(name) ? "n" : "" }));
  const table = make("table", { "aria-labelledby": "title" }, make("thead", {}, make("tr", {}, ...columns)), make("tbody", {}, ...rows));
  byId("list").replaceChildren(make("div", { kind: "box", tabindex: "0", role: "group", "aria-labelledby": "title" }, table));
  byId("list").hidden = !rows.length;
  byId("empty").hidden = rows.length > 0;
  setText(byId("empty"), say("noScripts"));
}

function showOne(sheet) {
  byId("empty").hidden = sheet.sessions > 0;
  setText(byId("empty"), say("nothing"));
  byId("one").hidden = false;
  setText(byId("picture-title"), say("pictureOf", { version: sheet.drawn }));
  const drawn = new DOMParser().parseFromString(sheet.svg, "image/svg+xml").documentElement;
  byId("picture").replaceChildren(document.importNode(drawn, true));
  showTables(sheet, (table) => `${apiPath}?${query({ format: "csv", table })}`);
}

function stage({ problem = "", isWorking = false }) {
  byId("sheet").classList.toggle("waiting", isWorking);
  byId("working").hidden = !isWorking;
  setText(byId("working"), isWorking ? say("workingWords") : "");
  byId("problem").hidden = !problem;
  setText(byId("problem"), problem);
  if (problem) for (const name of ["list", "one", "empty"]) byId(name).hidden = true;
}

function enter() {
  byId("log-in").hidden = true;
  byId("floor").hidden = byId("controls").hidden = false;
}

/** Asks for what the address says, and shows it. A log-in is missed at once; figures may take seconds. */
async function load() {
  stage({ isWorking: true });
  const slow = setTimeout(enter, SOON_MS);
  const answer = await ask();
  clearTimeout(slow);
  if (!answer) return;
  if (answer.status === 401 || answer.status === 403) {
    showLogIn(answer.status === 403 ? say("supervisorsOnly") : "");
    return;
  }
  enter();
  if (answer.status !== 200) {
    const kind = `problem-${(answer.body.type ?? "").replace("urn:caruso:problem:", "")}`;
    stage({ problem: knows(kind) ? say(kind) : answer.body.detail || say("failed") });
    return;
  }
  const told = answer.body;
  setText(byId("site"), told.site);
  const title = script ? told.title : say("allScripts");
  setText(byId("title"), title);
  document.title = `${title} · ${told.site}`;
  setText(byId("about"), [script, say("about", { begins: moment(told.begins), ends: endOf(told.ends), zone: told.time_zone })].filter(Boolean).join(" · "));
  stage({});
  byId("choices").hidden = false;
  showChoices(told);
  if (script) showOne(told);
  else showList(told);
}

/** Other pages keep the look; the list of scripts keeps the period, too. */
function leadOn() {
  for (const page of ["monitor", "reports"]) byId(`to-${page}`).href = leadTo(`/${page}`);
  byId("to-scripts").href = leadTo("/scripts");
  if (script) byId("to-scripts").setAttribute("aria-current", "true");
}

writeWords();
leadOn();
makeLogIn(() => {
  enter(); // the figures may take a moment
  load();
}, () => asking?.abort());
byId("theme-button").addEventListener("click", switchTheme);
byId("again").addEventListener("click", load);
byId("print").addEventListener("click", () => print());
byId("choices").addEventListener("submit", (event) => event.preventDefault());
byId("period").addEventListener("change", (event) => {
  const { today } = byId("from").dataset;
  go(event.target.value ? { period: event.target.value, from: "", to: "" } : { period: "", from: today, to: today });
});
for (const name of ["from", "to"]) byId(name).addEventListener("change", (event) => event.target.value && go({ [name]: event.target.value }));
byId("version").addEventListener("change", (event) => go({ version: event.target.value, against: "" }));
for (const name of ["against", "channel"]) byId(name).addEventListener("change", (event) => go({ [name]: event.target.value }));
const fit = () => byId("picture").classList.toggle("whole", byId("whole").checked);
byId("whole").addEventListener("change", fit);
fit();
addEventListener("keydown", (event) => {
  if (event.code !== "KeyC" || !event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  switchTheme();
});
onAddress(() => {
  applyTheme();
  leadOn();
  load();
});
history.replaceState(null, "", addressWith({}) + location.hash);
load();
