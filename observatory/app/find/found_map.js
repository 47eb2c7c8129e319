function (map, data, names) {
  "use strict";
  const words = data.words;
  const box = map.getContainer();
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", words.title);
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix(false).addAttribution(words.credit);

  // Texts of the data come escaped; the numbers and the page's own words are written here.
  const outlines = L.geoJSON(data.outlines, {
    interactive: false,
    style: function (feature) {
      return {
        color: "#8391a7", weight: feature.properties.inside ? 1.6 : 0.9,
        fillColor: feature.properties.inside ? "#ffffff" : "#eef1f6",
        fillOpacity: data.faint ? 0 : 1,
      };
    },
  }).addTo(map);
  // One stop of Tab for all the places; the arrows go from one to the next, the numbered ones first.
  const stops = [];
  function walk(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = step && stops[stops.indexOf(event.currentTarget) + step];
    if (!step) { return; }
    event.preventDefault();
    event.stopPropagation();
    if (!next) { return; }
    event.currentTarget.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  const points = [];
  data.places.slice().reverse().forEach(function (place) {
    points.push(place.at);
    const size = place.number ? 28 : 12;
    const icon = L.divIcon({
      className: place.number ? "obs-pin" : "obs-dot",
      html: place.number ? String(place.number) : "",
      iconSize: [size, size], iconAnchor: [size / 2, size / 2],
    });
    const marker = L.marker(place.at, { icon: icon, riseOnHover: true, keyboard: true });
    marker.bindPopup(place.card).bindTooltip(place.name, { direction: "top" }).addTo(map);
    // A name is a text: no markup of Leaflet's own.
    const element = marker.getElement();
    const shown = document.createElement("span");
    shown.innerHTML = place.name;
    element.setAttribute("aria-label", (place.number ? place.number + ". " : "") + shown.textContent);
    element.setAttribute("role", "button");
    element.tabIndex = -1;
    element.addEventListener("keydown", walk);
    stops.unshift(element);
  });
  if (stops.length) { stops[0].tabIndex = 0; }

  if (data.start) {
    const icon = L.divIcon({ className: "obs-start", html: "", iconSize: [20, 20], iconAnchor: [10, 10] });
    L.marker(data.start, { icon: icon, keyboard: false, alt: words.start, zIndexOffset: 500 })
      .bindTooltip(words.start, { direction: "top" }).addTo(map);
  }
  // Names lie beside the numbered places and the start.
  const AROUND = [[0, 1.7], [0, -1.7], [0.7, 0], [-0.7, 0]];
  const wanted = outlines.getLayers().map(function (zone) {
    const own = zone.feature.properties;
    return { text: own.name, kind: own.inside ? "commune" : "neighbour", at: [own.mark], zoom: 0, rank: own.inside ? 9 : 5, shifts: AROUND };
  });
  const place = names(map, wanted);

  const fit = function () {
    if (data.start) {
      // The start and the nearest places; those far away are reached by zooming out.
      map.fitBounds(L.latLngBounds(data.places.slice(0, 4).map(function (p) { return p.at; }).concat([data.start])),
        { padding: [36, 36], maxZoom: 16, animate: false });
    } else if (points.length) {
      const inside = L.geoJSON(data.outlines, { filter: function (f) { return f.properties.inside; } });
      map.fitBounds(inside.getLayers().length ? inside.getBounds() : L.latLngBounds(points), { padding: [8, 8], animate: false });
    }
  };
  fit();
  place();
  // A frame drawn before it has its size is fitted again when it gets it.
  map.once("resize", fit);

  if (window.parent === window) { return; }
  function send(at) {
    window.parent.postMessage({ observatory: "start", lat: at.lat, lon: at.lng }, self.origin);
  }
  map.on("click", function (event) {
    if (!data.start) { send(event.latlng); return; }
    // With an answer on the screen, a click beside a place must not throw it away.
    const button = document.createElement("button");
    button.type = "button";
    button.className = "obs-from";
    button.textContent = words.from_here;
    button.addEventListener("click", function () { send(event.latlng); });
    L.popup().setLatLng(event.latlng).setContent(button).openOn(map);
  });
}
