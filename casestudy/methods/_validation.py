"""Checks at the public boundary of the methods: one error message for one kind of mistake."""

import functools
import inspect
import math
from numbers import Integral, Real

import numpy as np
import pandas as pd

__all__ = ["elementwise", "finite", "in_range", "numeric_series", "one_number", "refuse", "whole_number"]

_BOUNDS = {
    "finite": (-math.inf, math.inf, "[]", "that is finite"),
    "positive": (0.0, math.inf, "(]", "greater than 0"),
    "non-negative": (0.0, math.inf, "[]", "0 or more"),
    "probability": (0.0, 1.0, "()", "between 0 and 1, both excluded"),
    "share": (0.0, 1.0, "[]", "between 0 and 1, both included"),
    "smoothing constant": (0.0, 1.0, "(]", "greater than 0 and at most 1"),
}


def elementwise(**kinds):
    """Decorator for a formula: it takes numbers, lists, arrays and Series alike, and its arguments are checked.

    The formula gets floats, float arrays (lists too) and nameless float Series, so it can be written as if all
    were numbers. A numpy number that it returns becomes a plain float.

    Parameters
    ----------
    kinds : str, by name of the argument
        The range of each argument, as for `in_range`. An argument whose default is None may be None; one that
        is not named here reaches the formula as it was given.

    Raises
    ------
    ValueError
        By the formula when called: if an argument is out of its range or empty, if lengths do not match, or if
        two Series do not have one index, for pandas would then pair other numbers than the caller.

    >>> @elementwise(order_quantity="positive", safety_stock="non-negative")
    ... def average_stock(order_quantity, safety_stock):
    ...     return order_quantity / 2 + safety_stock
    >>> average_stock(100, safety_stock=10)
    60.0
    >>> average_stock([100, 200], safety_stock=10).tolist()
    [60.0, 110.0]
    >>> average_stock(pd.Series({"pen": 100, "clip": 0}), safety_stock=10)
    Traceback (most recent call last):
    ValueError: order_quantity is 0 at index clip: give a number greater than 0
    """

    def decorate(formula):
        signature = inspect.signature(formula)

        @functools.wraps(formula)
        def checked(*args, **kwargs):
            call = signature.bind(*args, **kwargs)
            call.apply_defaults()
            operands = {}
            for name, kind in kinds.items():
                value = call.arguments[name]
                if value is not None or signature.parameters[name].default is not None:
                    in_range(kind, **{name: value})
                    operands[name] = _operand(value)
            _check_match(operands)
            result = formula(**(call.arguments | operands))
            return float(result) if isinstance(result, np.number) else result

        return checked

    return decorate


def finite(**arguments):
    """Raise ValueError unless every argument is a finite number, or an array or Series of them.

    >>> finite(lead_time=3)
    >>> finite(lead_time=float("nan"))
    Traceback (most recent call last):
    ValueError: lead_time is nan: give a finite number
    """
    in_range("finite", **arguments)


def in_range(kind, **arguments):
    """Raise ValueError unless every argument is finite and lies in the range that `kind` names.

    Parameters
    ----------
    kind : str
        "finite" (any finite number), "positive", "non-negative", "probability" (0 and 1 excluded), "share"
        (included) or "smoothing constant" (0 excluded, 1 included).
    arguments : float, list, array or Series, by name
        The values to check, at least one each; the name appears in the message.

    Raises
    ------
    ValueError
        Naming the argument, the value, its place in an array or Series, and the range.

    >>> in_range("probability", cycle_service_level=1.5)
    Traceback (most recent call last):
    ValueError: cycle_service_level is 1.5: give a number between 0 and 1, both excluded
    """
    low, high, ends, words = _BOUNDS[kind]
    for name, value in arguments.items():
        numbers = _numbers(name, value)
        refuse(name, value, ~np.isfinite(numbers), "give a finite number")
        below = numbers < low if ends[0] == "[" else numbers <= low
        above = numbers > high if ends[1] == "]" else numbers >= high
        refuse(name, value, below | above, f"give a number {words}")


def one_number(kind, **arguments):
    """Raise ValueError unless every argument is a single number in the range that `kind` names.

    >>> one_number("smoothing constant", alpha=[0.1, 0.2])
    Traceback (most recent call last):
    ValueError: alpha is [0.1, 0.2]: give one number
    """
    for name, value in arguments.items():
        if np.ndim(value):
            raise ValueError(f"{name} is {value!r}: give one number")
        in_range(kind, **{name: value})


def whole_number(minimum, **arguments):
    """Raise ValueError unless every argument is a whole number, an int and not a bool, of the minimum or more.

    >>> whole_number(1, window=2.5)
    Traceback (most recent call last):
    ValueError: window is 2.5: give a whole number of 1 or more
    """
    for name, value in arguments.items():
        if not isinstance(value, Integral) or isinstance(value, bool) or value < minimum:
            raise ValueError(f"{name} is {value!r}: give a whole number of {minimum} or more")


def numeric_series(name, value, minimum_length=1, kind="finite"):
    """The argument as a float Series with its index kept; arrays and lists get the index 0, 1, 2, ...

    Raises
    ------
    ValueError
        If it is not one-dimensional, is too short, or holds anything but numbers in the range that `kind`
        names, as for `in_range`.

    >>> numeric_series("demand", [3, 4]).tolist()
    [3.0, 4.0]
    """
    if np.ndim(value) != 1:
        raise ValueError(f"{name} has {np.ndim(value)} dimensions: give a Series or a list of numbers")
    if len(value) < minimum_length:
        raise ValueError(f"{name} has {len(value)} values: give at least {minimum_length}")
    in_range(kind, **{name: value})
    series = value if isinstance(value, pd.Series) else pd.Series(np.asarray(value))
    return series.astype(float)


def refuse(name, value, is_wrong, mend):
    """Raise ValueError for the first entry that is marked as wrong: its name, value and index, and the mend.

    >>> unit_costs = pd.Series({"small lot": 4, "large lot": 5})
    >>> refuse("unit_costs", unit_costs, unit_costs.diff() > 0, "give a price not above the one before")
    Traceback (most recent call last):
    ValueError: unit_costs is 5 at index large lot: give a price not above the one before
    """
    is_wrong = np.asarray(is_wrong, dtype=bool)
    if not is_wrong.any():
        return
    if is_wrong.ndim == 0:
        raise ValueError(f"{name} is {value}: {mend}")
    position = int(is_wrong.argmax())
    entry = np.asarray(value).ravel()[position]
    label = value.index[position] if isinstance(value, pd.Series) else position
    raise ValueError(f"{name} is {_printed(entry)} at index {label}: {mend}")


def _printed(entry):
    return f"{entry:g}" if isinstance(entry, Real) else repr(entry)


def _numbers(name, value):
    """The values as a float array; bools and text are refused, alone, in an array or in a list of numbers."""
    try:
        array = np.asarray(value)
        entries = np.asarray(value, dtype=object).ravel() if isinstance(value, list | tuple) else [value]
    except ValueError:  # rows of different lengths
        array, entries = np.array([None]), []
    if array.ndim and not array.size:
        raise ValueError(f"{name} is empty: give at least one number")
    is_numeric = array.dtype.kind in "iuf" if array.ndim else isinstance(value, Real)
    if not is_numeric or any(isinstance(entry, bool | np.bool_) for entry in entries):
        raise ValueError(f"{name} is {value!r}: give a number, or an array or Series of numbers")
    return array.astype(float)


def _operand(value):
    if np.ndim(value) == 0:
        return float(value)
    return value.astype(float).rename(None) if isinstance(value, pd.Series) else np.asarray(value, dtype=float)


def _check_match(operands):
    shapes = {name: np.shape(value) for name, value in operands.items() if np.ndim(value)}
    indexes = {name: value.index for name, value in operands.items() if isinstance(value, pd.Series)}
    try:
        shape = np.broadcast_shapes(*shapes.values())
    except ValueError:
        shape = None
    if shape is None or any(shapes[name] != shape for name in indexes):
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"{listed} do not match: give arrays of one length")
    first = next(iter(indexes), None)
    for name, index in indexes.items():
        if not index.equals(indexes[first]):
            pairs = list(zip(indexes[first], index, strict=True))
            label = next((one for one, other in pairs if one != other), pairs[0][0])
            raise ValueError(
                f"{name} has another index than {first}: they differ at index {label}: give them the same index"
            )
