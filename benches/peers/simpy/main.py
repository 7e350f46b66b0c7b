"""Runs one reference model on SimPy and prints one line of JSON.

Usage: python main.py MODEL FORM SIZE SEED, where MODEL is W1, W2 or W3, FORM is
processes or callbacks, and SIZE counts customers, acquisitions or messages.
"""

import argparse
import json
import random
import time

import simpy

import by_callbacks
import by_processes

FORMS = {"processes": by_processes, "callbacks": by_callbacks}
TIMED_EVENTS_EACH = {"W1": 2, "W2": 2, "W3": 1}


def positive(text):
    """Return the whole number from 1 that the text says."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, found {text}")
    return number


def main():
    """Parse the arguments, run the model, print what it saw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=sorted(TIMED_EVENTS_EACH))
    parser.add_argument("form", choices=sorted(FORMS))
    parser.add_argument("size", type=positive)
    parser.add_argument("seed", type=int)
    chosen = parser.parse_args()
    form = FORMS[chosen.form]
    make = {"W1": form.queue, "W2": form.lock, "W3": form.hold}[chosen.model]
    run = make(chosen.size, random.Random(chosen.seed))
    start = time.process_time()
    statistic = run()
    cpu_s = time.process_time() - start
    print(json.dumps({
        "kernel": "simpy",
        "form": chosen.form,
        "model": chosen.model,
        "events": TIMED_EVENTS_EACH[chosen.model] * chosen.size,
        "cpu_s": cpu_s,
        "statistic": statistic,
        "version": simpy.__version__,
    }))


if __name__ == "__main__":
    main()
