// Who waits, and why still.
import { byId, keep, make, setSince, setText } from "./dom.js";
import { say } from "./words.js";

const COUNTS = [
  ["talking", "countTalking"], ["ringing", "countRinging"], ["wrap_up", "countWrapUp"],
  ["not_ready", "countNotReady"], ["unreachable", "countUnreachable"],
];

const MOST_COUNTS = 2; // the two largest say enough

const MOST_NAMES = 3; // of those whose phones ring together; the others are counted

function agentNames(ids, model) {
  const names = ids.slice(0, MOST_NAMES).map((id) => model.agentName(id));
  const more = ids.length - names.length;
  return names.join(", ") + (more > 0 ? ` +${more}` : "");
}

function why(call, model) {
  switch (call.why) {
    case "offered":
      return say("whyOffered", { agent: agentNames((call.offered_to ?? "").split(","), model) });
    case "nobody-logged-in":
      return say("whyNobody");
    case "ahead":
      return say("whyAhead", { ahead: call.ahead });
    case "none-suits":
      return say("whyNoneSuits");
    default: {
      const counted = COUNTS.filter(([name]) => call[name]).sort(([one], [other]) => call[other] - call[one]);
      const list = counted.slice(0, MOST_COUNTS).map(([name, word]) => say(word, { count: call[name] }));
      return say("whyAllBusy", { list: list.join(", ") });
    }
  }
}

function create() {
  return make("tr", {},
    make("td", { kind: "number" }),
    make("th", { scope: "row" }, make("span", { kind: "who" }), make("span", { kind: "faint" })),
    make("td", { kind: "number" }),
    make("td", { kind: "why" }));
}

export function showWaiting(model, queue) {
  const calls = model.waitingOf(queue);
  keep(byId("waiting"), calls, create, (row, call) => {
    const [place, caller, waited, reason] = row.children;
    setText(place, call.position || "–");
    setText(caller.firstElementChild, call.customer || call.caller);
    const more = [
      call.customer ? call.caller : "",
      queue ? "" : model.queueName(call.queue),
      call.call_back ? say("callBack") : "",
    ];
    setText(caller.lastElementChild, more.filter(Boolean).join(" · "));
    setSince(waited, call.since);
    setText(reason, why(call, model));
  });
  byId("nobody-waits").hidden = calls.length > 0;
}
