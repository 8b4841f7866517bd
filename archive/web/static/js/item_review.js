// The review of one item. A verdict is sent after ten seconds, in which `z` takes it back; leaving the page sends it at once.
// One that could not be saved waits on, and neither the next verdict nor the next item comes before it.
import "./map.js";
import { ask } from "./session.js";

const form = document.querySelector("[data-review]");
const state = form.querySelector(".review__state");
const WAIT_MS = 10_000;
let waiting = null;
let sending = null;
// What is pressed while a verdict is being sent comes after it, each in its turn.
let turn = null;
let inLine = 0;
let isLeaving = false;

const list = () => document.getElementById("questions");
const chosen = () => form.querySelector("[name=question]:checked");

function say(text, isUndoable) {
  state.hidden = !text;
  state.firstElementChild.textContent = text;
  state.querySelector("[data-undo]").hidden = !isUndoable;
}

function post(verdict) {
  return ask(verdict.address, { method: "POST", body: verdict.body, keepalive: true });
}

// Sends what waits, once at a time; whether it was saved.
function send() {
  return (sending ??= deliver(waiting).finally(() => (sending = null)));
}

async function deliver(verdict) {
  clearTimeout(verdict.timer);
  say(verdict.said, false);
  let page;
  try {
    const answer = await post(verdict);
    const text = await answer.text();
    page = new DOMParser().parseFromString(text, "text/html");
    if (!page.getElementById("questions")) throw new Error(answer.headers.get("Content-Type")?.startsWith("text/plain") ? text : "");
  } catch (problem) {
    verdict.isFailed = true;
    // What the browser itself says of a lost network is in its own words.
    say(`${verdict.said} ${form.dataset.failed} ${problem instanceof TypeError ? "" : problem.message}`.trim(), true);
    return false;
  }
  waiting = null;
  // Signing in anew, in another tab, changed the token of the forms of this page.
  const token = page.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  show(page.getElementById("questions"));
  const refusal = page.querySelector(".field__error")?.textContent ?? "";
  if (refusal) putBack(verdict.body);
  say(refusal, false);
  return !refusal;
}

// Shows the questions as they stand now, where the old ones stood; the chosen one stays in sight, however they grew.
function show(questions) {
  const { scrollTop } = list();
  const { value } = chosen();
  const hadFocus = list().contains(document.activeElement);
  list().replaceWith(questions);
  for (const radio of form.querySelectorAll("[name=question]")) radio.checked = radio.value === value;
  list().scrollTop = scrollTop;
  bringIntoSight();
  if (hadFocus) chosen().focus({ preventScroll: true });
}

// What was refused can be given again in other words.
function putBack(written) {
  form.querySelector(`[name=question][value="${written.get("question")}"]`).checked = true;
  form.elements.reason_code.value = written.get("reason_code");
  form.elements.reason.value ||= written.get("reason");
  bringIntoSight();
}

// On a phone the bar of the verdict stays at the foot: it says which question it answers.
function nameAsked() {
  form.querySelector("[data-asked]").textContent = chosen().closest("label").textContent.replace(/\s+/g, " ").trim();
}

// Only the list of questions scrolls, never the page: the hand stays where it is.
function bringIntoSight() {
  nameAsked();
  const [seen, question] = [list(), chosen().closest(".question")].map((element) => element.getBoundingClientRect());
  if (question.top < seen.top) list().scrollTop += question.top - seen.top;
  else if (question.bottom > seen.bottom) list().scrollTop += Math.min(question.bottom - seen.bottom, question.top - seen.top);
}

// The next question that is open, so that a verdict and the next one are two keys.
function goOn() {
  const radios = [...form.querySelectorAll("[name=question]")];
  const at = radios.findIndex((radio) => radio.checked);
  // Who gives second readings goes from one that is asked for to the next.
  const isLeft = "second" in form.dataset ? "[data-awaits]" : ":is(.standpoint:not([data-answered]), [data-awaits])";
  const next = radios.slice(at + 1).find((radio) => radio.closest(".question").querySelector(isLeft));
  if (next) next.checked = true;
  bringIntoSight();
}

// What the server would refuse is sent at once, so that its words are seen at once.
function lacksReason(word) {
  const needsReason = word === "CONTRADICTED" || word === "OPEN" || form.elements.reason_code.value === "OTHER";
  return needsReason && !form.elements.reason.value.trim();
}

// That the grounds agree, which is set beforehand, supports; what does not support has a ground of its own.
function groundFor(button) {
  const { value } = form.elements.reason_code;
  return value === "GROUNDS_AGREE" ? button.dataset.ground ?? value : value;
}

// Acts once what was pressed before is over; `act` is told whether that was saved, and says so of itself.
function inTurn(act) {
  const before = inLine ? turn : Promise.resolve(true);
  inLine += 1;
  turn = before.then(act).finally(() => (inLine -= 1));
  return turn;
}

async function sendWaiting() {
  while (waiting) if (!(await send())) return false;
  return true;
}

// The verdict as it is written when its key is pressed: the hand is at the next question while the one before is sent.
function written(button) {
  const body = new URLSearchParams(new FormData(form, button));
  body.set("reason_code", groundFor(button));
  body.delete("csrfmiddlewaretoken"); // the cookie has the one that counts, also after signing in anew
  const verdict = { address: form.action, body, said: `${chosen().dataset.keyLabel} ${button.textContent.trim()}.` };
  form.elements.reason.value = "";
  form.elements.reason_code.value = "GROUNDS_AGREE";
  goOn();
  return verdict;
}

function hold(verdict) {
  // Why the page before was refused is not said of what is given now.
  document.querySelector(".review__questions > .field__error")?.remove();
  say(`${verdict.said} ${form.dataset.waits}`, true);
  waiting = { ...verdict, timer: setTimeout(send, WAIT_MS) };
}

// What came behind one that was not saved is not given: it stands in the form again, or is named.
function drop(verdict) {
  if (waiting?.isFailed) return putBack(verdict.body);
  const words = [verdict.said, verdict.body.get("reason")].filter(Boolean).join(" ");
  say(`${state.firstElementChild.textContent} ${form.dataset.dropped} ${words}`, false);
}

form.addEventListener("submit", (event) => {
  if (isLeaving) return;
  const button = event.submitter;
  const waits = button?.name === "word" && !lacksReason(button.value);
  if (button?.name === "word" && !waits) form.elements.reason_code.value = groundFor(button);
  if (!waits && !waiting && !inLine) return;
  event.preventDefault();
  const verdict = waits && !waiting?.isFailed ? written(button) : null;
  inTurn(async (isReached) => {
    if (!isReached || !(await sendWaiting())) {
      if (verdict) drop(verdict);
      return false;
    }
    if (waits) hold(verdict ?? written(button));
    else {
      isLeaving = true;
      form.requestSubmit(button);
    }
    return true;
  });
});

// The second click of a double one would be a verdict on the next question.
form.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("button[name=word]")) event.preventDefault();
});

form.addEventListener("change", (event) => {
  if (event.target.name === "question") bringIntoSight();
});

state.querySelector("[data-undo]").addEventListener("click", () => {
  if (!waiting || sending) return;
  clearTimeout(waiting.timer);
  waiting = null;
  say(form.dataset.undone, false);
});

document.querySelector("[data-next]").addEventListener("submit", (event) => {
  if (!waiting && !inLine) return;
  event.preventDefault();
  inTurn(async (isReached) => {
    if (!isReached || !(await sendWaiting())) return false;
    event.target.submit();
    return true;
  });
});

addEventListener("pageshow", () => (isLeaving = false)); // back from the next page, as it was left

addEventListener("beforeunload", (event) => {
  if (waiting?.isFailed) event.preventDefault();
});

window.addEventListener("pagehide", () => {
  if (waiting && !sending) post(waiting).catch(() => {});
  waiting = null;
});

// Back from the ground or the reason to the keys of one letter.
form.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("#reason, #reason_code")) event.target.blur();
});

bringIntoSight();
