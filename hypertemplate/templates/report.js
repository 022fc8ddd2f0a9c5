"use strict";
(() => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const tip = document.getElementById("tip");
  const rows = new Map(all("tbody tr").map(row => [row.dataset.trial, row]));
  const marks = new Map();
  for (const mark of all("svg [data-trial]")) {
    if (!marks.has(mark.dataset.trial)) marks.set(mark.dataset.trial, []);
    marks.get(mark.dataset.trial).push(mark);
  }
  const heads = all("thead th").map(head => head.textContent);
  let hot = [], pinned = null;

  // A trial that is pointed at stands out in every chart: copies of its marks lie over all others.
  const cool = () => { hot.forEach(one => one.remove()); hot = []; tip.hidden = true; };
  const heat = trial => {
    cool();
    for (const mark of marks.get(trial) || []) {
      const copy = mark.cloneNode();
      copy.removeAttribute("data-trial");
      copy.classList.add("hot");
      if (copy.tagName === "circle") copy.setAttribute("r", "6");
      mark.ownerSVGElement.append(copy);
      hot.push(copy);
    }
  };
  const describe = (trial, x, y) => {
    const row = rows.get(trial);
    tip.replaceChildren();
    const name = document.createElement("b");
    name.textContent = "trial " + trial;
    tip.append(name);
    if (row) {
      const cells = [...row.cells].slice(1, 14);
      tip.append(cells.map((cell, at) => heads[at + 1].replace(/[↕↑↓]/g, "") + " " + cell.textContent)
        .filter((text, at) => !cells[at].matches(".unread, .none")).join(" · "));
    }
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(8, Math.min(x + 14, innerWidth - box.width - 8)) + "px";
    tip.style.top = (y + 18 + box.height > innerHeight ? Math.max(8, y - box.height - 12) : y + 18) + "px";
  };
  const pin = trial => {
    if (pinned && rows.get(pinned)) rows.get(pinned).classList.remove("pinned");
    pinned = trial === pinned ? null : trial;
    if (pinned === null) { cool(); return; }
    heat(pinned);
    const row = rows.get(pinned);
    if (row) { row.classList.add("pinned"); row.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  };
  const near = [[0, 0], [0, -3], [0, 3], [-3, 0], [3, 0], [0, -6], [0, 6]];
  const trialAt = event => {
    for (const [x, y] of near) {
      const found = document.elementFromPoint(event.clientX + x, event.clientY + y);
      const mark = found && found.closest("svg [data-trial]");
      if (mark) return mark.dataset.trial;
    }
    return null;
  };
  let shown = null;
  for (const chart of all("svg.chart")) {
    chart.addEventListener("pointermove", event => {
      const trial = trialAt(event);
      if (trial === null) { if (shown !== null) { shown = null; cool(); if (pinned !== null) heat(pinned); } return; }
      if (trial !== shown) { shown = trial; heat(trial); }
      describe(trial, event.clientX, event.clientY);
    });
    chart.addEventListener("pointerleave", () => { shown = null; cool(); if (pinned !== null) heat(pinned); });
    chart.addEventListener("click", event => { const trial = trialAt(event); if (trial !== null) pin(trial); });
  }
  addEventListener("keydown", event => { if (event.key === "Escape" && pinned !== null) pin(pinned); });

  // The number of a trial in the table, and at the top, sets it off in all charts.
  for (const [trial, row] of rows) {
    const head = row.cells[0], button = document.createElement("button");
    button.type = "button";
    button.title = "show in the charts";
    button.textContent = head.textContent;
    button.addEventListener("click", () => pin(trial));
    head.replaceChildren(button);
  }
  for (const button of all("button.trial")) button.addEventListener("click", () => pin(button.dataset.trial));

  const keep = (name, value) => { try { sessionStorage.setItem(location.pathname + name, value); } catch (error) { /* not allowed: nothing is kept */ } };
  const kept = name => { try { return sessionStorage.getItem(location.pathname + name); } catch (error) { return null; } };

  // Sorting: numbers by value, texts by the alphabet; cells without a value come last.
  const body = document.querySelector("tbody");
  const sort = (at, descending) => {
    const numeric = [...rows.values()].some(row => row.cells[at].dataset.v !== undefined);
    const key = row => {
      const cell = row.cells[at];
      if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
      if (at === 0) return Number(row.dataset.trial);
      return numeric || cell.matches(".unread, .none") ? null : cell.textContent;
    };
    const list = [...rows.values()].map(row => [key(row), row]);
    list.sort(([a, x], [b, y]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      const order = typeof a === "number" ? a - b : a.localeCompare(b);
      return (descending ? -order : order) || x.dataset.trial - y.dataset.trial;
    });
    body.append(...list.map(([, row]) => row));
    all("thead th").forEach((head, n) => head.setAttribute("aria-sort", n !== at ? "none" : descending ? "descending" : "ascending"));
    keep("sort", at + " " + Number(descending));
  };
  all("thead th").forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(at, head.getAttribute("aria-sort") === "ascending"));
    head.append(button);
  });

  const filter = document.getElementById("filter"), state = document.getElementById("state");
  if (filter) {
    document.querySelector(".controls").hidden = false;
    const texts = new Map([...rows].map(([trial, row]) => [trial, row.textContent.toLowerCase()]));
    // A word such as dropout<0.3 compares the numbers of a column; any other has to be in the row.
    const compared = word => {
      const [, name, sign, value] = word.match(/^(.+?)(<=|>=|<|>)(.+)$/) || [];
      const at = heads.findIndex(head => head.toLowerCase() === name), number = Number(value);
      if (at < 0 || Number.isNaN(number)) return null;
      return (row, trial) => {
        const own = at === 0 ? trial : row.cells[at].dataset.v;
        if (own === undefined) return false;
        return sign === "<" ? own < number : sign === ">" ? own > number : sign === "<=" ? own <= number : own >= number;
      };
    };
    const apply = () => {
      const tests = filter.value.toLowerCase().split(/\s+/).filter(Boolean).map(word => compared(word) || ((row, trial) => texts.get(trial).includes(word)));
      let count = 0;
      for (const [trial, row] of rows) {
        row.hidden = (state.value !== "" && row.dataset.state !== state.value) || !tests.every(test => test(row, trial));
        count += !row.hidden;
        for (const mark of marks.get(trial) || []) mark.classList.toggle("off", row.hidden);
      }
      document.getElementById("shown").textContent = count + " of " + rows.size + " trials";
      keep("filter", filter.value);
      keep("state", state.value);
    };
    for (const metric of all(".pick input")) metric.addEventListener("change", () => keep("metric", metric.id));
    filter.addEventListener("input", apply);
    state.addEventListener("change", apply);
    if (document.body.dataset.refresh) {
      filter.value = kept("filter") || "";
      const metric = document.getElementById(kept("metric") || "");
      if (metric) metric.checked = true;
      if ([...state.options].some(option => option.value === kept("state"))) state.value = kept("state");
      const order = (kept("sort") || "").split(" ");
      if (order.length === 2 && heads[order[0]] !== undefined) sort(Number(order[0]), order[1] === "1");
    }
    apply();
  }
  addEventListener("beforeprint", () => all("details").forEach(one => { one.open = true; }));
  if (document.body.dataset.refresh) {
    setInterval(() => { if (!document.hidden && pinned === null && document.activeElement !== filter) location.reload(); }, 1000 * document.body.dataset.refresh);
  }
})();
