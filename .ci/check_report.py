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
    "Claims",
    "Before you cite this",
    "Every comparison",
    "The variants side by side",
    "Where the time goes",
    "Locks",
    "Files",
    "Calls",
    "The instrument",
    "Reproduce",
]
VERDICTS = {"supported": "✓ supported", "refuted": "✗ refuted", "undecided": "? undecided"}
NANOSECONDS = {"ns": 1, "µs": 1e3, "ms": 1e6, "s": 1e9}
directory, scenario = pathlib.Path(sys.argv[1]), sys.argv[2]


def must(holds, what):
    if not holds:
        sys.exit(f"check_report: {directory}: {what}")


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else 0.0


class Page(html.parser.HTMLParser):
    """How many pictures and tables a page has, and its figures: the text of each with its path in results.json."""

    def __init__(self):
        super().__init__()
        self.pictures, self.tables, self.figures, self.path = 0, 0, [], None

    def handle_starttag(self, tag, attributes):
        self.pictures += tag == "svg"
        self.tables += tag == "table"
        self.path = dict(attributes).get("data-path")
        if self.path:
            self.figures.append((self.path, ""))

    def handle_endtag(self, tag):
        self.path = None

    def handle_data(self, text):
        if self.path:
            path, before = self.figures[-1]
            self.figures[-1] = (path, before + text)


def plain(text):
    """Markdown without anchors, marks and escapes."""
    text = re.sub(r'<a id="[^"]*"></a>|\*\*', "", text)
    return re.sub(r"\\(.)|`", lambda found: found[1] or "", text)


def tables_of(page):
    """By section: its tables, each a list of rows of cells, the head first."""
    sections, rows = {}, []
    for line in page.splitlines() + [""]:
        if line.startswith("## "):
            tables = sections.setdefault(plain(line[3:]), [])
        if line.startswith("|"):
            rows.append([plain(cell) for cell in re.split(r"(?<!\\) \| ", line[2:-2])])
        elif rows:
            tables.append([rows[0]] + rows[2:])
            rows = []
    return sections


def name_of(cell):
    """A variant's name without the badges behind it."""
    return re.sub(r"( \*[a-z ]+\*)+$", "", cell)


def time_of(cell, unit):
    """A time in nanoseconds, and how far rounding may have moved it; its unit stands in the head of the column."""
    if cell in ("–", "0"):
        return 0.0, 0.5
    found = re.fullmatch(r"(< )?(−?)([\d.,]+)( \(.*\))?", cell)
    must(found, f"'{cell}' is no time")
    number = found[3].replace(",", "")
    value, scale = float(number), NANOSECONDS[unit]
    decimals = len(number.partition(".")[2])
    # Three significant digits: what is left of the point may be rounded, too.
    off = 0.501 * scale / 10**decimals if decimals or value < 1000 else 0.006 * value * scale
    if found[1]:
        return value * scale / 2, value * scale / 2
    return (-value if found[2] else value) * scale, off


def columns(head):
    """By title, the place of a column and the unit in its head."""
    split = [title.rsplit(", ", 1) for title in head]
    return {title[0]: (place, title[1] if len(title) > 1 else "") for place, title in enumerate(split)}


def same(cell, unit, expected, what):
    value, rounding = time_of(cell, unit)
    must(abs(value - expected) <= rounding + 1e-9 * abs(expected), f"{what} is printed as {cell} {unit}, and is {expected} ns")


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
    must([name_of(row[0]) for row in table[1:]] == variants, f"the table of variants has {[row[0] for row in table[1:]]}")
    of = columns(table[0])
    for row, runs in zip(table[1:], counted):
        jobs = sum(run["groups"][0]["sojourn"]["n"] for run in runs)
        must(int(row[of["jobs"][0]].replace(",", "")) == jobs, f"{row[0]}: {jobs} jobs, not {row[of['jobs'][0]]}")
        place, unit = of["mean sojourn"]
        same(row[place], unit, mean(run["groups"][0]["sojourn"]["mean_ns"] for run in runs), f"mean sojourn of {row[0]}")


def check_ledger(tables, counted, variants, accounts):
    """The ledger may be in several tables, if it has many columns."""
    rows = {name: {} for name in variants}
    for table in tables:
        of = columns(table[0])
        for row in table[1:]:
            rows[name_of(row[0])].update({title: (row[place], unit) for title, (place, unit) in of.items() if place})
    for name, runs in zip(variants, counted):
        total, rounding = 0.0, 0.0
        for number, account in enumerate(accounts):
            expected = mean(run["groups"][0]["ledger_mean_ns"][number] for run in runs)
            must(account in rows[name] or expected == 0, f"the ledger lacks the account {account}")
            if account in rows[name]:
                same(*rows[name][account], expected, f"{account} of {name}")
                value, off = time_of(*rows[name][account])
                total, rounding = total + value, rounding + off
        sojourn, off = time_of(*rows[name]["mean sojourn"])
        must(abs(total - sojourn) <= rounding + off, f"the ledger of {name} adds up to {total}, not to {sojourn} ns")


def check_claims(tables, results):
    """The verdicts on the page are those that were found."""
    found = [VERDICTS[claim["verdict"]] for claim in results["findings"]["claims"]]
    told = [row[0].split("<br>")[0] for table in tables for row in table[1:]]
    must(told and told == found[: len(told)], f"the page tells {told}, and what was found is {found}")


def at(results, path):
    """What stands at a path such as `findings.claims[0].effect.point`."""
    here = results
    for step in re.findall(r"[^.\[\]]+", path):
        here = here[int(step)] if isinstance(here, list) else here[step]
    return here


def check_figures(figures, results):
    """Signs are real, and each figure is that of its path."""
    must(figures, "no figure of the page tells its path in results.json")
    for path, text in figures:
        must(not re.match(r"-\d", text), f"'{text}' has a hyphen for a minus")
        try:
            value = at(results, path)
        except (KeyError, IndexError, TypeError):
            must(False, f"'{text}' is to stand at {path}, where nothing is")
        if isinstance(value, dict):
            # An estimate: the text is its interval.
            value = [value.get("low"), value.get("high")]
        ends = value if isinstance(value, list) else [value]
        must(all(isinstance(end, (int, float)) for end in ends), f"{path} is {value}, and no number")


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
        must(root.get("aria-label"), f"{path.name} does not say what it shows")
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
    check_claims(sections["Claims"], results)
    check_variants(sections["The variants side by side"][0], counted, variants)
    check_ledger(sections["Where the time goes"], counted, variants, accounts)
    for word in [scenario, results["study"]["scenario_hash"], str(results["study"]["seed"])]:
        must(word in page, f"report.md does not have {word}")
    shown = check_pictures(page)

    text = (directory / "report.html").read_text()
    must("</html>" in text, "report.html is incomplete")
    must('src="http' not in text and 'href="http' not in text, "report.html is not self-contained")
    paper = Page()
    paper.feed(text)
    check_figures(paper.figures, results)
    # Each picture twice: for a page, and for a phone.
    must(paper.pictures == 2 * len(shown), f"report.html has {paper.pictures} pictures, and report.md {len(shown)}")
    must(paper.tables == sum(map(len, sections.values())), "report.html has other tables than report.md")
    left = [path.name for path in directory.rglob("*") if path.name.endswith((".new", ".tmp"))]
    must(not left, f"half-written files: {left}")
    print(f"{directory.name}: {jobs} jobs, {len(variants)} variants, {len(shown)} pictures, {len(paper.figures)} figures")


main()
