// Between the page and its map: says which commune was clicked, shows the one that was chosen, and
// gives the document its language (Streamlit's page always says "en") and its controls that
// language's words, which no option of Streamlit does.
const ATTRIBUTES = ["aria-label", "title", "placeholder"];
// Where Streamlit writes words of its own: lists of options, menus, tips, its menu button.
const OWN = '[data-testid="stSkipToContent"], [role="listbox"], [data-testid="stSelectboxVirtualDropdown"], [data-baseweb="popover"], [data-testid="stDataFrameColumnMenu"], [data-testid="stTooltipContent"], [data-testid="InputInstructions"], [role="dialog"], .gdg-search-bar';

function inWords(chrome, text) {
  // A text may be the name of what every object has ("constructor").
  if (Object.hasOwn(chrome.whole, text)) { return chrome.whole[text]; }
  const start = Object.keys(chrome.start).find((part) => text.startsWith(part));
  return start ? chrome.start[start] + text.slice(start.length) : null;
}

function mendText(chrome, node) {
  const said = inWords(chrome, node.nodeValue.trim());
  if (said && node.parentElement && node.parentElement.closest(OWN)) { node.nodeValue = said; }
}

function mendElement(chrome, element) {
  ATTRIBUTES.forEach((name) => {
    const said = inWords(chrome, element.getAttribute(name) || "");
    if (said) { element.setAttribute(name, said); }
  });
}

function mend(chrome, root) {
  if (root.nodeType === Node.TEXT_NODE) { mendText(chrome, root); return; }
  if (root.nodeType !== Node.ELEMENT_NODE) { return; }
  mendElement(chrome, root);
  root.querySelectorAll("[aria-label], [title], [placeholder]").forEach((one) => mendElement(chrome, one));
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) { mendText(chrome, texts.currentNode); }
}

function speak(chrome) {
  if (!Object.keys(chrome.whole).length) { return () => {}; }
  const watch = new MutationObserver((changes) => changes.forEach((change) => {
    if (change.type === "childList") { change.addedNodes.forEach((node) => mend(chrome, node)); }
    if (change.type === "characterData") { mendText(chrome, change.target); }
    if (change.type === "attributes") { mendElement(chrome, change.target); }
  }));
  mend(chrome, document.body);
  watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
  return () => watch.disconnect();
}

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
  document.documentElement.style.setProperty("--obs-menu", JSON.stringify(data.menu));
  const quiet = speak(data.chrome);
  return () => { quiet(); window.removeEventListener("message", hear); };
}
