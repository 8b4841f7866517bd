// The review of one item. A verdict is sent after ten seconds, in which `z` takes it back; leaving the page sends it at once.
const form = document.querySelector("[data-review]");
const state = form.querySelector(".review__state");
const WAIT_MS = 10_000;
let waiting = null;

function say(text, isUndoable) {
  state.hidden = !text;
  state.firstElementChild.textContent = text;
  state.querySelector("[data-undo]").hidden = !isUndoable;
}

// What was not saved can be sent again: its reason is not lost, nor is one that was begun since.
function giveBack(verdict) {
  const reason = form.elements.reason;
  reason.value ||= verdict.body.get("reason");
}

// Sends what waits, and shows the page's questions as they stand then.
async function send() {
  const verdict = waiting;
  if (!verdict) return;
  waiting = null;
  clearTimeout(verdict.timer);
  try {
    const answer = await fetch(verdict.address, { method: "POST", body: verdict.body, keepalive: true });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const questions = page.getElementById("questions");
    if (!questions) throw new Error(answer.status);
    const chosen = form.elements.question.value;
    document.getElementById("questions").replaceWith(questions);
    for (const radio of form.querySelectorAll("[name=question]")) radio.checked = radio.value === chosen;
    const problem = page.querySelector(".field__error")?.textContent ?? "";
    if (problem) giveBack(verdict);
    say(problem, false);
  } catch {
    giveBack(verdict);
    say(form.dataset.failed, false);
  }
}

// The next question that is open, so that a verdict and the next one are two keys.
function goOn() {
  const radios = [...form.querySelectorAll("[name=question]")];
  const at = radios.findIndex((radio) => radio.checked);
  const next = radios.slice(at + 1).find((radio) => !radio.closest(".question").querySelector("[data-word]:not([data-word=OPEN])"));
  if (next) next.checked = true;
}

form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (button?.name !== "word") return waiting ? (event.preventDefault(), await send(), form.requestSubmit(button)) : undefined;
  // What the server would refuse is sent at once, so that its words are seen at once.
  const needsReason = button.value === "CONTRADICTED" || button.value === "OPEN" || form.elements.reason_code.value === "OTHER";
  if (needsReason && !form.elements.reason.value.trim()) return;
  event.preventDefault();
  await send();
  const body = new FormData(form, button);
  const radio = form.querySelector("[name=question]:checked");
  say(`${radio.dataset.keyLabel} ${button.textContent.trim()}. ${form.dataset.waits}`, true);
  waiting = { address: form.action, body: new URLSearchParams(body), timer: setTimeout(send, WAIT_MS) };
  form.elements.reason.value = "";
  goOn();
});

state.querySelector("[data-undo]").addEventListener("click", () => {
  if (!waiting) return;
  clearTimeout(waiting.timer);
  waiting = null;
  say(form.dataset.undone, false);
});

document.querySelector("[data-next]").addEventListener("submit", async (event) => {
  if (!waiting) return;
  event.preventDefault();
  await send();
  event.target.submit();
});

window.addEventListener("pagehide", () => {
  if (waiting) fetch(waiting.address, { method: "POST", body: waiting.body, keepalive: true });
  waiting = null;
});

form.elements.reason.addEventListener("keydown", (event) => {
  if (event.key === "Escape") event.target.blur();
});
