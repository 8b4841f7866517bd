// Narrow the time: drag over the bars, or hold Shift and press the arrow keys on one and then Enter.

const bars = (figure) => [...figure.querySelectorAll("a[data-start]")];
let from = null, to = null, dragging = null;

function paint(figure) {
  const all = bars(figure);
  const [first, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  all.forEach((bar, at) => bar.classList.toggle("is-within", from !== null && at >= first && at <= end));
}

function narrow(figure) {
  const days = [from, to].flatMap((bar) => [bar.dataset.start, bar.dataset.end]).sort();
  const url = new URL(location.href);
  for (const name of ["page", "date"]) url.searchParams.delete(name);
  url.searchParams.set("date_from", days[0]);
  url.searchParams.set("date_to", days.at(-1));
  from = to = null;
  swap(figure, url);
}

function swap(figure, url) {
  window.htmx.ajax("GET", url.pathname + url.search, { source: figure, target: "#results", swap: "outerHTML" });
}

function at(figure, x) {
  return bars(figure).find((bar) => {
    const box = bar.querySelector(".histogram__ground").getBoundingClientRect();
    return x >= box.left && x < box.right;
  });
}

document.addEventListener("pointerdown", (event) => {
  const figure = event.target.closest?.("[data-histogram]");
  if (!figure || event.button !== 0) return;
  dragging = { figure, moved: false };
  from = to = at(figure, event.clientX) ?? null;
  if (from) event.preventDefault();
});
document.addEventListener("pointermove", (event) => {
  if (!dragging || !from) return;
  const over = at(dragging.figure, event.clientX);
  if (over && over !== to) {
    to = over;
    dragging.moved ||= to !== from;
  }
  if (dragging.moved) paint(dragging.figure);
});
document.addEventListener("pointerup", () => {
  if (!dragging) return;
  const { figure, moved } = dragging;
  if (moved && from && to) narrow(figure);
  else from = to = null;
  // The click that follows a drag is no press on a bar.
  setTimeout(() => (dragging = null));
});
document.addEventListener("click", (event) => {
  const bar = event.target.closest?.("a[data-start]");
  if (!bar || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  // htmx itself knows no links of an SVG. The click that ends a drag is no press on a bar.
  if (!dragging?.moved) swap(bar.closest("[data-histogram]"), new URL(bar.getAttribute("href"), location.href));
});

document.addEventListener("keydown", (event) => {
  const bar = event.target.closest?.("a[data-start]");
  if (!bar) return;
  const figure = bar.closest("[data-histogram]");
  const all = bars(figure);
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step) {
    event.preventDefault();
    const next = all[all.indexOf(bar) + step];
    if (!next) return;
    if (event.shiftKey) from ??= bar, (to = next);
    else from = to = null;
    all.forEach((other) => (other.tabIndex = other === next ? 0 : -1));
    next.focus();
    paint(figure);
  } else if (event.key === "Enter" && from && to && from !== to) {
    event.preventDefault();
    event.stopPropagation();
    narrow(figure);
  }
}, true);

function ready() {
  // One stop of the Tab key for all bars; the arrow keys go between them.
  for (const figure of document.querySelectorAll("[data-histogram]")) bars(figure).forEach((bar, place) => (bar.tabIndex = place ? -1 : 0));
}
ready();
document.addEventListener("htmx:afterSettle", ready);
