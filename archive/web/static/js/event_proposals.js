// Events proposed: from proposal to proposal, one decision each, without the mouse.
import { isTyping, onKey } from "./keys.js";

const open = () => [...document.querySelectorAll(".event-proposal")];
const here = () => document.activeElement.closest?.(".event-proposal");

function go(to) {
  if (!to) return false;
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = open();
  const at = all.indexOf(here());
  return go(at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[Math.min(Math.max(at + by, 0), all.length - 1)]);
}
onKey("j", () => step(1));
onKey("k", () => step(-1));

// A key without a proposal in focus goes to the first one, so that nothing is decided unseen.
const press = (act) => (here() ? act(here()) : step(1));
onKey("a", () => press((one) => one.querySelector("button[value=accept]").click()));
onKey("x", () => press((one) => one.querySelector("[name=reason]").focus()));
onKey("e", () => press((one) => {
  const edit = one.querySelector(".event-proposal__edit");
  if (!edit) return false;
  edit.open = true;
  edit.querySelector("input").select();
}));

// Enter in the reason dismisses, though accepting is the first button of the form; Escape goes back to the proposal.
document.addEventListener("keydown", (event) => {
  const one = event.target.closest?.(".event-proposal");
  if (!one || !isTyping(event.target)) return;
  if (event.key === "Escape") return go(one);
  if (event.key !== "Enter" || event.target.name !== "reason") return;
  event.preventDefault();
  one.querySelector("button[value=dismiss]").click();
});

// After a decision the next proposal is in focus; where there is none, the word about the last.
let next = -1;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.matches(".event-proposal")) next = open().indexOf(event.detail.target);
});
document.addEventListener("htmx:afterSwap", () => {
  if (next < 0) return;
  const all = open();
  go(all[Math.min(next, all.length - 1)] ?? document.querySelector(".event-proposal__done:last-of-type"));
  next = -1;
});
