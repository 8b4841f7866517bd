// A point picked on the map, with its reach as a circle; the fields beside it say the same in degrees and metres.
//
// components/point_picker.html. Arrows move the map, Enter sets the point under the cross that shows while the map has
// the focus. The place that another lies in, once chosen, is where the map looks.
import { SOMEWHERE, colour, openMap, whenSeen } from "./map.js";

const DEGREES = 5; // a metre
const LEAST_METRES = 2000; // around a point without a reach

async function open(picker) {
  const stage = picker.querySelector("[data-point-map]");
  const field = (name) => picker.querySelector(`[name=${name}]`);
  const [latitude, longitude, metres] = ["latitude_degrees", "longitude_degrees", "radius_metres"].map(field);
  const point = () => {
    const at = [latitude, longitude].map(({ value }) => (value.trim() ? Number(value.replace(",", ".")) : NaN));
    return at.every(Number.isFinite) && Math.abs(at[0]) <= 90 && Math.abs(at[1]) <= 180 ? at : null;
  };
  const reach = () => (Number(metres.value) > 0 ? Number(metres.value) : null);
  const look = (L, map, at = point(), wide = reach() ?? LEAST_METRES) =>
    map.fitBounds(at ? L.latLng(at).toBounds(2 * wide).pad(0.4) : SOMEWHERE, { maxZoom: 14, animate: false });

  stage.hidden = picker.querySelector("[data-point-how]").hidden = false;
  const around = picker.dataset.around?.split(",").map(Number);
  let marks;
  const draw = () => {
    const at = point();
    marks.clearLayers();
    if (!at) return;
    const style = { color: colour("shown"), interactive: false };
    if (reach()) marks.addLayer(L.circle(at, { ...style, radius: reach(), weight: 1, fillOpacity: 0.1, dashArray: "6 4" }));
    marks.addLayer(L.circleMarker(at, { ...style, radius: 5, weight: 2, fillOpacity: 0.6 }));
  };
  const { L, map } = await openMap(stage, {
    look: (L, opened) => (point() || !around ? look(L, opened) : look(L, opened, around, 10_000)), paint: () => marks && draw(),
  });
  marks = L.layerGroup().addTo(map);
  const set = ({ lat, lng }) => {
    const at = window.L.latLng(lat, lng).wrap();
    latitude.value = at.lat.toFixed(DEGREES);
    longitude.value = at.lng.toFixed(DEGREES);
    draw();
    document.getElementById("told").textContent = `${stage.dataset.told}: ${latitude.value}, ${longitude.value}`;
  };
  const cross = document.createElement("div");
  cross.className = "map-cross map-cross--middle";
  stage.append(cross);
  map.on("click", (event) => set(event.latlng));
  stage.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== stage) return;
    event.preventDefault(); // it would send the form
    set(map.getCenter());
  });
  for (const typed of [latitude, longitude, metres]) {
    typed.addEventListener("change", () => {
      draw();
      if (point()) look(L, map);
    });
  }
  picker.form.addEventListener("chosen", ({ detail }) => {
    const there = detail.point?.split(",").map(Number);
    if (there && !point()) look(L, map, there, 10_000);
  });
  draw();
}

whenSeen("[data-point-picker]", open);
