// Order a folder by dragging: an item goes before the one that it is dropped on. The arrows beside it do the same
// without a pointer; the server answers with the list as it is then.
//
// <form id="move" hidden> · <ol data-ordered><li data-entry="7" draggable="true">

let carried = null;

const entryAt = (event) => event.target.closest?.("[data-ordered] [data-entry]") ?? null;
const unmark = () => document.querySelectorAll("[data-target]").forEach((entry) => delete entry.dataset.target);

document.addEventListener("dragstart", (event) => {
  carried = entryAt(event);
  if (!carried) return;
  // From words that are being marked nothing is carried.
  if (event.target.closest("textarea")) return event.preventDefault();
  carried.dataset.carried = "";
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", carried.dataset.entry);
});

document.addEventListener("dragover", (event) => {
  const over = carried && entryAt(event);
  unmark();
  if (!over) return;
  event.preventDefault();
  if (over !== carried) over.dataset.target = "";
});

document.addEventListener("drop", (event) => {
  const over = carried && entryAt(event);
  if (!over || over === carried) return;
  event.preventDefault();
  const form = document.getElementById("move");
  form.querySelector("[name=item]").value = carried.dataset.entry; // form.elements.item is a function
  form.querySelector("[name=before]").value = over.dataset.entry;
  form.requestSubmit();
});

document.addEventListener("dragend", () => {
  delete carried?.dataset.carried;
  carried = null;
  unmark();
});
