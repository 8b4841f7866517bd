// Leaflet, which comes with django-leaflet: loaded when a map or a picture asks for it. Its sheet stands in a layer of
// main.css.
let loading;

export function leaflet() {
  loading ??= (async () => {
    if (!window.L) await import(new URL("../leaflet/leaflet.js", import.meta.url));
    return window.L;
  })();
  loading.catch(() => (loading = undefined));
  return loading;
}
