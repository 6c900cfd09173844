// What was chosen, as the address has it, and the controls that choose.
import { byId, make, setOptions, setText } from "/monitor/static/dom.js";
import { say } from "/monitor/static/words.js";

const FIRST = "calls"; // shown when the address names no report

/** What the address says. */
export function chosen() {
  const parts = new URLSearchParams(location.search);
  const from = parts.get("from") ?? "";
  const to = parts.get("to") ?? "";
  return {
    report: parts.get("report") || FIRST,
    period: from || to ? "" : parts.get("period") || "today",
    from,
    to,
    interval: parts.get("interval") || "15m",
    queue: parts.getAll("queue"),
    agent: parts.getAll("agent"),
    sort: parts.get("sort") ?? "",
  };
}

/** Whether each line is a whole day. */
export const isDaily = () => chosen().interval === "1d";

/** As a query: of this page, or (`isAsked`) of the API, where order, look and name play no part. */
export function queryOf(choice, isAsked = false) {
  const parts = new URLSearchParams();
  for (const name of isAsked ? ["period", "from", "to", "interval"] : ["report", "period", "from", "to", "interval", "sort"]) {
    if (choice[name]) parts.set(name, choice[name]);
  }
  for (const kind of ["queue", "agent"]) for (const id of choice[kind]) parts.append(kind, id);
  if (!isAsked) {
    for (const name of ["theme", "lang"]) {
      const kept = new URLSearchParams(location.search).get(name);
      if (kept) parts.set(name, kept);
    }
  }
  return parts.toString();
}

/** Goes to the same with changes; `back` is the way back in the browser. */
export function goTo(changes) {
  history.pushState(null, "", `?${queryOf({ ...chosen(), ...changes })}`);
  dispatchEvent(new PopStateEvent("popstate"));
}

function makeMany(kind, shelf) {
  const box = byId(`${kind}-choice`);
  const fieldset = box.querySelector("fieldset");
  fieldset.querySelectorAll("label, button").forEach((old) => old.remove());
  const all = make("button", { type: "button", text: say("allAgain") });
  all.addEventListener("click", () => goTo({ [kind]: [] }));
  fieldset.append(all);
  for (const one of shelf[`${kind}s`]) {
    const input = make("input", { type: "checkbox", value: one.id });
    input.addEventListener("change", () => {
      const ids = [...fieldset.querySelectorAll("input:checked")].map((checked) => checked.value);
      goTo({ [kind]: ids });
    });
    fieldset.append(make("label", {}, input, make("span", { text: one.name })));
  }
}

let isMade = false;

export function makeChoices(shelf) {
  setOptions(byId("period"), [...shelf.periods.map((name) => [name, say(name)]), ["", say("between")]]);
  setOptions(byId("interval"), shelf.intervals.map((name) => [name, say(name)]));
  makeMany("queue", shelf);
  makeMany("agent", shelf);
  if (isMade) return;
  isMade = true;
  byId("period").addEventListener("change", (event) => {
    const period = event.target.value;
    goTo(period ? { period, from: "", to: "" } : { period: "", from: shelf.today, to: shelf.today });
  });
  for (const end of ["from", "to"]) {
    byId(end).addEventListener("change", (event) => event.target.value && goTo({ [end]: event.target.value }));
  }
  byId("interval").addEventListener("change", (event) => goTo({ interval: event.target.value }));
  byId("choices").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("click", (event) => {
    for (const open of document.querySelectorAll(".choose[open]")) if (!open.contains(event.target)) open.open = false;
  });
  addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector(".choose[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
}

/** Writes into the controls what is chosen; those that this report does not have are disabled. */
export function showChoices(shelf) {
  const choice = chosen();
  const report = shelf.reports.find((one) => one.name === choice.report);
  byId("period").value = choice.period;
  byId("between").hidden = choice.period !== "";
  byId("from").value = choice.from.slice(0, 10);
  byId("to").value = choice.to.slice(0, 10);
  byId("interval").value = choice.interval;
  byId("interval").disabled = !report?.has_interval;
  for (const kind of ["queue", "agent"]) {
    const box = byId(`${kind}-choice`);
    const isThere = report?.filters.includes(kind) ?? false;
    box.hidden = !isThere && !choice[kind].length;
    for (const input of box.querySelectorAll("input")) input.checked = choice[kind].includes(input.value);
    const count = choice[kind].length;
    const what = say(kind === "queue" ? "queues" : "agents");
    const one = count === 1 ? shelf[`${kind}s`].find((item) => item.id === choice[kind][0])?.name : "";
    setText(box.querySelector("summary"), !count ? say(`${kind}sAll`) : one || say("chosen", { what, count }));
  }
}
