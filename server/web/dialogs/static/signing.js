// A place to sign with a finger or the mouse, beside the field for the name. What is drawn is sent as a picture.

const INK = "#101820";
const WIDTH = 3;

/** Add a place to each question that wants a signature. */
export function signingPlaces(root) {
  for (const field of root.querySelectorAll("input.drawing")) {
    const pad = document.createElement("canvas");
    pad.className = "pad";
    pad.setAttribute("aria-hidden", "true"); // who does not see it writes the name
    const label = document.createElement("p");
    label.className = "hint";
    label.textContent = field.dataset.draw;
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "button quiet";
    clear.textContent = field.dataset.clear;
    field.after(label, pad, clear);
    drawing(pad, field, clear);
  }
}

function drawing(pad, field, clear) {
  const scale = window.devicePixelRatio || 1;
  pad.width = pad.clientWidth * scale;
  pad.height = pad.clientHeight * scale;
  const pen = pad.getContext("2d");
  pen.scale(scale, scale);
  pen.strokeStyle = INK;
  pen.lineWidth = WIDTH;
  pen.lineCap = "round";
  let last = null;

  pad.addEventListener("pointerdown", (event) => {
    last = [event.offsetX, event.offsetY];
    pad.setPointerCapture(event.pointerId);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!last) return;
    pen.beginPath();
    pen.moveTo(...last);
    last = [event.offsetX, event.offsetY];
    pen.lineTo(...last);
    pen.stroke();
  });
  pad.addEventListener("pointerup", () => {
    if (!last) return;
    last = null;
    field.value = pad.toDataURL("image/png");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  clear.addEventListener("click", () => {
    pen.clearRect(0, 0, pad.width, pad.height);
    field.value = "";
  });
}
