function (shapes) {
  "use strict";
  // Marks told apart by their shape, not by colour alone; drawn on the map's own canvas.
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
  Object.keys(shapes).forEach((name) => {
    made[name] = L.CircleMarker.extend({
      _updatePath: function () { this._renderer._updateShape(this, shapes[name]); },
    });
  });
  made.circle = L.CircleMarker;
  return function (shape, latlng, style) { return new made[shape](latlng, style); };
}
