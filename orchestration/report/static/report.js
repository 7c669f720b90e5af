// What the pages do beyond being read: charts, notes on marked words, lists that load as they are wanted, search.
// All data comes as scripts that call `ledger`, since a page opened from disk may not fetch files.
"use strict";

const ROOT = document.currentScript.dataset.root;
const waiting = new Map();

const ledger = {
  charts: null,
  world: null,
  // Called by the data files: hands what they hold to whoever asked for it.
  give(path, value) {
    waiting.get(path)?.(value);
    waiting.delete(path);
  },
};
globalThis.ledger = ledger;

const loaded = new Map();

function loadScript(path) {
  if (!loaded.has(path)) {
    loaded.set(path, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = ROOT + path;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${path} is missing`));
      document.head.append(script);
    }));
  }
  return loaded.get(path);
}

// The value of a data file; null where there is none, as for words that nothing was written about.
function loadData(path) {
  const key = `data:${path}`;
  if (!loaded.has(key)) {
    loaded.set(key, new Promise((resolve) => {
      waiting.set(path, resolve);
      loadScript(path).catch(() => resolve(null));
    }));
  }
  return loaded.get(key);
}

// ---- charts

function chartConfig() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: null,
    font,
    view: { stroke: null },
    axis: {
      labelColor: of("soft"), titleColor: of("soft"), gridColor: of("line"), domainColor: of("line"),
      tickColor: of("line"), titleFontWeight: "normal", labelFontSize: 12, titleFontSize: 12,
    },
    legend: { labelColor: of("soft"), titleColor: of("soft"), titleFontWeight: "normal", labelFontSize: 12, titleFontSize: 12, symbolStrokeColor: of("toll"), symbolFillColor: "transparent" },
    style: {
      land: { color: of("land"), fill: of("land"), stroke: of("border"), strokeWidth: 0.6 },
      area: { color: of("toll"), fill: of("toll"), fillOpacity: 0.16, stroke: of("toll"), strokeWidth: 1.5 },
      incident: { fill: of("toll"), stroke: of("toll"), color: of("toll"), strokeWidth: 1 },
      landmark: { color: of("soft"), fill: of("soft"), stroke: of("soft") },
      label: { color: of("soft"), fill: of("soft"), fontSize: 11 },
      figure: { color: of("ink"), fill: of("ink"), stroke: of("paper"), strokeWidth: 4, strokeJoin: "round", fontSize: 12, fontWeight: "bold" },
      toll: { color: of("toll"), fillOpacity: 0.75 },
      toll_line: { color: of("toll"), stroke: of("toll"), strokeWidth: 2 },
      range: { color: of("ink"), strokeWidth: 1 },
      best: { color: of("accent"), stroke: of("accent"), strokeWidth: 2, strokeDash: [5, 3] },
    },
  };
}

async function drawChart(figure) {
  const plot = figure.querySelector(".plot");
  const { chart, params, data } = JSON.parse(figure.querySelector("script").textContent);
  const needed = [loadScript("assets/vega.js"), loadScript("assets/charts.js")];
  if (chart.endsWith("_map")) needed.push(loadScript("assets/world.js"));
  await Promise.all(needed);
  const specification = structuredClone(ledger.charts[chart]);
  specification.datasets = { ...data };
  // Vega-Lite reads TopoJSON only where it stands with its format.
  for (const layer of specification.layer ?? []) {
    if (layer.data?.name === "world") layer.data = { values: ledger.world, format: layer.data.format };
  }
  for (const parameter of specification.params ?? []) {
    if (parameter.name in params) parameter.value = params[parameter.name];
  }
  if (chart === "overview_map") specification.height = Math.min(specification.height, plot.clientWidth * 0.6);
  for (const record of data.places ?? []) record.address = ROOT + record.address;
  await globalThis.vegaEmbed(plot, specification, {
    actions: false, renderer: "svg", ast: true, config: chartConfig(), mode: "vega-lite",
  });
  // The plot has its description and a table beside it; its thousands of shapes say nothing to a screen reader.
  plot.querySelector("svg").setAttribute("aria-hidden", "true");
}

function drawCharts() {
  const figures = document.querySelectorAll("figure.chart");
  const draw = (figure) => drawChart(figure).catch((error) => {
    figure.querySelector(".plot").textContent = `The chart could not be drawn: ${error.message}`;
  });
  // A chart is drawn when it comes near the screen: text first.
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      observer.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "400px" });
  figures.forEach((figure) => observer.observe(figure));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => figures.forEach(draw));
  globalThis.addEventListener("beforeprint", () => figures.forEach(draw));
}

// ---- notes on marked words

function readArticle() {
  const text = document.querySelector(".reading .text");
  if (!text) return;
  const card = document.querySelector(".card-of-note");
  const body = card.querySelector(".note-body");
  const light = (note) => {
    text.querySelectorAll(".lit").forEach((piece) => piece.classList.remove("lit"));
    text.querySelectorAll(`[data-n~="${note}"]`).forEach((piece) => piece.classList.add("lit"));
  };
  const show = (piece) => {
    const notes = piece.dataset.n.split(" ").map((key) => document.getElementById(key));
    const first = document.getElementById(piece.getAttribute("aria-describedby")) ?? notes.at(-1);
    body.replaceChildren();
    for (const note of [first, ...notes.filter((other) => other !== first)]) {
      if (text.classList.contains(`no-${kindOf(note)}`) && note !== first) continue;
      const copy = note.cloneNode(true);
      const address = copy.querySelector("h3 a").getAttribute("href");
      copy.removeAttribute("id");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy link";
      button.addEventListener("click", () => copyAddress(button, address));
      copy.querySelector("h3").append(button);
      body.append(...copy.childNodes);
    }
    card.classList.add("open");
    light(first.id);
  };
  const pieceOf = (event) => event.target.closest?.(".m");
  text.addEventListener("mouseover", (event) => { const piece = pieceOf(event); if (piece) show(piece); });
  text.addEventListener("focusin", (event) => { const piece = pieceOf(event); if (piece) show(piece); });
  text.addEventListener("click", (event) => { const piece = pieceOf(event); if (piece) show(piece); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") card.classList.remove("open"); });
  for (const box of document.querySelectorAll("[data-layer]")) {
    const apply = () => {
      text.classList.toggle(`no-${box.dataset.layer}`, !box.checked);
      for (const piece of text.querySelectorAll("a.m")) {
        const note = document.getElementById(piece.getAttribute("aria-describedby"));
        if (kindOf(note) !== box.dataset.layer) continue;
        // What is not shown is no link either.
        if (box.checked) piece.setAttribute("href", `#${piece.id}`);
        else piece.removeAttribute("href");
      }
    };
    box.addEventListener("change", apply);
    apply();
  }
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    text.querySelectorAll(".lit-sentence").forEach((s) => s.classList.remove("lit-sentence"));
    const piece = target?.closest(".m");
    if (!piece) return;
    piece.closest(".s").classList.add("lit-sentence");
    show(piece);
    // An id on a mark inside another piece has a note of its own.
    const note = [...document.querySelectorAll(".note")].find((n) => n.querySelector("h3 a").hash === location.hash);
    if (note) light(note.id);
    piece.scrollIntoView({ block: "center" });
  };
  globalThis.addEventListener("hashchange", open);
  open();
}

// A page opened from disk may be refused a new address.
function remember(address) {
  try {
    history.replaceState(null, "", address);
  } catch {}
}

const kindOf = (note) => note.className.match(/k-(\w+)/)[1];

async function copyAddress(button, hash) {
  const address = location.href.split("#")[0] + hash;
  try {
    await navigator.clipboard.writeText(address);
    button.textContent = "Copied";
  } catch {
    location.hash = hash;
    button.textContent = "In the address bar";
  }
}

// ---- lists

const PAGE = 50;

async function runList() {
  const root = document.querySelector("[data-list]");
  if (!root) return;
  const name = root.dataset.list;
  const settings = JSON.parse(root.querySelector("script").textContent);
  const rows = root.querySelector(".rows-here");
  const status = root.querySelector(".status");
  const more = root.querySelector("button.more");
  const form = root.querySelector("form.filters");
  const facets = await loadData(`lists/${name}/facets.js`);
  const fields = settings.facets;

  for (const select of form.querySelectorAll("select[data-facet]")) {
    for (const [value, label, count] of facets[select.dataset.facet]) {
      select.append(new Option(`${label} (${count.toLocaleString("en")})`, value));
    }
  }
  for (const input of form.querySelectorAll("input[data-facet]")) offerNames(input, facets[input.dataset.facet]);
  const wanted = new URLSearchParams(location.search);
  const isKnown = (field) => facets[field]?.some(([value]) => value === wanted.get(field));
  // What the address names by its id and no menu holds: one incident, one place.
  let fixed = fields.filter((field) => wanted.has(field) && (form.elements[field] ? form.elements[field].list && isKnown(field) : true));
  for (const input of form.elements) {
    if (input.name && wanted.has(input.name) && !fixed.includes(input.name)) input.value = wanted.get(input.name);
  }
  const chips = root.querySelector(".chips");
  for (const field of fixed) {
    const known = facets[field]?.find(([value]) => value === wanted.get(field));
    const link = document.createElement("a");
    link.href = location.pathname.split("/").at(-1);
    link.textContent = `Only ${field}: ${known?.[1] ?? wanted.get(field)} — show all`;
    link.dataset.field = field;
    chips.append(link);
  }

  let run = 0;
  let resume = null;

  function conditions() {
    const chosen = {};
    for (const field of fields) {
      const input = form.elements[field];
      if (input?.value && input.list) chosen[field] = namesHolding(input.value, facets[field]);
      else if (input?.value) chosen[field] = new Set([input.value]);
      else if (fixed.includes(field)) chosen[field] = new Set([wanted.get(field)]);
    }
    return {
      chosen,
      from: form.elements.from?.value ?? "",
      to: form.elements.to?.value ?? "",
      words: wordsOf(form.elements.words?.value ?? ""),
    };
  }

  function shardsFor(condition) {
    let shards = settings.shards.map((_, number) => number);
    for (const [field, values] of Object.entries(condition.chosen)) {
      const inside = new Set((facets[field] ?? []).filter(([key]) => values.has(key)).flatMap((known) => known[3]));
      shards = shards.filter((number) => inside.has(number));
    }
    return shards.filter((number) => {
      const [first, last] = settings.shards[number];
      return (!condition.from || last >= condition.from) && (!condition.to || first <= condition.to || !first);
    }).reverse();
  }

  function fits([html, day, values], condition) {
    if (condition.from && (!day || day < condition.from)) return false;
    if (condition.to && (!day || day > condition.to)) return false;
    for (const [field, accepted] of Object.entries(condition.chosen)) {
      if (!values[fields.indexOf(field)].some((value) => accepted.has(value))) return false;
    }
    if (!condition.words.length) return true;
    const text = fold(html.replace(/<[^>]*>/g, " "));
    return condition.words.every((word) => text.includes(word));
  }

  async function* matches(condition) {
    for (const number of shardsFor(condition)) {
      const shard = await loadData(`lists/${name}/${number}.js`);
      for (const row of shard.toReversed()) if (fits(row, condition)) yield row[0];
    }
  }

  async function page(source, own) {
    const found = [];
    let isEnd = false;
    while (found.length < PAGE) {
      const next = await source.next();
      if (own !== run) return;
      if (next.done) { isEnd = true; break; }
      found.push(next.value);
    }
    const part = document.createElement(rows.tagName);
    // The rows were escaped when the site was written.
    part.innerHTML = found.join("");
    rows.append(...part.childNodes);
    more.hidden = isEnd;
    const shown = rows.children.length.toLocaleString("en");
    status.textContent = shown === "0" ? "Nothing fits." : isEnd ? `${shown} shown, all that fit.` : `The newest ${shown} shown.`;
  }

  function start() {
    // A name that is typed replaces the one of the address.
    for (const field of fixed.filter((name) => form.elements[name]?.value)) {
      fixed = fixed.filter((other) => other !== field);
      chips.querySelector(`[data-field="${field}"]`).remove();
    }
    const condition = conditions();
    run += 1;
    rows.replaceChildren();
    status.textContent = "Looking…";
    const source = matches(condition);
    resume = () => page(source, run);
    resume();
    const query = new URLSearchParams(new FormData(form));
    for (const [key, value] of [...query]) if (!value) query.delete(key);
    for (const field of fixed) query.set(field, wanted.get(field));
    remember(query.size ? `?${query}` : location.pathname.split("/").at(-1));
  }

  let timer = 0;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(start, 200); });
  form.addEventListener("submit", (event) => { event.preventDefault(); start(); });
  form.addEventListener("reset", () => { fixed = []; chips.replaceChildren(); setTimeout(start); });
  more.addEventListener("click", () => resume());
  form.hidden = false;
  start();
}

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const wordsOf = (text) => fold(text).split(/[\s,]+/).filter(Boolean);

// The values whose names hold all words of a text.
function namesHolding(text, known) {
  const sought = wordsOf(text);
  return new Set(known.filter(([, label]) => sought.every((word) => fold(label).includes(word))).map(([value]) => value));
}

const OFFERED = 30;

// Names are too many for a menu: a field offers some of those that hold the words typed so far.
function offerNames(input, known) {
  const offer = () => {
    const fitting = namesHolding(input.value, known);
    const labels = new Set();
    for (const [value, label] of known) {
      if (fitting.has(value)) labels.add(label);
      if (labels.size === OFFERED) break;
    }
    input.list.replaceChildren(...[...labels].map((label) => new Option(label)));
  };
  input.addEventListener("focus", offer);
  input.addEventListener("input", offer);
}

// ---- search

const RESULTS = 40;

const shardOf = (token) => [...token].slice(0, 3).map((c) => (/[a-z0-9]/.test(c) ? c : `~${c.codePointAt(0).toString(16)}`)).join("");

async function runSearch() {
  const list = document.querySelector(".results[data-documents]");
  if (!list) return;
  const status = document.querySelector(".status");
  const form = document.querySelector("form.search-page");
  const size = Number(list.dataset.documents);

  async function search() {
    const query = form.elements.q.value;
    const tokens = [...new Set(fold(query).match(/[\p{L}\p{N}]+/gu) ?? [])];
    list.replaceChildren();
    status.textContent = tokens.length ? "Looking…" : "";
    if (!tokens.length) return;
    let scores = null;
    const unknown = [];
    for (const [place, token] of tokens.entries()) {
      const shard = (await loadData(`search/${shardOf(token)}.js`)) ?? {};
      const isLast = place === tokens.length - 1;
      const found = new Map();
      let isCommon = false;
      for (const [word, postings] of Object.entries(shard)) {
        // The word being typed is matched by its beginning.
        if (word !== token && !(isLast && token.length > 2 && word.startsWith(token))) continue;
        if (!postings) { isCommon ||= word === token; continue; }
        const weight = Math.log(1 + size / (postings[0].length + postings[1].length)) * (word === token ? 1 : 0.5);
        for (const key of postings[0]) found.set(key, Math.max(found.get(key) ?? 0, 3 * weight));
        for (const key of postings[1]) found.set(key, Math.max(found.get(key) ?? 0, weight));
      }
      if (isCommon) { unknown.push(token); continue; }
      const before = scores;
      scores = new Map([...found].filter(([key]) => !before || before.has(key)).map(([key, score]) => [key, score + (before?.get(key) ?? 0)]));
    }
    const best = [...(scores ?? [])].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const shown = best.slice(0, RESULTS);
    const kinds = form.elements.kind.value;
    const items = [];
    for (const [key] of kinds ? best.filter(([k]) => k[0] === kinds).slice(0, RESULTS) : shown) {
      const titles = await loadData(`search/titles/${key.slice(1, 3)}.js`);
      const entry = titles?.[key];
      if (entry) items.push(resultItem(entry, tokens));
    }
    list.replaceChildren(...items);
    const total = kinds ? best.filter(([k]) => k[0] === kinds).length : best.length;
    status.textContent = `${total.toLocaleString("en")} found${total > items.length ? `, the best ${items.length} shown` : ""}${unknown.length ? `; too common to look for: ${unknown.join(", ")}` : ""}.`;
    remember(`?${new URLSearchParams(new FormData(form))}`);
  }

  function resultItem([path, kind, title, detail], tokens) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    // Browsers that know text fragments go to the word itself.
    link.href = ROOT + path + (kind === "Article" ? `#:~:text=${encodeURIComponent(tokens[0])}` : "");
    link.textContent = title;
    const tag = document.createElement("span");
    tag.className = "tag";
    tag.textContent = kind;
    const heading = document.createElement("h3");
    heading.append(link, " ", tag);
    const line = document.createElement("p");
    line.className = "when";
    line.textContent = detail;
    item.append(heading, line);
    return item;
  }

  const wanted = new URLSearchParams(location.search);
  form.elements.q.value = wanted.get("q") ?? "";
  form.elements.kind.value = wanted.get("kind") ?? "";
  let timer = 0;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 250); });
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  search();
}

drawCharts();
readArticle();
runList();
runSearch();
