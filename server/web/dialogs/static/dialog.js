// The dialogs' pages, better with a script: steps without a new page, what is wrong said at once, keys, a place to
// sign. Everything works without it, and the server judges everything again.

import { judge } from "./judging.js";
import { signingPlaces } from "./signing.js";

const SLOW_MILLISECONDS = 250;
let underWay = false;

function main() {
  return document.getElementById("main");
}

// -- steps without a new page -------------------------------------------------------------------------------------

async function submitted(event) {
  const form = event.target;
  const button = event.submitter;
  if (form.method !== "post") return;
  event.preventDefault();
  if (underWay) return;
  if (button && button.value === "answer" && !isFine(form)) return;
  if (button && button.value === "call" && !isFine(form)) return;
  const body = new FormData(form, button);
  const hasFiles = form.enctype === "multipart/form-data";
  await ask(form.action, { method: "POST", body: hasFiles ? body : new URLSearchParams(body) });
}

async function ask(address, request) {
  underWay = true;
  const slow = setTimeout(() => main().setAttribute("aria-busy", "true"), SLOW_MILLISECONDS);
  try {
    const answer = await fetch(address, { credentials: "same-origin", ...request });
    const text = await answer.text();
    if (!(answer.headers.get("content-type") || "").startsWith("text/html")) throw new Error("no page");
    show(text, answer.redirected ? answer.url : "");
  } catch {
    tellAway(); // what was written stays; the same button tries again
  } finally {
    clearTimeout(slow);
    main().removeAttribute("aria-busy");
    underWay = false;
  }
}

function show(text, address) {
  const page = new DOMParser().parseFromString(text, "text/html");
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  document.querySelector("header").replaceWith(page.querySelector("header"));
  document.querySelector(".skip").replaceWith(page.querySelector(".skip"));
  main().replaceWith(page.getElementById("main"));
  if (address && address !== location.href) history.replaceState(null, "", address.replace(/\?note=.*$/, ""));
  window.scrollTo(0, 0);
  prepare();
  begin();
}

function tellAway() {
  const told = document.getElementById("away") || document.createElement("p");
  told.id = "away";
  told.className = "told";
  told.setAttribute("role", "alert");
  told.textContent = main().dataset.away;
  main().prepend(told);
}

/** Where somebody who reads or types goes on: what is wrong, the only field, else the whole. */
function begin() {
  const wrong = document.getElementById("problems");
  const fields = main().querySelectorAll(".question input:not([type=hidden],[type=radio],[type=checkbox]), textarea");
  if (wrong) wrong.focus();
  else if (fields.length === 1 && main().querySelectorAll(".question").length === 1) fields[0].focus();
  else main().focus();
}

// -- what is wrong, said at once ----------------------------------------------------------------------------------

function tell(question, sentence) {
  const place = question.querySelector(".wrong");
  const prefix = document.createElement("span");
  prefix.className = "sr";
  prefix.textContent = place.dataset.prefix;
  place.replaceChildren(...(sentence ? [prefix, " ", sentence] : []));
  place.hidden = !sentence;
  question.classList.toggle("has-problem", Boolean(sentence));
  for (const field of question.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (sentence) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    const ids = new Set((field.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
    if (sentence) ids.add(place.id);
    else ids.delete(place.id);
    if (ids.size) field.setAttribute("aria-describedby", [...ids].join(" "));
    else field.removeAttribute("aria-describedby");
  }
}

function isAlone() {
  return main().querySelectorAll(".question").length === 1;
}

function isFine(form) {
  let first = null;
  for (const question of form.querySelectorAll(".question")) {
    const sentence = judge(question, true, isAlone());
    tell(question, sentence);
    if (sentence && !first) first = question;
  }
  if (first) first.querySelector("input:not([type=hidden]), textarea, select").focus();
  return !first;
}

function left(event) {
  const question = event.target.closest(".question");
  if (question && !question.contains(event.relatedTarget)) tell(question, judge(question, false, isAlone()));
}

function changed(event) {
  const question = event.target.closest(".question");
  if (!question) return;
  alone(question, event.target);
  if (question.classList.contains("has-problem") && !judge(question, true, isAlone())) tell(question, "");
}

/** An answer that stands alone takes the others away, and they take it away. */
function alone(question, box) {
  if (box.type !== "checkbox" || !box.checked) return;
  for (const other of question.querySelectorAll("input[type=checkbox]")) {
    if (other !== box && (box.dataset.alone || other.dataset.alone)) other.checked = false;
  }
}

// -- keys ---------------------------------------------------------------------------------------------------------

/** 1 to 9 choose, where there is only one question and nobody is writing. */
function keyed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
  if (event.target.closest("input:not([type=radio],[type=checkbox]), textarea, select")) return;
  const questions = main().querySelectorAll(".question");
  const boxes = main().querySelectorAll(".choice input");
  const box = boxes[Number(event.key) - 1];
  if (questions.length !== 1 || !box) return;
  event.preventDefault();
  box.focus();
  box.click();
}

function entered(event) {
  if (event.key !== "Enter" || !event.target.matches("input[type=radio], input[type=checkbox]")) return;
  event.preventDefault();
  event.target.form.querySelector("button[value=answer]")?.click();
}

// -- the page as it comes -----------------------------------------------------------------------------------------

function prepare() {
  const questions = main().querySelectorAll(".question");
  if (questions.length === 1 && !questions[0].querySelector(".scale")) {
    questions[0].querySelectorAll(".choice label").forEach((label, number) => {
      if (number > 8) return;
      const key = document.createElement("span");
      key.className = "key";
      key.setAttribute("aria-hidden", "true");
      key.textContent = String(number + 1);
      label.append(key);
    });
  }
  for (const button of main().querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  signingPlaces(main());
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
  else document.execCommand("copy"); // without TLS there is no other way
  button.textContent = button.dataset.copied;
}

document.addEventListener("submit", submitted);
document.addEventListener("focusout", left);
document.addEventListener("input", changed);
document.addEventListener("keydown", keyed);
document.addEventListener("keydown", entered);
prepare();
if (document.getElementById("problems")) document.getElementById("problems").focus();
