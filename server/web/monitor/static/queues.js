// The table of queues.
import { addressWith, follow } from "./address.js";
import { byId, keep, make, setKind, setSince, setText } from "./dom.js";
import { percent } from "./format.js";
import { setShape, shape } from "./shapes.js";
import { say } from "./words.js";

const SEVERITY = { act: 0, watch: 1, good: 2 };

function create(queue) {
  const link = make("a");
  follow(link, () => ({ queue: queue.id }));
  const cells = Array.from({ length: 6 }, () => make("td", { kind: "number" }));
  const state = make("td", { kind: "state" }, shape("good"), make("span"));
  return make("tr", {}, make("th", { scope: "row" }, link), state, ...cells);
}

function update(row, queue) {
  const [name, state, waiting, longest, service, abandoned, agents, callBacks] = row.children;
  const link = name.firstElementChild;
  setText(link, queue.name);
  link.href = addressWith({ queue: queue.id });
  setKind(row, `${queue.level}${row.classList.contains("beyond") ? " beyond" : ""}`);
  setShape(state.firstElementChild, queue.level);
  setText(state.lastElementChild, say(queue.level));
  setText(waiting, queue.waiting);
  setSince(longest, queue.longest_since);
  setText(service, percent(queue.service_level));
  setText(abandoned, percent(queue.abandon_rate));
  setText(agents, `${queue.ready} / ${queue.talking} / ${queue.logged_in}`);
  setText(callBacks, queue.call_backs ?? "–");
  const { levels } = queue;
  setKind(waiting, `number ${levels.waiting}`);
  setKind(longest, `number ${levels.longest_seconds}`);
  setKind(service, `number ${levels.service_level_percent}`);
  setKind(abandoned, `number ${levels.abandoned_percent}`);
  setKind(agents, `number ${levels.ready}`);
  callBacks.hidden = byId("queues-panel").dataset.callBacks !== "1";
}

/** On a wall the worst come first: what has no room is what needs nobody. */
export function showQueues(model, queue, isWall) {
  let queues = [...model.queues.values()].filter((one) => !queue || one.id === queue);
  if (isWall) queues = queues.sort((one, other) => SEVERITY[one.level] - SEVERITY[other.level]);
  const hasCallBacks = queues.some((one) => one.call_backs != null);
  byId("queues-panel").dataset.callBacks = hasCallBacks ? "1" : "";
  document.querySelector("#queues-panel th.call-backs").hidden = !hasCallBacks;
  keep(byId("queues"), queues, create, update);
}
