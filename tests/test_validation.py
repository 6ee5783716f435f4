"""The shared checks: what they let through, what they refuse, and what they say."""

import inspect
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casestudy.methods._validation import (
    elementwise,
    finite,
    in_range,
    numeric_series,
    one_number,
    refuse,
    whole_number,
)

invariant = settings(deadline=None, derandomize=True, max_examples=50)
NAN, INFINITY = float("nan"), float("inf")
RANGES = {
    "finite": ([-1e300, 0, 1e300], []),
    "positive": ([5e-324, 1], [0, -1]),
    "non-negative": ([0, 1], [-5e-324, -1]),
    "probability": ([5e-324, 0.5, np.nextafter(1, 0)], [0, 1]),
    "share": ([0, 1], [-5e-324, np.nextafter(1, 2)]),
    "smoothing constant": ([5e-324, 1], [0, np.nextafter(1, 2)]),
}
NO_NUMBERS = [
    True,
    np.True_,
    None,
    "3",
    1j,
    np.complex128(1),
    Decimal(1),
    pd.NA,
    {"pen": 1},
    np.array(3),
    [True, False],
    [True, 2],
    [2.5, np.False_],
    [[1, 2], [3, True]],
    (1, True),
    ["1", 2],
    [1, None],
    [[1, 2], [3]],
    np.array([True, False]),
    np.array([1, 2], dtype=object),
    np.array(["1", "2"]),
    pd.Series([1, True]),
    pd.Series([True, False]),
    pd.Series([1, 2], dtype=object),
    pd.Series(["1", "2"]),
]


@elementwise(rate="non-negative", time="positive", stock="finite")
def formula(rate, time, *, stock=None, digits=None):
    """Shelf life, say."""
    result = rate * time + (0 if stock is None else stock)
    return result if digits is None else np.round(result, digits)


# --- numbers and ranges ---


@pytest.mark.parametrize("kind", RANGES)
def test_ranges_hold_at_their_very_ends(kind):
    inside, outside = RANGES[kind]
    for value in inside:
        in_range(kind, level=value)
    in_range(kind, level=inside)
    for value in outside:
        with pytest.raises(ValueError, match=r"^level is .*: give a number "):
            in_range(kind, level=value)
        with pytest.raises(ValueError, match=rf"^level is .* at index {len(inside)}: give a number "):
            in_range(kind, level=[*inside, value])


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_number_or_hides_a_bool_text_or_object_is_refused(value):
    for check in (finite, partial(in_range, "positive"), elementwise(level="finite")(lambda level: level)):
        with pytest.raises(ValueError, match=r"^level is (.|\n)*: give a number, or an array or Series of numbers$"):
            check(level=value)


@pytest.mark.parametrize(
    "value",
    [3, 2.5, Fraction(1, 2), np.int8(3), np.float32(0.5), [1, 2.5], (1, 2), range(3), pd.Index([1, 2])],
    ids=repr,
)
def test_every_kind_of_finite_number_passes(value):
    finite(level=value)


@pytest.mark.parametrize("wrong", [NAN, INFINITY, -INFINITY])
@pytest.mark.parametrize("kind", RANGES)
def test_nan_and_infinity_are_in_no_range_and_named_with_their_index(kind, wrong):
    with pytest.raises(ValueError, match=rf"^level is {wrong}: give a finite number$"):
        in_range(kind, level=wrong)
    with pytest.raises(ValueError, match=rf"^level is {wrong} at index Feb: give a finite number$"):
        in_range(kind, level=pd.Series([0.5, wrong], index=["Jan", "Feb"]))


@pytest.mark.parametrize(
    "nothing", [[], (), np.array([]), np.ones((0, 2)), pd.Series(dtype=float), pd.Series([])], ids=repr
)
def test_empty_input_is_refused(nothing):
    with pytest.raises(ValueError, match=r"^level is empty: give at least one number$"):
        in_range("share", level=nothing)


@pytest.mark.parametrize("value", [[0.5], np.array([0.5]), pd.Series([0.5])], ids=repr)
def test_one_number_is_no_list_of_one(value):
    with pytest.raises(ValueError, match=r"^share is (.|\n)*: give one number$"):
        one_number("share", share=value)


def test_one_number_has_its_range():
    one_number("share", share=1)
    with pytest.raises(ValueError, match=r"^share is 1.5: give a number between 0 and 1, both included$"):
        one_number("share", share=1.5)


@pytest.mark.parametrize(
    "value", [True, np.True_, 2.0, np.float64(2), "2", None, NAN, [2], np.array([2]), 1, -2], ids=repr
)
def test_whole_number_is_an_int_of_the_minimum_or_more(value):
    with pytest.raises(ValueError, match=r"^window is .*: give a whole number of 2 or more$"):
        whole_number(2, window=value)


@pytest.mark.parametrize("value", [2, 10**30, np.int64(2), np.uint8(255)])
def test_whole_number_takes_any_integer_type(value):
    whole_number(2, window=value)


# --- series and first wrong entries ---


@pytest.mark.parametrize(
    "demand", [pd.Series([3.0, 4.0], index=["Jan", "Feb"]), np.array([3.0, 4.0]), [3.0, 4.0]], ids=repr
)
def test_numeric_series_is_a_copy_with_the_index_of_its_argument(demand):
    series = numeric_series("demand", demand)
    assert series.index.tolist() == (["Jan", "Feb"] if isinstance(demand, pd.Series) else [0, 1])
    assert series.dtype == float
    series.iloc[0] = 9
    assert list(demand) == [3, 4]


@pytest.mark.parametrize(
    ("value", "options", "message"),
    [
        (3, {}, "demand has 0 dimensions: give a Series or a list of numbers"),
        ([[1, 2]], {}, "demand has 2 dimensions: give a Series or a list of numbers"),
        ([1], {"minimum_length": 2}, "demand has 1 values: give at least 2"),
        ([1, -2], {"kind": "non-negative"}, "demand is -2 at index 1: give a number 0 or more"),
        ([1, True], {}, "demand is .*: give a number, or an array or Series of numbers"),
    ],
)
def test_numeric_series_refuses(value, options, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        numeric_series("demand", value, **options)


@invariant
@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_refuse_names_the_first_entry_that_is_marked(marks):
    values = pd.Series(
        [f"value {place}" for place in range(len(marks))], index=[f"item {p}" for p in range(len(marks))]
    )
    if any(marks):
        place = marks.index(True)
        with pytest.raises(ValueError, match=f"^kind is 'value {place}' at index item {place}: mend it$"):
            refuse("kind", values, marks, "mend it")
    else:
        refuse("kind", values, marks, "mend it")


# --- formulas of numbers ---


@invariant
@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0.01, 1e6)), min_size=1, max_size=8))
def test_lists_arrays_and_series_give_the_values_of_their_elements(pairs):
    rates, times = (list(column) for column in zip(*pairs, strict=True))
    one_by_one = [formula(rate, time) for rate, time in pairs]
    index = [f"item {place}" for place in range(len(pairs))]
    assert formula(rates, times).tolist() == one_by_one
    assert formula(np.array(rates), tuple(times)).tolist() == one_by_one
    series = pd.Series(rates, index=index, name="rate")
    pd.testing.assert_series_equal(formula(series, times), pd.Series(one_by_one, index=index))


def test_formula_gives_plain_floats_and_does_not_overflow_or_truncate():
    assert type(formula(1, 2)) is float
    assert type(formula(np.int8(100), np.int8(100), digits=1)) is float
    assert formula(np.array([100], dtype="int8"), np.array([100], dtype="int8")).tolist() == [10_000]
    assert formula([1, 2], [[1], [10]]).tolist() == [[1, 2], [10, 20]]


def test_formula_leaves_its_arguments_and_keeps_its_signature_and_docstring():
    rates = pd.Series([1, 2], name="rate")
    kept = rates.copy()
    formula(rates, 2)
    pd.testing.assert_series_equal(rates, kept)
    assert list(inspect.signature(formula).parameters) == ["rate", "time", "stock", "digits"]
    assert inspect.getdoc(formula) == "Shelf life, say."


def test_argument_may_be_none_only_where_none_is_its_default():
    assert formula(2, 3, stock=None) == 6
    with pytest.raises(ValueError, match=r"^time is None: give a number"):
        formula(2, None)
    with pytest.raises(ValueError, match=r"^stock is nan: give a finite number"):
        formula(2, 3, stock=NAN)


@pytest.mark.parametrize(
    ("first", "second", "shapes"),
    [
        ([1, 2], [1, 2, 3], r"rate \(2,\), time \(3,\)"),
        (pd.Series([1, 2]), [[1], [2]], r"rate \(2,\), time \(2, 1\)"),
        (pd.Series([1]), [1, 2], r"rate \(1,\), time \(2,\)"),
        (pd.Series([1, 2]), pd.Series([1, 2, 3]), r"rate \(2,\), time \(3,\)"),
    ],
)
def test_lengths_that_do_not_match_are_listed_by_name(first, second, shapes):
    with pytest.raises(ValueError, match=rf"^{shapes} do not match: give arrays of one length$"):
        formula(first, second)


MONTHS = pd.period_range("2021-01", periods=2, freq="M")


@pytest.mark.parametrize(
    ("first", "second", "label"),
    [
        (["pen", "book"], ["pen", "clip"], "book"),
        (["pen", "book"], ["book", "pen"], "pen"),
        ([0, 1], ["0", "1"], "0"),
        (MONTHS, MONTHS.to_timestamp(), "2021-01"),
        (MONTHS, MONTHS.asfreq("D"), "2021-01"),
        (pd.CategoricalIndex(["pen", "book"]), pd.CategoricalIndex(["pen", "clip"]), "book"),
        (
            pd.MultiIndex.from_tuples([("a", 1), ("b", 1)]),
            pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]),
            r"\('b', 1\)",
        ),
    ],
)
def test_series_of_another_index_are_refused_with_the_first_label_that_differs(first, second, label):
    message = rf"^time has another index than rate: they differ at index {label}: give them the same index$"
    with pytest.raises(ValueError, match=message):
        formula(pd.Series([1, 2], index=first), pd.Series([1, 2], index=second))
