// Narrow the time: drag over the bars, move one of the two ends by mouse or arrow keys, or hold Shift and press the arrow
// keys on a bar. What is selected is said in words; Enter filters, Escape takes it back. Each bar is a link.

const bars = (figure) => [...figure.querySelectorAll("a[data-start]")];
const handles = (figure) => [...figure.querySelectorAll("[data-handle]")];
const number = (handle) => Number(handle.getAttribute("aria-valuenow"));
const dayOf = (bar) => bar.getAttribute("aria-label").split(": ")[0];
let dragging = null; // { figure, handle, anchor, moved }

/** Select the bars from one to another, by their numbers; the handles stand at the ends. */
function select(figure, one, other) {
  const all = bars(figure);
  const [first, last] = [one, other].map((at) => Math.min(Math.max(at, 0), all.length - 1)).sort((a, b) => a - b);
  handles(figure).forEach((handle, isEnd) => {
    const at = isEnd ? last : first;
    handle.setAttribute("aria-valuenow", at);
    handle.setAttribute("aria-valuetext", dayOf(all[at]));
  });
  const isWhole = first === 0 && last === all.length - 1;
  figure.classList.toggle("is-narrowing", !isWhole);
  all.forEach((bar, at) => bar.classList.toggle("is-within", !isWhole && at >= first && at <= last));
  const words = figure.dataset.words.replace("{first}", dayOf(all[first])).replace("{last}", dayOf(all[last]));
  figure.querySelector("[data-histogram-told]").textContent = isWhole ? "" : words;
  figure.querySelector("[data-histogram-hint]").hidden = !isWhole;
  place(figure);
}

function place(figure) {
  const all = bars(figure);
  const box = figure.querySelector("svg").getBoundingClientRect();
  handles(figure).forEach((handle, isEnd) => {
    const ground = all[number(handle)].querySelector(".histogram__ground").getBoundingClientRect();
    handle.style.left = `${((isEnd ? ground.right : ground.left) - box.left) / box.width * 100}%`;
  });
}

const reset = (figure) => select(figure, 0, bars(figure).length - 1);
const isNarrowed = (figure) => figure.classList.contains("is-narrowing");

function narrow(figure) {
  const all = bars(figure);
  const [first, last] = handles(figure).map((handle) => all[number(handle)]);
  swap(figure, figure.dataset.rangeAddress.replace("__from__", first.dataset.start).replace("__to__", last.dataset.end));
}

function swap(figure, address) {
  const url = new URL(address, location.href);
  window.htmx.ajax("GET", url.pathname + url.search, { source: figure, target: "#results", swap: "outerHTML" });
}

function at(figure, x) {
  const all = bars(figure);
  const boxes = all.map((bar) => bar.querySelector(".histogram__ground").getBoundingClientRect());
  if (x < boxes[0].left) return 0;
  const found = boxes.findIndex((box) => x < box.right);
  return found < 0 ? all.length - 1 : found;
}

document.addEventListener("pointerdown", (event) => {
  const figure = event.target.closest?.("[data-histogram]");
  const handle = event.target.closest?.("[data-handle]");
  if (!figure || event.button !== 0 || !(handle || event.target.closest("svg"))) return;
  // The end that is held moves, the other stays; on the bars both ends begin where the pointer is.
  const other = handle && handles(figure).find((end) => end !== handle);
  dragging = { figure, handle, anchor: other ? number(other) : at(figure, event.clientX), from: event.clientX, moved: false };
  event.preventDefault();
  handle?.focus();
});
document.addEventListener("pointermove", (event) => {
  if (!dragging || Math.abs(event.clientX - dragging.from) < 4) return;
  dragging.moved = true;
  select(dragging.figure, dragging.anchor, at(dragging.figure, event.clientX));
});
document.addEventListener("pointerup", () => {
  if (!dragging) return;
  const { figure, moved } = dragging;
  if (moved && isNarrowed(figure)) narrow(figure);
  // The click that follows a drag is no press on a bar.
  setTimeout(() => (dragging = null));
});
document.addEventListener("pointercancel", () => {
  if (dragging) reset(dragging.figure);
  dragging = null;
});
document.addEventListener("click", (event) => {
  const bar = event.target.closest?.("a[data-start]");
  if (!bar || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  // htmx itself knows no links of an SVG. The click that ends a drag is no press on a bar.
  if (!dragging?.moved) swap(bar.closest("[data-histogram]"), bar.getAttribute("href"));
});

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5, Home: -Infinity, End: Infinity };

function keyOnHandle(event, figure, handle) {
  const [from, to] = handles(figure);
  const step = STEPS[event.key];
  if (step) {
    const last = bars(figure).length - 1;
    const moved = Math.min(Math.max(number(handle) + step, 0), last);
    if (handle === from) select(figure, Math.min(moved, number(to)), number(to));
    else select(figure, number(from), Math.max(moved, number(from)));
  } else if (event.key === "Enter" && isNarrowed(figure)) narrow(figure);
  else if (event.key === "Escape" && isNarrowed(figure)) reset(figure);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

let anchor = null; // the bar at which Shift and arrows began

function keyOnBar(event, figure, bar) {
  const all = bars(figure);
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step) {
    const next = all[all.indexOf(bar) + step];
    event.preventDefault();
    if (!next) return;
    if (event.shiftKey) select(figure, all.indexOf((anchor ??= bar)), all.indexOf(next));
    else (anchor = null), reset(figure);
    all.forEach((other) => (other.tabIndex = other === next ? 0 : -1));
    next.focus();
  } else if (event.key === "Enter" && isNarrowed(figure)) {
    event.preventDefault();
    event.stopPropagation();
    narrow(figure);
  } else if (event.key === "Escape" && isNarrowed(figure)) {
    event.stopPropagation();
    reset(figure);
  }
}

document.addEventListener("keydown", (event) => {
  const figure = event.target.closest?.("[data-histogram]");
  const handle = figure && event.target.closest("[data-handle]");
  const bar = figure && event.target.closest("a[data-start]");
  if (handle) keyOnHandle(event, figure, handle);
  else if (bar) keyOnBar(event, figure, bar);
}, true);

function ready() {
  for (const figure of document.querySelectorAll("[data-histogram]")) {
    // One stop of the Tab key for all bars; the arrow keys go between them.
    bars(figure).forEach((bar, place) => (bar.tabIndex = place ? -1 : 0));
    place(figure);
  }
}
ready();
document.addEventListener("htmx:afterSettle", ready);
