"""Checks a report directory: check_report.py DIRECTORY SCENARIO. Ends with 1 and the reason if something is wrong.

What a reader relies on: all sections and variants are there, the tables say what results.json holds, the accounts of a job
add up to its sojourn, both pages say the same, and every picture can be seen.
"""
import csv
import html.parser
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

SECTIONS = [
    "Answer",
    "Claims",
    "The variants side by side",
    "Where the time goes",
    "How sojourn times spread",
    "Dependency checks",
    "Locks",
    "Files",
    "Calls",
    "The instrument",
    "Threats to validity",
    "Reproduce",
]
NANOSECONDS = {"ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9}
directory, scenario = pathlib.Path(sys.argv[1]), sys.argv[2]


def must(holds, what):
    if not holds:
        sys.exit(f"check_report: {directory}: {what}")


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else 0.0


class Page(html.parser.HTMLParser):
    """The cells of all tables of a page, and how many pictures it has."""

    def __init__(self):
        super().__init__()
        self.cells, self.pictures, self.in_cell = [], 0, False

    def handle_starttag(self, tag, attributes):
        self.pictures += tag == "svg"
        self.in_cell = tag in ("th", "td") or self.in_cell
        if tag in ("th", "td"):
            self.cells.append("")

    def handle_endtag(self, tag):
        self.in_cell = self.in_cell and tag not in ("th", "td")

    def handle_data(self, text):
        if self.in_cell:
            self.cells[-1] += text


def plain(text):
    """Markdown without its escapes and the marks of code."""
    return re.sub(r"\\(.)|`", lambda found: found[1] or "", text)


def tables_of(page):
    """By section: its tables, each a list of rows of cells, the head first."""
    sections, rows = {}, []
    for line in page.splitlines() + [""]:
        if line.startswith("## "):
            sections[plain(line[3:])] = tables = []
        if line.startswith("|"):
            rows.append([plain(cell) for cell in re.split(r"(?<!\\) \| ", line[2:-2])])
        elif rows:
            tables.append([rows[0]] + rows[2:])
            rows = []
    return sections


def time_of(cell):
    """A time in nanoseconds, and how far rounding may have moved it."""
    if cell in ("–", "0 s"):
        return 0.0, 0.5
    found = re.fullmatch(r"(< )?(−?)([\d.]+) (ns|µs|ms|s)( \(.*\))?", cell)
    must(found, f"'{cell}' is no time")
    value, unit = float(found[3]), NANOSECONDS[found[4]]
    decimals = len(found[3].partition(".")[2])
    if found[1]:
        return value * unit / 2, value * unit / 2
    return (-value if found[2] else value) * unit, 0.501 * unit / 10**decimals


def same(cell, expected, what):
    value, rounding = time_of(cell)
    must(abs(value - expected) <= rounding + 1e-9 * abs(expected), f"{what} is printed as {cell}, and is {expected} ns")


def check_results(results, variants):
    must(isinstance(results["format"], int), "results.json has no format number")
    run_of = {run["variant"] for run in results["runs"] if run["fault"] is None}
    must(run_of == set(range(len(variants))), f"not every variant has a sound run: {sorted(run_of)} of {variants}")
    for run in results["runs"]:
        for group in run["groups"]:
            total, sojourn = sum(group["ledger_mean_ns"]), group["sojourn"]["mean_ns"]
            must(abs(total - sojourn) <= 1.0, f"a ledger of run {run['variant']} adds up to {total}, not to {sojourn}")


def counted_runs(results, variant):
    """The sound runs of a variant that are no controls, and of them the whole ones, if there are any."""
    runs = [run for run in results["runs"] if run["variant"] == variant and not run.get("control")]
    sound = [run for run in runs if run["fault"] is None]
    return [run for run in sound if not run["partial"]] or sound


def check_rows(variants):
    """The rows of jobs.csv. Returns the accounts' names in their order."""
    with open(directory / "jobs.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    must({row["variant"] for row in rows} == set(variants), "jobs.csv does not have all variants")
    accounts = list(rows[0])[list(rows[0]).index("checks") + 1 :]
    must("run_ns" in accounts and "mailbox_ns" in accounts, f"jobs.csv lacks accounts: {accounts}")
    for row in rows:
        total = sum(int(row[account]) for account in accounts)
        must(total == int(row["sojourn_ns"]), f"the accounts of job {row['job']} of {row['variant']} add up to {total}")
        must(total == int(row["finished_ns"]) - int(row["due_ns"]), f"job {row['job']}: sojourn is not end minus due")
    return [account.removesuffix("_ns").replace("_", " ") for account in accounts], len(rows)


def check_variants(table, counted, variants):
    must([row[0] for row in table[1:]] == variants, f"the table of variants has {[row[0] for row in table[1:]]}")
    head = table[0]
    for row, runs in zip(table[1:], counted):
        jobs = sum(run["groups"][0]["sojourn"]["n"] for run in runs)
        must(int(row[head.index("jobs")].replace(",", "")) == jobs, f"{row[0]}: {jobs} jobs, not {row[1]}")
        for title, figure in [("mean sojourn", "mean_ns"), ("p50", "p50_ns"), ("p95", "p95_ns"), ("p99", "p99_ns")]:
            expected = mean(run["groups"][0]["sojourn"][figure] for run in runs)
            same(row[head.index(title)], expected, f"{title} of {row[0]}")


def check_ledger(table, counted, variants, accounts):
    head, rows = table[0], table[1:]
    must([row[0] for row in rows] == variants, f"the ledger has {[row[0] for row in rows]}")
    for row, runs in zip(rows, counted):
        of = dict(zip(head, row))
        total, rounding = 0.0, 0.0
        for number, account in enumerate(accounts):
            expected = mean(run["groups"][0]["ledger_mean_ns"][number] for run in runs)
            must(account in of or expected == 0, f"the ledger lacks the account {account}")
            if account in of:
                same(of[account], expected, f"{account} of {row[0]}")
                value, off = time_of(of[account])
                total, rounding = total + value, rounding + off
        sojourn, off = time_of(of["mean sojourn"])
        must(abs(total - sojourn) <= rounding + off, f"the ledger of {row[0]} adds up to {total}, not to {sojourn} ns")
        same(of["mean sojourn"], mean(run["groups"][0]["sojourn"]["mean_ns"] for run in runs), f"sojourn of {row[0]}")


def check_figures(cells):
    """Signs are real, and points lie within their intervals."""
    for cell in cells:
        must(not re.match(r"-\d", cell), f"'{cell}' has a hyphen for a minus")
        found = re.fullmatch(r"([−+]?[\d.]+)(?: \S+)? \(([−+]?[\d.]+) to ([−+]?[\d.]+)\)", cell)
        if found:
            point, low, high = (float(number.replace("−", "-")) for number in found.groups())
            must(low <= point <= high, f"'{cell}' is not within its interval")


def check_pictures(page):
    shown = re.findall(r"!\[.+\]\((.+)\)", page)
    must(len(shown) >= 3, f"only {len(shown)} pictures")
    for name in shown:
        must((directory / name).is_file(), f"{name} is not there")
    for path in sorted(directory.rglob("*.svg")):
        try:
            root = xml.parse(path).getroot()
        except xml.ParseError as error:
            must(False, f"{path.name} is no XML: {error}")
        must(root.tag.endswith("}svg"), f"{path.name} is no SVG")
        must(root[0].tag.endswith("}title") and root[0].text, f"{path.name} has no title")
    return shown


def main():
    results = json.loads((directory / "results.json").read_text())
    variants = [variant["name"] for variant in results["study"]["variants"]]
    check_results(results, variants)
    accounts, jobs = check_rows(variants)
    counted = [counted_runs(results, place) for place in range(len(variants))]

    page = (directory / "report.md").read_text()
    sections = tables_of(page)
    must([name for name in sections if name in SECTIONS] == SECTIONS, f"report.md has the sections {list(sections)}")
    check_variants(sections["The variants side by side"][0], counted, variants)
    check_ledger(sections["Where the time goes"][0], counted, variants, accounts)
    cells = [cell for tables in sections.values() for table in tables for row in table for cell in row]
    check_figures(cells)
    for word in [scenario, results["study"]["scenario_hash"], str(results["study"]["seed"])]:
        must(word in page, f"report.md does not have {word}")

    shown = check_pictures(page)
    text = (directory / "report.html").read_text()
    must("</html>" in text, "report.html is incomplete")
    must('src="http' not in text and 'href="http' not in text, "report.html is not self-contained")
    other = Page()
    other.feed(text)
    must([cell.replace("\u00a0", " ") for cell in other.cells] == cells, "report.html has other tables than report.md")
    must(other.pictures == len(shown), f"report.html has {other.pictures} pictures, and report.md {len(shown)}")
    left = [path.name for path in directory.rglob("*") if path.name.endswith((".new", ".tmp"))]
    must(not left, f"half-written files: {left}")
    print(f"{directory.name}: {jobs} jobs, {len(variants)} variants, {len(shown)} pictures, {len(cells)} cells")


main()
