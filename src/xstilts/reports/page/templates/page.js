"use strict";
// Sorting (a button in each heading) and filtering (a text box) for every table. Text only ever goes in as textContent.
(() => {
  const said = (cell) => {
    if (!cell) return "";
    for (const part of cell.childNodes) {
      const text = part.textContent.trim();
      if (text) return text;
    }
    return "";
  };
  const number = (text) => {
    const found = text.replaceAll("−", "-").replaceAll(",", "").match(/^[<+±]?(-?\d*\.?\d+(?:e[+-]?\d+)?)/i);
    return found ? Number(found[1]) : NaN;
  };
  const compare = (first, second) => {
    const [a, b] = [number(first), number(second)];
    if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
    return first.localeCompare(second, "en", { numeric: true });
  };
  const missing = (text) => text === "" || text === "–" || /^(did not run|cut\b|incomplete|not run)/.test(text);

  const headings = (table) => {
    // which column each heading without a column span stands over, rows of headings above one another included
    const taken = [], found = [];
    [...table.tHead.rows].forEach((row, y) => {
      let x = 0;
      for (const cell of row.cells) {
        while (taken[y]?.[x]) x += 1;
        for (let below = y; below < y + cell.rowSpan; below += 1)
          for (let beside = x; beside < x + cell.colSpan; beside += 1) (taken[below] ??= [])[beside] = true;
        if (cell.colSpan === 1) found.push([cell, x]);
        x += cell.colSpan;
      }
    });
    return found;
  };

  const sortable = (table) => {
    const body = table.tBodies[0], original = [...body.rows], all = headings(table);
    for (const [heading, column] of all) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: "none" }[heading.getAttribute("aria-sort")] ?? "ascending";
        for (const [other] of all) other.removeAttribute("aria-sort");
        if (next !== "none") heading.setAttribute("aria-sort", next);
        const way = next === "descending" ? -1 : 1;
        const rows = next === "none" ? original : [...original].sort((first, second) => {
          const [a, b] = [said(first.cells[column]), said(second.cells[column])];
          return missing(a) - missing(b) || way * compare(a, b);
        });
        body.append(...rows);
      });
    }
  };

  const filterable = (table) => {
    const rows = [...table.tBodies[0].rows];
    const label = document.createElement("label"), input = document.createElement("input");
    const count = document.createElement("output");
    label.className = "filter";
    label.append("Filter rows ");
    input.type = "search";
    input.setAttribute("aria-label", "Filter rows of: " + (table.caption?.textContent.trim().slice(0, 80) ?? "table"));
    label.append(input, count);
    (table.closest(".wide") ?? table).before(label);
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase();
      let shown = 0;
      for (const row of rows) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = wanted ? `${shown} of ${rows.length}` : "";
    });
  };

  for (const table of document.querySelectorAll("table")) {
    sortable(table);
    filterable(table);
  }

  const closed = new Set();
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details:not([open])")) { closed.add(part); part.open = true; }
  });
  addEventListener("afterprint", () => {
    for (const part of closed) part.open = false;
    closed.clear();
  });
})();
