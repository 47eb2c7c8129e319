function (pieces) {
  "use strict";
  // What lies around and over the zones, in quiet greys and blues; no piece takes a click.
  const SCALE = 1e5;
  const STYLES = {
    border: { color: "#aab3c0", weight: 1, dashArray: "5 4" },
    park: { color: "#5d7d55", weight: 1.2, dashArray: "2 3", fill: false },
    water: { stroke: false, fill: true, fillColor: "#8fbfe0", fillOpacity: 0.85 },
    road: { color: "#ffffff", weight: 1.6, opacity: 0.75 },
    ring: { color: "#8a94a3", weight: 3, opacity: 0.8 },
    train: { color: "#4d5766", weight: 1.4, opacity: 0.75 },
    metro: { color: "#5f6b7c", weight: 1.2, opacity: 0.75, dashArray: "1 3" },
    tram: { color: "#5f6b7c", weight: 1, opacity: 0.6 },
  };
  // From which zoom a kind has its names, and which names come first where there is no room.
  const NAMED = { neighbour: [0, 5], water: [11.5, 4], park: [12, 4], ring: [12.5, 3], metro: [13.5, 2], tram: [13.5, 2], road: [14.5, 1] };

  function points(steps) {
    const found = [];
    let lat = 0, lng = 0;
    for (let place = 0; place < steps.length; place += 2) {
      lat += steps[place];
      lng += steps[place + 1];
      found.push([lat / SCALE, lng / SCALE]);
    }
    return found;
  }

  const layer = L.layerGroup(), names = [];
  pieces.forEach((piece) => {
    const lines = piece.lines.map(points);
    const style = STYLES[piece.kind];
    if (style) {
      const draw = style.fill !== undefined ? L.polygon : L.polyline;
      // A ring inside another is a hole: the canvas fills by turns.
      layer.addLayer(draw(lines, Object.assign({ interactive: false, smoothFactor: 0.8 }, style)));
    }
    if (piece.name && NAMED[piece.kind]) {
      const [zoom, rank] = NAMED[piece.kind];
      names.push({ text: piece.name, kind: piece.kind, at: lines.flat(), zoom: zoom, rank: rank });
    }
  });
  return { layer: layer, names: names };
}
