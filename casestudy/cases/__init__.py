"""The registry: every module of this package is a case, and nothing else names them all.

A case module has `CITATION`, `TITLE`, `SUMMARY`, a `Parameters` model, steps (`Parameters -> table`),
`solve(parameters) -> dict` of named results with units in the names, and `RECOMPUTE`, which maps a claim's
id to the function of its printed inputs that recomputes it.
"""

import importlib
import pkgutil

from casestudy.errors import CasestudyError, nearest


def names():
    """The cases, in alphabetical order.

    >>> "puyo_toy_store" in names()
    True
    """
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(name):
    """The module of a case.

    Raises
    ------
    CasestudyError
        If there is no such case; names the nearest one.

    >>> load("puyo_toy_store").TITLE
    'Puyo toy store'
    """
    if name not in names():
        raise CasestudyError(f"no case is called {name!r}{nearest(name, names())} (casestudy list shows them all)")
    return importlib.import_module(f"{__name__}.{name}")
