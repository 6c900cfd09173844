// One agent: what is known, and what a supervisor can change.
import { go, part } from "./address.js";
import { about, reasonOf, word } from "./agents.js";
import { ask } from "./ask.js";
import { byId, keep, make, setOptions, setSince, setText } from "./dom.js";
import { clearMessage, makeMessages, showMessages } from "./messages.js";
import { makeSupervision, showSupervision } from "./supervision.js";
import { say } from "./words.js";

const dialog = () => byId("agent-dialog");

function facts(agent, model) {
  const names = agent.queues.map((id) => model.queueName(id)).join(", ");
  const after = agent.after_call ? say(`state-${agent.after_call}`) : "";
  return [
    { id: "state", text: say(`state-${agent.state}`) },
    { id: "since", since: agent.since },
    { id: "reason", text: agent.state === "not-ready" ? reasonOf(agent.reason, model) : "" },
    { id: "fault", text: agent.fault ? word(`fault-${agent.fault}`, agent.fault) : "" },
    { id: "queue", text: agent.queue ? about(agent, model) : "" },
    { id: "withCaller", text: agent.caller ?? "" },
    { id: "afterCall", text: after },
    { id: "queuesOf", text: names },
  ].filter((fact) => fact.since !== undefined || fact.text);
}

/** Shows the agent of the address, or closes. */
export function showAgent(model) {
  const agent = model.agents.get(part("agent"));
  if (!agent || part("wall")) {
    if (dialog().open) dialog().close();
    return;
  }
  setText(byId("agent-name"), agent.name);
  keep(byId("agent-facts"), facts(agent, model),
    (fact) => make("div", {}, make("dt", { text: say(fact.id) }), make("dd")),
    (row, fact) => {
      if (fact.since !== undefined) setSince(row.lastElementChild, fact.since);
      else setText(row.lastElementChild, fact.text);
    });
  setOptions(byId("agent-reason"), [["", "–"], ...model.reasons.map((reason) => [reason.id, reason.name])]);
  byId("agent-ready").disabled = agent.presence === "ready";
  byId("agent-out").disabled = agent.presence === "logged-out";
  showSupervision(agent, model);
  showMessages(agent, model);
  if (!dialog().open) {
    for (const place of ["agent-problem", "supervision-problem"]) setText(byId(place), "");
    clearMessage();
    dialog().showModal();
  }
}

async function choose(presence, reason = "") {
  const path = `/api/v1/agents/${encodeURIComponent(part("agent"))}/presence`;
  setText(byId("agent-problem"), await ask("PUT", path, { presence, reason }));
}

export function makeAgentDialog() {
  makeSupervision();
  makeMessages();
  byId("agent-ready").addEventListener("click", () => choose("ready"));
  byId("agent-not-ready").addEventListener("click", () => choose("not-ready", byId("agent-reason").value));
  byId("agent-out").addEventListener("click", () => choose("logged-out"));
  dialog().addEventListener("close", () => part("agent") && go({ agent: "" }));
}
