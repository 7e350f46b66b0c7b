"""Tests of the comparison itself: `python3 -m unittest discover benches/peers`."""

import sys
import tempfile
import unittest
from pathlib import Path

from comparison import agreement, command_line, kernels, models, rounds, table


def result(kernel, form, model, statistic, cpu_s=1.0):
    """Return a result as a program would print it."""
    return {"kernel": kernel, "form": form, "model": model, "events": 2_000_000, "cpu_s": cpu_s,
            "statistic": statistic}


def full_size(model):
    """Return the size that the model has without --quick."""
    return models.MODELS[model].size


class Theory(unittest.TestCase):
    """The expected statistics."""

    def test_one_server_waits_as_the_textbook_says(self):
        with _constants(SERVERS=1, LOAD=0.5):
            self.assertAlmostEqual(models.queue_mean_wait(), 1.0)

    def test_a_lock_with_only_writers_is_a_closed_queue_with_one_server(self):
        with _constants(WORKERS=2, SHARED_SHARE=0.0, HOLD_MEAN_MS=1.0, THINK_MEAN_MS=1.0):
            # Two customers, shares 1 : 2 : 2 of none, one or two at the lock: waiting 2/5, releases 4/5.
            self.assertAlmostEqual(models.lock_mean_wait_ms(), 0.5)

    def test_readers_alone_never_wait(self):
        with _constants(SHARED_SHARE=1.0):
            self.assertEqual(models.lock_mean_wait_ms(), 0.0)


class Agreement(unittest.TestCase):
    """The check of the statistics."""

    def test_a_statistic_at_its_expected_value_agrees(self):
        samples = {("k", "f", "W1"): [result("k", "f", "W1", models.queue_mean_wait())]}
        self.assertEqual(agreement.disagreements(samples, full_size), [])

    def test_a_statistic_beyond_four_standard_errors_is_named_with_its_interval(self):
        _, greatest = agreement.interval("W2", full_size("W2"), 1)
        samples = {("k", "f", "W2"): [result("k", "f", "W2", greatest * 1.001)]}
        [sentence] = agreement.disagreements(samples, full_size)
        self.assertIn("W2 on k f", sentence)

    def test_the_same_run_twice_counts_once(self):
        _, greatest = agreement.interval("W2", full_size("W2"), 1)
        inside = result("k", "f", "W2", greatest * 0.999)
        self.assertEqual(agreement.disagreements({("k", "f", "W2"): [inside] * 9}, full_size), [])


class Table(unittest.TestCase):
    """The Markdown fragment."""

    def test_ratios_are_taken_within_a_round(self):
        samples = {("jqlab", "", "W1"): [result("jqlab", "", "W1", 0.2, 1.0), result("jqlab", "", "W1", 0.2, 4.0)],
                   ("k", "f", "W1"): [result("k", "f", "W1", 0.2, 3.0), result("k", "f", "W1", 0.2, 8.0)]}
        self.assertEqual(table.ratios_to_own(samples, ("k", "f", "W1")), [3.0, 2.0])

    def test_only_what_is_between_the_marks_is_replaced(self):
        with tempfile.TemporaryDirectory() as directory:
            page = Path(directory) / "page.md"
            page.write_text(f"before\n{command_line.BEGIN}\nold\n{command_line.END}\nafter\n", encoding="utf-8")
            self.assertEqual(command_line.write("new\n", page), 0)
            self.assertEqual(page.read_text(encoding="utf-8"),
                             f"before\n{command_line.BEGIN}\nnew\n{command_line.END}\nafter\n")


class Programs(unittest.TestCase):
    """Running what is compared."""

    def test_a_program_that_fails_is_named_with_what_it_said(self):
        program = kernels.Program("k", "f", "W1", (sys.executable, "-c", "raise SystemExit('no luck')"))
        with self.assertRaisesRegex(kernels.Failed, "k f W1(.|\n)*no luck"):
            program.run(1, 1)

    def test_each_round_has_its_own_seed(self):
        line = '{{"kernel": "k", "form": "f", "model": "W1", "events": 1, "cpu_s": 1, "statistic": {seed}}}'
        program = kernels.Program("k", "f", "W1", ("echo", line))
        samples = rounds.measure([program], 2, lambda _: 1, 7)
        self.assertEqual([seen["statistic"] for seen in samples["k", "f", "W1"]], [7001, 7002])

    def test_an_interrupted_run_reports_the_rounds_that_are_complete(self):
        class Interrupted:
            """Prints a result twice, and is then interrupted."""

            model = "W1"
            runs = 0

            def run(self, _size, seed):
                self.runs += 1
                if self.runs == 3:
                    raise KeyboardInterrupt
                return [result("k", "f", "W1", seed)]

        samples = rounds.measure([Interrupted()], 5, full_size, 7)
        self.assertEqual([seen["statistic"] for seen in samples["k", "f", "W1"]], [7001, 7002])


class _constants:
    """Lets the constants of the models be others for a while."""

    def __init__(self, **values):
        self.values = values

    def __enter__(self):
        self.saved = {name: getattr(models, name) for name in self.values}
        for name, value in self.values.items():
            setattr(models, name, value)

    def __exit__(self, *_):
        for name, value in self.saved.items():
            setattr(models, name, value)


if __name__ == "__main__":
    unittest.main()
