// Tables that are put in order by their heads: a click, or Enter, on a head; the arrows go from head
// to head, so that a table has one stop of Tab for them all. What has no figure stays last.
const SORTED = new Map();
const FIGURE = /^[-+]?\d[\d.,]*/;

function figure(text, lang) {
  const bare = text.replace(/[\s\u00a0\u202f]/g, "").replace("−", "-");
  const found = bare.match(FIGURE);
  if (!found) { return null; }
  return Number(lang === "fr" ? found[0].replace(/\./g, "").replace(",", ".") : found[0].replace(/,/g, ""));
}

function column(table, place) {
  const lang = document.documentElement.lang;
  const rows = Array.from(table.tBodies[0].rows).map((row, rank) => {
    const text = (row.cells[place] ? row.cells[place].textContent : "").trim();
    return { row: row, rank: rank, text: text, figure: figure(text, lang) };
  });
  const figures = rows.filter((one) => one.figure !== null).length;
  return { rows: rows, numeric: place > 0 && figures * 2 > rows.length };
}

function order(table, place, way) {
  const { rows, numeric } = column(table, place);
  const sign = way === "ascending" ? 1 : -1;
  rows.sort((one, other) => {
    if (numeric && (one.figure === null || other.figure === null)) {
      return (one.figure === null) - (other.figure === null) || one.rank - other.rank;
    }
    const by = numeric ? one.figure - other.figure : one.text.localeCompare(other.text, document.documentElement.lang, { numeric: true });
    return sign * by || one.rank - other.rank;
  });
  table.tBodies[0].append(...rows.map((one) => one.row));
  Array.from(table.tHead.rows[0].cells).forEach((head, rank) => {
    if (rank === place) { head.setAttribute("aria-sort", way); } else { head.removeAttribute("aria-sort"); }
  });
}

function nameOf(table) { return table.caption ? table.caption.textContent : ""; }

function sortBy(head) {
  const table = head.closest("table"), place = head.cellIndex;
  const before = head.getAttribute("aria-sort");
  const first = column(table, place).numeric ? "descending" : "ascending";
  const way = !before ? first : before === "ascending" ? "descending" : "ascending";
  order(table, place, way);
  SORTED.set(nameOf(table), { place: place, way: way });
}

function ready(table) {
  if (!table.tHead || !table.tBodies[0] || table.tBodies[0].rows.length < 3 || table.querySelector(".obs-sort")) { return; }
  Array.from(table.tHead.rows[0].cells).forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "obs-sort";
    button.tabIndex = place ? -1 : 0;
    button.append(...head.childNodes);
    head.append(button);
  });
  const kept = SORTED.get(nameOf(table));
  if (kept && table.tHead.rows[0].cells[kept.place]) { order(table, kept.place, kept.way); }
}

function walk(event) {
  const head = event.target instanceof Element ? event.target.closest(".obs-sort") : null;
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!head || !step) { return; }
  const all = Array.from(head.closest("tr").querySelectorAll(".obs-sort"));
  const next = all[all.indexOf(head) + step];
  if (!next) { return; }
  event.preventDefault();
  head.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function press(event) {
  const button = event.target instanceof Element ? event.target.closest(".obs-sort") : null;
  if (button) { sortBy(button.closest("th")); }
}

function sortTables() {
  const all = () => document.querySelectorAll("table.obs-table").forEach(ready);
  const watch = new MutationObserver((changes) => {
    if (changes.some((change) => Array.from(change.addedNodes).some((node) => node.nodeType === Node.ELEMENT_NODE && (node.matches(".obs-table") || node.querySelector(".obs-table"))))) { all(); }
  });
  all();
  watch.observe(document.body, { subtree: true, childList: true });
  document.addEventListener("click", press);
  document.addEventListener("keydown", walk);
  return () => {
    watch.disconnect();
    document.removeEventListener("click", press);
    document.removeEventListener("keydown", walk);
  };
}
