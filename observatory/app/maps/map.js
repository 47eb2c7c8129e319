function (map, data, symbols, backdrop, names) {
  "use strict";
  const said = data.words, look = data.look, INK = look.ink, EDGE = look.edge;
  // Pixels at the left for the buttons, and for the names beside them.
  const BUTTONS = 64;
  // Pixels from a line within which it answers.
  const NEAR_LINE = 5;
  const framed = window.parent !== window;
  const box = map.getContainer();
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", data.title);

  function tell(what) {
    if (framed) { window.parent.postMessage(Object.assign({ of: "map" }, what), self.origin); }
  }

  // --- where one looks: in the link of the page, where there is one
  function linked() {
    try {
      const view = new URLSearchParams(window.parent.location.search).get("view") || "";
      const parts = view.split(",").map(Number);
      const sound = parts.length === 3 && parts.every(Number.isFinite);
      return sound && L.latLngBounds(data.bounds).pad(1).contains([parts[0], parts[1]]) ? parts : null;
    } catch (error) { return null; }
  }
  // The legend lies over the map where there is room; the territory is then drawn beside it.
  const legend = L.DomUtil.create("div", "obs-in-map", box.parentNode);
  legend.innerHTML = data.legend + '<p class="obs-credit"></p>';
  legend.lastChild.innerHTML = data.credit;
  map.invalidateSize({ animate: false });
  function whole() {
    const over = getComputedStyle(legend).position === "absolute" ? legend.offsetWidth : BUTTONS;
    map.fitBounds(data.bounds, { paddingTopLeft: [6 + over, 6], paddingBottomRight: [6, 24], animate: false });
  }
  const view = linked();
  let home = !view, moved = false;
  function goHome() { whole(); home = true; }
  if (view) { map.setView([view[0], view[1]], view[2], { animate: false }); } else { whole(); }
  map.on("resize", () => { if (home) { goHome(); } });
  map.on("dragstart zoomstart", () => { home = false; });
  function report() {
    const middle = map.getCenter();
    const now = [middle.lat.toFixed(4), middle.lng.toFixed(4), map.getZoom()].join(",");
    tell({ observatory: "view", view: home ? "" : now });
  }
  let soon = null;
  map.on("moveend", () => {
    moved = true;
    clearTimeout(soon);
    soon = setTimeout(report, 300);
  });

  // --- buttons and credit
  L.control.zoom({ zoomInTitle: said.zoom_in, zoomOutTitle: said.zoom_out }).addTo(map);
  const back = L.control({ position: "topleft" });
  back.onAdd = () => {
    const bar = L.DomUtil.create("div", "leaflet-bar");
    const button = L.DomUtil.create("button", "obs-whole", bar);
    button.type = "button";
    button.title = said.whole;
    button.setAttribute("aria-label", said.whole);
    button.textContent = "⤢";
    L.DomEvent.disableClickPropagation(bar);
    L.DomEvent.on(button, "click", goHome);
    return bar;
  };
  back.addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  map.attributionControl.setPrefix(false).addAttribution(data.credit);

  // --- what is drawn, from the ground up
  const behind = backdrop(data.backdrop, look.backdrop);
  const still = (style) => ({ style: style, interactive: false });

  function zoneStyle(feature) {
    const own = feature.properties, known = own.fill || own.radius;
    return {
      fillColor: own.fill || (own.radius ? "#eef1f5" : data.colours.missing),
      fillOpacity: data.tiles ? 0.6 : 0.9,
      color: known ? (data.apart ? INK : EDGE) : INK,
      weight: data.fine ? 0.7 : 1,
      dashArray: known ? null : "4 4",
    };
  }
  if (data.tiles) {
    const tiles = L.tileLayer(data.tiles, { attribution: "IGN" });
    let came = false;
    tiles.on("tileload", () => { came = true; });
    tiles.on("tileerror", () => {
      if (came || box.querySelector(".obs-failed")) { return; }
      const notice = L.control({ position: "topright" });
      notice.onAdd = () => {
        const text = L.DomUtil.create("p", "obs-failed");
        text.setAttribute("role", "status");
        text.textContent = said.tiles_failed;
        return text;
      };
      notice.addTo(map);
    });
    tiles.addTo(map);
  }
  const zones = L.geoJSON(data.zones, { style: zoneStyle, smoothFactor: 0.5 }).addTo(map);
  data.hatchings.forEach((lines) => L.geoJSON(lines, still(look.hatch)).addTo(map));
  if (!data.tiles) { behind.layer.addTo(map); }
  if (data.fine) {
    L.geoJSON(data.communes, still(look.outline)).addTo(map);
  }
  // A canvas gives what is within an outline to it, filled or not: here its line alone answers.
  function byLine(_feature, layer) {
    layer._containsPoint = L.Polyline.prototype._containsPoint;
    layer._clickTolerance = () => NEAR_LINE;
  }
  L.geoJSON(data.qpv, { style: look.qpv, onEachFeature: byLine })
    .bindTooltip((layer) => layer.feature.properties.tip, { sticky: true, className: "obs-tip" })
    .on("click", (event) => {
      const below = zones.getLayers().find((zone) => zone._containsPoint(event.layerPoint));
      if (below) { choose(below, event.latlng); }
    })
    .addTo(map);
  if (data.circles) {
    zones.eachLayer((zone) => {
      const own = zone.feature.properties;
      if (own.radius) {
        L.circleMarker(own.mark, { radius: own.radius, color: "#ffffff", weight: 1, fillColor: data.colours.circle, fillOpacity: 0.85, interactive: false }).addTo(map);
      }
    });
  }
  ["schools", "sites"].forEach((name) => {
    if (!data[name]) { return; }
    L.geoJSON(data[name], {
      pointToLayer: (feature, at) => {
        const sign = look.signs[feature.properties.network || name];
        return symbols(sign.shape, at, Object.assign({ color: "#ffffff", weight: 1.5, fillOpacity: 1 }, sign));
      },
    })
      .bindTooltip((layer) => layer.feature.properties.tip, { className: "obs-tip" })
      .on("click", (event) => {
        const own = event.layer.feature.properties;
        L.DomEvent.stop(event);
        card(own.card);
        tell({ observatory: "place", place: (name === "sites" ? "site:" : "school:") + own.id });
      })
      .addTo(map);
  });

  // --- a corner for what is said of a place: nothing moves, nothing is cut
  const corner = L.DomUtil.create("div", "obs-card", box);
  corner.hidden = true;
  L.DomEvent.disableClickPropagation(corner);
  L.DomEvent.disableScrollPropagation(corner);
  function card(html) {
    corner.innerHTML = html;
    const close = L.DomUtil.create("button", "obs-close", corner);
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", said.close);
    close.addEventListener("click", () => { corner.hidden = true; });
    corner.setAttribute("role", "status");
    corner.hidden = false;
  }

  // --- names
  const CENTRED = [[0, 1.1], [0, -1.1], [0.55, 0], [-0.55, 0]];
  const wanted = data.communes.features.map((feature) => ({
    text: feature.properties.name, kind: "commune", at: [feature.properties.mark], zoom: 0, rank: 9, shifts: CENTRED,
  }));
  names(map, wanted.concat(data.tiles ? [] : behind.names))();

  // --- what the page paints over: other colours of the zones, another legend, marks with a number
  const tips = {}, over = L.layerGroup().addTo(map);
  map.createPane("over").style.zIndex = 460;
  function stamp(one) {
    const icon = L.divIcon({ className: "obs-stamp" + (one.gone ? " obs-gone" : ""), html: one.text, iconSize: [24, 24] });
    L.marker(one.at, { icon: icon, pane: "over", interactive: false, keyboard: false }).addTo(over);
  }
  function paint(said) {
    zones.eachLayer((zone) => {
      const code = zone.feature.properties.id;
      zone.setStyle({ fillColor: said.fills[code] || data.colours.missing });
      tips[code] = said.tips[code];
    });
    legend.querySelector(".obs-legend").outerHTML = said.legend;
    over.clearLayers();
    said.marks.forEach(stamp);
  }

  // --- what is chosen and pointed at: over everything, and every click goes through
  map.createPane("mark").style.pointerEvents = "none";
  map.getPane("mark").style.zIndex = 450;
  const outline = (weight) => L.geoJSON(null, { pane: "mark", style: { color: INK, weight: weight, fill: false }, interactive: false }).addTo(map);
  if (data.outline) { outline(4).addData(data.outline); }
  const mark = outline(3), fine = outline(4), hover = outline(2.5);
  const features = (layer, name, code) => (code ? layer.features.filter((one) => one.properties[name] === code) : []);
  function draw(layer, found) { layer.clearLayers(); found.forEach((one) => layer.addData(one)); }
  function point(code) { draw(hover, features(data.zones, "id", code)); }

  zones.bindTooltip((layer) => tips[layer.feature.properties.id] || layer.feature.properties.tip, { sticky: true, className: "obs-tip" });
  zones.on("mouseover", (event) => {
    const code = event.layer.feature.properties.id;
    point(code);
    tell({ observatory: "hover", code: code });
  });
  zones.on("mouseout", () => { point(""); tell({ observatory: "hover", code: "" }); });
  function choose(zone, at) {
    corner.hidden = true;
    tell({ observatory: "choose", code: zone.feature.properties.id, at: [at.lat, at.lng] });
  }
  zones.on("click", (event) => choose(event.layer, event.latlng));
  window.addEventListener("message", (event) => {
    if (!framed || event.source !== window.parent || !event.data) { return; }
    if (event.data.observatory === "show") {
      if (moved) { report(); }  // the page may not have listened yet when the map moved
      draw(mark, features(data.communes, "commune", event.data.code));
      draw(fine, data.fine ? features(data.zones, "id", event.data.zone) : []);
    }
    if (event.data.observatory === "hover") { point(event.data.code); }
    if (event.data.observatory === "paint") { paint(event.data); }
  });

  tell({ observatory: "ready" });
}
