// What every page has: the theme switch, dialogs, the list of keys, menus that close, links to copy.
import { lettersWork, listKeys, switchLetters } from "./keys.js";
import { say, sayFailure } from "./saying.js";
import "./blurring.js";
import "./combobox.js";
import "./kept.js";

const root = document.documentElement;

// No answer to htmx is swallowed: what is not swapped into the page is said beside it.
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => sayFailure(xhr.getResponseHeader("Content-Type"), xhr.responseText));
for (const fault of ["htmx:sendError", "htmx:timeout", "htmx:swapError"]) document.addEventListener(fault, () => sayFailure());

function dark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-theme-switch]");
  if (theme) {
    root.dataset.theme = dark() ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    theme.setAttribute("aria-pressed", String(dark()));
  }
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    const keys = dialog.querySelector("[data-key-list]");
    if (keys) {
      listKeys(keys);
      dialog.querySelector("[data-letter-keys]").checked = lettersWork();
    }
    dialog.showModal();
    dialog.dispatchEvent(new CustomEvent("opened", { detail: { opener } }));
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog").close();
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    const address = new URL(copier.dataset.copy || location.href, location.href).href;
    navigator.clipboard.writeText(address).then(() => say(copier.dataset.copied));
  }
  const quoter = event.target.closest("[data-copy-text]");
  if (quoter) {
    const text = document.getElementById(quoter.dataset.copyText).textContent.trim();
    navigator.clipboard.writeText(text).then(() => say(quoter.dataset.copied));
  }
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form that sends itself when a choice changes; its button stays for those without scripts.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-letter-keys]")) switchLetters(event.target.checked);
});

// A double click sends a form once; where an answer does not come it can be sent again after a moment.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 3000);
});

document.querySelector("[data-theme-switch]")?.setAttribute("aria-pressed", String(dark()));
