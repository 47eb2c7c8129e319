// Between the page and its map: says which commune was clicked, shows the one that was chosen, and
// gives the document its language (Streamlit's page always says "en").
export default function (component) {
  const { data, setTriggerValue } = component;
  document.documentElement.lang = data.lang;
  const frames = () => Array.from(document.querySelectorAll('iframe[data-testid="stIFrame"]'));
  const tell = (frame) => {
    if (frame.contentWindow) {
      frame.contentWindow.postMessage({ observatory: "show", code: data.code }, window.origin);
    }
  };
  const hear = (event) => {
    const frame = frames().find((candidate) => candidate.contentWindow === event.source);
    if (!frame || event.origin !== window.origin || !event.data) { return; }
    if (event.data.observatory === "ready") { tell(frame); }
    if (event.data.observatory === "choose") { setTriggerValue("chosen", String(event.data.code)); }
  };
  window.addEventListener("message", hear);
  frames().forEach(tell);
  return () => window.removeEventListener("message", hear);
}
