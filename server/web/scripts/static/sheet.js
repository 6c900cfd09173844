// The figures of one script as tables.
import { byId, make } from "/monitor/static/dom.js";
import { say } from "/monitor/static/words.js";
import { percent } from "/reports/static/values.js";

const MANY_LEFT = 0.1; // a node at which more of the visits stop is worth a look

/** Seconds as people say them: 4 s, 3:25, 1:02:09. */
export function lasting(seconds) {
  if (seconds === null) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const count = (number) => make("td", { kind: "n", text: number || "–" });
const time = (seconds) => make("td", { kind: "n", text: lasting(seconds) });
const part = (some, all) => make("td", { kind: "n", text: all ? percent(some / all) : "–" });

function outcomeOf(one) {
  if (one.outcome) return say(one.outcome);
  return say(one.disposition === "open" ? "endOpen" : "endLeft");
}

function table(name, title, columns, rows, csv) {
  const id = `table-${name}`;
  const head = columns.map(([word, isNumber]) => make("th", { scope: "col", text: say(word), kind: isNumber ? "n" : "" }));
  const link = csv ? [make("a", { kind: "button", href: csv, download: "", text: say("csv"), "aria-label": `${say("csv")}: ${title}` })] : [];
  return make("section", { kind: name, "aria-labelledby": id },
    make("div", { kind: "row" }, make("h3", { id, text: title }), ...link),
    make("div", { kind: "box", tabindex: "0", role: "group", "aria-labelledby": id },
      make("table", { "aria-labelledby": id }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows))));
}

function nodeRow(one, most) {
  const isMuch = one.drop_off !== null && one.drop_off > MANY_LEFT && one.left > 1;
  return make("tr", {},
    make("th", { scope: "row" }, make("span", { kind: "id", text: one.node }), " ", make("span", { kind: "quiet", text: one.kind })),
    make("td", { kind: "words", text: one.words }),
    make("td", { kind: "n" }, make("progress", { max: most, value: one.visits, "aria-label": say("visits") }), String(one.visits)),
    count(one.went_on), count(one.went_back), count(one.returns), count(one.ended),
    make("td", { kind: isMuch ? "n bad" : "n", text: one.left || "–" }),
    make("td", { kind: isMuch ? "n bad" : "n", text: one.left ? percent(one.drop_off) : "–" }),
    count(one.open), time(one.median), time(one.p90));
}

function pathRow(one, all) {
  const words = one.nodes.length ? one.nodes.join(" → ") : say("otherPaths");
  return make("tr", {}, make("td", { kind: "words", text: words }), count(one.sessions), part(one.sessions, all));
}

function comparedRow(one) {
  const shown = (value) => make("td", { kind: "n", text: value === null ? "–" : percent(value) });
  const points = one.first === null || one.second === null ? null : one.second - one.first;
  const isReal = one.chance !== null && one.chance < 0.05;
  const isGood = isReal && (one.outcome === "success" ? points > 0 : one.outcome === "failure" || !one.outcome ? points < 0 : false);
  const isBad = isReal && (one.outcome === "success" ? points < 0 : one.outcome === "failure" || !one.outcome ? points > 0 : false);
  const sign = points === null ? "–" : `${points > 0 ? "+" : points < 0 ? "−" : ""}${Math.round(Math.abs(100 * points))}`;
  return make("tr", {}, make("td", { text: one.outcome ? say(one.outcome) : say("endLeft") }), shown(one.first), shown(one.second),
    make("td", { kind: isGood ? "n good" : isBad ? "n bad" : "n", text: sign }),
    make("td", { text: one.chance === null ? say("few") : say(isReal ? "real" : "perhaps") }));
}

function numbers(sheet) {
  const tile = (name, value, small = "") => make("div", {}, make("dt", { text: say(name) }),
    make("dd", {}, String(value), ...(small ? [make("small", { text: ` ${small}` })] : [])));
  const of = (some) => (sheet.sessions ? percent(some / sheet.sessions) : "");
  byId("numbers").replaceChildren(tile("sessions", sheet.sessions), tile("ended", sheet.ended, of(sheet.ended)),
    tile("left", sheet.left, of(sheet.left)), tile("open", sheet.open), tile("median", lasting(sheet.median)));
}

/** `csvOf(table)`: the address of a table as CSV. */
export function showTables(sheet, csvOf) {
  numbers(sheet);
  const most = Math.max(1, ...sheet.nodes.map((one) => one.visits));
  const closed = sheet.paths.reduce((sum, one) => sum + one.sessions, 0);
  const made = [
    table("nodes", say("nodes"), [["node"], ["words"], ["visits", true], ["goneOn", true], ["goneBack", true], ["returns", true],
      ["ended", true], ["drop", true], ["dropPart", true], ["open", true], ["time", true], ["ninety", true]],
    sheet.nodes.map((one) => nodeRow(one, most)), csvOf("nodes")),
    table("outcomes", say("outcomes"), [["outcome"], ["disposition"], ["sessions", true], ["part", true]], sheet.outcomes.map((one) =>
      make("tr", {}, make("td", { text: outcomeOf(one) }), make("td", { text: one.outcome ? one.disposition : "" }), count(one.sessions),
        part(one.sessions, sheet.sessions))), csvOf("outcomes")),
    table("paths", say("paths"), [["path"], ["sessions", true], ["part", true]], sheet.paths.map((one) => pathRow(one, closed)), csvOf("paths")),
    table("versions", say("versions"), [["version"], ["channel"], ["sessions", true], ["ended", true], ["left", true], ["open", true], ["median", true]],
      sheet.per_version.map((one) => make("tr", {}, make("th", { scope: "row", text: one.version }), make("td", { text: say(one.channel) }),
        count(one.sessions), part(one.ended, one.sessions), part(one.left, one.sessions), count(one.open), time(one.median))), csvOf("versions")),
    table("ways", say("ways"), [["way"], ["taken", true]], sheet.ways.map((one) =>
      make("tr", {}, make("td", { kind: "words", text: `${one.source} → ${one.target}` }), count(one.taken))), csvOf("ways")),
  ];
  if (sheet.compared.length) {
    const first = table("compared", say("compared", { first: sheet.against, second: sheet.version }),
      [["outcome"], ["version", true], ["version", true], ["difference", true], ["judged"]], sheet.compared.map(comparedRow), "");
    const cells = first.querySelectorAll("thead th");
    cells[1].textContent = sheet.against;
    cells[2].textContent = sheet.version;
    made.splice(1, 0, first);
  }
  byId("tables").replaceChildren(...(sheet.sessions ? made : []));
}
