// Pictures that are marked distressing: shown, or blurred again, in their place. Without this the form loads the page.
//
// {% picture item made … %}: <img data-picture="5" src="…?blurred" alt="…">
// {% reveal item %}: <form data-reveals="5"><button name="act" value="show"><span data-word="show"><span data-word="blur" hidden>
import { sayFailure } from "./saying.js";

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("[data-reveals]");
  if (!form) return;
  event.preventDefault();
  const { act } = Object.fromEntries(new FormData(form, event.submitter));
  const answer = await fetch(form.action, {
    method: "POST", headers: { "HX-Request": "true" }, body: new FormData(form, event.submitter),
  }).catch(() => null);
  if (!answer?.ok) return sayFailure();
  show(form.dataset.reveals, act === "show");
});

function show(picture, isShown) {
  const [from, to] = isShown ? ["blurred", "shown"] : ["shown", "blurred"];
  for (const image of document.querySelectorAll(`img[data-picture="${picture}"]`)) {
    image.src = image.src.replace(`?${from}`, `?${to}`);
    image.alt = isShown ? image.dataset.alt : image.dataset.hiddenAlt;
  }
  for (const form of document.querySelectorAll(`[data-reveals="${picture}"]`)) {
    form.querySelector("button").value = isShown ? "blur" : "show";
    for (const word of form.querySelectorAll("[data-word]")) word.hidden = word.dataset.word !== (isShown ? "blur" : "show");
  }
}
