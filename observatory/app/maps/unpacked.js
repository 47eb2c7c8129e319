function (zones) {
  "use strict";
  // Zones come as features, or packed (national_map.py): a row each, its rings as whole numbers,
  // each point the step from the one before.
  if (zones.type) { return zones; }
  function ring(steps) {
    let lat = 0, lon = 0;
    const points = [];
    for (let place = 0; place < steps.length; place += 2) {
      lat += steps[place];
      lon += steps[place + 1];
      points.push([lon / zones.scale, lat / zones.scale]);
    }
    return points;
  }
  function feature(row) {
    const [id, name, rank, text, rings] = row;
    const said = rank < 0 ? text : text + " " + zones.unit;
    return {
      type: "Feature",
      geometry: { type: "MultiPolygon", coordinates: rings.map((one) => [ring(one)]) },
      properties: { id: id, fill: rank < 0 ? null : zones.colours[rank], tip: "<strong>" + name + "</strong><br>" + said },
    };
  }
  return { type: "FeatureCollection", features: zones.rows.map(feature) };
}
