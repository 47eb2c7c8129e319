function (map, zones, labels) {
  "use strict";
  const KEY = "observatory.view." + JSON.stringify(labels.bounds);
  const MARK = { color: "#1b2330", weight: labels.named ? 4 : 2.5, fill: false, interactive: false };

  const box = map.getContainer();
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", labels.title);
  L.control.zoom({ zoomInTitle: labels.zoomIn, zoomOutTitle: labels.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix(false).addAttribution(labels.credit);

  // A change of colour or layers makes a new page: keep the place that was being looked at.
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(KEY)); } catch (error) { kept = null; }
  if (kept && Number.isFinite(kept.lat) && Number.isFinite(kept.lng)) {
    map.setView([kept.lat, kept.lng], kept.zoom, { animate: false });
  } else {
    map.fitBounds(labels.bounds, { padding: [20, 12], animate: false });
  }
  map.on("moveend", function () {
    const middle = map.getCenter();
    const view = { lat: middle.lat, lng: middle.lng, zoom: map.getZoom() };
    try { sessionStorage.setItem(KEY, JSON.stringify(view)); } catch (error) { return; }
  });

  // The chosen commune's outline lies above everything and lets every click through.
  map.createPane("mark").style.pointerEvents = "none";
  map.getPane("mark").style.zIndex = 450;
  const mark = L.geoJSON(null, { pane: "mark", style: MARK, interactive: false }).addTo(map);
  function show(code) {
    mark.clearLayers();
    zones.eachLayer(function (zone) {
      if (code && zone.feature.properties.commune === code) { mark.addData(zone.feature); }
    });
  }

  // Names only where there is room for them: the IRIS are too many.
  if (labels.named) {
    zones.eachLayer(function (zone) {
      const side = zone.feature.properties.narrow ? "left" : "center";
      L.tooltip({ permanent: true, direction: side, className: "obs-name", interactive: false })
        .setLatLng(zone.feature.properties.mark)
        .setContent(zone.feature.properties.name)
        .addTo(map);
    });
  }

  if (window.parent !== window) {
    window.addEventListener("message", function (event) {
      if (event.source === window.parent && event.data && event.data.observatory === "show") {
        show(event.data.code);
      }
    });
    zones.on("click", function (event) {
      const code = event.layer.feature.properties.commune;
      window.parent.postMessage({ observatory: "choose", code: code }, self.origin);
    });
    window.parent.postMessage({ observatory: "ready" }, self.origin);
  }
}
