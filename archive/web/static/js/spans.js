// Spans of footage: mark in and out at the frame in view, and play a span from its beginning to its end.
//
// <form id="mark-span" data-last="3000"><input name="start"><button data-mark="start">…</form> beneath the player, and
// <a data-span="1200-2500" href="…/playback/#t=1.200,2.500"> in the list. An address may name one: #t=1.200,2.500.
import { onKey } from "./keys.js";

const HASH = /^#t=(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/;

/** `film` tells the moment in view and its clock, seeks, and has the player if there is one. */
export function markable(film) {
  const form = document.getElementById("mark-span");
  let until = null; // milliseconds: where a span that is played ends

  function mark(name) {
    const field = form.elements[name];
    form.closest("details").open = true;
    // Out is where the frame in view is over, so that it is part of the span.
    const last = Number(form.dataset.last);
    const at = name === "end" ? Math.min(film.frameEnd(), last || Infinity) : film.moment();
    field.value = film.clock(at);
    field.removeAttribute("aria-invalid");
    document.getElementById("marks-said").textContent = `${field.labels[0].textContent} ${field.value}`;
    const title = form.elements.title;
    if (name === "end" && form.elements.start.value && !title.value) title.focus();
  }

  if (form) {
    form.addEventListener("click", (event) => {
      const name = event.target.closest("[data-mark]")?.dataset.mark;
      if (name) mark(name);
    });
    // Everywhere else "i" looks for a picture by a picture.
    document.querySelector('.bar [data-key="i"]')?.removeAttribute("data-key");
    onKey("i", () => mark("start"));
    onKey("o", () => mark("end"));
  }

  function play(start, end) {
    const video = film.video();
    film.seek(start);
    if (!video) return;
    until = end;
    video.scrollIntoView({ block: "nearest", behavior: "instant" });
    video.play().catch(() => {}); // a browser may want a click first: then it stands at the beginning
  }

  function watch() {
    const video = film.video();
    // Half a frame before the end: what is shown last is the last frame of the span.
    if (until === null || !video || video.currentTime * 1000 < until - film.frameMilliseconds / 2) return;
    video.pause();
    film.seek(Math.max(until - film.frameMilliseconds, 0));
    until = null;
  }
  const video = film.video();
  if (video) {
    video.addEventListener("timeupdate", watch);
    if (video.requestVideoFrameCallback) {
      const frame = () => (watch(), film.video()?.requestVideoFrameCallback(frame));
      video.requestVideoFrameCallback(frame);
    }
    // Who seeks or pauses elsewhere goes on as they like.
    video.addEventListener("pause", () => (until = null));
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-span]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const row of document.querySelectorAll(".span[data-playing]")) row.removeAttribute("data-playing");
    link.closest(".span")?.setAttribute("data-playing", "");
    play(...link.dataset.span.split("-").map(Number));
  });

  function playAddress() {
    const asked = HASH.exec(location.hash);
    if (asked) play(Math.round(Number(asked[1]) * 1000), Math.round(Number(asked[2]) * 1000));
  }
  addEventListener("hashchange", playAddress);
  if (!video || video.readyState) playAddress();
  else video.addEventListener("loadedmetadata", playAddress, { once: true });
}
