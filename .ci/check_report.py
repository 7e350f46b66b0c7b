"""Checks a report directory: check_report.py DIRECTORY SCENARIO. Ends with 1 and the reason if something is missing."""
import csv
import json
import pathlib
import sys
import xml.etree.ElementTree as xml

directory, scenario = pathlib.Path(sys.argv[1]), sys.argv[2]


def must(holds, what):
    if not holds:
        sys.exit(f"check_report: {directory}: {what}")


results = json.loads((directory / "results.json").read_text())
must(isinstance(results["format"], int), "results.json has no format number")
variants = [variant["name"] for variant in results["study"]["variants"]]
run_of = {run["variant"] for run in results["runs"] if run["fault"] is None}
must(run_of == set(range(len(variants))), f"not every variant has a sound run: {sorted(run_of)} of {variants}")

with open(directory / "jobs.csv", newline="") as file:
    rows = list(csv.DictReader(file))
must({row["variant"] for row in rows} == set(variants), "jobs.csv does not have all variants")
accounts = list(rows[0])[list(rows[0]).index("checks") + 1 :]
must("run_ns" in accounts and "mailbox_ns" in accounts, f"jobs.csv lacks accounts: {accounts}")
for row in rows:
    total = sum(int(row[account]) for account in accounts)
    must(total == int(row["sojourn_ns"]), f"the accounts of job {row['job']} of {row['variant']} add up to {total}")
    must(total == int(row["finished_ns"]) - int(row["due_ns"]), f"job {row['job']}: sojourn is not end minus due")

page = (directory / "report.md").read_text()
for variant in variants:
    must(variant in page, f"report.md does not name {variant}")
headings = [line.lstrip("# ") for line in page.splitlines() if line.startswith("## ")]
for section in [
    "Answer",
    "Claims",
    "The variants side by side",
    "Where the time goes",
    "How sojourn times spread",
    "Dependency checks",
    "Locks",
    "Files",
    "Calls",
    "Threats to validity",
    "Reproduce",
]:
    must(section in headings, f"report.md has no section '{section}', only {headings}")
for word in [scenario, results["study"]["scenario_hash"], str(results["study"]["seed"])]:
    must(word in page, f"report.md does not have {word}")
html = (directory / "report.html").read_text()
must("<svg" in html and "</html>" in html, "report.html is incomplete")
must('src="http' not in html and 'href="http' not in html, "report.html is not self-contained")

pictures = sorted(directory.rglob("*.svg"))
must(len(pictures) >= 3, f"only {len(pictures)} pictures")
for picture in pictures:
    must(xml.parse(picture).getroot().tag.endswith("svg"), f"{picture.name} is no SVG")
left = [path.name for path in directory.rglob("*") if path.name.endswith((".new", ".tmp"))]
must(not left, f"half-written files: {left}")
print(f"{directory.name}: {len(rows)} jobs, {len(variants)} variants, {len(pictures)} pictures")
