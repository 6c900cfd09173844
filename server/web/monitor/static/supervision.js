// In the agent's dialog: hear the talk, speak into it, and who else does.
import { part } from "./address.js";
import { ask } from "./ask.js";
import { byId, setSince, setText } from "./dom.js";
import { say } from "./words.js";

const MODES = ["listen", "whisper", "barge"];
// key, code (so that Alt with another keyboard still works), button
const KEYS = [
  ["Alt+1", "Digit1", "supervise-listen"], ["Alt+2", "Digit2", "supervise-whisper"],
  ["Alt+3", "Digit3", "supervise-barge"], ["Alt+0", "Digit0", "supervise-stop"],
];
let call = ""; // the call that is shown
let calling = ""; // the call for which our own phone rings
let missed = ""; // the call for which it rang in vain

/** What is to be said about who listens; the page goes on counting the time. */
function sentence(now, isOwn, name) {
  if (!now) return missed === call ? say("phoneMissed") : say("superviseHint");
  if (!now.joined) return isOwn ? say("phoneRings") : say("theirPhoneRings", { name });
  return isOwn ? say(`you-${now.mode}`) : say(`they-${now.mode}`, { name });
}

/** Who is in the talk of an agent, for a tile; empty: nobody. */
export function listener(agent, model) {
  const now = agent.supervision;
  return now?.joined ? say(`they-${now.mode}`, { name: model.agentName(now.supervisor) }) : "";
}

export function showSupervision(agent, model) {
  const talks = agent.state === "talking" || agent.state === "holding";
  byId("supervision").hidden = !talks;
  if (!talks) return;
  const now = agent.supervision ?? null;
  const isOwn = now?.supervisor === model.viewer.id;
  if (agent.call !== call) missed = calling = "";
  call = agent.call;
  if (isOwn && !now.joined) calling = call;
  else if (isOwn) calling = missed = "";
  else if (calling) {
    missed = calling === call ? call : "";
    calling = "";
  }
  setText(byId("supervision-state"), sentence(now, isOwn, now ? model.agentName(now.supervisor) : ""));
  byId("supervision-time").hidden = !now?.joined;
  setSince(byId("supervision-time"), now?.joined ? now.since : null);
  for (const mode of MODES) {
    const button = byId(`supervise-${mode}`);
    button.setAttribute("aria-pressed", String(isOwn && now.mode === mode));
    button.disabled = (now !== null && !isOwn) || agent.id === model.viewer.id;
  }
  byId("supervise-stop").disabled = !(isOwn || (now && model.viewer.role === "administrator"));
}

async function supervise(method, mode) {
  missed = "";
  if (method === "DELETE") calling = "";
  const path = `/api/v1/calls/${encodeURIComponent(call)}/supervision`;
  const shown = part("agent");
  const problem = await ask(method, path, mode ? { mode } : undefined);
  if (part("agent") === shown) setText(byId("supervision-problem"), problem);
}

export function makeSupervision() {
  for (const mode of MODES) byId(`supervise-${mode}`).addEventListener("click", () => supervise("POST", mode));
  byId("supervise-stop").addEventListener("click", () => supervise("DELETE"));
  byId("agent-dialog").addEventListener("keydown", (event) => {
    const found = KEYS.find(([, code]) => code === event.code && event.altKey && !event.ctrlKey && !event.metaKey);
    if (!found || byId("supervision").hidden) return;
    event.preventDefault();
    byId(found[2]).click();
  });
}
