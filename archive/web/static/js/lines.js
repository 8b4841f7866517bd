// Follow the files of a delivery while they are open: rows are asked for again until each has its outcome.
//
// <table data-lines="/accessions/3/lines/"><tr id="line-7" data-line="7" data-open>…</tr></table>
// So are the captions lists while they are given to their files: <section id="beside-words" data-open>. Without open
// rows nothing is asked. Answering a question or trying again changes the row where it stands.
import { sayAnswer } from "./saying.js";
import { SignedOut, ask } from "./session.js";

const EVERY_MS = 1500;
const AT_ONCE = 100;
let timer;

const table = () => document.querySelector("table[data-lines]");

/** Ask for these lines and put their rows where `place` says; the counts, and what is told of lists, follow. */
export async function fetchLines(keys, place = swap) {
  const answer = await ask(`${table().dataset.lines}?ids=${keys.join(",")}`);
  if (!answer.ok) return sayAnswer(answer);
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  for (const row of holder.content.querySelectorAll("tr[data-line]")) place(row);
  const beside = holder.content.querySelector("[data-beside] section");
  if (beside) document.getElementById("beside-words")?.replaceWith(beside);
  const worker = holder.content.getElementById("no-worker");
  if (worker) document.getElementById("no-worker")?.replaceWith(worker.cloneNode(true));
  const counts = holder.content.querySelector("[data-counts] .counts");
  const shown = document.querySelector(".counts");
  if (!counts) return;
  if (!shown) return void document.getElementById("batch-counts")?.replaceChildren(counts, worker);
  if (shown.contains(document.activeElement)) return;
  const wanted = shown.querySelector("[aria-current]")?.dataset.state;
  for (const one of counts.children) if (one.dataset.state === wanted) one.setAttribute("aria-current", "true");
  shown.replaceWith(counts);
}

function swap(row) {
  const old = document.getElementById(row.id);
  if (!old || old.outerHTML === row.outerHTML) return;
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  for (const field of row.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token ?? field.value;
  old.replaceWith(row);
}

export function follow() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const open = [...document.querySelectorAll("tr[data-open][data-line]")].slice(0, AT_ONCE);
    if (!open.length && !document.querySelector("#beside-words[data-open]")) return;
    try {
      if (!document.hidden) await fetchLines(open.map((row) => row.dataset.line));
    } catch (problem) {
      // Signed out: asking goes on, so that it is seen when somebody has signed in again. Without network too.
      if (problem instanceof SignedOut) await new Promise((resolve) => setTimeout(resolve, 5 * EVERY_MS));
    }
    follow();
  }, EVERY_MS);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-line-form]");
  if (!form || !table()) return;
  event.preventDefault();
  const key = form.closest("tr").dataset.line;
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  let answer;
  try {
    answer = await ask(form.action, { method: "POST", body: new FormData(form) });
  } catch (problem) {
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    if (problem instanceof SignedOut) return;
    throw problem;
  }
  if (!answer.ok) return form.submit();
  await fetchLines([key]);
  document.getElementById(`line-${key}`)?.querySelector("a, button")?.focus();
  follow();
});

document.addEventListener("click", (event) => {
  const leave = event.target.closest("[data-leave]");
  if (leave) leave.closest("form").remove();
});

follow();
