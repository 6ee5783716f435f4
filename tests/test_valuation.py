"""Stock at cost: textbook examples, a second program that keeps single units, and what must hold for any movements.

Houston Electronics: Weygandt, Kimmel & Kieso, *Accounting Principles*, inventories and their perpetual appendix.
Foo Co.: Wikipedia, "FIFO and LIFO accounting".
"""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casestudy.methods.valuation import METHODS, age_of_stock, value_stock

invariant = settings(deadline=None, derandomize=True, max_examples=50)
# Whole cents and whole units are exact in binary floating point, but for the moving average, which divides.
CENTS = {"rel": 1e-12, "abs": 1e-9}


@st.composite
def movements(draw, prices=None):
    """Units and unit costs of receipts and issues in which nothing is issued that is not on hand."""
    units, costs, on_hand = [], [], 0
    price = st.integers(0, 500) if prices is None else prices
    for _ in range(draw(st.integers(1, 25))):
        if on_hand and draw(st.booleans()):
            units.append(-draw(st.integers(1, on_hand)))
            costs.append(None)
        else:
            units.append(draw(st.integers(1, 20)))
            costs.append(draw(price))
        on_hand += units[-1]
    return units, costs


@st.composite
def movements_with_returns(draw):
    """As `movements`, and some receipts bring back a part of what an earlier issue took, up to all of it."""
    units, costs, returns_of, still_out = [], [], [], {}
    for _ in range(draw(st.integers(1, 25))):
        on_hand, away = sum(units), [line for line, left in still_out.items() if left]
        kind = draw(st.sampled_from(["receipt"] + ["issue"] * (on_hand > 0) + ["return"] * 2 * bool(away)))
        issue, cost = None, None
        if kind == "issue":
            quantity = -draw(st.integers(1, on_hand))
            still_out[len(units)] = -quantity
        elif kind == "return":
            issue = draw(st.sampled_from(away))
            quantity = draw(st.integers(1, still_out[issue]))
            still_out[issue] -= quantity
        else:
            quantity, cost = draw(st.integers(1, 20)), draw(st.integers(0, 500))
        units.append(quantity)
        costs.append(cost)
        returns_of.append(issue)
    return units, costs, returns_of


def unit_by_unit(units, costs, method, returns_of=None):
    """Every unit on hand is an entry of a list; a weighted average makes all entries equal; exact fractions."""
    shelf, issued = [], []
    for line, (quantity, cost) in enumerate(zip(units, costs, strict=True)):
        issue = returns_of[line] if returns_of else None
        if issue is not None:
            cost = issued[issue] / -units[issue]
        if quantity > 0:
            shelf += [(line, Fraction(cost))] * quantity
            issued.append(Fraction(0))
            if method == "weighted_average":
                shelf = [(line, sum(cost for _, cost in shelf) / len(shelf))] * len(shelf)
        else:
            gone = [shelf.pop(-1 if method == "lifo" else 0) for _ in range(-quantity)]
            issued.append(sum(cost for _, cost in gone))
    return shelf, issued


# --- Textbooks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "cost_of_goods_sold", "ending_inventory"),
    [("fifo", 6200, 5800), ("lifo", 6300, 5700), ("weighted_average", 6233, 5767)],
)
def test_houston_electronics_perpetual(method, cost_of_goods_sold, ending_inventory):
    valued = value_stock([100, 200, 300, -550, 400], [10, 11, 12, None, 13], method)
    assert valued.value_received == 12_000
    assert round(valued.cost_issued) == cost_of_goods_sold
    assert round(valued.stock_value) == ending_inventory
    assert valued.stock_units == 450


@pytest.mark.parametrize(
    ("method", "cost_of_goods_sold", "ending_inventory"),
    [("fifo", 6200, 5800), ("lifo", 7000, 5000), ("weighted_average", 6600, 5400)],
)
def test_houston_electronics_periodic_when_the_sale_is_costed_last(method, cost_of_goods_sold, ending_inventory):
    valued = value_stock([100, 200, 300, 400, -550], [10, 11, 12, 13, None], method)
    assert valued.cost_issued == pytest.approx(cost_of_goods_sold, **CENTS)
    assert valued.stock_value == pytest.approx(ending_inventory, **CENTS)


@pytest.mark.parametrize(("method", "cost", "left"), [("fifo", 11_050, 5_250), ("lifo", 11_800, 4_500)])
def test_foo_co_sells_210_units_in_november(method, cost, left):
    valued = value_stock([100, 125, 75, -210], [50, 55, 59, None], method)
    assert (valued.cost_issued, valued.stock_value) == (cost, left)


def test_a_day_worked_by_hand_line_by_line():
    """4 at 10 and 6 at 15 on hand; 5 go out, 5 at 21 come in, 8 go out."""
    units = pd.Series([4, 6, -5, 5, -8], index=["opening", "day 1", "day 2", "day 3", "day 4"])
    costs = [10, 15, None, 21, None]
    by_hand = {
        "fifo": ([4 * 10 + 15, 5 * 15 + 3 * 21], [(2, 21)], ["day 3"]),
        "lifo": ([5 * 15, 5 * 21 + 15 + 2 * 10], [(2, 10)], ["opening"]),
        "weighted_average": ([5 * 13, 8 * 17], [(2, 17)], ["day 3"]),  # 130/10, then (65 + 105)/10
    }
    for method, (issued, layers, received) in by_hand.items():
        valued = value_stock(units, costs, method)
        assert valued.lines.index.equals(units.index)
        assert valued.lines["units"].tolist() == units.tolist()
        assert valued.lines["cost_issued"].tolist() == [0, 0, issued[0], 0, issued[1]]
        assert valued.lines["unit_cost"].tolist() == [10, 15, issued[0] / 5, 21, issued[1] / 8]
        assert valued.lines["stock_units"].tolist() == [4, 10, 5, 10, 2]
        in_hand = [40, 130, 130 - issued[0], 235 - issued[0], 235 - sum(issued)]
        assert valued.lines["stock_value"].tolist() == in_hand
        assert list(zip(valued.layers["units"], valued.layers["unit_cost"], strict=True)) == layers
        assert valued.layers["received"].tolist() == received


def test_returns_worked_by_hand():
    """4 at 10 and 6 at 15; 5 go out; 2 of them come back at their mean cost; 6 at 20 come in; 10 go out, 1 comes back.

    FIFO: 5 cost 40 + 15 = 55, so 2 return at 11 behind 5 at 15; of the 10 out, 5 at 15, 2 at 11 and 3 at 20 are 157.
    LIFO: 5 cost 75, so 2 return at 15; of the 10 out, 6 at 20, 2 at 15 and 1 at 15, 1 at 10 are 175.
    Average: 13 each, 7 on hand at 13, with 120 for 6 more 211 for 13; the 10 out and the 1 back at 211/13.
    """
    units, returns_of = [4, 6, -5, 2, 6, -10, 1], [None, None, None, 2, None, None, 5]
    costs = [10, 15, None, None, 20, None, None]
    by_hand = {
        "fifo": ([55, 157], [11, 15.7], 3 * 20 + 15.7),
        "lifo": ([75, 175], [15, 17.5], 3 * 10 + 17.5),
        "weighted_average": ([65, 2110 / 13], [13, 211 / 13], 4 * 211 / 13),
    }
    for method, (issued, back, left) in by_hand.items():
        valued = value_stock(units, costs, method, returns_of=returns_of)
        assert valued.lines["cost_issued"].tolist() == pytest.approx([0, 0, issued[0], 0, 0, issued[1], 0], **CENTS)
        assert valued.lines["unit_cost"].tolist()[3::3] == pytest.approx(back, **CENTS)
        assert valued.stock_value == pytest.approx(left, **CENTS)
        assert valued.value_received == pytest.approx(40 + 90 + 120 + 2 * back[0] + back[1], **CENTS)


# --- A second program -------------------------------------------------------------------------------------


@invariant
@given(movements(), st.sampled_from(METHODS))
def test_units_and_costs_are_those_of_a_list_of_single_units(case, method):
    units, costs = case
    shelf, issued = unit_by_unit(units, costs, method)
    valued = value_stock(units, costs, method)
    assert valued.lines["cost_issued"].tolist() == pytest.approx([float(cost) for cost in issued], **CENTS)
    assert valued.stock_value == pytest.approx(float(sum(cost for _, cost in shelf)), **CENTS)
    assert valued.stock_units == len(shelf)
    repeated = np.repeat(valued.layers["received"].to_numpy(), valued.layers["units"].to_numpy(dtype=int))
    assert repeated.tolist() == [line for line, _ in shelf]
    unit_costs = np.repeat(valued.layers["unit_cost"].to_numpy(), valued.layers["units"].to_numpy(dtype=int))
    assert unit_costs.tolist() == pytest.approx([float(cost) for _, cost in shelf], **CENTS)


@invariant
@given(movements_with_returns(), st.sampled_from(METHODS))
def test_returns_come_back_as_in_a_list_of_single_units(case, method):
    units, costs, returns_of = case
    shelf, issued = unit_by_unit(units, costs, method, returns_of)
    valued = value_stock(units, costs, method, returns_of=returns_of)
    assert valued.lines["cost_issued"].tolist() == pytest.approx([float(cost) for cost in issued], **CENTS)
    unit_costs = np.repeat(valued.layers["unit_cost"].to_numpy(), valued.layers["units"].to_numpy(dtype=int))
    assert unit_costs.tolist() == pytest.approx([float(cost) for _, cost in shelf], **CENTS)
    assert valued.cost_issued + valued.stock_value == pytest.approx(valued.value_received, **CENTS)


@invariant
@given(movements(), st.sampled_from(METHODS))
def test_the_last_issue_taken_back_whole_leaves_its_cost_on_hand(case, method):
    """Stock value is then what it was before the issue, whatever the method: nothing is gained by a return."""
    units, costs = case
    assume(units[-1] < 0)
    before = value_stock(units[:-1], costs[:-1], method)
    returns_of = [None] * len(units) + [len(units) - 1]
    after = value_stock([*units, -units[-1]], [*costs, None], method, returns_of=returns_of)
    assert after.stock_value == pytest.approx(before.stock_value, **CENTS)
    assert after.stock_units == before.stock_units


# --- What must hold ---------------------------------------------------------------------------------------


@invariant
@given(movements(), st.sampled_from(METHODS))
def test_received_is_issued_and_on_hand_after_every_line(case, method):
    units, costs = case
    valued = value_stock(units, costs, method)
    received = np.cumsum([u * c if u > 0 else 0 for u, c in zip(units, costs, strict=True)])
    lines = valued.lines
    assert (lines["cost_issued"].cumsum() + lines["stock_value"]).tolist() == pytest.approx(received.tolist(), **CENTS)
    assert lines["stock_units"].tolist() == np.cumsum(units).tolist()
    assert (lines["stock_value"] >= -CENTS["abs"]).all()
    assert valued.layers["value"].sum() == pytest.approx(valued.stock_value, **CENTS)
    assert (valued.layers["units"] > 0).all()
    if not valued.stock_units:
        assert valued.stock_value == 0


@invariant
@given(movements(), st.sampled_from(["fifo", "lifo"]))
def test_whole_cents_reconcile_exactly_under_fifo_and_lifo(case, method):
    valued = value_stock(*case, method)
    assert valued.cost_issued + valued.stock_value == valued.value_received


@invariant
@given(movements(), st.lists(st.integers(0, 9), min_size=25, max_size=25), st.integers(1, 50))
def test_under_rising_prices_fifo_is_worth_most_and_lifo_least(case, steps, first):
    units, costs = case
    prices = iter(np.cumsum([first, *steps]).tolist())
    costs = [None if cost is None else next(prices) for cost in costs]
    fifo, lifo, average = (value_stock(units, costs, method).stock_value for method in METHODS)
    assert fifo >= average - CENTS["abs"]
    assert average >= lifo - CENTS["abs"]


@invariant
@given(movements(prices=st.just(7)))
def test_at_one_price_every_method_gives_units_times_price(case):
    for method in METHODS:
        assert value_stock(*case, method).stock_value == pytest.approx(7 * sum(case[0]), **CENTS)


@invariant
@given(movements())
def test_fifo_issued_all_at_once_at_the_end_costs_the_same(case):
    """Periodic and perpetual FIFO agree: the oldest units go, whenever they go."""
    units, costs = case
    receipts = [(u, c) for u, c in zip(units, costs, strict=True) if u > 0]
    gone = -sum(u for u in units if u < 0)
    assume(gone)
    at_once = value_stock([u for u, _ in receipts] + [-gone], [c for _, c in receipts] + [None], "fifo")
    assert at_once.cost_issued == value_stock(units, costs, "fifo").cost_issued


@invariant
@given(movements(), movements(), st.randoms(use_true_random=False), st.sampled_from(METHODS))
def test_articles_valued_together_are_as_valued_apart(first, second, random, method):
    """Two articles' movements shuffled into one another, each in its own order."""
    whose = ["first"] * len(first[0]) + ["second"] * len(second[0])
    random.shuffle(whose)
    sources = {"first": zip(*first, strict=True), "second": zip(*second, strict=True)}
    mixed = [next(sources[article]) for article in whose]
    units, costs = pd.Series([units for units, _ in mixed]), [cost for _, cost in mixed]
    together = value_stock(units, costs, method, articles=whose)
    for article, case in (("first", first), ("second", second)):
        apart = value_stock(*case, method)
        own = together.lines[pd.Series(whose) == article].reset_index(drop=True)
        pd.testing.assert_frame_equal(own, apart.lines)
        layers = together.layers[together.layers["article"] == article]
        assert layers["value"].tolist() == apart.layers["value"].tolist()
        assert layers["units"].tolist() == apart.layers["units"].tolist()
    assert together.stock_units == sum(first[0]) + sum(second[0])
    assert together.cost_issued + together.stock_value == pytest.approx(together.value_received, **CENTS)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_on_hand_is_worth_nothing_whatever_the_rounding(method):
    for cost in (0.1, 0.3, 1.1):
        assert value_stock([3, 3, -1, -5], [cost, 0.2, None, None], method).stock_value == 0
        assert value_stock([3, 3, -1, -5], [cost, 0.9, None, None], method).stock_value == 0


def test_the_arguments_are_left_alone():
    units, costs = pd.Series([4, -3]), pd.Series([2.0, np.nan])
    value_stock(units, costs, "fifo")
    assert units.tolist() == [4, -3]
    assert costs.isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("units", "costs", "method", "message"),
    [
        ([3, -4], [1, None], "fifo", "units is -4 at index 1: 3 are on hand: issue no more"),
        (pd.Series({"monday": -1}), [1], "lifo", "units is -1 at index monday: 0 are on hand"),
        ([3, 0], [1, 1], "fifo", "units is 0 at index 1: give whole units"),
        ([2.5], [1], "fifo", "units is 2.5 at index 0: give whole units"),
        ([3], [None], "fifo", "unit_costs is"),
        ([3], [-1], "fifo", "unit_costs is -1 at index 0: give a number 0 or more"),
        ([3, 2], [1, float("nan")], "lifo", "unit_costs is nan at index 1: give a finite number"),
        ([3, 2], [1], "fifo", "unit_costs has 1 values, units 2: give one for each movement"),
        ([3], pd.Series([1], index=["x"]), "fifo", "unit_costs has another index than units"),
        ([3, 2], 5, "fifo", "unit_costs is 5: give one for each movement"),
        ([3, 2], None, "fifo", "unit_costs is None: give one for each movement"),
        ([2**53], [1], "fifo", r"units is 9.0072e\+15 at index 0: give units between -2\^53 and 2\^53"),
        ([3, -1e19], [1, None], "fifo", r"units is -1e\+19 at index 1: give units between"),
        ([3], [1], "hifo", "method is 'hifo': give one of fifo, lifo, weighted_average"),
        ([], [], "fifo", "units has 0 values: give at least 1"),
    ],
)
def test_refuses(units, costs, method, message):
    with pytest.raises(ValueError, match=message):
        value_stock(units, costs, method)


@pytest.mark.parametrize(
    ("returns_of", "message"),
    [
        ([None, None, 3, None, None], "returns_of is 3 at index c: give the position of an earlier issue of the same"),
        ([None, None, 2, None, None], "returns_of is 2 at index c: give the position of an earlier issue of the same"),
        ([None, None, -4, None, None], "returns_of is -4 at index c: give the position of an earlier issue"),
        ([None, None, 9, None, None], "returns_of is 9 at index c: give the position of an earlier issue"),
        ([None, None, 1.5, None, None], "returns_of is 1.5 at index c: give the position of an earlier issue"),
        ([None, None, 0, None, None], "returns_of is 0 at index c: a receipt stands there: give the position of an i"),
        ([None, None, None, 1, None], "returns_of is 1 at index d: only a receipt can be a return: leave it missing"),
        ([None, None, 1, None, 1], "returns_of is 1 at index e: 1 units of that issue are still out: return no more"),
        ([None, None, "b", None, None], "(?s)returns_of is .*: give a number"),
        ([None, None, True, None, None], "(?s)returns_of is .*: give a number"),
        ([1], "returns_of has 1 values, units 5: give one for each movement"),
        (1, "returns_of is 1: give one for each movement"),
        (pd.Series([None, None, 1, None, None]), "returns_of has another index than units"),
    ],
)
def test_refuses_a_return_of_what_is_not_out(returns_of, message):
    units = pd.Series([9, -4, 3, -1, 2], index=list("abcde"))
    with pytest.raises(ValueError, match=message):
        value_stock(units, [1, None, 1, None, 1], "fifo", returns_of=returns_of)


def test_refuses_a_return_of_another_articles_issue():
    movements_of = {"units": [3, -2, 1], "unit_costs": [1, None, None], "method": "lifo", "returns_of": [None, None, 1]}
    assert value_stock(**movements_of, articles=["ball", "ball", "ball"]).stock_units == 2
    with pytest.raises(ValueError, match="returns_of is 1 at index 2: give the position of an earlier issue of the sa"):
        value_stock(**movements_of, articles=["ball", "ball", "doll"])


def test_a_return_needs_no_cost_and_looks_at_none():
    for cost in (None, np.nan, 99):
        valued = value_stock([3, -2, 1], [4, None, cost], "fifo", returns_of=pd.Series([np.nan, np.nan, 1]))
        assert valued.stock_value == 8


def test_refuses_to_take_one_article_from_the_layers_of_another():
    with pytest.raises(ValueError, match="units is -1 at index 1: 0 of doll are on hand: issue no more"):
        value_stock([3, -1], [1, None], "fifo", articles=["ball", "doll"])
    with pytest.raises(ValueError, match="articles has 1 values, units 2: give one for each movement"):
        value_stock([3, -1], [1, None], "fifo", articles=["ball"])


# --- Age --------------------------------------------------------------------------------------------------


def layers_of(*rows):
    return pd.DataFrame(rows, columns=["received", "units", "value"])


def test_a_boundary_belongs_to_the_younger_bucket():
    aged = age_of_stock(layers_of((70, 1, 2.0), (69, 2, 4.0), (10, 3, 6.0), (9, 4, 8.0)), 100, boundaries=(30, 90))
    assert aged["units"].to_dict() == {"0 to 30": 1, "over 30 to 90": 2 + 3, "over 90": 4}
    assert aged["value_share"].tolist() == [2 / 20, 10 / 20, 8 / 20]


@invariant
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 30), st.integers(0, 900)), max_size=12),
    st.lists(st.integers(1, 300), min_size=1, max_size=4, unique=True).map(sorted),
)
def test_buckets_hold_every_unit_once_by_its_own_age(rows, boundaries):
    aged = age_of_stock(layers_of(*rows), 400, boundaries)
    edges = [-1, *boundaries, float("inf")]
    for place, (young, old) in enumerate(pairwise(edges)):
        held = [row for row in rows if young < 400 - row[0] <= old]
        assert aged["units"].iloc[place] == sum(row[1] for row in held)
        assert aged["value"].iloc[place] == sum(row[2] for row in held)
    assert aged["value_share"].sum() == pytest.approx(1 if sum(row[2] for row in rows) else 0)


def test_the_age_of_fifo_layers_is_that_of_the_units_left():
    valued = value_stock(pd.Series([5, 5, -7], index=[0, 40, 50]), [1, 1, None], "fifo")
    assert age_of_stock(valued.layers, 60, boundaries=(30,))["units"].tolist() == [3, 0]


@pytest.mark.parametrize(
    ("rows", "today", "boundaries", "message"),
    [
        ([(11, 1, 1.0)], 10, (30,), "received is 11 at index 0: give a day up to today, 10"),
        ([(1, -1, 1.0)], 10, (30,), "units is -1 at index 0"),
        ([(1, 1, -1.0)], 10, (30,), "value is -1 at index 0"),
        ([(1, 1, 1.0)], 10, (30, 30), "boundaries is"),
        ([(1, 1, 1.0)], 10, (0, 30), "boundaries is 0 at index 0"),
        ([(1, 1, 1.0)], 10, 30, "boundaries is 30: give ages that rise"),
    ],
)
def test_ageing_refuses(rows, today, boundaries, message):
    with pytest.raises(ValueError, match=message):
        age_of_stock(layers_of(*rows), today, boundaries)
