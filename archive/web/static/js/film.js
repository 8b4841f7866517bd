// Footage: step by frames and stills, show and copy the moment, go to the one in the address (#t=12.345).
//
// <div data-film data-rate="25"><video id="film"> or <img id="film-still">, buttons with data-step="±1",
// <input id="film-at">, <button id="film-link" data-copy>, <ol class="film__stills"><li><a data-at="1000"><img></a></ol>
import { onKey } from "./keys.js";

const BACK_MS = 1000;
const FASTEST = 8; // times as fast as it was taken
const HASH = /^#t=(?:(\d+):)?(\d+(?:\.\d+)?)$/;

export function playable(root) {
  const at = document.getElementById("film-at");
  const copier = document.getElementById("film-link");
  const bar = root.querySelector(".film__stills");
  const stills = [...bar.querySelectorAll("a")];
  const frameSeconds = 1 / (Number(root.dataset.rate) || 25);
  let video = document.getElementById("film");
  let picture = document.getElementById("film-still");
  let shown = 0; // seconds: the time of the frame in view, which begins before currentTime
  let expected = null; // seconds: the time of the frame that was asked for, until it was seen

  const clock = (ms) => {
    const seconds = Math.floor(ms / 1000);
    const minutes = Math.floor(seconds / 60) % 60;
    const hours = Math.floor(seconds / 3600);
    const start = hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes;
    return `${start}:${String(seconds % 60).padStart(2, "0")}.${String(ms % 1000).padStart(3, "0")}`;
  };
  const moment = () => Math.round(shown * 1000);
  const current = () => stills.findLast((still) => Number(still.dataset.at) <= moment()) ?? stills[0];

  function tell() {
    if (document.activeElement !== at) at.value = clock(moment());
    copier.dataset.copy = `${location.pathname}${location.search}#t=${(moment() / 1000).toFixed(3)}`;
    const now = current();
    if (!now || now.hasAttribute("aria-current")) return;
    for (const still of stills) still.removeAttribute("aria-current");
    now.setAttribute("aria-current", "true");
    bar.scrollTo({ left: now.parentElement.offsetLeft - bar.clientWidth / 2, behavior: "instant" });
  }

  /** Show the frame of a moment. Half a millisecond later is still that frame, and no rounding falls before it. */
  function seek(ms) {
    if (video) {
      video.currentTime = (Math.max(0, ms) + 0.5) / 1000;
      expected = Math.max(0, ms) / 1000;
    }
    shown = Math.max(0, ms) / 1000;
    if (picture && current()) {
      picture.src = current().querySelector("img").src;
      shown = Number(current().dataset.at) / 1000;
    }
    tell();
  }

  function step(by) {
    if (!video) return stepStills(by);
    video.pause();
    expected = Math.max(0, shown + by * frameSeconds);
    video.currentTime = Math.max(0, shown + (by > 0 ? 1.5 : -0.5) * frameSeconds);
  }

  function stepStills(by) {
    const next = stills[stills.indexOf(current()) + by];
    if (!next) return;
    video?.pause();
    seek(Number(next.dataset.at));
    if (bar.contains(document.activeElement)) next.focus({ preventScroll: true });
  }

  /** What cannot be played is stepped through, still by still. */
  function giveUp() {
    if (!video) return;
    picture = new Image(video.width, video.height);
    picture.className = "film__picture";
    picture.alt = video.getAttribute("aria-label");
    picture.style.cssText = video.style.cssText;
    picture.src = video.poster;
    video.replaceWith(picture);
    video = null;
    document.getElementById("film-said").textContent = root.dataset.said;
    for (const button of root.querySelectorAll("[data-step]")) button.hidden = true;
    tell();
  }

  function goToAddress() {
    const asked = HASH.exec(location.hash);
    if (asked) seek(Math.round((Number(asked[1] ?? 0) * 60 + Number(asked[2])) * 1000));
  }

  if (video) {
    video.addEventListener("error", giveUp);
    video.addEventListener("loadedmetadata", () => (video.videoWidth ? goToAddress() : giveUp()));
    const frame = (_now, { mediaTime }) => {
      shown = mediaTime;
      if (expected !== null && Math.abs(mediaTime - expected) <= frameSeconds) expected = null;
      tell();
      video?.requestVideoFrameCallback(frame);
    };
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(frame);
    else for (const name of ["timeupdate", "seeked"]) video.addEventListener(name, () => ((shown = video.currentTime), tell()));
    // A frame may come into view without a word of its own, when the page is busy or hidden.
    video.addEventListener("seeked", () =>
      setTimeout(() => {
        if (expected === null || video?.seeking) return;
        shown = expected;
        expected = null;
        tell();
      }, 250),
    );
    if (video.error) giveUp();
    else if (video.readyState) goToAddress();
  } else if (HASH.test(location.hash)) goToAddress();
  else seek(0);
  addEventListener("hashchange", goToAddress);

  bar.addEventListener("click", (event) => {
    const still = event.target.closest("a");
    if (!still || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    seek(Number(still.dataset.at));
  });
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.shiftKey) return;
    event.preventDefault();
    const from = stills.indexOf(event.target.closest("a"));
    const next = stills[from + by];
    if (!next) return;
    next.focus();
    seek(Number(next.dataset.at));
  });
  root.addEventListener("click", (event) => {
    const by = event.target.closest("[data-step]")?.dataset.step;
    if (by) step(Number(by));
  });
  at.addEventListener("change", () => {
    const parts = at.value.trim().replace(",", ".").split(":").map(Number);
    if (parts.length <= 3 && parts.every((part) => part >= 0)) seek(Math.round(parts.reduce((sum, part) => sum * 60 + part, 0) * 1000));
  });

  // As cutting rooms have them, while the player or its buttons have the focus; elsewhere on the page J, K and L are others.
  const cut = (what) => (event) => {
    if (!video || !root.contains(event.target) || bar.contains(event.target)) return false;
    what();
  };
  function back() {
    video.pause();
    video.playbackRate = 1;
    seek(moment() - BACK_MS);
  }
  function stop() {
    video.pause();
    video.playbackRate = 1;
  }
  function run() {
    if (!video.paused) video.playbackRate = Math.min(video.playbackRate * 2, FASTEST);
    else video.play();
  }
  onKey("j", cut(back));
  onKey("k", cut(stop));
  onKey("l", cut(run));

  const act = (what) => (event) => (event.target.closest(".map") ? false : what());
  onKey(",", act(() => step(-1)));
  onKey(".", act(() => step(1)));
  onKey("<", act(() => stepStills(-1)));
  onKey(">", act(() => stepStills(1)));
  onKey("f", act(() => (document.fullscreenElement ? document.exitFullscreen() : (video ?? picture).requestFullscreen())));
  onKey("Space", (event) => {
    if (!video || event.target.closest("video, a, button, summary, input, .map")) return false;
    if (video.paused) video.play();
    else video.pause();
  });
  tell();
  return {
    clock,
    moment,
    seek,
    video: () => video,
    frameMilliseconds: frameSeconds * 1000,
    /** Where the frame in view is over: frames begin at rounded milliseconds, so it is counted from their number. */
    frameEnd: () => Math.round((Math.round(moment() / (frameSeconds * 1000)) + 1) * frameSeconds * 1000),
  };
}
