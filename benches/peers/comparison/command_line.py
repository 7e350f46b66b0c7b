"""The arguments of the one command, and what it does with them."""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

from . import agreement, kernels, machine, rounds, table
from .models import MODELS

BEGIN = "<!-- peers: begin -->"
END = "<!-- peers: end -->"


def main(arguments=None):
    """Run the comparison; return the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    chosen = _parser().parse_args(arguments)
    names = [name for name in chosen.only or kernels.PREPARATIONS if name not in chosen.skip]
    models = chosen.model or list(MODELS)
    total = chosen.rounds or (2 if chosen.quick else 5)

    def size_of(model):
        return MODELS[model].size // (10 if chosen.quick else 1)

    load = os.getloadavg()
    try:
        programs = kernels.prepare(names, models, chosen.quick)
        if not programs:
            raise kernels.Missing("nothing is left to run: see --only and --skip")
        samples = rounds.measure(programs, total, size_of, chosen.seed)
        if not samples:
            raise kernels.Failed("no round was completed, so there is nothing to report")
    except kernels.Missing as missing:
        return _refuse(missing, 2)
    except kernels.Failed as failure:
        return _refuse(failure, 1)
    _write_raw(samples)
    strays = agreement.disagreements(samples, size_of)
    if strays:
        return _refuse("these are not the same models, and no table is written:\n  " + "\n  ".join(strays), 1)
    command = shlex.join(["benches/peers/run", *arguments])
    text = table.fragment(samples, size_of, machine.facts(samples, load, command))
    return write(text, chosen.out)


def _parser():
    parser = argparse.ArgumentParser(prog="benches/peers/run", description=(
        "Runs jqlab and other simulators on three reference models, interleaved, checks that their statistics agree, "
        "and writes the table of their speeds."))
    parser.add_argument("--rounds", type=_positive, help="how often each program runs (default 5; with --quick 2)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the size: to try, not to cite")
    parser.add_argument("--only", action="append", choices=kernels.PREPARATIONS, help="run this kernel (repeatable)")
    parser.add_argument("--skip", action="append", choices=kernels.PREPARATIONS, default=[],
                        help="leave this kernel out (repeatable)")
    parser.add_argument("--model", action="append", choices=MODELS, help="run this model (repeatable; default all)")
    parser.add_argument("--seed", type=_positive, default=1, help="of the random numbers and of the order (default 1)")
    parser.add_argument("--out", type=Path, help=(
        f"write the table to this file, between the lines '{BEGIN}' and '{END}' if it has them; "
        "without it, to standard output"))
    return parser


def _positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text}")
    return number


def _refuse(what, code):
    print(f"benches/peers/run: {what}", file=sys.stderr)
    return code


def _write_raw(samples):
    """Keep every result of the last run, a line of JSON each."""
    with open(kernels.WORK / "rounds.jsonl", "w", encoding="utf-8") as lines:
        for results in samples.values():
            for number, result in enumerate(results, start=1):
                lines.write(json.dumps({"round": number, **result}) + "\n")


def write(text, path):
    """Put the table where it belongs; return the exit code."""
    if path is None:
        print(text, end="")
        return 0
    try:
        if path.exists():
            page = path.read_text(encoding="utf-8")
            if BEGIN in page and END in page:
                text = page.partition(BEGIN)[0] + f"{BEGIN}\n{text}{END}" + page.partition(END)[2]
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        return _refuse(f"cannot write the table: {error}", 1)
    print(f"wrote {path}", file=sys.stderr)
    return 0
