// Type-ahead (ARIA combobox with a listbox). The server answers the options as HTML.
//
// <div class="combobox" data-combobox="/suggest/places/"><input role="combobox" …><input type="hidden" name="place">
//   <div role="listbox" class="combobox__list" hidden></div></div>
// Choosing writes the option's data-value into the hidden field, its data-label into the text field, and tells
// "chosen" on the element, with {value, label, url, point} in `detail`. With data-adds the list ends with an option that
// adds what is missing in a dialog (js/add_record.js), and chooses it. With data-completes the label is the whole text, of
// which the part at the caret was completed; the server is told where the caret stands, and no list is shown for none.
import { addRecord } from "./add_record.js";
import { sayAnswer, sayFailure } from "./saying.js";
import { SignedOut, ask } from "./session.js";

let waiting;

const parts = (element) => {
  const box = element.closest("[data-combobox]");
  return box && { box, input: box.querySelector("[role=combobox]"), hidden: box.querySelector("input[type=hidden]"), list: box.querySelector("[role=listbox]") };
};

function close({ input, list }) {
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

async function suggest({ box, input, list }) {
  const completes = box.dataset.completes !== undefined;
  const words = completes ? input.value : input.value.trim();
  const asked = (box.asked = (box.asked ?? 0) + 1);
  const url = new URL(box.dataset.combobox, location.href);
  url.searchParams.set("q", words);
  url.searchParams.set("for", list.id);
  if (completes) url.searchParams.set("at", input.selectionStart);
  if (box.dataset.adds !== undefined) url.searchParams.set("adds", "yes");
  const answer = await ask(url).catch((problem) => problem);
  if (answer instanceof SignedOut) return; // the page says it
  if (answer instanceof Error) return sayFailure();
  if (!answer.ok) return sayAnswer(answer);
  if (asked !== box.asked || document.activeElement !== input) return;
  list.innerHTML = await answer.text();
  if (completes && !list.children.length) return close({ input, list });
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  mark({ input, list }, null);
}

function mark({ input, list }, option) {
  for (const other of list.querySelectorAll("[role=option]")) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

async function choose(found, option) {
  if (option.dataset.addAddress === undefined) return pick(found, option.dataset);
  close(found);
  const made = await addRecord(option.dataset.addAddress);
  // Anew: to a field that had the focus before a dialog, and has it again, Chromium does not send what is typed.
  found.input.blur();
  found.input.focus();
  if (made) pick(found, made);
}

function pick(found, { value, label, url, point }) {
  found.input.value = label;
  if (found.hidden) found.hidden.value = value;
  close(found);
  if (found.box.dataset.completes !== undefined && label.endsWith(":")) suggest(found);
  found.box.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: { value, label, url, point } }));
  if (found.box.dataset.sends !== undefined) found.input.form.requestSubmit();
}

document.addEventListener("input", (event) => {
  const found = event.target.matches("[role=combobox]") && parts(event.target);
  if (!found) return;
  if (found.hidden) found.hidden.value = "";
  clearTimeout(waiting);
  waiting = setTimeout(() => suggest(found), 120);
});

document.addEventListener("focusout", (event) => {
  const found = event.target.matches?.("[role=combobox]") && parts(event.target);
  if (found) close(found);
});

document.addEventListener("keydown", (event) => {
  const found = event.target.matches?.("[role=combobox]") && parts(event.target);
  if (!found) return;
  const options = [...found.list.querySelectorAll("[role=option]")];
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (found.list.hidden) return void suggest(found);
    const step = event.key === "ArrowDown" ? 1 : -1;
    mark(found, options[(at + step + options.length + (at < 0 && step < 0 ? 1 : 0)) % options.length] ?? null);
  } else if (event.key === "Enter" && !found.list.hidden && at >= 0) {
    event.preventDefault();
    choose(found, options[at]);
  } else if (event.key === "Escape" && !found.list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    close(found);
  }
});

// The field keeps the focus while an option is pressed.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest?.(".combobox__list")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.(".combobox__list [role=option]");
  if (option) choose(parts(option), option);
});
