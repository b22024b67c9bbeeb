"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { columns, states, notes, rows, asked } = data;
  // A row: [position, state, note, country, type, number, error, checked at, the input's cells ...]
  const [STATE, NOTE, NUMBER, ERROR, CHECKED, GIVEN] = [1, 2, 5, 6, 7, 8];
  const $ = (id) => document.getElementById(id);
  const table = $("rows"), body = table.tBodies[0], head = table.tHead.rows[0];
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const cells = {
    row: (row) => row[0],
    // What is no number stands there as it was given.
    number: (row) => row[NUMBER] || (asked === null ? "" : row[GIVEN + asked]),
    country: (row) => row[3],
    type: (row) => row[4],
    state: (row) => states[row[STATE]][1],
    reason: (row) => notes[row[NOTE]][0],
    advice: (row) => notes[row[NOTE]][2],
    checked: (row) => row[CHECKED],
  };
  const get = (key) => cells[key] || ((row) => row[GIVEN + Number(key.slice(5))]);
  let haystacks = null;
  let found = rows;
  let view = {};

  const digits = (text) => text.replace(/\D/g, "");
  function haystack(row) {
    const note = notes[row[NOTE]];
    const words = [states[row[STATE]][1], note[0], note[1], note[2], ...row.slice(3)];
    return (words.join("\n") + "\n" + row.slice(GIVEN).map(digits).join("\n")).toLowerCase();
  }

  function matches(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    // However a number is written: a query of digits and what people put between them is one word.
    const number = /^[+\d\s().\-\/]+$/.test(query) && digits(query).length > 2 ? [digits(query)] : words;
    haystacks = haystacks || rows.map(haystack);
    return (index) => number.every((word) => haystacks[index].includes(word));
  }

  function select() {
    const state = states.findIndex((item) => item[0] === view.state);
    const note = view.note === "" ? -1 : Number(view.note);
    const fits = view.q.trim() ? matches(view.q.trim()) : () => true;
    found = rows.filter((row, index) =>
      (state < 0 || row[STATE] === state) && (note < 0 || row[NOTE] === note) && fits(index));
    if (view.sort !== "row" || view.dir === "desc") {
      const value = get(view.sort), sign = view.dir === "desc" ? -1 : 1;
      found.sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        if (x === "" || y === "") return (x === "") - (y === ""); // what is empty stands last, both ways
        return sign * (typeof x === "number" ? x - y : collator.compare(x, y)) || a[0] - b[0];
      });
    }
  }

  function part(kind, text) {
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = text;
    return span;
  }

  // A code may be broken behind each of its underscores.
  function code(text) {
    return text.split(/(?<=_)/).flatMap((piece, index) => index ? [document.createElement("wbr"), piece] : [piece]);
  }

  function cell(row, column) {
    const td = document.createElement("td");
    td.dataset.label = column.label;
    td.className = column.kind || "";
    if (column.key === "state") {
      td.append(part("state " + states[row[STATE]][0], states[row[STATE]][1]));
    } else if (column.key === "reason") {
      const [reason, number] = notes[row[NOTE]];
      const text = document.createElement("span");
      text.append(...code(reason));
      if (number) text.append(" ", part("code", number));
      if (row[ERROR]) text.append(part("said", row[ERROR]));
      td.append(text);
    } else {
      td.textContent = get(column.key)(row);
    }
    return td;
  }

  function draw() {
    const size = Number(view.size), last = Math.max(1, Math.ceil(found.length / size));
    view.page = Math.min(Math.max(1, Number(view.page) || 1), last);
    const from = (view.page - 1) * size, shown = found.slice(from, from + size);
    body.replaceChildren(...shown.map((row) => {
      const tr = document.createElement("tr");
      tr.append(...columns.map((column) => cell(row, column)));
      return tr;
    }));
    const count = (value) => value.toLocaleString("en-US");
    $("count").textContent = found.length
      ? `${count(from + 1)} to ${count(from + shown.length)} of ${count(found.length)} rows`
      : "No row fits.";
    $("page").textContent = `Page ${count(view.page)} of ${count(last)}`;
    $("order").value = view.sort + " " + view.dir;
    $("before").disabled = view.page <= 1;
    $("after").disabled = view.page >= last;
    [...head.cells].forEach((th, index) => {
      const here = columns[index].key === view.sort;
      if (here) th.setAttribute("aria-sort", view.dir === "desc" ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
  }

  function show(change, redraw) {
    view = { ...view, ...change };
    if (!redraw) select();
    draw();
    const words = Object.entries(view).filter(([key, value]) => String(value) !== String(plain[key]));
    const hash = "#" + new URLSearchParams(words).toString();
    if (hash !== (location.hash || "#")) history.replaceState(null, "", hash === "#" ? location.pathname + location.search : hash);
  }

  const plain = { q: "", state: "", note: "", sort: "row", dir: "asc", size: "50", page: 1 };
  function read() {
    const words = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    if (location.hash && !Object.keys(words).some((key) => key in plain)) return false; // a place on the page
    view = { ...plain };
    for (const key of Object.keys(plain)) if (key in words) view[key] = words[key];
    if (!columns.some((column) => column.key === view.sort)) view.sort = "row";
    if (view.dir !== "desc") view.dir = "asc";
    if (!notes[view.note]) view.note = "";
    if (!["50", "200", "1000"].includes(view.size)) view.size = "50";
    for (const key of ["q", "state", "note", "size"]) $(key).value = view[key];
    return true;
  }

  notes.forEach(([label, code], index) => $("note").add(new Option(code ? `${label} (${code})` : label, index)));
  states.forEach(([key, label]) => $("state").add(new Option(label, key)));
  columns.forEach((column) => {
    const th = document.createElement("th"), button = document.createElement("button");
    th.scope = "col";
    button.type = "button";
    button.textContent = column.label;
    button.addEventListener("click", () => {
      const again = view.sort === column.key && view.dir === "asc";
      show({ sort: column.key, dir: again ? "desc" : "asc", page: 1 });
    });
    th.append(button);
    head.append(th);
    // Where the rows are cards there is no head to click.
    $("order").add(new Option(column.label, column.key + " asc"));
    $("order").add(new Option(column.label + ", backwards", column.key + " desc"));
  });
  let timer = 0;
  $("q").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show({ q: $("q").value, page: 1 }), rows.length > 5000 ? 200 : 0);
  });
  for (const key of ["state", "note", "size"]) $(key).addEventListener("change", () => show({ [key]: $(key).value, page: 1 }));
  $("order").addEventListener("change", () => {
    const [sort, dir] = $("order").value.split(" ");
    show({ sort, dir, page: 1 });
  });
  $("before").addEventListener("click", () => show({ page: view.page - 1 }, true));
  $("after").addEventListener("click", () => show({ page: view.page + 1 }, true));
  document.querySelectorAll("a[data-note]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    for (const key of ["q", "state"]) $(key).value = "";
    $("note").value = link.dataset.note;
    show({ q: "", state: "", note: link.dataset.note, page: 1 });
    $("list").scrollIntoView();
    $("note").focus({ preventScroll: true });
  }));
  addEventListener("hashchange", () => { if (read()) { select(); draw(); } });
  $("finder").hidden = false;
  if (!read()) view = { ...plain };
  select();
  draw();
})();
