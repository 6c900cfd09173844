// Logging in and out.
import { ask } from "./ask.js";
import { byId, setText } from "./dom.js";

export function showLogIn(problem = "") {
  byId("log-in").hidden = false;
  byId("floor").hidden = true;
  byId("controls").hidden = true;
  setText(byId("log-in-problem"), problem);
}

/** `entered` is called after a log-in, `left` after a log-out. */
export function makeLogIn(entered, left) {
  byId("log-in").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const body = { user: form.user.value, password: form.password.value, cookie: true };
    const problem = await ask("POST", "/api/v1/sessions", body);
    setText(byId("log-in-problem"), problem);
    if (problem) return;
    form.password.value = "";
    byId("log-in").hidden = true;
    entered();
  });
  byId("log-out").addEventListener("click", async () => {
    await ask("DELETE", "/api/v1/sessions");
    left();
    showLogIn();
  });
}
