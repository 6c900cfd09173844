// The agents' tiles. Arrow keys go from one to the next; Enter shows the agent.
import { go } from "./address.js";
import { byId, keep, make, setKind, setSince, setText } from "./dom.js";
import { setShape, shape } from "./shapes.js";
import { listener } from "./supervision.js";
import { knows, say } from "./words.js";

const SUMMED = ["ready", "talking", "holding", "ringing", "reserved", "wrap-up", "not-ready", "unreachable"];
const SEVERITY = { act: 0, watch: 1, good: 2 };
const DENSE = 40; // so many tiles or more are made small

/** What stands beside the state: a fault, a reason, or the queue. */
export function about(agent, model) {
  if (agent.state === "unreachable") return word(`fault-${agent.fault}`, agent.fault);
  if (agent.state === "not-ready") return reasonOf(agent.reason, model);
  if (agent.queue) return model.queueName(agent.queue);
  if (agent.state === "logged-out") return "";
  const [first, ...rest] = agent.queues;
  return first ? model.queueName(first) + (rest.length ? ` +${rest.length}` : "") : "";
}

export function reasonOf(reason, model) {
  return word(`reason-${reason}`, reason ? model.reasonName(reason) : "");
}

export const word = (key, otherwise) => (knows(key) ? say(key) : (otherwise ?? ""));

function create(agent) {
  const tile = make("button", { kind: "tile", type: "button", tabindex: "-1" },
    make("span", { kind: "line" }, make("span", { kind: "name" }), make("span", { kind: "time" })),
    make("span", { kind: "line" },
      make("span", { kind: "state" }, shape("ready"), make("span")), make("span", { kind: "about" })));
  tile.addEventListener("click", () => go({ agent: agent.id }));
  return make("li", {}, tile);
}

function update(item, agent, model) {
  const tile = item.firstElementChild;
  const [name, time] = tile.children[0].children;
  const [state, more] = tile.children[1].children;
  setKind(tile, `tile ${agent.state} level-${agent.level ?? "good"}`);
  setText(name, agent.name);
  setSince(time, agent.since);
  setShape(state.firstElementChild, agent.state);
  setText(state.lastElementChild, say(`state-${agent.state}`));
  const heard = listener(agent, model);
  setText(more, heard ? say(`heard-${agent.supervision.mode}`) : about(agent, model));
  const loud = [{ watch: say("watch"), act: say("act") }[agent.level], heard].filter(Boolean).join(" · ");
  if (tile.title !== loud) tile.title = loud;
}

export function showAgents(model, queue, isWall, out) {
  let agents = model.agentsOf(queue, out && !isWall);
  const present = model.agentsOf(queue, false);
  if (isWall) {
    agents = agents.sort((one, other) => SEVERITY[one.level ?? "good"] - SEVERITY[other.level ?? "good"]);
  }
  const list = byId("agents");
  setKind(list, agents.length >= DENSE ? "dense" : "");
  keep(list, agents, create, (item, agent) => update(item, agent, model));
  const tiles = [...list.querySelectorAll("button")];
  if (tiles.length && !tiles.some((tile) => tile.tabIndex === 0)) tiles[0].tabIndex = 0;
  const counts = SUMMED.map((state) => [state, present.filter((agent) => agent.state === state).length]);
  setText(byId("agents-sums"),
    counts.filter(([, count]) => count).map(([state, count]) => `${count} ${say(`state-${state}`)}`).join(" · "));
}

/** How far an arrow key goes, in tiles. */
function step(key, tiles) {
  const columns = tiles.findIndex((tile) => tile.offsetTop > tiles[0].offsetTop);
  const row = columns < 0 ? tiles.length : columns;
  return { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row }[key] ?? 0;
}

export function makeAgents() {
  byId("agents").addEventListener("keydown", (event) => {
    const tiles = [...byId("agents").querySelectorAll("button")];
    const by = step(event.key, tiles);
    if (!by) return;
    event.preventDefault();
    const next = tiles[tiles.indexOf(document.activeElement) + by];
    if (next) focusTile(next);
  });
}

export function focusTile(tile) {
  for (const other of byId("agents").querySelectorAll("button")) other.tabIndex = other === tile ? 0 : -1;
  tile.focus();
}
