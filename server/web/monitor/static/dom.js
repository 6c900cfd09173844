// Small steps on the page. Elements are kept and changed, not made anew: focus and scroll positions stay.

export const byId = (id) => document.getElementById(id);

/** An element with properties and children. `since`: its text is the time since then, and goes on by itself. */
export function make(tag, { kind = "", text, since, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  if (text !== undefined) element.textContent = text;
  if (since !== undefined) setSince(element, since);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Sets a text if it is another one. */
export function setText(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) element.textContent = wanted;
}

export function setKind(element, kind) {
  if (element.className !== kind) element.className = kind;
}

/** From now on the element shows the time since `since` (wall seconds); null: a dash. */
export function setSince(element, since) {
  if (since === null || since === undefined) {
    delete element.dataset.since;
    setText(element, "–");
  } else if (element.dataset.since !== String(since)) {
    element.dataset.since = since;
  }
}

/**
 * Makes the children of `parent` stand for `items`, in their order: `create(item)` makes one, `update(element, item)`
 * writes it. Elements of items that stay are kept.
 */
export function keep(parent, items, create, update) {
  const before = new Map([...parent.children].map((child) => [child.dataset.id, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const id = String(item.id);
    let element = before.get(id);
    before.delete(id);
    if (!element) {
      element = create(item);
      element.dataset.id = id;
    }
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const element of before.values()) element.remove();
}

/** Options of a `<select>`: [value, text] each; the choice stays if it can. */
export function setOptions(select, options) {
  const wanted = JSON.stringify(options);
  if (select.dataset.options === wanted) return;
  const chosen = select.value;
  select.dataset.options = wanted;
  select.replaceChildren(...options.map(([value, text]) => make("option", { value, text })));
  if (options.some(([value]) => value === chosen)) select.value = chosen;
}
