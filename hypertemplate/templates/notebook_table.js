(() => {
  const value = cell => {
    const text = cell ? cell.textContent.trim() : "", number = parseFloat(text);
    return text === "" || text === "-" ? null : Number.isNaN(number) ? text : number;
  };
  const compare = (a, b, descending) => {
    const order = (a === null) - (b === null) || (typeof a === "string") - (typeof b === "string");
    if (order || a === null) { return order; }
    const less = typeof a === "number" ? a - b : a.localeCompare(b);
    return descending ? -less : less;
  };
  // The same study may stand below several cells.
  for (const box of document.querySelectorAll('[id="NAME"]')) {
    const table = [...box.querySelectorAll("table")].find(one => one.tHead);
    if (!table || box.dataset.sorts) { continue; }
    box.dataset.sorts = "yes";
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      let descending = true;
      const sort = () => {
        descending = !descending;
        const rows = [...table.tBodies[0].rows].map(row => [value(row.cells[at]), row]);
        rows.sort(([a], [b]) => compare(a, b, descending));
        table.tBodies[0].append(...rows.map(([, row]) => row));
        heads.forEach(one => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      };
      head.tabIndex = 0;
      head.title = "sort";
      head.style.cursor = "pointer";
      head.addEventListener("click", sort);
      head.addEventListener("keydown", event => { if (event.key === "Enter") { sort(); } });
    });
  }
})();
