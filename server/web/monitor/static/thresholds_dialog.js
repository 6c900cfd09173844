// Thresholds of a queue, or of all together.
import { part } from "./address.js";
import { ask } from "./ask.js";
import { byId, make, setOptions, setText } from "./dom.js";
import { say } from "./words.js";

// threshold, word, unit
const ROWS = [
  ["waiting", "waiting", ""], ["longest_seconds", "longest", "secondsUnit"], ["ready", "ready", ""],
  ["service_level_percent", "serviceLevel", "percentUnit"], ["abandoned_percent", "abandoned", "percentUnit"],
  ["answer_seconds", "answer", "secondsUnit"], ["talk_seconds", "talkTime", "secondsUnit"],
  ["wrap_up_share", "wrapUpShare", ""],
];
const COLOURS = ["amber", "red"];
let known = null;

const input = (name, colour) => byId("thresholds-form").elements[`${name}.${colour}`];

function fill() {
  const thresholds = known.thresholds[byId("thresholds-queue").value];
  for (const [name] of ROWS) {
    for (const colour of COLOURS) input(name, colour).value = thresholds[name][colour] ?? "";
  }
  setText(byId("thresholds-problem"), "");
}

function filled() {
  const value = (name, colour) => (input(name, colour).value === "" ? null : Number(input(name, colour).value));
  return Object.fromEntries(ROWS.map(([name]) => [name, { amber: value(name, "amber"), red: value(name, "red") }]));
}

async function save(method, body) {
  const queue = encodeURIComponent(byId("thresholds-queue").value);
  const problem = await ask(method, `/api/v1/queues/${queue}/thresholds`, body);
  setText(byId("thresholds-problem"), problem);
  if (!problem) byId("thresholds-dialog").close();
}

export function openThresholds(model) {
  known = model;
  const queues = [...model.queues.values()].map((queue) => [queue.id, queue.name]);
  setOptions(byId("thresholds-queue"), [["*", say("queueFilter")], ...queues]);
  byId("thresholds-queue").value = model.queues.has(part("queue")) ? part("queue") : "*";
  fill();
  byId("thresholds-dialog").showModal();
}

export function makeThresholdsDialog() {
  byId("thresholds").append(
    ...ROWS.map(([name, word, unit]) => {
      const label = unit ? `${say(word)} (${say(unit)})` : say(word);
      const cells = COLOURS.map((colour) => {
        const field = make("input", {
          name: `${name}.${colour}`, type: "number", min: "0", max: "1000000", step: "any",
          "aria-label": `${label}: ${say(colour)}`,
        });
        return make("td", {}, field);
      });
      return make("tr", {}, make("th", { scope: "row", text: label }), ...cells);
    }),
  );
  byId("thresholds-queue").addEventListener("change", fill);
  byId("thresholds-reset").addEventListener("click", () => save("DELETE"));
  byId("thresholds-close").addEventListener("click", () => byId("thresholds-dialog").close());
  byId("thresholds-form").addEventListener("submit", (event) => {
    event.preventDefault();
    save("PUT", filled());
  });
}
