// On paper a map is narrower than on the screen and would be cut: it keeps its size and is drawn
// smaller as a whole.
const PAPER = 670;
const LOOKS = ["width", "height", "max-width", "transform", "transform-origin", "margin-right", "margin-bottom"];

function printMaps() {
  const frames = () => Array.from(document.querySelectorAll('iframe[data-testid="stIFrame"]'));
  const before = () => frames().forEach((frame) => {
    const row = frame.closest('[data-testid="stHorizontalBlock"]');
    const beside = row ? Math.max(row.querySelectorAll('iframe[data-testid="stIFrame"]').length, 1) : 1;
    const [wide, high] = [frame.offsetWidth, frame.offsetHeight];
    const scale = Math.min(1, (PAPER / beside - 16) / wide);
    const looks = {
      width: wide + "px", height: high + "px", "max-width": "none", transform: `scale(${scale})`,
      "transform-origin": "0 0", "margin-right": (scale - 1) * wide + "px", "margin-bottom": (scale - 1) * high + "px",
    };
    Object.entries(looks).forEach(([name, look]) => frame.style.setProperty(name, look, "important"));
  });
  const after = () => frames().forEach((frame) => {
    LOOKS.forEach((name) => frame.style.removeProperty(name));
  });
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  return () => {
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
  };
}
