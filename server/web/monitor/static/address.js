// What is shown stands in the address, so that it can be kept, sent and put on a wall:
// ?queue=ID  only this queue      ?agent=ID  this agent's details    ?out=1  agents who are signed out as well
// ?wall=1    without controls     ?theme=dark|light                  ?lang=en|pt

const listeners = [];

/** The value of a part of the address; empty: it is not there. */
export const part = (name) => new URLSearchParams(location.search).get(name) ?? "";

/** The address with parts changed; an empty value takes a part out. */
export function addressWith(changes) {
  const parts = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) parts.set(name, value);
    else parts.delete(name);
  }
  const text = parts.toString();
  return text ? `?${text}` : location.pathname;
}

/** Goes there; `back` is the way back in the browser. */
export function go(changes) {
  history.pushState(null, "", addressWith(changes));
  for (const listener of listeners) listener();
}

/** Called when the address changed. */
export function onAddress(listener) {
  listeners.push(listener);
}

addEventListener("popstate", () => {
  for (const listener of listeners) listener();
});

/** A link to `addressWith(changes())` that does not load the page anew. */
export function follow(link, changes) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(changes());
  });
}
