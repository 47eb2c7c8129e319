// On paper a map is narrower than on the screen and would be cut: it keeps its size and is drawn
// smaller as a whole.
const PAPER = 670;

function printMaps() {
  const frames = () => Array.from(document.querySelectorAll('iframe[data-testid="stIFrame"]'));
  const before = () => frames().forEach((frame) => {
    const row = frame.closest('[data-testid="stHorizontalBlock"]');
    const beside = row ? Math.max(row.querySelectorAll('iframe[data-testid="stIFrame"]').length, 1) : 1;
    const wide = frame.offsetWidth;
    frame.style.width = wide + "px";
    frame.style.height = frame.offsetHeight + "px";
    frame.style.zoom = String(Math.min(1, (PAPER / beside - 16) / wide));
  });
  const after = () => frames().forEach((frame) => {
    ["width", "height", "zoom"].forEach((name) => frame.style.removeProperty(name));
  });
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  return () => {
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
  };
}
