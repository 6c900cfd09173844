// The status monitor: what comes over the feed is kept in the model and shown as the address asks.
import { go, onAddress, part } from "./address.js";
import { makeAgentDialog, showAgent } from "./agent_dialog.js";
import { makeAgents, showAgents } from "./agents.js";
import { byId, setOptions, setText } from "./dom.js";
import { dayOf, duration, timeOf } from "./format.js";
import { Feed } from "./feed.js";
import { makeKeys, openKeys, toggleWall } from "./keys.js";
import { makeLogIn, showLogIn } from "./log_in.js";
import { Model } from "./model.js";
import { makeNumbers, showNumbers } from "./numbers.js";
import { showQueues } from "./queues.js";
import { showCampaigns } from "./campaigns.js";
import { showMailboxes } from "./mailboxes.js";
import { showServices } from "./services.js";
import { applyTheme, onTheme, switchTheme } from "./theme.js";
import { makeThresholdsDialog, openThresholds } from "./thresholds_dialog.js";
import { makeTrend, redraw, showTrend } from "./trend.js";
import { showWaiting } from "./waiting.js";
import { say, writeWords } from "./words.js";

const model = new Model();
let isKnown = false; // whether there ever was a snapshot
let isDue = false;

const feed = new Feed({
  snapshot(message) {
    model.take(message);
    isKnown = true;
    byId("log-in").hidden = true;
    byId("floor").hidden = false;
    show();
  },
  changed(message) {
    model.change(message);
    due();
  },
  live: showLive,
  refused(status) {
    showLogIn(status === 403 ? say("supervisorsOnly") : "");
    showLive(false);
  },
});

/** Shows what changed with the next picture. */
function due() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(show);
}

function show() {
  isDue = false;
  if (!isKnown || byId("floor").hidden) return;
  const isWall = part("wall") === "1";
  const queue = model.queues.has(part("queue")) ? part("queue") : "";
  document.body.classList.toggle("wall", isWall);
  document.body.classList.toggle("one-queue", queue !== "");
  byId("controls").hidden = isWall;
  setText(byId("site"), model.site);
  setText(byId("scope"), queue ? model.queueName(queue) : say("allQueues"));
  document.title = `${model.numbers(queue).waiting} ${say("trendWaiting")} · ${model.site}`;
  setOptions(byId("queue-filter"), [["", say("queueFilter")], ...[...model.queues.values()].map((q) => [q.id, q.name])]);
  byId("queue-filter").value = queue;
  byId("show-out").checked = part("out") === "1";
  showNumbers(model, queue);
  showQueues(model, queue, isWall);
  showWaiting(model, queue);
  showAgents(model, queue, isWall, part("out") === "1");
  showMailboxes(model);
  showCampaigns(model);
  showServices(model);
  showTrend(model, queue);
  showAgent(model);
  tick();
}

/** What goes on by itself: the clock, and every time since something. It stands still when the feed does. */
function tick() {
  if (!isKnown) return;
  const now = feed.now();
  for (const element of document.querySelectorAll("[data-since]")) {
    setText(element, duration(now - Number(element.dataset.since)));
  }
  setText(byId("clock"), `${dayOf(now)} ${timeOf(now)}`);
  for (const panel of ["queues", "waiting", "agents"]) showMore(byId(`${panel}-panel`));
}

/** On a wall nobody scrolls: says how many rows or tiles have no room. */
function showMore(panel) {
  const box = panel.querySelector(".scroll");
  const end = box.getBoundingClientRect().bottom + 1;
  const isWall = document.body.classList.contains("wall");
  let count = 0;
  for (const item of box.querySelectorAll("tbody tr, li")) {
    const isBeyond = isWall && item.getBoundingClientRect().bottom > end;
    item.classList.toggle("beyond", isBeyond);
    count += isBeyond;
  }
  setText(panel.querySelector(".more"), count ? `· ${say("more", { count })}` : "");
}

function showLive(isLive) {
  const isStale = !isLive && isKnown && !byId("floor").hidden;
  const time = timeOf(feed.serverAt);
  document.body.classList.toggle("stale", isStale);
  byId("stale").hidden = !isStale;
  setText(byId("stale"), isStale ? say("stale", { time }) : "");
  setText(byId("live"), isLive ? say("live") : isStale ? say("staleShort", { time }) : "");
}

writeWords();
makeNumbers();
makeTrend();
makeAgents();
makeAgentDialog();
makeThresholdsDialog();
makeKeys(() => openThresholds(model));
makeLogIn(() => feed.begin(), () => feed.end());
byId("queue-filter").addEventListener("change", (event) => go({ queue: event.target.value }));
byId("show-out").addEventListener("change", (event) => go({ out: event.target.checked ? "1" : "" }));
byId("thresholds-button").addEventListener("click", () => openThresholds(model));
byId("theme-button").addEventListener("click", switchTheme);
byId("wall-button").addEventListener("click", toggleWall);
byId("keys-button").addEventListener("click", openKeys);
const kept = new URLSearchParams(["theme", "lang"].filter(part).map((name) => [name, part(name)]));
if (kept.size) byId("to-reports").href = `/reports?${kept}`;
onAddress(applyTheme);
onAddress(show);
onTheme(redraw);
setInterval(() => feed.isLive && tick(), 250);
setText(byId("live"), say("connecting"));
feed.begin();
