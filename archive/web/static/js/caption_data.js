// Readings of captions: pressing underlined words opens their claim; keys move, accept, reject and correct.
//
// <a class="underlined" data-claims="12 13" href="#reading-12">Tuesday</a>
// <li class="reading" data-reading="12" data-open="yes" tabindex="-1">… forms that htmx sends …</li>
// After each act the next undecided reading takes the focus.
import { onKey } from "./keys.js";

const all = () => [...document.querySelectorAll(".reading")];
const undecided = () => all().filter((reading) => reading.dataset.open);
const focused = () => document.activeElement.closest?.(".reading");

function open(reading, focus = true) {
  for (const other of document.querySelectorAll(".reading--active, .underlined--active")) other.classList.remove("reading--active", "underlined--active");
  reading.classList.add("reading--active");
  for (const words of document.querySelectorAll(`[data-claims~="${reading.dataset.reading}"]`)) words.classList.add("underlined--active");
  if (!focus) return;
  // On the item page the readings stand in a tab.
  const tab = reading.closest("[role=tabpanel][hidden]");
  if (tab) document.getElementById(tab.getAttribute("aria-labelledby"))?.click();
  reading.focus({ preventScroll: true });
  reading.closest(".wording").scrollIntoView({ block: "nearest" });
  reading.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const readings = all();
  const at = readings.indexOf(focused() ?? document.querySelector(".reading--active"));
  const rest = by > 0 ? readings.slice(at + 1) : readings.slice(0, Math.max(at, 0)).reverse();
  const next = rest.find((reading) => reading.dataset.open) ?? (at < 0 ? undecided()[0] : null);
  if (!next) return false;
  open(next);
}
onKey("n", () => step(1));
onKey("p", () => step(-1));
// On the item page j and k go through the claims, until a reading has the focus.
for (const [key, by] of [["j", 1], ["k", -1]]) {
  onKey(key, () => (focused() || !document.querySelector(".claim") ? step(by) : false));
}

const press = (selector) => () => {
  const control = focused()?.querySelector(selector);
  if (!control) return Boolean(focused());
  control.matches("input") ? control.focus() : control.click();
};
onKey("a", press("button[value=ACCEPTED]"));
onKey("x", press("input[name=reason]"));
for (const key of ["e", "c"]) {
  onKey(key, () => {
    const correct = focused()?.querySelector(".reading__correct");
    if (!correct) return false;
    correct.open = true;
    correct.querySelector("input:not([type=hidden]), select").focus();
    correct.querySelector("input:not([type=hidden])")?.select();
  });
}
document.addEventListener("keydown", (event) => {
  const reading = event.key === "Escape" && !event.defaultPrevented && event.target.closest?.(".reading");
  if (!reading || event.target === reading) return;
  for (const correct of reading.querySelectorAll("details[open]")) correct.open = false;
  reading.focus();
});

document.addEventListener("click", (event) => {
  const words = event.target.closest(".underlined[data-claims]");
  if (words) {
    event.preventDefault();
    const keys = words.dataset.claims.trim().split(" ");
    // Words that say several things open one after the other.
    const next = keys[(keys.indexOf(document.querySelector(".reading--active")?.dataset.reading) + 1) % keys.length];
    open(document.getElementById(`reading-${next}`));
    return;
  }
  const reading = event.target.closest(".reading");
  if (reading && !event.target.closest("a, button, input, select, summary, label")) open(reading);
});
document.addEventListener("focusin", (event) => {
  const reading = event.target.closest(".reading");
  if (reading && !reading.classList.contains("reading--active")) open(reading, false);
});

// --- After an act: the next undecided ---------------------------------------------------------------------------------
let following = [];
document.addEventListener("htmx:beforeRequest", (event) => {
  const reading = event.target.closest("form")?.closest(".reading");
  if (!reading || event.target.matches("input")) return;
  const readings = undecided();
  const at = readings.indexOf(reading);
  const order = at < 0 ? readings : [...readings.slice(at + 1), ...readings.slice(0, at)];
  following = [...order, reading].map(({ id }) => id);
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (!following.length) return;
  // Beside what was refused stands why.
  if (detail.xhr?.status === 422) return void (following = []);
  const [next, ...rest] = following.map((id) => document.getElementById(id)).filter(Boolean);
  const last = document.getElementById(following.at(-1));
  following = [];
  if (next?.dataset.open || rest.length || last) return open(next);
  document.getElementById("main").focus();
});

// An address that names a reading opens it.
const named = location.hash.startsWith("#reading-") && document.getElementById(location.hash.slice(1));
if (named) open(named);
