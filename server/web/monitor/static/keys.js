// The page by keyboard. Every key has a modifier or is a function key: nothing fires while somebody types.
import { go, part } from "./address.js";
import { focusTile } from "./agents.js";
import { byId, make } from "./dom.js";
import { switchTheme } from "./theme.js";
import { say } from "./words.js";

export const toggleWall = () => go({ wall: part("wall") ? "" : "1", agent: "" });

export function openKeys() {
  if (!byId("keys-dialog").open) byId("keys-dialog").showModal();
}

/** `openThresholds` opens that dialog. */
export function makeKeys(openThresholds) {
  const agents = () => {
    const tile = document.querySelector("#agents button[tabindex='0']") ?? document.querySelector("#agents button");
    if (tile) focusTile(tile);
  };
  // key, code, word, what it does; codes, so that Alt with another keyboard still works
  const keys = [
    ["Alt+Q", "KeyQ", "keyQueue", () => byId("queue-filter").focus()],
    ["Alt+G", "KeyG", "keyAgents", agents],
    ["Alt+L", "KeyL", "keyThresholds", () => part("wall") || openThresholds()],
    ["Alt+C", "KeyC", "keyTheme", switchTheme],
    ["Alt+W", "KeyW", "keyWall", toggleWall],
    ["F1", "F1", "keyHelp", openKeys],
    ["Esc", "Escape", "keyBack", () => go(part("wall") ? { wall: "" } : { queue: "" })],
  ];
  const inDialog = [["Alt+1", "keyListen"], ["Alt+2", "keyWhisper"], ["Alt+3", "keyBarge"], ["Alt+0", "keyStop"]];
  const listed = [...keys.map(([key, , word]) => [key, word]), ...inDialog];
  byId("keys").append(
    ...listed.flatMap(([key, word]) => [make("dt", {}, make("kbd", { text: key })), make("dd", { text: say(word) })]),
  );
  addEventListener("keydown", (event) => {
    const found = keys.find(
      ([key, code]) => code === event.code && event.altKey === key.startsWith("Alt") && !event.ctrlKey && !event.metaKey,
    );
    const isBusy = byId("floor").hidden || document.querySelector("dialog[open]");
    if (!found || isBusy) return;
    event.preventDefault();
    found[3]();
  });
}
