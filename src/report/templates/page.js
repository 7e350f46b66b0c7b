// What a page can do beyond being read: nothing on it needs this.
document.documentElement.classList.add("scripted");

// Tables are sorted by a click on a head: the largest figures first, then the other way round.
const units = { ns: 1e-9, "µs": 1e-6, ms: 1e-3, s: 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9 };
const value = (row, { cellIndex, classList }) => {
  const { dataset, textContent: text } = row.cells[cellIndex];
  if (!classList.contains("n") && !dataset.order) return { text, number: NaN };
  const [, figure, unit] = text.replace("−", "-").replace(/,/g, "").match(/^[^\d+-]*([+-]?[\d.]+)\s*(\S*)/) ?? [];
  return { text, number: Number.parseFloat(dataset.order ?? figure) * (dataset.order ? 1 : units[unit] ?? 1) };
};
const compare = (one, other) => {
  const [isNumber, isOther] = [!Number.isNaN(one.number), !Number.isNaN(other.number)];
  if (isNumber !== isOther) return isNumber ? 1 : -1;
  return isNumber ? one.number - other.number : one.text.localeCompare(other.text, "en", { numeric: true });
};
const sort = (table, head) => {
  const first = head.classList.contains("n") ? "descending" : "ascending";
  const next = { ascending: "descending", descending: "ascending" }[head.ariaSort] ?? first;
  for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
  head.ariaSort = next;
  const sign = next === "descending" ? -1 : 1;
  const rows = [...table.tBodies[0].rows].map((row) => [value(row, head), row]);
  rows.sort(([one], [other]) => sign * compare(one, other));
  table.tBodies[0].append(...rows.map(([, row]) => row));
};
for (const table of document.querySelectorAll("table")) {
  if (table.tBodies[0].rows.length < 2) continue;
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Sort by this column";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, head));
    head.append(button);
  }
}

// A table says that it scrolls only where it does.
const tell = ({ target }) => target.parentElement.classList.toggle("scrolls", target.scrollWidth > target.clientWidth + 1);
const observer = new ResizeObserver((entries) => entries.forEach(tell));
document.querySelectorAll(".scroll").forEach((box) => observer.observe(box));

// All variants at once.
for (const fieldset of document.querySelectorAll(".choose fieldset")) {
  for (const [name, isChecked] of [["All", true], ["None", false]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => {
      for (const box of fieldset.querySelectorAll("input")) box.checked = isChecked;
    });
    fieldset.append(button, " ");
  }
}

// The values of pictures, at once instead of after a while.
const tip = Object.assign(document.createElement("div"), { id: "tip", hidden: true });
tip.ariaHidden = "true";
document.body.append(tip);
for (const title of document.querySelectorAll(".picture svg title")) {
  const part = title.parentElement;
  if (part.localName === "svg") {
    title.remove();
    continue;
  }
  const text = title.textContent;
  part.dataset.value = text;
  title.remove();
  part.addEventListener("pointerleave", () => { tip.hidden = true; });
  for (const kind of ["pointerenter", "pointermove"]) {
    part.addEventListener(kind, (event) => {
      tip.textContent = text;
      tip.hidden = false;
      const { offsetWidth: width, offsetHeight: height } = tip;
      const x = Math.min(event.clientX + 12, innerWidth - width - 4);
      const y = event.clientY - height - 8 > 0 ? event.clientY - height - 8 : event.clientY + 16;
      Object.assign(tip.style, { left: `${Math.max(4, x)}px`, top: `${y}px` });
    });
  }
}
