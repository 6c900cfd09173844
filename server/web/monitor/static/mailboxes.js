// What waits in the mailboxes; no mailboxes, no list.
import { byId, keep, make, setKind, setText } from "./dom.js";
import { setShape, shape } from "./shapes.js";
import { say } from "./words.js";

function create() {
  return make("li", {}, shape("good"), make("span"), make("span", { kind: "faint" }));
}

function count(mailbox) {
  if (mailbox.urgent) return say("messagesUrgent", { count: mailbox.new, urgent: mailbox.urgent });
  return mailbox.new ? say("messagesNew", { count: mailbox.new }) : say("messagesNone");
}

export function showMailboxes(model) {
  byId("mailboxes-block").hidden = model.mailboxes.size === 0;
  keep(byId("mailboxes"), model.mailboxes.values(), create, (item, mailbox) => {
    const [mark, name, state] = item.children;
    setKind(item, mailbox.level);
    setShape(mark, mailbox.level);
    setText(name, mailbox.name);
    setText(state, count(mailbox));
  });
}
