"""Checks that a shipped report was made by the code that it stands beside.

Usage: check_stale.py RESULTS SOURCES - the report's results.json, and what `jqlab version --sources` prints.
"""

import hashlib
import json
import pathlib
import sys


def main(results: str, sources: str) -> str | None:
    """What is stale about the results; none if nothing is."""
    study = json.loads(pathlib.Path(results).read_text())["study"]
    made_by = study["provenance"]["sources"]
    scenario = pathlib.Path("scenarios", study["name"] + ".toml")
    if made_by != sources:
        return f"{results} was made by sources {made_by[:12]}…, and these are {sources[:12]}…: run {scenario} again"
    if not scenario.exists():
        return f"{results} is of {scenario}, which is not there"
    if hashlib.sha256(scenario.read_bytes()).hexdigest() != study["scenario_hash"]:
        return f"{scenario} has changed since {results} was made: run it again"
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
