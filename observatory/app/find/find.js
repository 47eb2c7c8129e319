// The page's own hands: the browser's position on a click, a start chosen on the map, and the
// cursor in the first field when the page is opened for a new search.

// Whether the person has done something: from then on the cursor is theirs.
let touched = false;
["pointerdown", "keydown"].forEach((kind) => {
  window.addEventListener(kind, () => { touched = true; }, { capture: true, once: true });
});

// The field may be drawn after this, drawn again, or be closed for a moment: it takes the cursor
// each time it comes, where nothing else has it.
function keepCursor() {
  const give = () => {
    if (touched) { watch.disconnect(); return; }
    const active = document.activeElement;
    if (active && active !== document.body && active !== document.documentElement) { return; }
    const first = document.querySelector(".st-key-find_where input");
    if (first && !first.disabled) { first.focus({ preventScroll: true }); }
  };
  const watch = new MutationObserver(give);
  watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["disabled"] });
  give();
  return () => watch.disconnect();
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const button = parentElement.querySelector("button");
  const said = parentElement.querySelector("[role=status]");
  button.textContent = data.locate;
  button.title = data.locate_help;
  button.hidden = !navigator.geolocation;
  button.onclick = () => {
    said.textContent = data.waiting;
    navigator.geolocation.getCurrentPosition(
      (found) => {
        said.textContent = "";
        setTriggerValue("start", { lat: found.coords.latitude, lon: found.coords.longitude, kind: "position" });
      },
      () => { said.textContent = data.refused; },
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    );
  };

  const hear = (event) => {
    const frames = Array.from(document.querySelectorAll('iframe[data-testid="stIFrame"]'));
    const mine = frames.some((frame) => frame.contentWindow === event.source);
    if (!mine || event.origin !== window.origin || !event.data || event.data.observatory !== "start") { return; }
    setTriggerValue("start", { lat: Number(event.data.lat), lon: Number(event.data.lon), kind: "map" });
  };
  window.addEventListener("message", hear);

  // Never inside another site's page, where it would scroll that page away.
  const letGo = data.focus && window.top === window ? keepCursor() : () => {};
  return () => {
    window.removeEventListener("message", hear);
    letGo();
  };
}
