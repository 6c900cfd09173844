// Light or dark: as the address says, else as was chosen here before, else as the system likes it.
import { part } from "./address.js";

const KEY = "caruso-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = [];

function wanted() {
  const asked = part("theme") || localStorage.getItem(KEY);
  return asked === "dark" || asked === "light" ? asked : system.matches ? "dark" : "light";
}

export function applyTheme() {
  const theme = wanted();
  if (document.documentElement.dataset.theme === theme) return;
  document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

export function switchTheme() {
  localStorage.setItem(KEY, document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  applyTheme();
}

export function onTheme(listener) {
  listeners.push(listener);
}

system.addEventListener("change", applyTheme);
applyTheme();
