// The grid of results by keyboard, and the selection: Space or the box selects, Shift extends, Escape clears.
//
// What is selected outlives pages, views and searches: it is kept with the tab, until it is cleared or somebody else
// signs in, and is sent with the form of the bar, whichever items are on the page.
import { onKey } from "./keys.js";
import { ask, SignedOut } from "./session.js";
import { sayAnswer } from "./saying.js";

let last = null; // the picture selected last: from here Shift extends

const KEPT = "selected";
const selected = new Set(read());

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    return kept?.user === document.body.dataset.user ? kept.keys.filter((key) => /^\d+$/.test(key)) : [];
  } catch {
    return [];
  }
}

function keep() {
  try {
    const kept = { user: document.body.dataset.user, keys: [...selected] };
    if (selected.size) sessionStorage.setItem(KEPT, JSON.stringify(kept));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // Without a store of its own the tab remembers what is selected for this page.
  }
}

const links = () => [...document.querySelectorAll("[data-grid] a[data-item]")];
const boxOf = (link) => link.closest(".card").querySelector(".card__select");
const boxes = () => [...document.querySelectorAll(".card__select")];
const here = () => document.activeElement?.closest?.("a[data-item]");

function show() {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const chosen = selected.size;
  bar.classList.toggle("is-open", chosen > 0);
  document.getElementById("results").classList.toggle("is-selecting", chosen > 0);
  bar.querySelector("[data-chosen]").textContent = chosen;
  const here = new Set(boxes().map((box) => box.value));
  const others = [...selected].filter((key) => !here.has(key));
  const elsewhere = bar.querySelector("[data-elsewhere]");
  elsewhere.hidden = !others.length;
  elsewhere.textContent = others.length ? elsewhere.dataset.words.replace("__n__", others.length) : "";
  // What is not on the page goes along with what is.
  let hidden = bar.querySelector("[data-others]");
  if (!hidden) {
    hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "items" });
    hidden.dataset.others = "";
    bar.append(hidden);
  }
  hidden.value = others.join(",");
  hidden.disabled = !others.length;
}

// Take what the boxes of the page say into what is selected.
function take() {
  for (const box of boxes()) {
    if (box.checked) selected.add(box.value);
    else selected.delete(box.value);
  }
  keep();
  show();
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
  take();
}

function clear() {
  if (!selected.size) return false;
  for (const box of boxes()) box.checked = false;
  selected.clear();
  last = null;
  keep();
  show();
}

// The site says what the search finds, and who asks may see; more than are changed at once it refuses with a sentence.
async function selectAll(bar) {
  const body = new FormData();
  for (const name of ["search", "of"]) body.set(name, bar.elements[name].value);
  let answer;
  try {
    answer = await ask(bar.dataset.all, { method: "POST", body });
  } catch (problem) {
    if (problem instanceof SignedOut) return;
    throw problem;
  }
  if (!answer.ok) return void sayAnswer(answer);
  for (const key of (await answer.json()).keys) selected.add(String(key));
  keep();
  ready();
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
onKey("A", () => {
  const all = document.querySelector("[data-select-all]");
  return all ? void selectAll(all.form) : false;
});

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".card__select");
  if (box) {
    const link = box.closest(".card").querySelector("a[data-item]");
    if (event.shiftKey && last) select(link, { extend: true });
    else {
      last = link;
      take();
    }
    return;
  }
  const link = event.target.closest?.("a[data-item]");
  if (link && boxOf(link) && !event.ctrlKey && !event.metaKey) {
    // Shift selects a range; once something is selected, a click of the pointer adds to it. Enter always opens.
    if (event.detail && (event.shiftKey || selected.size)) {
      event.preventDefault();
      select(link, { extend: event.shiftKey });
    }
  }
  if (event.target.closest?.("[data-bulk-clear]")) clear();
  const all = event.target.closest?.("[data-select-all]");
  if (all) {
    event.preventDefault();
    selectAll(all.form);
  }
  // These are asked for on a page of their own, not in the dialog: sent as a form is without htmx.
  const own = event.target.closest?.("[data-own-page]");
  if (own) {
    event.preventDefault();
    const act = Object.assign(document.createElement("input"), { type: "hidden", name: own.name, value: own.value });
    own.form.append(act);
    own.form.submit();
    act.remove();
  }
});

function ready() {
  // Space on the picture selects it: the box itself need not stop the Tab key as well.
  for (const box of boxes()) {
    box.tabIndex = -1;
    box.checked = selected.has(box.value);
  }
  show();
}
ready();
document.addEventListener("htmx:afterSettle", ready);
document.addEventListener("htmx:afterSwap", (event) => {
  const summary = document.querySelector("[data-summary]");
  if (event.detail.target?.id === "results" && summary) document.getElementById("told").textContent = summary.innerText;
});
// The focus stays where the work is: on the same choice, else on what took its place; of another page, on its first
// picture. What has an id keeps the focus by htmx itself.
const AREAS = ".facets, .chips, .pager, .results__head, .easings";
const nameOf = (element) => element.querySelector("span")?.textContent ?? element.getAttribute("aria-label") ?? element.textContent;
const pressable = (area) => [...area.querySelectorAll("a[href], button, input, summary")].filter((each) => each.checkVisibility());
let place = null;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const here = document.activeElement;
  const area = detail.target?.id === "results" ? here?.closest?.(AREAS) : null;
  place = area && { name: nameOf(here), area: area.classList[0], at: pressable(area).indexOf(here) };
});
document.addEventListener("htmx:afterSettle", () => {
  const kept = place;
  place = null;
  if (!kept || (document.activeElement && document.activeElement !== document.body)) return;
  const area = document.querySelector(`#results .${kept.area}`);
  const there = area ? pressable(area) : [];
  const same = there.find((each) => nameOf(each) === kept.name) ?? there[Math.min(kept.at, there.length - 1)];
  // On a phone the filters close: what opens them is next.
  const to = (kept.area === "pager" ? links()[0] : same) ?? document.querySelector('#results [popovertarget="facets"]');
  to?.focus({ preventScroll: kept.area !== "pager" });
});
// What is withdrawn is found no more: nothing is left to be done with it.
document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
  if (detail.elt.matches("[data-takes-away]") && detail.xhr.getResponseHeader("HX-Redirect")) clear();
});
// A dialog that htmx has filled.
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target?.closest?.("dialog[data-shows]");
  if (dialog && !dialog.open) dialog.showModal();
});
