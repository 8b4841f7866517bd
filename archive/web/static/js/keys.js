// Keys of the page.
//
// In the page: <a data-key="n" data-key-label="Next item">: the key presses the link or button, and `?` lists it.
// With `data-key-listed` it is listed also while it is not shown, such as what undoes an act that was not done yet.
// <template data-keys="Results"><div data-for="x, Space">Select</div></template> only lists keys that a module acts on.
// In a module: onKey("x", handler). A handler that returns false lets the key pass on.
// Keys are named as KeyboardEvent.key names them; letters in lower case; "Shift+ArrowRight" with the shift.

const acts = new Map();

export function onKey(name, act) {
  acts.set(name, [act, ...(acts.get(name) ?? [])]);
}

export function isTyping(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");
}

function nameOf(event) {
  const name = event.key === " " ? "Space" : event.key;
  return event.shiftKey && name.length > 1 ? `Shift+${name}` : name;
}

// Who speaks to the machine, or whose hand slips, can switch off what one letter does (WCAG 2.1.4).
const LETTER_KEYS = "letter-keys";

export function lettersWork() {
  return localStorage.getItem(LETTER_KEYS) !== "off";
}

export function switchLetters(areOn) {
  localStorage.setItem(LETTER_KEYS, areOn ? "on" : "off");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key.length === 1 && event.key !== " " && !lettersWork()) return;
  if (isTyping(event.target)) return;
  const open = document.querySelector("dialog[open]");
  const name = nameOf(event);
  for (const act of open ? [] : acts.get(name) ?? []) {
    if (act(event) !== false) return event.preventDefault();
  }
  const pressed = [...(open ?? document).querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key.split(" ").includes(name) && element.checkVisibility(),
  );
  if (!pressed) return;
  event.preventDefault();
  if (event.repeat && pressed.type === "submit") return; // a key held down sends a form once
  if (isTyping(pressed)) pressed.focus(), pressed.select?.();
  else pressed.click();
});

function caps(names) {
  return names.split(/[ ,]+/).filter(Boolean).map((name) => {
    const cap = document.createElement("kbd");
    cap.textContent = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" }[name] ?? name;
    return cap;
  });
}

export function listKeys(into) {
  into.replaceChildren();
  const groups = new Map();
  const add = (group, names, label) => {
    if (!groups.has(group)) groups.set(group, new Map());
    groups.get(group).set(label, names);
  };
  for (const template of document.querySelectorAll("template[data-keys]")) {
    for (const row of template.content.querySelectorAll("[data-for]")) add(template.dataset.keys, row.dataset.for, row.textContent.trim());
  }
  for (const element of document.querySelectorAll("[data-key]")) {
    if (element.closest("dialog") || !(element.checkVisibility() || "keyListed" in element.dataset)) continue;
    const label = element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? element.textContent.trim();
    add(element.dataset.keyGroup ?? into.dataset.everywhere, element.dataset.key, label);
  }
  for (const [group, rows] of groups) {
    const table = document.createElement("table");
    table.className = "keys";
    table.createCaption().textContent = group;
    const body = table.createTBody();
    for (const [label, names] of rows) {
      const row = body.insertRow();
      const head = document.createElement("th");
      head.scope = "row";
      caps(names).forEach((cap, i) => head.append(i ? " " : "", cap));
      row.append(head);
      row.insertCell().textContent = label;
    }
    into.append(table);
  }
}
