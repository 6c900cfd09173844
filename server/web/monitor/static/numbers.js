// The six numbers, each with its target.
import { duration, percent } from "./format.js";
import { byId, make, setKind, setSince, setText } from "./dom.js";
import { setShape, shape } from "./shapes.js";
import { say } from "./words.js";

const amount = (value, write = String) => (value === null ? say("never") : write(value));

const limits = (pair, write) => ({ amber: amount(pair.amber, write), red: amount(pair.red, write) });

// id, word, threshold, formula, value(numbers), detail(numbers, thresholds)
const NUMBERS = [
  ["waiting", "waiting", "waiting", "", (n) => n.waiting, (n, t) => say("targetWaiting", limits(t.waiting))],
  ["longest", "longest", "longest_seconds", "", null,
    (n, t) => say("targetWaiting", limits(t.longest_seconds, duration)) + expected(n)],
  ["ready", "ready", "ready", "", (n) => n.ready, (n) => say("targetReady", { all: n.logged_in })],
  ["service", "serviceLevel", "service_level_percent", "serviceFormula", (n) => percent(n.service_level), service],
  ["abandoned", "abandoned", "abandoned_percent", "abandonedFormula", (n) => percent(n.abandon_rate),
    (n, t) => n.abandon_rate == null ? say("noCalls") :
      say("targetAbandoned", { abandoned: n.abandoned ?? 0, offered: n.offered ?? 0, ...limits(t.abandoned_percent) })],
  ["answer", "answer", "answer_seconds", "answerFormula",
    (n) => (n.answer_seconds == null ? "–" : duration(Math.round(n.answer_seconds))),
    (n, t) => say("targetAnswer", limits(t.answer_seconds, duration))],
];

/** What who joined now would wait, with the error that such estimates had lately. */
function expected(numbers) {
  if (numbers.expected_wait_seconds == null || numbers.wait_error_seconds == null) return "";
  const [wait, error] = [numbers.expected_wait_seconds, numbers.wait_error_seconds].map(duration);
  return ` · ${say("expectedWait", { wait, error })}`;
}

function service(numbers, thresholds) {
  const values = {
    amber: amount(thresholds.service_level_percent.amber),
    seconds: numbers.service_level_seconds ?? 0,
    today: percent(numbers.service_level_today),
  };
  return say(numbers.service_level_seconds == null ? "targetServicePlain" : "targetService", values);
}

export function makeNumbers() {
  byId("numbers").append(
    ...NUMBERS.map(([id, word, , formula]) => {
      const card = make("div", { kind: "card good", id: `number-${id}` },
        make("h2", { text: say(word) }),
        make("p", { kind: "value", text: "–" }),
        make("p", { kind: "detail" }),
        make("p", { kind: "level" }, shape("good"), make("span")));
      if (formula) card.title = say(formula);
      return card;
    }),
  );
}

/** `queue`: whose numbers; empty: all. */
export function showNumbers(model, queue) {
  const numbers = model.numbers(queue);
  const thresholds = model.thresholds[numbers.id];
  for (const [id, , name, , value, detail] of NUMBERS) {
    const card = byId(`number-${id}`);
    const [, figure, line, level] = card.children;
    const now = numbers.levels[name] ?? "good";
    setKind(card, `card ${now}`);
    if (value) setText(figure, value(numbers));
    else setSince(figure, numbers.longest_since);
    setText(line, detail(numbers, thresholds));
    setShape(level.firstElementChild, now);
    setText(level.lastElementChild, say(now));
  }
}
