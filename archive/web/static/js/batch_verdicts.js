// One verdict on several items: sent after ten seconds, in which `z` takes it back; leaving the page sends it at once.
const form = document.querySelector("[data-batch]");
const state = form?.querySelector("[data-batch-state]");
const give = form?.querySelector("button:not([type])");
const WAIT_MS = 10_000;
let timer = null;

function say(text, isUndoable) {
  state.hidden = false;
  state.firstElementChild.textContent = text;
  state.querySelector("[data-undo]").hidden = !isUndoable;
}

function stop() {
  clearTimeout(timer);
  timer = null;
  give.disabled = false;
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (timer) return;
  give.disabled = true;
  say(form.dataset.waits, true);
  timer = setTimeout(() => {
    stop();
    give.disabled = true; // until the answer is here
    form.submit();
  }, WAIT_MS);
});

state?.querySelector("[data-undo]").addEventListener("click", () => {
  if (!timer) return;
  stop();
  say(form.dataset.undone, false);
});

window.addEventListener("pagehide", () => {
  if (!timer) return;
  stop();
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true }).catch(() => {});
});
