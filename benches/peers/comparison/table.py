"""Writes what was measured as a Markdown fragment."""

import statistics

from .agreement import STANDARD_ERRORS, interval
from .models import MODELS
from .rounds import speed

OWN = "jqlab"
FLOOR = "floor"


def fragment(samples, size_of, facts):
    """Return the tables of speeds and of statistics, and the facts about the machine, as Markdown."""
    models = [model for model in MODELS if any(key[2] == model for key in samples)]
    lines = ["Million timed events per CPU second, median [least, greatest] of the rounds; in brackets below, how many "
             "times as fast jqlab was in the same round, median [least, greatest].", ""]
    lines += _speeds(samples, models)
    lines += ["", "Statistics, the mean of the rounds, and the interval that theory allows them "
              f"(± {STANDARD_ERRORS:.0f} standard errors):", ""]
    lines += _statistics(samples, models, size_of)
    lines += ["", *(f"- {name}: {value}" for name, value in facts)]
    return "\n".join(lines) + "\n"


def _speeds(samples, models):
    lines = ["| kernel | form | " + " | ".join(models) + " |", "|---" * (2 + len(models)) + "|"]
    for kernel, form in _rows(samples):
        cells = [_speed_cell(samples, kernel, form, model) for model in models]
        lines.append(f"| {kernel} | {form} | " + " | ".join(cells) + " |")
    return lines


def _rows(samples):
    """Kernels and forms, the floor and jqlab first, then the others by their names."""
    rank = {FLOOR: 0, OWN: 1}
    return sorted({key[:2] for key in samples}, key=lambda row: (rank.get(row[0], 2), row))


def _speed_cell(samples, kernel, form, model):
    results = samples.get((kernel, form, model))
    if not results:
        return "–"
    cell = _spread([speed(result) for result in results])
    ratios = ratios_to_own(samples, (kernel, form, model))
    if ratios and kernel != OWN:
        cell += f"<br>({_spread(ratios)})"
    return cell


def ratios_to_own(samples, key):
    """How many times as fast jqlab was, round by round; empty if jqlab was not measured."""
    own = next((results for (kernel, _, model), results in sorted(samples.items())
                if kernel == OWN and model == key[2]), [])
    return [speed(mine) / speed(theirs) for mine, theirs in zip(own, samples[key])]


def _spread(values):
    return f"{_digits(statistics.median(values))} [{_digits(min(values))}, {_digits(max(values))}]"


def _digits(value):
    """Three digits, without an exponent."""
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{decimals}f}"


def _statistics(samples, models, size_of):
    lines = ["| kernel | form | " + " | ".join(f"{model}: {MODELS[model].statistic}" for model in models) + " |",
             "|---" * (2 + len(models)) + "|"]
    for kernel, form in _rows(samples):
        cells = []
        for model in models:
            values = {result["statistic"] for result in samples.get((kernel, form, model), [])}
            cells.append(f"{statistics.fmean(values):.5g}" if values else "–")
        lines.append(f"| {kernel} | {form} | " + " | ".join(cells) + " |")
    cells = []
    for model in models:
        runs = max(len({result["statistic"] for result in results})
                   for key, results in samples.items() if key[2] == model)
        least, greatest = interval(model, size_of(model), runs)
        cells.append(f"{MODELS[model].expected(size_of(model)):.5g} [{least:.5g}, {greatest:.5g}]")
    lines.append("| theory | | " + " | ".join(cells) + " |")
    return lines
