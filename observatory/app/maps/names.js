function (map, wanted) {
  "use strict";
  // Names that never lie on one another: those of more rank first, each where it finds room.
  const pane = map.createPane("names");
  pane.style.zIndex = 620;
  pane.style.pointerEvents = "none";
  const MARGIN = 3, MOST_TRIES = 12;
  wanted.sort((one, other) => other.rank - one.rank);
  wanted.forEach((name) => {
    const box = L.DomUtil.create("div", "obs-name obs-name-" + name.kind + " leaflet-zoom-hide", pane);
    box.innerHTML = name.text;
    name.box = box;
  });

  function tries(name, view) {
    const inside = name.at.map((at) => map.latLngToContainerPoint(at)).filter((p) => view.contains(p));
    if (!name.shifts) {
      const middle = view.getCenter();
      inside.sort((one, other) => one.distanceTo(middle) - other.distanceTo(middle));
    }
    const found = inside.slice(0, MOST_TRIES);
    return found.concat(...(name.shifts || []).map(([x, y]) => found.map((p) => p.add([x * name.width, y * name.height]))));
  }

  // What lies over the map, or is a mark with a number: no name is half under it.
  function covered() {
    const box = map.getContainer(), from = box.getBoundingClientRect();
    return Array.from(box.parentNode.querySelectorAll(".obs-in-map, .leaflet-control, .obs-pin, .obs-start"), (over) => {
      const own = over.getBoundingClientRect();
      return L.bounds([own.left - from.left, own.top - from.top], [own.right - from.left, own.bottom - from.top]);
    }).filter((room) => room.getSize().x > 0);
  }

  function place() {
    const view = L.bounds([0, 0], map.getSize()), taken = covered(), written = new Set(), zoom = map.getZoom();
    const corner = map.containerPointToLayerPoint([0, 0]);
    wanted.forEach((name) => {
      const box = name.box;
      const shown = zoom >= name.zoom && !written.has(name.text);
      box.style.display = shown ? "" : "none";
      if (!shown) { return; }
      name.width = name.width || box.offsetWidth;
      name.height = name.height || box.offsetHeight;
      const half = L.point(name.width / 2 + MARGIN, name.height / 2);
      const free = tries(name, view).find((at) => {
        const room = L.bounds(at.subtract(half), at.add(half));
        return view.contains(room) && !taken.some((other) => other.overlaps(room));
      });
      if (!free) { box.style.display = "none"; return; }
      written.add(name.text);
      taken.push(L.bounds(free.subtract(half), free.add(half)));
      L.DomUtil.setPosition(box, free.add(corner).subtract([name.width / 2, name.height / 2]).round());
    });
  }

  map.on("zoomend moveend resize", place);
  return place;
}
