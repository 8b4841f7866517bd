// Maps of vectors that the project carries; nothing is asked of another host.
//
// {{ rows|json_script:"points" }}: [[item id or null, latitude, longitude, uncertainty in metres or null, label, kind]]
// {% include "components/map.html" with id="points" label=… item_url="/items/0/?…" only %}
// Kind "shown" is drawn hollow and dashed, "camera" solid; the uncertainty is a circle; a mark with an id opens its item.
import { leaflet } from "./leaflet.js";
import { sayFailure } from "./saying.js";

const files = new Map();
/** The Strait of Dover: where a map looks that has nothing to show. */
export const SOMEWHERE = [[49.5, -2], [52.5, 4]];

/** Fetch a file once; what did not come is asked for again by the next map. */
function fetched(url) {
  if (!files.has(url)) {
    const file = fetch(url).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status} ${url}`);
      return answer.json();
    });
    file.catch(() => files.delete(url));
    files.set(url, file);
  }
  return files.get(url);
}

/** Return the actual colour of a token: the canvas cannot read light-dark(). */
export function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--map-${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Open a map on an element and draw its ground; `look` says where it looks first, `paint` runs when colours change. */
export async function openMap(element, { look, paint = () => {}, ...options }) {
  const [L, land, borders] = await Promise.all([leaflet(), fetched(element.dataset.land), fetched(element.dataset.borders)]);
  const map = L.map(element, {
    preferCanvas: true, minZoom: 3, maxZoom: 15, zoomSnap: 0.5, attributionControl: false,
    scrollWheelZoom: "wheel" in element.dataset, ...options,
  });
  L.control.attribution({ prefix: false }).addAttribution(element.dataset.credit).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  look(L, map); // before anything is drawn: a canvas without a view knows no bounds
  const ground = [land, borders].map((lines) => L.geoJSON(lines, { interactive: false }).addTo(map));
  const paintAll = () => {
    ground[0].setStyle({ weight: 1, color: colour("coast"), fillColor: colour("land"), fillOpacity: 1 });
    ground[1].setStyle({ weight: 1, color: colour("border"), dashArray: "3 3", fill: false });
    paint();
  };
  paintAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintAll);
  new MutationObserver(paintAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return { L, map };
}

async function draw(element) {
  const rows = JSON.parse(document.getElementById(element.dataset.map).textContent);
  let marks;
  const paint = () => marks?.eachLayer((layer) => layer.setStyle({ color: colour(layer.options.kind) }));
  const look = (L, map) => {
    const bounds = L.latLngBounds([]);
    for (const [, latitude, longitude, metres] of rows) bounds.extend(L.latLng(latitude, longitude).toBounds(2 * (metres ?? 1)));
    map.fitBounds(bounds.isValid() ? bounds.pad(0.4) : SOMEWHERE, { maxZoom: 11, animate: false });
  };
  const { L, map } = await openMap(element, { look, paint });
  marks = L.featureGroup(rows.flatMap((row) => mark(L, element, row))).addTo(map);
  paint();
}

function mark(L, element, [item, latitude, longitude, metres, label, kind = "camera"]) {
  const at = [latitude, longitude];
  const shown = kind === "shown";
  const point = L.circleMarker(at, { kind, radius: 5, weight: 2, fillOpacity: shown ? 0 : 0.6 });
  if (label) point.bindTooltip(label);
  if (item) point.on("click", () => location.assign(element.dataset.itemUrl.replace("/0/", `/${item}/`)));
  if (!metres) return [point];
  const reach = { kind, radius: metres, weight: 1, fillOpacity: 0.1, interactive: false, dashArray: shown ? "6 4" : null };
  return [L.circle(at, reach), point];
}

/** Open each element of a kind, on the page or in a part of it that was swapped in, once it comes into view. */
export function whenSeen(selector, open) {
  const look = (within) => {
    for (const element of within.querySelectorAll(`${selector}:not([data-drawn])`)) {
      element.dataset.drawn = "";
      const seen = new IntersectionObserver(([{ isIntersecting }]) => {
        if (isIntersecting) seen.disconnect(), open(element).catch(() => sayFailure());
      }, { rootMargin: "200px" });
      seen.observe(element);
    }
  };
  look(document);
  // What was swapped in may itself be what is looked for.
  document.addEventListener("htmx:load", (event) => look(event.target.parentElement ?? document));
}

whenSeen("[data-map]", draw);
