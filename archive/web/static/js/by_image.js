// Search by a picture: dropped anywhere on the page, pasted, or chosen; it is sent at once, and shown meanwhile on the
// page that has a place for it. On the search page the form is hidden and leads to that page.
const form = document.getElementById("looking");
const input = form.elements.picture;
const asked = document.getElementById("asked");
const image = asked?.querySelector("img");
const polygon = asked?.querySelector("polygon");

function look(file) {
  if (!file) return;
  const carrier = new DataTransfer();
  carrier.items.add(file);
  input.files = carrier.files;
  chosen();
}

function chosen() {
  const [file] = input.files;
  if (!file) return;
  if (asked) {
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
    polygon.setAttribute("points", "");
    asked.hidden = false;
  }
  form.requestSubmit();
}

// What the browser cannot draw itself, such as HEIC, is searched with all the same.
image?.addEventListener("error", () => (asked.hidden = true));
input.addEventListener("change", chosen);
document.addEventListener("paste", (event) => look([...event.clipboardData.files].find((file) => file.type.startsWith("image/"))));
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("is-dropping");
  });
}
document.addEventListener("dragleave", (event) => event.relatedTarget || document.body.classList.remove("is-dropping"));
document.addEventListener("drop", (event) => {
  document.body.classList.remove("is-dropping");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  look(event.dataTransfer.files[0]);
});

// The part of the picture that a result shows is drawn on it while the result is looked at.
const draw = (event) => {
  const row = event.target.closest?.("[data-outline]") ?? (event.type === "htmx:afterSwap" ? document.querySelector("#found [data-outline]") : null);
  if (row && polygon) polygon.setAttribute("points", row.dataset.outline);
};
for (const name of ["pointerover", "focusin", "htmx:afterSwap"]) document.addEventListener(name, draw);
