"use strict";
for (const head of document.querySelectorAll("thead th")) {
  head.querySelector("button").addEventListener("click", () => {
    const table = head.closest("table"), body = table.tBodies[0], column = head.cellIndex;
    const up = head.getAttribute("aria-sort") === "descending" ||
      (head.classList.contains("text") && !head.hasAttribute("aria-sort"));
    const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
    const compare = head.classList.contains("text")
      ? (a, b) => a[0].localeCompare(b[0], undefined, { numeric: true })
      : (a, b) => a[0] - b[0];
    const rows = Array.from(body.rows, (row) => [key(row), row]).sort(compare);
    for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    body.append(...(up ? rows : rows.reverse()).map((each) => each[1]));
  });
}
