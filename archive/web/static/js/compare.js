// The compare page: one picture laid on the other by its matrix; slider under the pointer, space blinks, d shows the difference.
import { isTyping, onKey } from "./keys.js";

const stage = document.getElementById("stage");
const range = document.getElementById("at");

if (stage) {
  const over = document.querySelector("#over img");
  const m = stage.dataset.matrix.split(",").map(Number);

  // The matrix takes points of the one picture to points of the other, both from 0 to 1; here both fill the same box.
  const lay = () => {
    const [w, h] = [stage.clientWidth, stage.clientHeight];
    const px = [m[0], (m[1] * w) / h, m[2] * w, (m[3] * h) / w, m[4], m[5] * h, m[6] / w, m[7] / h, m[8]];
    const [a, b, c, d, e, f, g, i, j] = px;
    over.style.transform = `matrix3d(${[a, d, 0, g, b, e, 0, i, 0, 0, 1, 0, c, f, 0, j].join(",")})`;
  };
  new ResizeObserver(lay).observe(stage);
  lay();

  const showing = document.getElementById("showing");
  const buttons = [...document.querySelectorAll("button[data-mode]")];
  const show = (mode) => {
    stage.dataset.mode = mode;
    if (mode !== "blink") stage.classList.remove("shows-base");
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    range.disabled = mode !== "slider";
  };
  const blink = () => {
    show("blink");
    const base = stage.classList.toggle("shows-base");
    showing.textContent = base ? showing.dataset.other : showing.dataset.one;
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      if (button.dataset.mode === "blink") return blink();
      show(stage.dataset.mode === button.dataset.mode ? "slider" : button.dataset.mode);
    });
  }
  const place = (percent) => {
    range.value = percent;
    stage.style.setProperty("--at", `${percent}%`);
  };
  range.addEventListener("input", () => place(range.value));
  stage.addEventListener("pointermove", (event) => {
    const box = stage.getBoundingClientRect();
    place(Math.min(Math.max(((event.clientX - box.left) / box.width) * 100, 0), 100));
  });
  onKey("Space", (event) => (event.target.closest("button, a, summary, input") ? false : blink()));
  for (const [key, by] of [["ArrowLeft", -5], ["ArrowRight", 5]]) {
    onKey(key, (event) => {
      if (event.target === range) return false;
      show("slider");
      place(Math.min(Math.max(Number(range.value) + by, 0), 100));
    });
  }
  const outline = document.getElementById("outline");
  outline.addEventListener("change", () => stage.classList.toggle("is-bare", !outline.checked));
}

// "Same scene" is a form of its own; the reason that was written goes with it.
const reason = document.getElementById("reason");
document.querySelector("[data-same-scene]")?.addEventListener("submit", (event) => {
  event.target.elements.reason.value = reason?.value ?? "";
});
// Enter in the reason sends nothing by itself: which answer it belongs to is chosen by its button.
reason?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && isTyping(event.target)) {
    event.preventDefault();
    reason.blur();
  }
});
