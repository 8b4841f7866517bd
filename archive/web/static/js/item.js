// The item page: the picture, the arrow keys, claims by key, tabs, the filter of the raw metadata.
import { isTyping, onKey } from "./keys.js";
import { playable } from "./film.js";
import "./map.js";
import { sayFailure } from "./saying.js";
import { markable } from "./spans.js";
import { zoomable } from "./zoom.js";

const stage = document.querySelector(".viewer__stage[data-width]");
if (stage) zoomable(stage).catch(() => sayFailure());
const film = document.querySelector("[data-film]");
if (film) markable(playable(film));

// --- Previous and next ---------------------------------------------------------------------------------------------
for (const [key, rel] of [["ArrowLeft", "prev"], ["ArrowRight", "next"]]) {
  onKey(key, (event) => {
    const link = document.querySelector(`a[rel=${rel}]`);
    // While a picture is being turned, the arrows say how.
    if (!link || document.querySelector("#act-turn[open]") || event.target.closest(".map, [role=tablist], video")) return false;
    link.click();
  });
}

// --- Claims --------------------------------------------------------------------------------------------------------
function step(by) {
  for (const all of document.querySelectorAll("details[data-claims]")) all.open = true;
  const claims = [...document.querySelectorAll(".claim")];
  if (!claims.length) return false;
  const at = claims.indexOf(document.activeElement.closest?.(".claim"));
  const next = claims[at < 0 ? (by > 0 ? 0 : claims.length - 1) : Math.min(Math.max(at + by, 0), claims.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
onKey("j", () => step(1));
onKey("k", () => step(-1));

const ruling = (value) => document.activeElement.closest?.(".claim")?.querySelector(`button[value=${value}]`);
onKey("a", () => ruling("ACCEPTED")?.click() ?? Boolean(ruling("PROPOSED")));
onKey("x", () => {
  const button = ruling("REJECTED");
  if (!button) return false;
  button.form.dataset.enter = "REJECTED";
  button.form.elements.reason.focus();
});
// Enter in the reason of a claim that is being rejected rejects it, though "Accept" stands first.
document.addEventListener("keydown", (event) => {
  const form = event.key === "Enter" && event.target.closest?.(".claim__ruling");
  if (!form || !isTyping(event.target)) return;
  event.preventDefault();
  if (form.dataset.enter) form.requestSubmit(form.querySelector(`button[value=${form.dataset.enter}]`));
});
// After a ruling the page comes back to the claim it was about.
document.addEventListener("submit", (event) => {
  const claim = event.target.closest(".claim");
  if (claim) sessionStorage.setItem("claim", claim.id);
});
const returned = document.getElementById(sessionStorage.getItem("claim") ?? "");
sessionStorage.removeItem("claim");
if (returned) {
  returned.closest("details").open = true;
  returned.focus({ preventScroll: true });
}

// A form that is opened takes the focus.
for (const act of document.querySelectorAll("details.act")) {
  act.addEventListener("toggle", () => act.open && act.querySelector("select, textarea, input:not([type=hidden])")?.focus());
}
// <a href="#act-turn" data-opens>: a link to a form opens it.
for (const link of document.querySelectorAll("a[data-opens]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const act = document.querySelector(link.getAttribute("href"));
    act.open = !act.open;
    if (act.open) act.scrollIntoView({ block: "nearest" });
  });
}

// --- Tabs: links to sections, until there is a script ----------------------------------------------------------------
const tabs = document.querySelector("[data-tabs] .tabs");
if (tabs) {
  const links = [...tabs.children];
  const panels = links.map((link) => document.querySelector(link.getAttribute("href")));
  tabs.setAttribute("role", "tablist");
  const choose = (chosen, focus) => {
    links.forEach((link, i) => {
      link.setAttribute("aria-selected", String(link === chosen));
      link.tabIndex = link === chosen ? 0 : -1;
      panels[i].hidden = link !== chosen;
    });
    if (focus) chosen.focus();
  };
  links.forEach((link, i) => {
    link.id = `tab-${panels[i].id}`;
    link.setAttribute("role", "tab");
    link.setAttribute("aria-controls", panels[i].id);
    panels[i].setAttribute("role", "tabpanel");
    panels[i].setAttribute("aria-labelledby", link.id);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      history.replaceState(null, "", link.href);
      choose(link);
    });
  });
  tabs.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    choose(links[(links.indexOf(document.activeElement) + by + links.length) % links.length], true);
  });
  // An address may name what stands within a tab, such as one line of the words in the picture.
  const named = document.getElementById(location.hash.slice(1));
  choose(links[Math.max(panels.findIndex((panel) => panel.contains(named)), 0)]);
}

// --- Raw metadata --------------------------------------------------------------------------------------------------
const filter = document.getElementById("filter");
const rows = [...document.querySelectorAll(".raw tbody[data-group] tr:not(.raw__group)")].map((row) => {
  const group = row.parentElement.dataset.group;
  return { row, words: `${group}:${row.textContent}`.toLowerCase(), line: [`${group}:${row.cells[0].textContent}`, row.cells[1].textContent] };
});
filter?.addEventListener("input", () => {
  const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, words } of rows) {
    row.hidden = !wanted.every((word) => words.includes(word));
    shown += !row.hidden;
  }
  for (const body of document.querySelectorAll(".raw tbody")) body.hidden = !body.querySelector("tr:not(.raw__group):not([hidden])");
  document.getElementById("filter-count").textContent = wanted.length ? `${shown} / ${rows.length}` : "";
});
document.getElementById("copy-metadata")?.addEventListener("click", async (event) => {
  const copied = event.currentTarget.dataset.copied;
  await navigator.clipboard.writeText(rows.filter(({ row }) => !row.hidden).map(({ line }) => line.join("\t")).join("\n"));
  document.getElementById("filter-count").textContent = copied;
});
