// The map of the results: marks that the server counts for what is looked at, what stands there, areas to search in.
//
// search/_map.html. A mark is a circle (by cameras), a square (by places) or both; its number says how many items.
import { onKey } from "./keys.js";
import { SOMEWHERE, colour, openMap, whenSeen } from "./map.js";
import { sayAnswer, sayFailure } from "./saying.js";

const AREA = "__area__";
const MOST_CORNERS = 60;
const HOVER_MS = 150;
const STEP_PX = 12;
const WORLD = [[-90, -180], [90, 180]];
const FARTHEST_ZOOM = 3;

async function open(frame) {
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const find = (name) => frame.querySelector(`[data-map-${name}]`);
  const lines = [];
  const paint = () => lines.forEach((line) => line.setStyle({ color: colour(line.options.kind) }));
  const boundsOf = ([south, west, north, east]) => window.L.latLngBounds([south, west], [north, east]);
  const lookAt = (map, box) => map.fitBounds(box ? boundsOf(box).pad(data.areas.length ? 0.02 : 0.1) : SOMEWHERE, { maxZoom: 12, animate: false });
  const look = (_, opened) => {
    // On a small screen two continents stand together only where the map can be left further: until the world fills it.
    opened.setMinZoom(Math.min(FARTHEST_ZOOM, opened.getBoundsZoom(WORLD, true)));
    lookAt(opened, data.extent);
  };
  const { L, map } = await openMap(find("stage"), { look, paint, minZoom: 0, maxBounds: WORLD, maxBoundsViscosity: 1 });
  for (const { box, circle, corners } of data.areas) {
    const style = { kind: "camera", weight: 2, dashArray: "6 4", fill: false, interactive: false };
    const area = circle ? L.circle(circle.slice(0, 2), { ...style, radius: circle[2] * 1000 })
      : corners ? L.polygon(corners, style) : L.rectangle(boundsOf(box), style);
    lines.push(area.addTo(map));
  }
  const shown = { L, map, frame, find, data, lines, paint, boundsOf };
  find("whole").addEventListener("click", () => lookAt(map, data.whole));
  const peek = peekOf(shown);
  const marks = marksOf(shown, peek);
  if (data.areaAddress) drawingOf(shown);
  find("area")?.addEventListener("click", () => {
    const seen = map.getBounds();
    search(shown, [seen.getSouth(), seen.getWest(), seen.getNorth(), seen.getEast()]);
  });
  map.on("moveend", marks.fetch);
  paint();
  await marks.fetch();
}

/** Search in an area: four degrees of a box, or the latitude and longitude of each corner. */
function search({ data }, degrees) {
  const inside = degrees.map((number, at) => Math.min(Math.max(number, at % 2 ? -180 : -90), at % 2 ? 180 : 90));
  const written = inside.map((number) => String(Number(number.toFixed(4)))).join(",");
  const url = location.pathname + data.areaAddress.replace(AREA, encodeURIComponent(written));
  window.htmx.ajax("GET", url, { source: "#results", target: "#results", swap: "outerHTML" });
}

function addressOf(shown, name, more) {
  const asked = new URLSearchParams(shown.frame.dataset.search);
  if (shown.frame.dataset.of) asked.set("of", shown.frame.dataset.of);
  for (const [key, value] of Object.entries(more)) asked.set(key, value);
  return `${shown.frame.dataset[name]}?${asked}`;
}

/** The marks: fetched anew for each view; one stop of the Tab key, arrows go to the nearest on that side. */
function marksOf(shown, peek) {
  const { L, map, frame } = shown;
  let layer = L.layerGroup().addTo(map);
  let asking = null;

  async function fetchMarks() {
    asking?.abort();
    asking = new AbortController();
    const seen = map.getBounds();
    const box = [seen.getSouth(), seen.getWest(), seen.getNorth(), seen.getEast()].map((number) => number.toFixed(6));
    try {
      const url = addressOf(shown, "marks", { box: box.join(","), zoom: map.getZoom() });
      const answer = await fetch(url, { signal: asking.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) return void (await sayAnswer(answer));
      draw((await answer.json()).marks);
    } catch (problem) {
      if (problem.name !== "AbortError") sayFailure();
    }
  }

  function draw(rows) {
    // Where the focus is on a mark, it goes on to the one that is nearest then.
    const focused = document.activeElement?.closest?.(".mark")?.row;
    layer.remove();
    layer = L.layerGroup(rows.flatMap((row) => [...reachOf(row), markerOf(row)])).addTo(map);
    shown.paint();
    const icons = all();
    if (icons.length) icons[0].tabIndex = 0;
    if (focused) nearest(icons, focused)?.focus({ preventScroll: true });
    // What is counted is what this view shows, however the map was moved.
    const outside = shown.data.onMap - rows.reduce((sum, row) => sum + row.count, 0);
    shown.find("outside").textContent = Intl.NumberFormat(document.documentElement.lang).format(outside);
    shown.find("whole").hidden = outside <= 0;
    frame.dataset.ready = String(rows.length);
  }

  function reachOf(row) {
    const [south, west, north, east] = row.box;
    if (!row.metres || north - south > 1e-6 || east - west > 1e-6) return [];
    const kind = row.cameras ? "camera" : "shown";
    const circle = L.circle(row.at, { kind, radius: row.metres, weight: 1, fillOpacity: 0.08, interactive: false, dashArray: row.cameras ? null : "6 4" });
    shown.lines.push(circle);
    return [circle];
  }

  function markerOf(row) {
    const kind = row.cameras === row.count ? "camera" : row.cameras ? "both" : "place";
    const size = row.count === 1 ? 16 : Math.min(24 + 5 * Math.log10(row.count) * 2, 46);
    const icon = L.divIcon({
      className: `mark mark--${kind}${row.count > 1 ? " mark--many" : ""}`, iconSize: [size, size],
      html: row.count > 1 ? `<b>${Intl.NumberFormat(document.documentElement.lang, { notation: "compact" }).format(row.count)}</b>` : "",
    });
    const marker = L.marker(row.at, { icon, riseOnHover: true });
    marker.on("add", () => {
      const element = marker.getElement();
      element.row = row;
      element.tabIndex = -1;
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", row.label);
      let waiting;
      element.addEventListener("pointerenter", () => (waiting = setTimeout(() => peek.show(row, element), HOVER_MS)));
      element.addEventListener("pointerleave", () => clearTimeout(waiting));
      element.addEventListener("focus", () => peek.show(row, element));
      element.addEventListener("keydown", (event) => key(event, element));
    });
    marker.on("click", ({ originalEvent }) => {
      const isFinger = originalEvent.pointerType === "touch" || matchMedia("(hover: none)").matches;
      // A finger cannot hover: its first press shows what stands there.
      if (isFinger && peek.row !== row) peek.show(row, marker.getElement());
      else act(row);
    });
    return marker;
  }

  function act(row) {
    if (row.item) return location.assign(frame.dataset.item.replace("/0/", `/${row.item}/`) + frame.dataset.search);
    if (!closer(row)) peek.enter();
  }

  /** Look closer at the items of a mark; false where that shows no more. */
  function closer(row) {
    const bounds = shown.boundsOf(row.box);
    const before = map.getZoom();
    if (map.getBoundsZoom(bounds.pad(0.3)) <= before || before >= map.getMaxZoom()) {
      const [south, west, north, east] = row.box;
      if (north - south < 1e-6 && east - west < 1e-6) return false;
      if (before >= map.getMaxZoom()) return false;
      map.setView(row.at, before + 1);
      return true;
    }
    map.fitBounds(bounds.pad(0.3), { maxZoom: map.getMaxZoom() });
    return true;
  }
  peek.onCloser(closer);

  const all = () => [...frame.querySelectorAll(".leaflet-marker-pane .mark")];

  function nearest(icons, row) {
    const at = map.latLngToContainerPoint(row.at);
    const far = (icon) => map.latLngToContainerPoint(icon.row.at).distanceTo(at);
    return icons.reduce((best, icon) => (!best || far(icon) < far(best) ? icon : best), null);
  }

  function key(event, element) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      return act(element.row);
    }
    if (event.key === "+" || event.key === "-") return event.key === "+" ? map.zoomIn() : map.zoomOut();
    const side = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowUp: ["y", -1], ArrowDown: ["y", 1] }[event.key];
    if (!side) return;
    event.preventDefault();
    event.stopPropagation();
    const [axis, sign] = side;
    const at = map.latLngToContainerPoint(element.row.at);
    // What lies straight ahead is nearer than what lies aside.
    const cost = (icon) => {
      const there = map.latLngToContainerPoint(icon.row.at);
      const ahead = (there[axis] - at[axis]) * sign;
      const aside = Math.abs(axis === "x" ? there.y - at.y : there.x - at.x);
      return ahead > 0.5 ? ahead + 2 * aside : Infinity;
    };
    const next = all().filter((icon) => cost(icon) < Infinity).sort((a, b) => cost(a) - cost(b))[0];
    if (!next) return;
    element.tabIndex = -1;
    next.tabIndex = 0;
    next.focus({ preventScroll: true });
  }
  return { fetch: fetchMarks };
}

/** What stands at the mark under the pointer, or in focus: pictures, and ways on. */
function peekOf(shown) {
  const panel = shown.find("peek");
  const kept = new Map();
  let closer = () => false;
  const self = {
    row: null,
    onCloser: (act) => (closer = act),
    enter: () => panel.querySelector("a, button")?.focus(),
    async show(row, element) {
      if (self.row === row) return;
      self.row = row;
      for (const mark of shown.frame.querySelectorAll(".mark.is-shown")) mark.classList.remove("is-shown");
      element.classList.add("is-shown");
      const url = addressOf(shown, "items", { box: row.box.join(",") });
      try {
        if (!kept.has(url)) {
          const answer = await fetch(url, { headers: { "HX-Request": "true" } });
          if (!answer.ok) return void (await sayAnswer(answer));
          kept.set(url, await answer.text());
        }
      } catch {
        return sayFailure();
      }
      if (self.row !== row) return;
      panel.innerHTML = kept.get(url);
      panel.hidden = false;
      window.htmx.process(panel);
    },
    hide() {
      const hadFocus = panel.contains(document.activeElement);
      self.row = null;
      panel.hidden = true;
      if (hadFocus) shown.frame.querySelector(".mark.is-shown, [data-map-stage]")?.focus();
      for (const mark of shown.frame.querySelectorAll(".mark.is-shown")) mark.classList.remove("is-shown");
    },
  };
  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-map-closer]") && self.row) closer(self.row);
  });
  shown.frame.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden || shown.frame.classList.contains("is-drawing")) return;
    event.stopPropagation();
    self.hide();
  });
  return self;
}

/** Draw a box or a polygon, with the pointer or with a cross that the arrow keys move. */
function drawingOf(shown) {
  const { L, map, frame, find } = shown;
  const stage = find("stage");
  const words = frame.dataset;
  const finish = find("finish"), cancel = find("cancel"), told = find("told");
  const buttons = [...frame.querySelectorAll("[data-map-draw]")];
  let mode = null, corners = [], outline = null, first = null, cross = null, pressed = null;

  const tell = (...sentences) => (told.textContent = sentences.join(" "));

  function begin(name, button) {
    end();
    mode = name;
    frame.classList.add("is-drawing");
    buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    for (const part of ["dragging", "keyboard", "doubleClickZoom", "boxZoom"]) map[part].disable();
    cancel.hidden = false;
    finish.hidden = name !== "polygon";
    finish.disabled = true;
    const point = () => map.containerPointToLatLng(cross);
    cross = map.getSize().divideBy(2);
    outline = L.polygon([point()], { kind: "camera", weight: 2, dashArray: "4 4", fillOpacity: 0.08, interactive: false }).addTo(map);
    shown.lines.push(outline);
    shown.paint();
    tell(name === "box" ? words.wordsBox : words.wordsPolygon, words.wordsKeys);
    stage.focus({ preventScroll: true });
    drawCross(false);
  }

  function end() {
    if (!mode) return;
    mode = null;
    frame.classList.remove("is-drawing");
    buttons.forEach((button) => button.setAttribute("aria-pressed", "false"));
    for (const part of ["dragging", "keyboard", "doubleClickZoom", "boxZoom"]) map[part].enable();
    for (const drawn of [outline, first]) drawn?.remove();
    shown.lines.splice(shown.lines.indexOf(outline), 1);
    outline = first = pressed = null;
    corners = [];
    cancel.hidden = finish.hidden = true;
    stage.querySelector(".map-cross")?.remove();
    tell("");
  }

  function stop() {
    const button = buttons.find((other) => other.getAttribute("aria-pressed") === "true");
    end();
    tell(words.wordsEnded);
    button?.focus();
  }

  function done() {
    if (mode === "box" && corners.length === 2) {
      const bounds = L.latLngBounds(corners);
      const button = buttons.find((other) => other.dataset.mapDraw === "box");
      const found = [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()];
      end();
      button.focus();
      search(shown, found);
    } else if (mode === "polygon" && corners.length > 2) {
      const found = corners.flatMap((corner) => [corner.lat, corner.lng]);
      const button = buttons.find((other) => other.dataset.mapDraw === "polygon");
      end();
      button.focus();
      search(shown, found);
    }
  }

  function redraw(next) {
    if (mode === "box") {
      const other = corners[1] ?? next;
      outline.setLatLngs(corners.length && other ? boxCorners(corners[0], other) : []);
    } else outline.setLatLngs(next ? [...corners, next] : corners);
    first?.remove();
    if (corners.length) first = L.circleMarker(corners[0], { radius: 6, weight: 2, fillOpacity: 1, color: colour("camera"), interactive: false }).addTo(map);
    finish.disabled = corners.length < 3;
  }

  const boxCorners = (a, b) => [[a.lat, a.lng], [a.lat, b.lng], [b.lat, b.lng], [b.lat, a.lng]];

  function add(corner) {
    const isClosed = mode === "polygon" && corners.length > 2 && near(corner, corners[0]);
    if (isClosed) return done();
    if (corners.length && near(corner, corners.at(-1), 2)) return;
    if (corners.length >= MOST_CORNERS) return tell(words.wordsMost);
    corners.push(corner);
    redraw();
    if (mode === "box" && corners.length === 2) done();
  }

  function near(a, b, px = 10) {
    return map.latLngToContainerPoint(a).distanceTo(map.latLngToContainerPoint(b)) <= px;
  }

  function drawCross(isShown = true) {
    let element = stage.querySelector(".map-cross");
    if (!element) {
      element = document.createElement("div");
      element.className = "map-cross";
      stage.append(element);
    }
    element.hidden = !isShown;
    element.style.translate = `${cross.x}px ${cross.y}px`;
  }

  buttons.forEach((button) => button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") stop();
    else begin(button.dataset.mapDraw, button);
  }));
  cancel.addEventListener("click", stop);
  finish.addEventListener("click", done);
  onKey("Escape", () => (mode && frame.isConnected ? stop() : false));

  stage.addEventListener("pointerdown", (event) => {
    if (!mode || event.button !== 0 || event.target.closest(".leaflet-control")) return;
    event.preventDefault();
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    drawCross(false);
    pressed = { corner: map.mouseEventToLatLng(event), at: map.mouseEventToContainerPoint(event) };
  });
  stage.addEventListener("pointermove", (event) => {
    if (!mode || (!corners.length && !pressed)) return;
    if (mode === "box" && pressed && !corners.length) outline.setLatLngs(boxCorners(pressed.corner, map.mouseEventToLatLng(event)));
    else if (corners.length) redraw(map.mouseEventToLatLng(event));
  });
  stage.addEventListener("pointerup", (event) => {
    if (!mode || !pressed) return;
    const corner = map.mouseEventToLatLng(event);
    const isDragged = map.mouseEventToContainerPoint(event).distanceTo(pressed.at) > 6;
    const start = pressed.corner;
    pressed = null;
    if (mode === "box" && isDragged && !corners.length) add(start), add(corner);
    else add(corner);
  });
  stage.addEventListener("pointercancel", () => (pressed = null));

  stage.addEventListener("keydown", (event) => {
    if (!mode || event.target !== stage) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const step = event.shiftKey ? STEP_PX * 5 : STEP_PX;
    if (move) {
      cross = cross.add([move[0] * step, move[1] * step]);
      const size = map.getSize();
      const inside = L.point(Math.min(Math.max(cross.x, 0), size.x), Math.min(Math.max(cross.y, 0), size.y));
      if (!inside.equals(cross)) {
        const by = cross.subtract(inside);
        map.panBy(by, { animate: false });
        cross = inside;
      }
      drawCross();
      if (corners.length) redraw(map.containerPointToLatLng(cross));
    } else if (event.key === "Enter" || event.key === " ") {
      drawCross();
      add(map.containerPointToLatLng(cross));
    } else if (event.key === "Backspace") {
      corners.pop();
      redraw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
}

whenSeen("[data-results-map]", open);
