"""The science: pure functions of numbers, arrays and frames."""
