// Looks at pages as a reader's browser shows them, and prints what is wrong, a line each; exit code 1 if anything is.
//
//   node check.mjs MODULES CHROMIUM PAGE…
//
// MODULES is a directory with a node_modules that `npm ci` made from the lock file beside this.

import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [modules, executablePath, ...pages] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(modules), "here.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

// An A4 sheet less its margins, at 96 dots an inch.
const sheet = { width: 703, height: 1032 };
const sheetsMax = 2;
const modes = {
  light: { viewport: { width: 1200, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1200, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light" },
  print: { viewport: sheet, colorScheme: "light" },
};
// Without these, the browser looks for its maker's servers.
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

/** What is cut off or lies over something else, in this window. */
function looks(isPrint) {
  const problems = [];
  const shown = (element) => element.getClientRects().length > 0;
  const words = (element) => element.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) problems.push(`the page is ${root.scrollWidth} wide in a window of ${innerWidth}`);
  for (const element of isPrint ? document.querySelectorAll("th, td, pre, svg, p, li") : []) {
    const { right } = element.getBoundingClientRect();
    if (shown(element) && right > innerWidth + 1) problems.push(`beyond the paper by ${right - innerWidth}: ${words(element)}`);
  }
  for (const cell of document.querySelectorAll("th, td, pre")) {
    if (cell.localName !== "pre" || isPrint) {
      if (cell.scrollWidth > cell.clientWidth + 1) problems.push(`cut off in its cell: ${words(cell)}`);
    }
  }
  for (const svg of [...document.querySelectorAll("svg")].filter(shown)) {
    const frame = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].filter((text) => shown(text) && text.textContent.trim());
    const boxes = texts.map((text) => [text, text.getBoundingClientRect()]);
    const name = svg.getAttribute("aria-label") ?? svg.closest("figure")?.id ?? "picture";
    const size = (text) => Number.parseFloat(getComputedStyle(text).fontSize) * Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b);
    const smallest = Math.min(...texts.map(size));
    if (smallest < 8.5 && !isPrint) problems.push(`“${name}” has text ${smallest.toFixed(1)} high`);
    boxes.forEach(([text, box], place) => {
      const isOutside = box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2;
      if (isOutside) problems.push(`“${name}” cuts off its text: ${words(text)}`);
      for (const [other, beside] of boxes.slice(place + 1)) {
        const width = Math.min(box.right, beside.right) - Math.max(box.left, beside.left);
        const height = Math.min(box.bottom, beside.bottom) - Math.max(box.top, beside.top);
        // A box of text has room above and below its letters.
        if (width > 1 && height > 0.3 * Math.min(box.height, beside.height)) {
          problems.push(`“${name}” has one text over another: ${words(text)}, ${words(other)}`);
        }
      }
    });
  }
  return problems;
}

/** What leads nowhere, and what has the name of something else. */
function anchors() {
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `two elements are called ${id}`);
  const links = [...document.querySelectorAll('a[href^="#"]')].map((link) => decodeURIComponent(link.hash.slice(1)));
  return [...twice, ...links.filter((id) => !ids.includes(id)).map((id) => `a link leads nowhere: ${id}`)];
}

/** Whether names of rows stay in view. */
function stays() {
  const problems = [];
  for (const box of document.querySelectorAll(".scroll")) {
    if (box.scrollWidth <= box.clientWidth + 1) continue;
    const left = () => box.querySelector("tbody th").getBoundingClientRect().left;
    const before = left();
    box.scrollLeft = 100;
    if (Math.abs(left() - before) > 2) problems.push(`the names of a table do not stay in view: ${box.ariaLabel}`);
    box.scrollLeft = 0;
    const hint = box.parentElement.querySelector(".hint");
    if (hint.getClientRects().length === 0) problems.push(`a table does not say that it scrolls: ${box.ariaLabel}`);
  }
  return problems;
}

async function sorts(page) {
  const problems = [];
  const heads = page.locator("table:has(tbody tr:nth-child(2)) thead th.n");
  for (const place of Array.from({ length: await heads.count() }, (_, place) => place)) {
    const head = heads.nth(place);
    await head.locator("button").focus();
    for (const expected of ["descending", "ascending"]) {
      await page.keyboard.press("Enter");
      if ((await head.getAttribute("aria-sort")) !== expected) problems.push(`column ${place} is not sorted ${expected}`);
      const orders = await head.evaluate((head) => {
        const rows = [...head.closest("table").tBodies[0].rows];
        return rows.map((row) => row.cells[head.cellIndex].dataset.order).filter(Boolean).map(Number);
      });
      const sign = expected === "descending" ? -1 : 1;
      const isSorted = orders.every((order, place) => place === 0 || sign * (order - orders[place - 1]) >= 0);
      if (!isSorted) problems.push(`column ${place} is out of order, ${expected}: ${orders}`);
    }
  }
  return problems;
}

async function chooses(page) {
  const box = page.locator("#show-0");
  if ((await box.count()) === 0) return [];
  const seen = () => page.locator('[data-variant="0"]').evaluateAll((all) =>
    all.filter((one) => getComputedStyle(one).display !== "none").length);
  const before = await seen();
  await page.locator(".choose").evaluate((details) => { details.open = true; });
  await box.uncheck();
  const without = await seen();
  await box.check();
  if (before === 0) return ["nothing on the page belongs to the first variant"];
  return without === 0 && (await seen()) === before ? [] : [`${without} parts of ${before} stay when a variant is not chosen`];
}

async function tells(page) {
  const parts = page.locator(".picture:visible svg [data-value]");
  if ((await parts.count()) === 0) return [];
  await parts.first().scrollIntoViewIfNeeded();
  await parts.first().dispatchEvent("pointerenter", { clientX: 40, clientY: 40 });
  return (await page.locator("#tip").isVisible()) ? [] : ["no value is shown where a pointer is"];
}

async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  return grave.map(({ id, help, nodes }) => `axe: ${id}: ${help}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

/** How many sheets the first page takes. */
async function sheets(page) {
  if ((await page.locator(".first-page").count()) === 0) return [];
  await page.addStyleTag({ content: "nav, .choose, .appendix { display: none !important; }" });
  const paper = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  const count = paper.match(/\/Type\s*\/Page(?!s)/g)?.length ?? 0;
  return count >= 1 && count <= sheetsMax ? [] : [`the first page takes ${count} sheets`];
}

const whole = (page) => page.evaluate(() => ({
  rows: [...document.querySelectorAll("tr")].filter((row) => row.getClientRects().length > 0).length,
  pictures: [...document.querySelectorAll("svg")].filter((svg) => svg.getClientRects().length > 0).length,
  letters: [...document.querySelectorAll("h1, h2, h3, p:not(.hint), li, th, td, pre, caption")]
    .map((element) => element.innerText.replace(/\s+/g, "").length).reduce((sum, letters) => sum + letters, 0),
}));

async function check(browser, file) {
  const problems = [];
  const open = async (options) => {
    const page = await (await browser.newContext(options)).newPage();
    page.setDefaultTimeout(20_000);
    page.on("console", (message) => problems.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) problems.push(`asks for ${request.url()}`);
    });
    await page.goto(pathToFileURL(path.resolve(file)).href);
    await page.waitForTimeout(150);
    return page;
  };
  let scripted;
  for (const [mode, options] of Object.entries(modes)) {
    const isPrint = mode === "print";
    const page = await open(options);
    if (isPrint) await page.emulateMedia({ media: "print" });
    const found = await page.evaluate(looks, isPrint);
    if (mode === "light") scripted = await whole(page);
    if (!isPrint) found.push(...(await accessible(page)));
    if (mode === "phone") found.push(...(await page.evaluate(stays)));
    if (mode === "light") found.push(...(await page.evaluate(anchors)));
    if (mode === "light") found.push(...(await tells(page)), ...(await chooses(page)), ...(await sorts(page)));
    if (isPrint) found.push(...(await sheets(page)));
    problems.push(...new Set(found.map((problem) => `${mode}: ${problem}`)));
    await page.context().close();
  }
  const page = await open({ ...modes.light, javaScriptEnabled: false });
  const [plain, full] = [await whole(page), scripted].map((seen) => JSON.stringify(seen));
  if (plain !== full) problems.push(`without script there is ${plain}, with it ${full}`);
  problems.push(...(await chooses(page)).map((problem) => `without script: ${problem}`));
  await page.context().close();
  return problems.map((problem) => `${file}: ${problem}`);
}

const profile = mkdtempSync(path.join(tmpdir(), "jqlab-browser-"));
process.env.HOME = profile;
const browser = await chromium.launch({ executablePath, args: flags });
try {
  let count = 0;
  for (const file of pages) {
    const problems = await check(browser, file);
    problems.forEach((problem) => console.log(problem));
    count += problems.length;
  }
  process.exitCode = count > 0 ? 1 : 0;
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
