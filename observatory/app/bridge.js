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

// The rows of a table that are zones of the map: pointed at on one, marked on the other.
const POINTED = "obs-pointed";
function rowOf(target) { return target instanceof Element ? target.closest("tr[data-zone], a[data-zone]") : null; }
function point(code) {
  document.querySelectorAll("tr." + POINTED).forEach((row) => row.classList.remove(POINTED));
  if (!code) { return; }
  document.querySelectorAll("tr[data-zone]").forEach((row) => {
    if (row.dataset.zone === code) { row.classList.add(POINTED); }
  });
}

// Where the map looks stands in the link without a run of the page. Streamlit writes the whole query
// again at each run, without what it does not know: the view is put back there.
const VIEW = /([?&])view=[^&#]*&?/;
function viewOf(address) {
  const found = new URL(address).searchParams.get("view") || "";
  return /^[-0-9.,]{5,60}$/.test(found) ? found : "";
}
function withView(address) {
  const to = new URL(address, window.location.href);
  if (to.pathname !== window.location.pathname) { window.history.mapView = ""; }
  let query = to.search.replace(VIEW, "$1").replace(/[?&]$/, "");
  if (window.history.mapView) { query += (query ? "&" : "?") + "view=" + window.history.mapView; }
  return to.pathname + query + to.hash;
}
function keepView() {
  const history = window.history;
  if (history.mapView !== undefined) { return; }
  history.mapView = viewOf(window.location.href);
  ["pushState", "replaceState"].forEach((name) => {
    const own = history[name].bind(history);
    history[name] = (state, title, address) => own(state, title, address ? withView(address) : address);
  });
  window.addEventListener("popstate", () => { history.mapView = viewOf(window.location.href); });
}
function link(view) {
  window.history.mapView = viewOf("https://any/?view=" + view);
  window.history.replaceState(window.history.state, "", window.location.href);
}

export default function (component) {
  const { data, setTriggerValue } = component;
  document.documentElement.lang = data.lang;
  keepView();
  const frames = () => Array.from(document.querySelectorAll('iframe[data-testid="stIFrame"]'));
  const send = (frame, what) => {
    if (frame.contentWindow) { frame.contentWindow.postMessage(what, window.origin); }
  };
  const tell = (frame) => {
    send(frame, { observatory: "show", code: data.code, zone: data.zone });
    if (data.painted) { send(frame, Object.assign({ observatory: "paint" }, data.painted)); }
  };
  const choose = (code) => setTriggerValue("chosen", String(code));
  // On a page that asks for a point, a click on its map gives one, or the place that stands there.
  const pick = (what) => setTriggerValue("picked", String(what));
  const hear = (event) => {
    const frame = frames().find((candidate) => candidate.contentWindow === event.source);
    if (!frame || event.origin !== window.origin || !event.data) { return; }
    const said = event.data;
    if (said.observatory === "ready") { tell(frame); }
    if (said.observatory === "choose" && data.painted && said.at) {
      pick("point:" + said.at.map((degrees) => Number(degrees).toFixed(6)).join(","));
    } else if (said.observatory === "choose") { choose(said.code); }
    if (said.observatory === "place" && data.painted) { pick(said.place); }
    if (said.observatory === "hover") { point(String(said.code)); }
    if (said.observatory === "view") { link(String(said.view)); }
  };
  const over = (event) => {
    const row = rowOf(event.target);
    frames().forEach((frame) => send(frame, { observatory: "hover", code: row ? row.dataset.zone : "" }));
  };
  const click = (event) => {
    const row = rowOf(event.target);
    // With a key held, a link opens elsewhere, as any link.
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    choose(row.dataset.zone);
  };
  window.addEventListener("message", hear);
  document.addEventListener("mouseover", over);
  document.addEventListener("click", click);
  frames().forEach(tell);
  document.documentElement.style.setProperty("--obs-menu", JSON.stringify(data.menu));
  landmarks();
  const ends = [speak(data.chrome), sortTables(), copyLinks(), printMaps()];
  return () => {
    ends.forEach((end) => end());
    window.removeEventListener("message", hear);
    document.removeEventListener("mouseover", over);
    document.removeEventListener("click", click);
  };
}
