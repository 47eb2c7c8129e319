function () {
  "use strict";
  // Marks told apart by their shape, not by colour alone; drawn on the map's own canvas.
  const SHAPES = {
    triangle: [[0, -1.25], [1.15, 0.85], [-1.15, 0.85]],
    diamond: [[0, -1.35], [1.35, 0], [0, 1.35], [-1.35, 0]],
  };
  L.Canvas.include({
    _updateShape: function (layer, corners) {
      if (!this._drawing || layer._empty()) { return; }
      const at = layer._point, size = layer._radius, ink = this._ctx;
      ink.beginPath();
      corners.forEach((corner, place) => {
        const to = [at.x + size * corner[0], at.y + size * corner[1]];
        if (place) { ink.lineTo(to[0], to[1]); } else { ink.moveTo(to[0], to[1]); }
      });
      ink.closePath();
      this._fillStroke(ink, layer);
    },
  });
  const made = {};
  Object.keys(SHAPES).forEach((name) => {
    made[name] = L.CircleMarker.extend({
      _updatePath: function () { this._renderer._updateShape(this, SHAPES[name]); },
    });
  });
  made.circle = L.CircleMarker;
  return function (shape, latlng, style) { return new made[shape](latlng, style); };
}
