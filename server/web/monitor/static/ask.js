// Requests to the API.
import { knows, say } from "./words.js";

/** Asks; returns an empty text when it was done, else a sentence for the person who asked. */
export async function ask(method, path, body) {
  const request = { method };
  if (body !== undefined) {
    request.headers = { "Content-Type": "application/json" };
    request.body = JSON.stringify(body);
  }
  try {
    const answer = await fetch(path, request);
    if (answer.ok) return "";
    if (answer.status === 429) return say("tooMany", { seconds: answer.headers.get("Retry-After") });
    if (answer.status === 401 && path.endsWith("/sessions")) return say("wrong");
    const problem = await answer.json();
    const known = `problem-${String(problem.type).split(":").pop()}`;
    return knows(known) ? say(known) : problem.detail || say("failed");
  } catch {
    return say("failed");
  }
}
