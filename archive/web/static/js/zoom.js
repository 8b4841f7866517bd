// A picture that can be enlarged and moved: wheel, + and −, 0, drag, two fingers, f for the full screen.
//
// <div class="viewer__stage" id="stage" data-width data-height><img></div>, buttons with data-zoom="in|out|fit|full",
// <output id="zoom-level">. The level is told in percent of the copy's own pixels: past 100 % nothing sharper appears.
import { onKey } from "./keys.js";

const STEP = 1.25;
const LARGEST = 6; // times the copy's own pixels
const PAN_PX = 80;

export function zoomable(stage) {
  const image = stage.querySelector("img");
  const level = document.getElementById("zoom-level");
  const width = Number(stage.dataset.width);
  const height = Number(stage.dataset.height);
  const pointers = new Map();
  let scale = 0; // 0: fitted; otherwise screen pixels for one pixel of the copy
  let x = 0;
  let y = 0;

  const fitted = () => Math.min(stage.clientWidth / width, stage.clientHeight / height, 1);
  const now = () => scale || fitted();

  function draw() {
    const s = now();
    const freeX = Math.max((width * s - stage.clientWidth) / 2, 0);
    const freeY = Math.max((height * s - stage.clientHeight) / 2, 0);
    x = Math.min(Math.max(x, -freeX), freeX);
    y = Math.min(Math.max(y, -freeY), freeY);
    image.style.transform = `translate(-50%, -50%) translate(${x}px, ${y}px) scale(${s})`;
    image.style.imageRendering = s >= 3 ? "pixelated" : "";
    stage.classList.toggle("viewer__stage--enlarged", Boolean(scale));
    level.value = `${Math.round(s * 100)} %`;
  }

  /** Enlarge by a factor, keeping the point under (px, py), measured from the middle of the stage, in its place. */
  function zoom(factor, px = 0, py = 0) {
    const before = now();
    const after = Math.min(Math.max(before * factor, fitted()), LARGEST);
    x = px - ((px - x) * after) / before;
    y = py - ((py - y) * after) / before;
    scale = after <= fitted() * 1.001 ? 0 : after;
    if (!scale) x = y = 0;
    draw();
  }

  function fit() {
    scale = x = y = 0;
    draw();
  }

  function move(dx, dy) {
    if (!scale) return false;
    x += dx;
    y += dy;
    draw();
  }

  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else stage.requestFullscreen?.().then(() => stage.focus());
  }

  const fromMiddle = (event) => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
  };

  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(STEP ** (-event.deltaY / (event.deltaMode ? 3 : 100)), ...fromMiddle(event));
  }, { passive: false });

  stage.addEventListener("dblclick", (event) => (scale ? fit() : zoom(Math.max(1 / now(), 2), ...fromMiddle(event))));

  stage.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    pointers.set(event.pointerId, event);
    if (scale || pointers.size > 1) stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    if (pointers.size === 2) {
      const other = [...pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
      const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      const middle = { clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 };
      zoom(apart(event) / Math.max(apart(before), 1), ...fromMiddle(middle));
      move((event.clientX - before.clientX) / 2, (event.clientY - before.clientY) / 2);
    } else move(event.clientX - before.clientX, event.clientY - before.clientY);
    pointers.set(event.pointerId, event);
  });
  for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, (event) => pointers.delete(event.pointerId));

  const acts = { in: () => zoom(STEP), out: () => zoom(1 / STEP), fit, full };
  document.addEventListener("click", (event) => acts[event.target.closest("[data-zoom]")?.dataset.zoom]?.());
  // A focused map has its own plus, minus and arrows.
  const unlessOnMap = (act) => (event) => (event.target.closest(".map") ? false : act());
  for (const [names, act] of [["+=", acts.in], ["-", acts.out], ["0", fit], ["f", full]]) {
    for (const name of names) onKey(name, unlessOnMap(act));
  }
  for (const [name, dx, dy] of [["Left", 1, 0], ["Right", -1, 0], ["Up", 0, 1], ["Down", 0, -1]]) {
    onKey(`Shift+Arrow${name}`, unlessOnMap(() => move(dx * PAN_PX, dy * PAN_PX)));
  }
  new ResizeObserver(draw).observe(stage);
  draw();
}
