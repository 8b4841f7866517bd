// Add a place, event or outlet that a field asks for and nobody has recorded, in a dialog beside that field.
//
// addRecord("/places/new/?name=…") answers what was made or chosen, {value, label, url}, or nothing. The server sends the
// form (authorities/_form.html), and sends it back where something is wrong with it or may be recorded already.
import "./point_picker.js";
import { sayAnswer, sayFailure } from "./saying.js";
import { SignedOut, ask } from "./session.js";

export async function addRecord(address) {
  const form = await answerOf(address);
  if (!form?.ok) return;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog--wide";
  dialog.setAttribute("aria-labelledby", "added_title");
  document.body.append(dialog);
  await show(dialog, form);
  dialog.showModal();
  dialog.querySelector("[name=name]").select();
  return new Promise((resolve) => {
    let chosen;
    const choose = (record) => {
      chosen = record;
      dialog.close();
    };
    dialog.addEventListener("click", (event) => {
      const button = event.target.closest("[data-uses]");
      if (button) choose({ value: button.dataset.uses, label: button.dataset.label, url: button.dataset.url });
    });
    dialog.addEventListener("submit", async (event) => {
      event.preventDefault();
      const fields = new FormData(event.target, event.submitter);
      const answer = await answerOf(event.target.action, { method: "POST", body: fields });
      if (answer?.status === 201) return choose(await answer.json());
      if (!answer) return;
      await show(dialog, answer);
      dialog.querySelector(".likely, [aria-invalid=true]")?.focus();
    });
    // The browser gives the focus back to the field that had it.
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(chosen);
    });
  });
}

/** Ask the site; what it refuses is said on the page, and nothing is answered. */
async function answerOf(address, options) {
  const answer = await ask(address, options).catch((problem) => problem);
  if (answer instanceof SignedOut) return; // the page says it
  if (answer instanceof Error) return void sayFailure();
  if (answer.ok || answer.status === 422) return answer;
  await sayAnswer(answer);
}

async function show(dialog, answer) {
  dialog.innerHTML = await answer.text();
  window.htmx.process(dialog);
  window.htmx.trigger(dialog.firstElementChild, "htmx:load");
}
