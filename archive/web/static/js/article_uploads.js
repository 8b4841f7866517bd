// The page "Upload news pages": a dropped file is put into the form's own field, and what was chosen is named.

const drop = document.getElementById("drop-page");
const page = document.getElementById("page");
const folder = document.getElementById("folder");
const chosen = document.getElementById("chosen");

function tell() {
  const words = [];
  if (page.files.length) words.push(chosen.dataset.page.replace("{name}", page.files[0].name));
  if (folder.files.length) words.push(chosen.dataset.folder.replace("{n}", folder.files.length));
  chosen.textContent = words.join(", ") || chosen.dataset.none;
}

for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("drop--over");
  });
}
drop.addEventListener("dragleave", () => drop.classList.remove("drop--over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("drop--over");
  const [file] = event.dataTransfer.files;
  if (!file) return;
  const one = new DataTransfer();
  one.items.add(file);
  page.files = one.files;
  tell();
});
page.addEventListener("change", tell);
folder.addEventListener("change", tell);
tell();
