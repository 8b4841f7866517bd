// Where the words of a picture stand: a numbered outline for each line that is asked for.
//
// <button data-words="0.04,0.86 0.19,0.86 0.19,0.9 0.04,0.9" aria-pressed="false">2</button>, <button data-all-words>
const CASING = { color: "#000", weight: 5, opacity: 0.7, fill: false, interactive: false };
const OUTLINE = { color: "#fff", weight: 2, fill: false, interactive: false };

/** Let the buttons draw on a picture that `zoomable` made: L, its map, its size in pixels. */
export function outlinable({ L, map, width, height, stage }) {
  const buttons = [...document.querySelectorAll("[data-words]")];
  const all = document.querySelector("[data-all-words]");
  const drawn = new Map();

  function outline(button) {
    const points = button.dataset.words.split(" ").map((point) => {
      const [x, y] = point.split(",").map(Number);
      return [-y * height, x * width];
    });
    // Lines of a banner lie closer than their numbers are high: every other number stands at the end of its line.
    const number = button.textContent.trim();
    const isAfter = Number(number) % 2 === 0;
    const className = `words__number${isAfter ? " words__number--after" : ""}`;
    const label = L.divIcon({ className, html: `<span>${number}</span>`, iconSize: [0, 0] });
    return L.layerGroup([
      L.polygon(points, CASING), L.polygon(points, OUTLINE),
      L.marker(points[isAfter ? 2 : 0], { icon: label, interactive: false, keyboard: false }),
    ]);
  }
  function set(button, isShown) {
    button.setAttribute("aria-pressed", isShown);
    drawn.get(button)?.remove();
    drawn.delete(button);
    if (isShown) drawn.set(button, outline(button).addTo(map));
    all?.setAttribute("aria-pressed", drawn.size === buttons.length);
  }
  const isShown = (button) => button.getAttribute("aria-pressed") === "true";
  for (const button of buttons) {
    button.addEventListener("click", () => {
      set(button, !isShown(button));
      if (isShown(button)) stage.scrollIntoView({ block: "nearest" });
    });
  }
  // The address of one line shows where it stands.
  const named = document.querySelector(":target [data-words]");
  if (named) {
    set(named, true);
    stage.scrollIntoView({ block: "nearest" });
  }
  all?.addEventListener("click", () => {
    const areShown = !isShown(all);
    for (const button of buttons) set(button, areShown);
    if (areShown) stage.scrollIntoView({ block: "nearest" });
  });
}
