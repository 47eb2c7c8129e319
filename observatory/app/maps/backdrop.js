function (pieces, styles) {
  "use strict";
  // What lies around and over the zones, as its styles say; no piece takes a click.
  const SCALE = 1e5;
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
    const style = styles[piece.kind];
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
