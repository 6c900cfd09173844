// In the agent's dialog: short texts to the agent's desk, and whether they were seen.
import { part } from "./address.js";
import { ask } from "./ask.js";
import { byId, keep, make, setOptions, setText } from "./dom.js";
import { timeOf } from "./format.js";
import { say } from "./words.js";

const WHOLE_QUEUE = "queue:";

function line(message, model) {
  const to = message.queue ? say("toQueue", { queue: model.queueName(message.queue) }) : "";
  return `${timeOf(message.at)} ${model.agentName(message.by)}${to}: ${message.text}`;
}

export function showMessages(agent, model) {
  const queues = agent.queues.map((id) => [WHOLE_QUEUE + id, say("allOf", { queue: model.queueName(id) })]);
  setOptions(byId("message-to"), [["", agent.name], ...queues]);
  keep(byId("messages"), [...(agent.messages ?? [])].reverse(),
    () => make("li", {}, make("span"), make("span", { kind: "seen" })),
    (item, message) => {
      const seen = message.seen_at ?? null;
      setText(item.firstElementChild, line(message, model));
      setText(item.lastElementChild, seen === null ? say("notSeen") : say("seenAt", { time: timeOf(seen) }));
    });
  byId("messages-scroll").hidden = !agent.messages?.length;
}

async function send() {
  const text = byId("message-text").value.trim();
  if (!text) return byId("message-text").focus();
  const to = byId("message-to").value;
  const path = to.startsWith(WHOLE_QUEUE)
    ? `/api/v1/queues/${encodeURIComponent(to.slice(WHOLE_QUEUE.length))}/messages`
    : `/api/v1/agents/${encodeURIComponent(part("agent"))}/messages`;
  const shown = part("agent");
  const problem = await ask("POST", path, { text });
  if (part("agent") !== shown) return;
  setText(byId("message-problem"), problem);
  setText(byId("message-sent"), problem ? "" : say("sent"));
  if (!problem) byId("message-text").value = "";
}

/** Another agent is shown: nothing of the one before is left. */
export function clearMessage() {
  byId("message-text").value = "";
  setText(byId("message-problem"), "");
  setText(byId("message-sent"), "");
}

export function makeMessages() {
  byId("message-send").addEventListener("click", send);
  byId("message-text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // the form's own button closes the dialog
    send();
  });
}
