// A shape for each state, beside its colour and its word.

const PATHS = {
  good: "M8 2a6 6 0 1 0 .01 0z",
  watch: "M8 1l7 7-7 7-7-7z",
  act: "M8 1l7.5 13.5H.5z",
  ready: "M8 2a6 6 0 1 0 .01 0z",
  reserved: "M8 1a7 7 0 1 0 .01 0zM8 3.4a4.6 4.6 0 1 1-.01 0z",
  ringing: "M8 1a7 7 0 1 0 .01 0zM8 3a5 5 0 1 1-.01 0zM8 5.4a2.6 2.6 0 1 0 .01 0z",
  talking: "M3.2 1.6h2.6l1.2 3.7-1.9 1.3c.8 1.9 2.1 3.4 4.2 4.3l1.5-1.9 3.6 1.3v2.6c0 1-.8 1.6-1.7 1.5C6.7 13.9 2 9 1.6 3.2 1.6 2.3 2.3 1.6 3.2 1.6z",
  holding: "M3.5 2h3v12h-3zM9.5 2h3v12h-3z",
  "wrap-up": "M1.5 14.5l1-4L11 2l3 3-8.5 8.5z",
  "not-ready": "M2.5 2.5h11v11h-11z",
  unreachable: "M3.5 1.5L8 6l4.5-4.5 2 2L10 8l4.5 4.5-2 2L8 10l-4.5 4.5-2-2L6 8 1.5 3.5z",
  "logged-out": "M2 7h12v2H2z",
};
const SVG = "http://www.w3.org/2000/svg";

/** The shape of a state, as an element that screen readers leave out: the word stands beside it. */
export function shape(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "shape");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "path"));
  setShape(svg, name);
  return svg;
}

/** Gives an element made by `shape` another state's form. */
export function setShape(svg, name) {
  const path = svg.firstElementChild;
  const wanted = PATHS[name] ?? PATHS["logged-out"];
  if (path.getAttribute("d") !== wanted) path.setAttribute("d", wanted);
}
