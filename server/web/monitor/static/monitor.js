"use strict";
// The status page: asks who looks, listens to the feed, and shows when it hears nothing.
(() => {
  const STALE_MS = 8000; // the feed speaks at least every 3 s
  const RETRY_MS = [500, 1000, 2000, 5000];

  const asked = new URLSearchParams(location.search).get("lang");
  if (asked in WORDS) document.documentElement.lang = asked;
  const words = WORDS[document.documentElement.lang] || WORDS.en;
  const byId = (id) => document.getElementById(id);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  let present = null; // the last status
  let clockOffsetMs = 0; // server's clock minus ours
  let heardAt = 0; // our clock, when the feed last spoke
  let feed = null;
  let retries = 0;

  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = words[element.dataset.word];
  }

  // ---- log-in ----

  function showLogIn(problem) {
    byId("log-in").hidden = false;
    byId("floor").hidden = true;
    byId("log-out").hidden = true;
    byId("connection").textContent = "";
    byId("log-in-problem").textContent = problem || "";
  }

  byId("log-in").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const body = { user: form.user.value, password: form.password.value, cookie: true };
    try {
      const answer = await fetch("/api/v1/sessions", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      if (answer.status === 201) {
        form.password.value = "";
        begin();
      } else if (answer.status === 429) {
        showLogIn(fill(words.tooMany, { seconds: answer.headers.get("Retry-After") }));
      } else {
        showLogIn(answer.status === 401 ? words.wrong : words.failed);
      }
    } catch {
      showLogIn(words.failed);
    }
  });

  byId("log-out").addEventListener("click", async () => {
    await fetch("/api/v1/sessions", { method: "DELETE" }).catch(() => {});
    if (feed) feed.close();
    showLogIn();
  });

  // ---- the feed ----

  async function begin() {
    byId("connection").textContent = words.connecting;
    try {
      // a WebSocket does not tell why it is refused, a plain request does: 426 is "you may, but open a WebSocket"
      const answer = await fetch("/monitor/feed");
      if (answer.status === 401) return showLogIn();
      if (answer.status === 403) return showLogIn(words.supervisorsOnly);
      if (answer.status !== 426) return again();
    } catch {
      return again();
    }
    byId("log-in").hidden = true;
    listen();
  }

  function listen() {
    feed = new WebSocket(location.href.replace(/^http/, "ws").replace(/\/monitor.*$/, "/monitor/feed"),
                         "caruso.monitor.v1.json");
    feed.onmessage = (event) => {
      retries = 0;
      heardAt = Date.now();
      present = JSON.parse(event.data).status;
      clockOffsetMs = Date.parse(present.at) - heardAt;
      byId("floor").hidden = false;
      byId("log-out").hidden = false;
      show();
    };
    feed.onclose = (event) => {
      feed = null;
      if (event.code === 4401) return showLogIn();
      return again();
    };
  }

  function again() {
    if (byId("log-in").hidden) setTimeout(begin, RETRY_MS[Math.min(retries++, RETRY_MS.length - 1)]);
  }

  // ---- showing ----

  const duration = (since) => {
    if (!since) return "–";
    const seconds = Math.max(0, Math.floor((Date.now() + clockOffsetMs - Date.parse(since)) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    return hours ? `${hours}:${rest}` : rest;
  };

  // colour + shape + word for each state
  const SHAPES = {
    idle: "●", talking: "▲", holding: "‖", ringing: "◆", reserved: "◇", "wrap-up": "■", "not-ready": "○",
    "logged-out": "–", unreachable: "✖",
  };

  function agentState(agent) {
    if (agent.work_state !== "idle") return agent.work_state;
    if (agent.presence !== "ready") return agent.presence;
    return agent.reachable ? "idle" : "unreachable";
  }

  function cell(row, text, kind) {
    const element = row.insertCell();
    element.textContent = text;
    if (kind) element.className = kind;
    return element;
  }

  function rows(id, items, write) {
    const body = byId(id);
    const fresh = document.createDocumentFragment();
    for (const item of items) {
      const row = document.createElement("tr");
      write(row, item);
      fresh.append(row);
    }
    body.replaceChildren(fresh);
  }

  function showTotals(totals) {
    const list = byId("totals");
    const entries = [
      ["waiting", totals.waiting, totals.waiting && !totals.agents_ready ? "act" : ""],
      ["longest", duration(totals.longest_since), ""],
      ["ready", totals.agents_ready, ""],
      ["talking", totals.talking, ""],
      ["loggedIn", totals.agents_logged_in, ""],
      ["unreachableReady", totals.agents_unreachable, totals.agents_unreachable ? "act" : ""],
    ];
    list.replaceChildren(...entries.map(([word, value, kind]) => {
      const box = document.createElement("div");
      const name = document.createElement("dt");
      const figure = document.createElement("dd");
      name.textContent = words[word];
      figure.textContent = value;
      box.className = kind;
      box.append(name, figure);
      return box;
    }));
  }

  function show() {
    if (!present) return;
    const names = Object.fromEntries(present.agents.map((agent) => [agent.id, agent.name]));
    const queueNames = Object.fromEntries(present.queues.map((queue) => [queue.id, queue.name]));
    showTotals(present.totals);
    rows("queues", present.queues, (row, queue) => {
      cell(row, queue.name);
      cell(row, queue.waiting, "number");
      cell(row, duration(queue.longest_since), "number");
      cell(row, queue.ready, "number");
      cell(row, queue.talking, "number");
      cell(row, queue.logged_in, "number");
    });
    const calls = [...present.calls].sort((a, b) => (a.position ?? 1e9) - (b.position ?? 1e9));
    rows("calls", calls, (row, call) => {
      const waits = call.state === "queued" || call.state === "offered";
      const word = { talking: words.stateTalking, holding: words.stateHolding }[call.state] || words[call.state];
      cell(row, call.position ?? "", "number");
      cell(row, call.name ? `${call.name} · ${call.from}` : call.from);
      cell(row, queueNames[call.queue] || call.queue || "");
      cell(row, word || call.state);
      cell(row, waits ? duration(call.queued_at) : duration2(call.wait_seconds), "number");
      cell(row, call.agent ? names[call.agent] || call.agent : "");
    });
    byId("no-calls").hidden = calls.length > 0;
    rows("agents", present.agents, (row, agent) => {
      const state = agentState(agent);
      const word = { talking: words.stateTalking, holding: words.stateHolding }[state] || words[state] || state;
      cell(row, agent.name);
      cell(row, `${SHAPES[state] || "?"} ${word}`, `state ${state}`);
      cell(row, duration(agent.since), "number");
      cell(row, agent.fault || agent.reason);
      cell(row, agent.queues.map((id) => queueNames[id] || id).join(", "));
    });
    showAge();
  }

  const duration2 = (seconds) => duration(new Date(Date.now() + clockOffsetMs - seconds * 1000).toISOString());

  function showAge() {
    if (!present || byId("floor").hidden) return;
    const stale = Date.now() - heardAt > STALE_MS;
    document.body.classList.toggle("stale", stale);
    byId("connection").textContent = stale
      ? fill(words.stale, { time: new Date(heardAt).toLocaleTimeString() })
      : words.live;
    if (stale && feed) feed.close(); // a connection that is silent is dead: begin anew
  }

  setInterval(() => {
    // a frozen number is never shown as live: durations stand still when the feed does
    if (present && Date.now() - heardAt <= STALE_MS) show();
    else showAge();
  }, 1000);

  begin();
})();
