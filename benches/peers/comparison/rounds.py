"""Runs all programs once a round, in an order that is shuffled anew for each round."""

import random
import sys


def measure(programs, rounds, size_of, seed):
    """Return the results by (kernel, form, model), in the order of the rounds, each a list as long as `rounds`."""
    shuffle = random.Random(seed)
    samples = {}
    for number in range(1, rounds + 1):
        order = list(programs)
        shuffle.shuffle(order)
        for program in order:
            for result in program.run(size_of(program.model), seed * 1000 + number):
                samples.setdefault((result["kernel"], result["form"], result["model"]), []).append(result)
                print(f"round {number} of {rounds}: {result['model']} {result['kernel']} {result['form']}: "
                      f"{speed(result):.3g} million timed events per CPU second, {result['statistic']:.5g}",
                      file=sys.stderr, flush=True)
    return samples


def speed(result):
    """Millions of timed events per CPU second."""
    return result["events"] / result["cpu_s"] / 1e6
