// The page of one proposal: Ctrl+Enter sends the words being written, Escape leaves a field, versions open with focus.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("input, textarea");
  if (!field) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field.matches("[data-sent-by-keys]")) {
    event.preventDefault();
    field.form.requestSubmit(field.form.querySelector("button[name=outcome]"));
  }
  if (event.key === "Escape") field.blur();
});

const versions = document.querySelector(".deciding__versions");
versions?.addEventListener("toggle", () => versions.open && versions.querySelector("form button").focus());
