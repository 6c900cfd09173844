// The formula of a column, beside its head, while the pointer or the focus is there. Escape takes it away.
import { byId, setText } from "/monitor/static/dom.js";

export function showTip(beside, text) {
  const tip = byId("tip");
  setText(tip, text);
  tip.hidden = false;
  const box = beside.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(box.left, innerWidth - tip.offsetWidth - 8))}px`;
  const isBelow = box.bottom + tip.offsetHeight + 8 < innerHeight;
  tip.style.top = `${isBelow ? box.bottom + 4 : Math.max(4, box.top - tip.offsetHeight - 4)}px`;
}

export function hideTip() {
  byId("tip").hidden = true;
}

addEventListener("keydown", (event) => event.key === "Escape" && hideTip());
addEventListener("scroll", hideTip, true);
