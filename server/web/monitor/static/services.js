// The services, as the service manager sees them.
import { byId, keep, make, setKind, setText } from "./dom.js";
import { setShape, shape } from "./shapes.js";
import { say } from "./words.js";

const LEVELS = { up: "good", starting: "watch", degraded: "watch", draining: "watch" };

function create() {
  return make("li", {}, shape("good"), make("span"), make("span", { kind: "faint" }));
}

export function showServices(model) {
  keep(byId("services"), model.services.values(), create, (item, service) => {
    const [mark, name, state] = item.children;
    const level = LEVELS[service.state] ?? "act";
    const plain = service.instance === service.interface;
    setKind(item, level);
    setShape(mark, level);
    setText(name, plain ? service.interface : `${service.interface} ${service.instance}`);
    setText(state, say(`service-${service.state}`));
  });
}
