// Maps of vectors that the project carries; nothing is asked of another host.
//
// {{ rows|json_script:"points" }}: [[item id or null, latitude, longitude, uncertainty in metres or null, label, kind]]
// {% include "components/map.html" with id="points" label=… item_url="/items/0/?…" only %}
// Kind "shown" is drawn hollow and dashed, "camera" solid; the uncertainty is a circle; a mark with an id opens its item.
import { leaflet } from "./leaflet.js";
import { sayFailure } from "./saying.js";

const files = new Map();

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
function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(--map-${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

async function draw(element) {
  const [L, land, borders] = await Promise.all([leaflet(), fetched(element.dataset.land), fetched(element.dataset.borders)]);
  const rows = JSON.parse(document.getElementById(element.dataset.map).textContent);
  const map = L.map(element, {
    preferCanvas: true, minZoom: 3, maxZoom: 15, zoomSnap: 0.5, attributionControl: false, scrollWheelZoom: "wheel" in element.dataset,
  });
  L.control.attribution({ prefix: false }).addAttribution(element.dataset.credit).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const bounds = L.latLngBounds([]);
  for (const [, latitude, longitude, metres] of rows) bounds.extend(L.latLng(latitude, longitude).toBounds(2 * (metres ?? 1)));
  map.fitBounds(bounds.isValid() ? bounds.pad(0.4) : [[49.5, -2], [52.5, 4]], { maxZoom: 11, animate: false });
  const ground = [land, borders].map((lines) => L.geoJSON(lines, { interactive: false }).addTo(map));
  const marks = L.featureGroup(rows.flatMap((row) => mark(L, element, row))).addTo(map);
  const paint = () => {
    ground[0].setStyle({ weight: 1, color: colour("coast"), fillColor: colour("land"), fillOpacity: 1 });
    ground[1].setStyle({ weight: 1, color: colour("border"), dashArray: "3 3", fill: false });
    marks.eachLayer((layer) => layer.setStyle({ color: colour(layer.options.kind) }));
  };
  paint();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
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

/** Draw the maps of a page, or of a part of it that was swapped in, as they come into view. */
export function drawMaps(within = document) {
  for (const element of within.querySelectorAll("[data-map]:not([data-drawn])")) {
    element.dataset.drawn = "";
    const seen = new IntersectionObserver(([{ isIntersecting }]) => {
      if (isIntersecting) seen.disconnect(), draw(element).catch(() => sayFailure());
    }, { rootMargin: "200px" });
    seen.observe(element);
  }
}
drawMaps();
document.addEventListener("htmx:load", (event) => drawMaps(event.target));
