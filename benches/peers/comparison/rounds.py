"""Runs all programs once a round, in an order that is shuffled anew for each round."""

import random
import sys


def measure(programs, rounds, size_of, seed):
    """Return the results by (kernel, form, model), a list with one for each round, in their order.

    Ctrl-C ends the run early: what is returned then are the complete rounds.
    """
    shuffle = random.Random(seed)
    complete = []
    try:
        for number in range(1, rounds + 1):
            order = list(programs)
            shuffle.shuffle(order)
            complete.append(_round(order, f"round {number} of {rounds}", size_of, seed * 1000 + number))
    except KeyboardInterrupt:
        print(f"interrupted: {len(complete)} of {rounds} rounds are complete", file=sys.stderr)
    samples = {}
    for results in complete:
        for result in results:
            samples.setdefault((result["kernel"], result["form"], result["model"]), []).append(result)
    return samples


def _round(order, title, size_of, seed):
    """Run the programs in this order; return all results."""
    results = []
    for program in order:
        for result in program.run(size_of(program.model), seed):
            results.append(result)
            print(f"{title}: {result['model']} {result['kernel']} {result['form']}: "
                  f"{speed(result):.3g} million timed events per CPU second, {result['statistic']:.5g}",
                  file=sys.stderr, flush=True)
    return results


def speed(result):
    """Millions of timed events per CPU second."""
    return result["events"] / result["cpu_s"] / 1e6
