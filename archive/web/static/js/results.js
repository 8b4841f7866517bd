// The grid of results by keyboard, and the selection: Space or the box selects, Shift extends, Escape clears.
import { onKey } from "./keys.js";

let last = null; // the picture selected last: from here Shift extends

const links = () => [...document.querySelectorAll("[data-grid] a[data-item]")];
const boxOf = (link) => link.closest(".card").querySelector(".card__select");
const boxes = () => [...document.querySelectorAll(".card__select")];
const here = () => document.activeElement?.closest?.("a[data-item]");

function show() {
  const chosen = boxes().filter((box) => box.checked).length;
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  bar.classList.toggle("is-open", chosen > 0);
  document.getElementById("results").classList.toggle("is-selecting", chosen > 0);
  bar.querySelector("[data-chosen]").textContent = chosen;
}

function select(link, { to = null, extend = false } = {}) {
  const box = boxOf(link);
  if (!box) return;
  const all = links();
  const state = to ?? !box.checked;
  if (extend && last && all.includes(last)) {
    const [from, until] = [all.indexOf(last), all.indexOf(link)].sort((a, b) => a - b);
    for (const between of all.slice(from, until + 1)) boxOf(between).checked = true;
  } else box.checked = state;
  last = link;
  show();
}

function clear() {
  if (!boxes().some((box) => box.checked)) return false;
  for (const box of boxes()) box.checked = false;
  last = null;
  show();
}

// The picture above or below: the nearest middle in the next row.
function vertical(from, down) {
  const at = from.getBoundingClientRect();
  const middle = (box) => box.left + box.width / 2;
  const rows = links()
    .map((link) => ({ link, box: link.getBoundingClientRect() }))
    .filter(({ box }) => (down ? box.top >= at.bottom - 1 : box.bottom <= at.top + 1));
  if (!rows.length) return null;
  const edge = down ? Math.min(...rows.map((row) => row.box.top)) : Math.max(...rows.map((row) => row.box.bottom));
  return rows
    .filter(({ box }) => Math.abs((down ? box.top : box.bottom) - edge) < 40)
    .sort((a, b) => Math.abs(middle(a.box) - middle(at)) - Math.abs(middle(b.box) - middle(at)))[0].link;
}

function go(name) {
  return (event) => {
    const from = here();
    const all = links();
    if (!all.length) return false;
    // Elsewhere than in the grid the arrows belong to what has the focus.
    if (!from && document.activeElement !== document.body && !document.activeElement.matches("main")) return false;
    let to = all[0];
    if (from) {
      const at = all.indexOf(from);
      to = { ArrowLeft: all[at - 1], ArrowRight: all[at + 1], Home: all[0], End: all.at(-1) }[name]
        ?? (name === "ArrowUp" || name === "ArrowDown" ? vertical(from, name === "ArrowDown") : null);
    }
    if (!to) return;
    to.focus();
    to.closest(".card").scrollIntoView({ block: "nearest" });
    if (event.shiftKey && from) select(to, { extend: true });
  };
}

for (const name of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]) {
  onKey(name, go(name));
  onKey(`Shift+${name}`, go(name));
}
onKey("Space", () => (here() && boxOf(here()) ? select(here()) : false));
onKey("x", () => (here() && boxOf(here()) ? select(here()) : false));
onKey("Shift+Space", () => (here() && boxOf(here()) ? select(here(), { extend: true }) : false));
onKey("Escape", clear);

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".card__select");
  if (box) {
    const link = box.closest(".card").querySelector("a[data-item]");
    if (event.shiftKey && last) select(link, { extend: true });
    else {
      last = link;
      show();
    }
    return;
  }
  const link = event.target.closest?.("a[data-item]");
  if (link && boxOf(link) && !event.ctrlKey && !event.metaKey) {
    // Shift selects a range; once something is selected, a click of the pointer adds to it. Enter always opens.
    if (event.detail && (event.shiftKey || boxes().some((other) => other.checked))) {
      event.preventDefault();
      select(link, { extend: event.shiftKey });
    }
  }
  if (event.target.closest?.("[data-bulk-clear]")) clear();
});

function ready() {
  // Space on the picture selects it: the box itself need not stop the Tab key as well.
  for (const box of boxes()) box.tabIndex = -1;
  show();
}
ready();
document.addEventListener("htmx:afterSettle", ready);
document.addEventListener("htmx:afterSwap", (event) => {
  const summary = document.querySelector("[data-summary]");
  if (event.detail.target?.id === "results" && summary) document.getElementById("told").textContent = summary.innerText;
});
// A dialog that htmx has filled.
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target?.closest?.("dialog[data-shows]");
  if (dialog && !dialog.open) dialog.showModal();
});
