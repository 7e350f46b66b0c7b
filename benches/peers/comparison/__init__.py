"""Compares the speed of event kernels: prepare, measure in rounds, check the statistics, write the table."""
