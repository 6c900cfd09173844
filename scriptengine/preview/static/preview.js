// The preview: waits for the next save of the file, plays the answers so far on the three surfaces, draws where they stand.
// All that was done stands in `steps`; the server keeps nothing, so that a new edition of the file plays them again.
const setting = JSON.parse(document.getElementById("setting").textContent);
const words = setting.words;
const byId = (id) => document.getElementById(id);
const say = (name, parts = {}) => words[name].replace(/\{(\w+)\}/g, (_, part) => parts[part] ?? "");
const CHANNELS = ["desk", "web", "ivr"];

let edition = null;
let steps = [];
let given = [];
let before = Promise.resolve();
let waiting = 0;

function make(tag, { text = "", ...attributes } = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  made.append(...inside);
  return made;
}

// ---- the edition
function showEdition() {
  byId("name").textContent = setting.file;
  byId("version").textContent = edition.id ? `${edition.id} ${edition.version}` : "";
  document.title = `${setting.file} · ${words.preview}`;
  byId("saved").textContent = say("saved", { at: edition.saved });
  byId("stale").hidden = !edition.is_stale && Boolean(edition.svg);
  byId("stale").textContent = edition.is_stale ? say("stale", { at: edition.shown_at }) : edition.svg ? "" : words.never;
  const chosen = byId("language").value;
  byId("language").replaceChildren(...edition.languages.map((one) => make("option", { value: one, text: one })));
  byId("language").value = edition.languages.includes(chosen) ? chosen : edition.language;
  const test = byId("test").value;
  byId("test").replaceChildren(make("option", { value: "", text: words.nothing }),
    ...edition.tests.map((one) => make("option", { value: one.name, text: one.name })));
  if (edition.tests.some((one) => one.name === test)) byId("test").value = test;
  byId("picture").innerHTML = edition.svg; // made by the server, every word of the script escaped
  showFindings();
  showSource();
}

function showFindings() {
  const item = (one) => {
    const link = make("a", { href: `#L${one.line}`, text: say("line", { line: one.line }) });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      chooseLine(one.line);
    });
    return make("li", { class: one.severity }, make("b", { text: `${words[one.severity]} ${one.code} ` }), link, `: ${one.message} `,
      make("span", { class: "hint-text", text: one.hint }));
  };
  byId("count").textContent = edition.findings.length ? `(${edition.findings.length})` : "";
  byId("findings").replaceChildren(...(edition.findings.length ? edition.findings.map(item) : [make("li", { class: "none", text: words.none })]));
}

function showSource() {
  const worst = {};
  for (const one of edition.findings) if (worst[one.line] !== "error") worst[one.line] = one.severity;
  byId("source").replaceChildren(...edition.source.replace(/\n$/, "").split("\n").map((text, place) =>
    make("li", { id: `L${place + 1}`, class: worst[place + 1] ?? "", text: text || " " })));
}

function chooseLine(line) {
  byId("file").open = true;
  document.querySelector("#source .chosen")?.classList.remove("chosen");
  const found = byId(`L${line}`);
  found?.classList.add("chosen");
  found?.scrollIntoView({ block: "center" });
  byId("source").focus({ preventScroll: true });
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/edition?after=${edition?.number ?? 0}`);
      const found = await answer.json();
      if (found.number) {
        edition = found;
        showEdition();
        await play(null);
      }
    } catch {
      byId("stale").hidden = false;
      byId("stale").textContent = words.gone;
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}

// ---- the session
/** One after the other, so that who is quick loses no answer. `change`: what changes first, when it is its turn. */
async function play(act, change = () => {}) {
  byId("surfaces").setAttribute("aria-busy", ++waiting > 0);
  const mine = before.catch(() => {}).then(() => {
    change();
    return ask(act);
  });
  before = mine;
  try {
    await mine;
  } finally {
    byId("surfaces").setAttribute("aria-busy", --waiting > 0);
  }
}

async function ask(act) {
  const body = JSON.stringify({ given, steps, language: byId("language").value, act });
  const answer = await fetch("/play", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (!answer.ok) {
    byId("wrong").hidden = false;
    byId("wrong").textContent = await answer.text();
    return;
  }
  const told = await answer.json();
  steps = told.steps;
  const focused = document.activeElement?.closest?.(".surface")?.id;
  for (const channel of CHANNELS) byId(channel).querySelector(".content").innerHTML = told.surfaces[channel] ?? "";
  if (focused && act) byId(focused).querySelector(".content input:not([type=hidden]), .content textarea, .content button")?.focus();
  byId("wrong").hidden = !told.wrong.length;
  byId("wrong").textContent = told.wrong.length ? `${words["wrong given"]} ${told.wrong.join(" ")}` : "";
  showAnswers();
  mark(told.nodes);
}

function written(step) {
  if (step.kind === "answer") return `${step.node} = ${Array.isArray(step.value) ? step.value.join(" ") : step.value ?? "–"}`;
  if (step.kind === "right") return `${step.node}: ${step.value ? words.yes : words.no}`;
  if (step.kind === "keys") return `${step.node}: ${step.value}`;
  if (step.kind === "press") return `${step.node} [${step.value}]`;
  if (step.kind === "on") return `${step.node} →`;
  return words[step.kind === "happened" ? step.value : step.kind];
}

function showAnswers() {
  const turns = [...new Set(steps.map((step) => step.turn))];
  byId("answers").replaceChildren(...turns.map((turn) => {
    const text = steps.filter((step) => step.turn === turn).map(written).join(", ");
    const again = make("button", { type: "button", text: "←", "aria-label": `${words.back}: ${text}`, title: words.back });
    again.addEventListener("click", () => goBack(turn));
    return make("li", {}, again, make("span", { class: "what", text }));
  }));
  byId("no-answers").hidden = turns.length > 0;
  byId("back").disabled = byId("restart").disabled = !turns.length;
}

function goBack(turn) {
  play(null, () => (steps = steps.filter((step) => step.turn < turn)));
}

/** Marks the nodes at which the surfaces stand, and scrolls the first of them into sight. */
function mark(nodes) {
  const picture = byId("picture");
  picture.querySelectorAll(".here").forEach((one) => one.classList.remove("here"));
  picture.querySelectorAll(".here-label").forEach((one) => one.remove());
  const at = new Map();
  for (const channel of CHANNELS) {
    if (nodes[channel] && !byId(channel).hidden) at.set(nodes[channel], [...(at.get(nodes[channel]) ?? []), words[channel]]);
  }
  let first = null;
  for (const [node, who] of at) {
    const group = picture.querySelector(`#${CSS.escape(`node-${node}`)}`);
    const box = group?.querySelector("rect");
    if (!box) continue;
    group.classList.add("here");
    const label = document.createElementNS("http://www.w3.org/2000/svg", "text");
    label.setAttribute("class", "here-label");
    label.setAttribute("x", box.getAttribute("x"));
    label.setAttribute("y", Number(box.getAttribute("y")) - 5);
    label.textContent = who.length === CHANNELS.length ? "●" : `● ${who.join(" · ")}`;
    group.append(label);
    first ??= box;
  }
  if (!first || !byId("follow").checked) return;
  const frame = picture.getBoundingClientRect();
  const seen = first.getBoundingClientRect();
  picture.scrollTo({
    left: picture.scrollLeft + seen.left + seen.width / 2 - frame.left - frame.width / 2,
    top: picture.scrollTop + seen.top + seen.height / 2 - frame.top - frame.height / 2,
  });
}

function actOf(form, button) {
  const { channel, kind, node } = form.dataset;
  const act = { channel, kind, node };
  if (button?.name === "press") return { ...act, press: Number(button.value) };
  if (button?.name === "keys") return { ...act, keys: button.value };
  if (button?.name === "happened") return { ...act, happened: button.value };
  const digits = form.querySelector("[name=digits]");
  if (digits) return { ...act, keys: digits.value.replace(/[^0-9*]/g, "") };
  const said = form.querySelector("[name=said]");
  if (said) return { ...act, values: { [node]: said.value || null } };
  if (button?.name) return { ...act, values: { [button.name]: button.value } };
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.type === "submit") continue;
    if (field.type === "checkbox") {
      values[field.name] = [...(values[field.name] ?? []), ...(field.checked ? [field.value] : [])];
    } else if (field.type === "radio") {
      values[field.name] = field.checked ? field.value : values[field.name] ?? null;
    } else {
      values[field.name] = field.value || null;
    }
  }
  for (const name of Object.keys(values)) if (Array.isArray(values[name]) && !values[name].length) values[name] = null;
  return { ...act, values };
}

byId("surfaces").addEventListener("submit", (event) => {
  event.preventDefault();
  play(actOf(event.target, event.submitter));
});
byId("back").addEventListener("click", () => goBack(Math.max(...steps.map((step) => step.turn))));
byId("restart").addEventListener("click", () => goBack(0));
byId("language").addEventListener("change", () => play(null));
byId("whole").addEventListener("change", () => byId("picture").classList.toggle("whole", byId("whole").checked));
byId("test").addEventListener("change", () => {
  const test = edition.tests.find((one) => one.name === byId("test").value);
  byId("given").value = (test?.given ?? []).map(([name, value]) => `${name} = ${value}`).join("\n");
});
byId("given-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const now = byId("given").value.split("\n").filter((line) => line.trim()).map((line) => {
    const [name, ...value] = line.split("=");
    return [name.trim(), value.join("=").trim()];
  });
  const test = edition.tests.find((one) => one.name === byId("test").value);
  const answers = byId("with-answers").checked ? test?.answers ?? [] : [];
  play(null, () => {
    given = now;
    steps = answers.map(([node, value], place) => ({ turn: place + 1, kind: "answer", node, value: value || null }));
  });
});
for (const box of document.querySelectorAll("#show input")) {
  const show = () => (byId(box.value).hidden = !box.checked);
  box.checked = setting.channels.includes(box.value);
  box.addEventListener("change", show);
  show();
}
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.theme = dark ? "dark" : "light";
byId("theme").addEventListener("click", () => {
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
});
follow();
