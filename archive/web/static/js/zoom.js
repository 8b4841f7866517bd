// A picture that can be enlarged and moved: wheel, + and −, 0, drag, two fingers, f for the full screen. Leaflet does it,
// on a plane whose unit is one pixel of the picture (zoom 0: one pixel of it is one of the screen).
//
// <div class="viewer__stage" id="stage" data-width data-height [data-tiles="/items/5/tiles/" data-turned="6"]><img></div>, buttons with
// data-zoom="in|out|fit|full", <output id="zoom-level">, <span id="zoom-state" data-cutting data-failed data-smaller>.
// With data-tiles, width and height are the original's, and past the copy's own pixels its tiles lie over the copy.
import { onKey } from "./keys.js";
import { leaflet } from "./leaflet.js";
import { outlinable } from "./words.js";

const STEP = Math.log2(1.25);
const LARGEST = Math.log2(6);
const PIXELS_SHOWN = Math.log2(3);
const PAN_PX = 80;

export async function zoomable(stage) {
  const L = await leaflet();
  const image = stage.querySelector("img");
  const level = document.getElementById("zoom-level");
  const { width, height } = Object.fromEntries(["width", "height"].map((side) => [side, Number(stage.dataset[side])]));
  const bounds = L.latLngBounds([-height, 0], [0, width]);
  const map = L.map(stage, {
    crs: L.CRS.Simple, maxBounds: bounds, maxBoundsViscosity: 1, maxZoom: LARGEST, zoomSnap: 0, zoomDelta: STEP, wheelPxPerZoomLevel: 200,
    zoomControl: false, attributionControl: false, keyboard: false, doubleClickZoom: false, boxZoom: false, inertia: false,
    bounceAtZoomLimits: false, zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  const fitted = () => Math.log2(Math.min(stage.clientWidth / width, stage.clientHeight / height, 1));
  let isDrawn = false;
  let wanted; // where the steps taken so far lead to: Leaflet takes none while it moves, so the rest waits for its end

  const isFitted = (zoom = map.getZoom()) => zoom <= map.getMinZoom() + 0.001;
  function tell(zoom) {
    level.value = `${Math.round(2 ** zoom * 100)} %`;
    stage.classList.toggle("viewer__stage--pixels", zoom >= PIXELS_SHOWN);
    // Of a fitted picture one finger moves the page.
    map.dragging[isFitted(zoom) ? "disable" : "enable"]();
  }
  function zoomTo(zoom, around) {
    wanted = Math.min(Math.max(zoom, map.getMinZoom()), LARGEST);
    tell(wanted);
    if (Math.abs(wanted - map.getZoom()) < 0.001) wanted = undefined;
    else if (around) map.setZoomAround(around, wanted);
    else map.setZoom(wanted);
  }
  const zoomBy = (steps) => zoomTo((wanted ?? map.getZoom()) + steps);
  const fit = () => zoomTo(map.getMinZoom());
  function refit() {
    const isEnlarged = isDrawn && !isFitted();
    map.invalidateSize({ pan: false });
    map.options.minZoom = fitted();
    if (!isEnlarged || isFitted()) map.setView(bounds.getCenter(), map.getMinZoom(), { animate: false });
    isDrawn = true;
    tell(map.getZoom());
  }
  function move(dx, dy) {
    if (isFitted()) return false;
    const middle = map.getSize().divideBy(2).subtract([dx, dy]);
    map.panTo(map.containerPointToLatLng(middle), { animate: false });
  }
  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else stage.requestFullscreen?.().then(() => stage.focus());
  }

  map.on("zoomanim", ({ zoom }) => tell(wanted ?? zoom));
  map.on("zoom", () => tell(wanted ?? map.getZoom()));
  map.on("zoomend", () => {
    if (wanted === undefined) return;
    if (Math.abs(wanted - map.getZoom()) < 0.001) wanted = undefined;
    else setTimeout(() => wanted !== undefined && map.setZoom(wanted));
  });
  // Who turns the wheel no longer waits for the steps before.
  stage.addEventListener("wheel", () => (wanted = undefined), { capture: true, passive: true });
  map.on("dblclick", ({ containerPoint }) => (isFitted() ? zoomTo(Math.max(0, map.getZoom() + 1), containerPoint) : fit()));
  refit();
  // Among the tiles, and below them.
  L.imageOverlay(image, bounds, { pane: "tilePane", zIndex: 0 }).addTo(map);
  new ResizeObserver(refit).observe(stage);
  if (stage.dataset.tiles) layTiles(L, map, stage, bounds);

  outlinable({ L, map, width, height, stage });

  const acts = { in: () => zoomBy(STEP), out: () => zoomBy(-STEP), fit, full };
  document.addEventListener("click", (event) => acts[event.target.closest("[data-zoom]")?.dataset.zoom]?.());
  // A focused map has its own plus, minus and arrows.
  const unlessOnMap = (act) => (event) => (event.target.closest(".map") ? false : act());
  for (const [names, act] of [["+=", acts.in], ["-", acts.out], ["0", fit], ["f", full]]) {
    for (const name of names) onKey(name, unlessOnMap(act));
  }
  for (const [name, dx, dy] of [["Left", 1, 0], ["Right", -1, 0], ["Up", 0, 1], ["Down", 0, -1]]) {
    onKey(`Shift+Arrow${name}`, unlessOnMap(() => move(dx * PAN_PX, dy * PAN_PX)));
  }
}

/** Lay the original over its copy once it is enlarged past the copy's pixels; the first time, it is cut for that. */
function layTiles(L, map, stage, bounds) {
  const state = document.getElementById("zoom-state");
  const copyZoom = Math.log2(Number(stage.dataset.copyWidth) / Number(stage.dataset.width));
  let tiles, isAsking;

  async function ask() {
    if (isAsking || tiles || map.getZoom() <= copyZoom) return;
    isAsking = true;
    state.textContent = state.dataset.cutting;
    try {
      const answer = await fetch(stage.dataset.tiles, { headers: { "HX-Request": "true" } });
      const isText = answer.headers.get("Content-Type")?.startsWith("text/plain");
      if (!answer.ok) throw new Error(isText ? await answer.text() : "");
      lay(await answer.json());
    } catch (problem) {
      // Of a network that fails only the browser knows the words.
      state.textContent = state.dataset.failed.replace("%s", problem instanceof TypeError ? "" : problem.message);
    }
    isAsking = false;
  }

  function lay({ sharpest, levels, tile_px: tileSize }) {
    const maxZoom = Math.ceil(LARGEST);
    // Leaflet counts the levels from the coarsest, the addresses from the picture's own size.
    // Of a picture that was turned they stand under other addresses, so that a browser keeps none of before.
    const turned = stage.dataset.turned ? `?turned=${stage.dataset.turned}` : "";
    tiles = L.tileLayer(`${stage.dataset.tiles}{z}/{x}-{y}.jpg${turned}`, {
      tileSize, bounds, maxZoom, zoomReverse: true, zoomOffset: -maxZoom, maxNativeZoom: -sharpest, minNativeZoom: 1 - levels, minZoom: 1 - levels,
    });
    // The last tile of a row is as wide as what is left of the picture.
    tiles.on("tileload", ({ tile }) => {
      tile.style.width = `${tile.naturalWidth}px`;
      tile.style.height = `${tile.naturalHeight}px`;
    });
    // They were thrown away meanwhile: they are cut again when the picture is next enlarged.
    tiles.on("tileerror", () => {
      tiles?.remove();
      tiles = undefined;
    });
    tiles.addTo(map);
    state.textContent = sharpest ? state.dataset.smaller.replace("%s", 2 ** sharpest) : "";
  }
  map.on("zoomend", ask);
}
