"""Do the kernels simulate the same thing? Each statistic is held against theory."""

import statistics

from .models import MODELS

# A true model strays further than four standard errors once in 16,000 checks.
STANDARD_ERRORS = 4.0


def interval(model, size, runs):
    """Return (least, greatest) for the mean statistic of so many independent runs of this size."""
    expected = MODELS[model].expected(size)
    reach = STANDARD_ERRORS * MODELS[model].deviation(size) / runs**0.5
    return expected - reach, expected + reach


def disagreements(samples, size_of):
    """Return a sentence for each kernel, form and model whose mean statistic lies outside its interval.

    Runs that give the same value twice had the same seed, and count once.
    """
    sentences = []
    for (kernel, form, model), results in sorted(samples.items()):
        values = sorted({result["statistic"] for result in results})
        mean = statistics.fmean(values)
        least, greatest = interval(model, size_of(model), len(values))
        if not least <= mean <= greatest:
            sentences.append(
                f"{model} on {kernel} {form}: {MODELS[model].statistic} is {mean:.5g}, the mean of {len(values)} runs; "
                f"expected {MODELS[model].expected(size_of(model)):.5g}, within [{least:.5g}, {greatest:.5g}]")
    return sentences
