"""What pytest needs beyond its plugins: nbval made to bite.

nbval passes a notebook whose outputs were stripped, and never compares PNG images. Here a code cell that was not
executed, or that asks not to be checked, fails; and images are compared as everything else.
"""

import pytest


def pytest_runtest_setup(item):
    if not item.nodeid.partition("::")[0].endswith(".ipynb"):
        return
    item.parent.skip_compare = tuple(key for key in item.parent.skip_compare if not key.startswith("image/"))
    place = f"{item.parent.path.name}, code cell {item.cell_num + 1}"
    if item.cell.source.strip() and item.cell.execution_count is None:
        pytest.fail(f"{place} has no stored output: run `make notebooks` and commit the result", pytrace=False)
    if item.options["skip"] or not item.options["check"]:
        pytest.fail(f"{place} asks nbval not to compare its output: remove the marker", pytrace=False)
