"""Lot sizing against textbook examples, brute force on independently written costs, and invariants.

Snyder & Shen: *Fundamentals of Supply Chain Theory*, 2nd ed., Wiley 2019. The digits beyond the book's are
those that its first author checks in the tests of stockpyl 1.0.2 (tests/test_eoq.py).
Nahmias: *Production and Operations Analysis*, chapter 4 (the trash bags of the Weighty Trash Bag Company).
"""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from casestudy.methods.lot_sizing import (
    cost_curve,
    cost_penalty,
    economic_order_quantity,
    economic_order_quantity_with_all_units_discounts,
    economic_order_quantity_with_backorders,
    economic_order_quantity_with_incremental_discounts,
    economic_production_quantity,
    implied_fixed_cost,
    implied_holding_cost,
    lot_size_cost,
)

EXAMPLE_3_1 = {"demand_rate": 1300, "fixed_cost": 8, "holding_cost": 0.225}
EXAMPLE_3_5 = {
    "demand_rate": 1300,
    "fixed_cost": 8,
    "holding_rate": 0.3,
    "breakpoints": [0, 400, 800],
    "unit_costs": [0.75, 0.72, 0.68],
}
PROBLEM_3_12 = {
    "demand_rate": 500 * 365,
    "fixed_cost": 2250,
    "holding_rate": 0.25,
    "breakpoints": [0, 1200, 2400],
    "unit_costs": [1490, 1220, 1100],
}
TRASH_BAGS = {
    "demand_rate": 600,
    "fixed_cost": 8,
    "holding_rate": 0.2,
    "breakpoints": [0, 500, 1000],
    "unit_costs": [0.30, 0.29, 0.28],
}

ROUNDING = 1e-12  # a handful of floating-point operations
SEARCH = 1e-9  # cost at a numerically found minimum; the quantity itself is known to the root of that
QUANTITY = 1e-4

check = settings(deadline=None, derandomize=True, max_examples=50)
amount = st.floats(min_value=0.01, max_value=10_000)
ratio = st.floats(min_value=0.01, max_value=100)


def least_cost(cost, around):
    """Quantity and cost of the minimum of a one-valley cost function, searched on a logarithmic scale."""
    low, high = np.log(around) - 12, np.log(around) + 12
    found = minimize_scalar(
        lambda log_quantity: cost(np.exp(log_quantity)),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return np.exp(found.x), found.fun


# --- Textbooks --------------------------------------------------------------------------------------------


def test_snyder_shen_example_3_1_economic_order_quantity():
    quantity = economic_order_quantity(**EXAMPLE_3_1)
    assert quantity == pytest.approx(304.0467800264368, rel=ROUNDING)
    assert lot_size_cost(quantity, **EXAMPLE_3_1).total_cost == pytest.approx(68.41052550594829, rel=ROUNDING)


def test_snyder_shen_problem_3_1_economic_order_quantity():
    problem = {"demand_rate": 500 * 365, "fixed_cost": 2250, "holding_cost": 275}
    quantity = economic_order_quantity(**problem)
    assert quantity == pytest.approx(1728.109844993551, rel=ROUNDING)
    assert lot_size_cost(quantity, **problem).total_cost == pytest.approx(475230.2073732266, rel=ROUNDING)


def test_silver_pyke_thomas_three_ohm_resistor():
    """2,400 units/year at $0.40, A = $3.20, r = 0.24/year: EOQ of 400 units at $38.40 a year."""
    resistor = {"demand_rate": 2400, "fixed_cost": 3.20, "holding_cost": 0.40 * 0.24}
    assert economic_order_quantity(**resistor) == pytest.approx(400, rel=ROUNDING)
    cost = lot_size_cost(400, **resistor)
    assert cost.total_cost == pytest.approx(38.40, rel=ROUNDING)
    assert cost.orders_per_period == 6
    assert cost.cycle_time == pytest.approx(1 / 6, rel=ROUNDING)


def test_southampton_exam_lot_from_wrong_estimates():
    """University of Southampton, edshare 4119: h and K misjudged, a lot of 670.82 costs 1565.25, not 1500."""
    wrong = economic_order_quantity(demand_rate=3000, fixed_cost=150, holding_cost=2)
    assert round(wrong, 2) == 670.82
    truth = {"demand_rate": 3000, "fixed_cost": 125, "holding_cost": 3}
    assert economic_order_quantity(**truth) == pytest.approx(500, rel=ROUNDING)
    assert round(lot_size_cost(wrong, **truth).total_cost, 2) == 1565.25
    assert cost_penalty(wrong, 500) == pytest.approx(65.25 / 1500, abs=0.005 / 1500)


def test_snyder_shen_example_3_8_backorders():
    lot = economic_order_quantity_with_backorders(**EXAMPLE_3_1, backorder_cost=5)
    assert lot.order_quantity == pytest.approx(310.8125551589646, rel=ROUNDING)
    assert lot.share_of_time_out_of_stock == pytest.approx(0.043062200956938, rel=ROUNDING)
    assert lot.total_cost == pytest.approx(66.921363550973254, rel=ROUNDING)


def test_snyder_shen_problem_3_2b_backorders():
    lot = economic_order_quantity_with_backorders(40 * 52, 40, 165 * 0.17 + 12, backorder_cost=60)
    assert lot.order_quantity == pytest.approx(83.235448128898042, rel=ROUNDING)
    assert lot.share_of_time_out_of_stock == pytest.approx(0.400299850074962, rel=ROUNDING)
    assert lot.total_cost == pytest.approx(1999.148244415212, rel=ROUNDING)


def test_snyder_shen_example_3_1_with_a_production_rate_of_2000():
    lot = economic_production_quantity(**EXAMPLE_3_1, production_rate=2000)
    assert lot.order_quantity == pytest.approx(513.9328595516969, rel=ROUNDING)
    assert lot.total_cost == pytest.approx(40.472212689696120, rel=ROUNDING)


def test_snyder_shen_problem_3_22_production():
    lot = economic_production_quantity(demand_rate=80, fixed_cost=4, holding_cost=0.08, production_rate=110)
    assert lot.order_quantity == pytest.approx(171.2697677155351, rel=ROUNDING)
    assert lot.total_cost == pytest.approx(3.736794931975310, rel=ROUNDING)


def test_snyder_shen_example_3_6_all_units_discounts():
    lot = economic_order_quantity_with_all_units_discounts(**EXAMPLE_3_5)
    assert lot.order_quantity == 800
    assert lot.unit_cost == 0.68
    assert lot.total_cost == pytest.approx(978.60, rel=ROUNDING)


def test_snyder_shen_problem_3_12a_all_units_discounts():
    lot = economic_order_quantity_with_all_units_discounts(**PROBLEM_3_12)
    assert lot.order_quantity == 2400
    assert lot.total_cost == pytest.approx(201251093.75, rel=ROUNDING)


def test_snyder_shen_example_3_7_incremental_discounts():
    lot = economic_order_quantity_with_incremental_discounts(**EXAMPLE_3_5)
    assert lot.order_quantity == pytest.approx(304.04678003, abs=5e-9)
    assert lot.unit_cost == 0.75
    assert lot.total_cost == pytest.approx(1043.41052551, abs=5e-9)


def test_snyder_shen_problem_3_12b_incremental_discounts():
    lot = economic_order_quantity_with_incremental_discounts(**PROBLEM_3_12)
    assert lot.order_quantity == pytest.approx(28553.06065428, abs=5e-9)
    assert lot.total_cost == pytest.approx(208678591.67992835, rel=ROUNDING)


def test_nahmias_trash_bags_all_units_discounts():
    """G(400) = $204.00, G(500) = $198.10, G(1000) = $200.80: order 500."""
    lot = economic_order_quantity_with_all_units_discounts(**TRASH_BAGS)
    assert lot.candidates["order_quantity"].tolist() == pytest.approx([400, 500, 1000], rel=ROUNDING)
    assert lot.candidates["total_cost"].tolist() == pytest.approx([204.00, 198.10, 200.80], rel=ROUNDING)
    assert (lot.order_quantity, lot.unit_cost) == (500, 0.29)


def test_nahmias_trash_bags_incremental_discounts():
    """Lots of 400, 519 and 702 bags; the last is below its band, $204.00 beats $204.58: order 400."""
    lot = economic_order_quantity_with_incremental_discounts(**TRASH_BAGS)
    table = lot.candidates
    assert table["unconstrained_order_quantity"].round().tolist() == [400, 519, 702]
    assert table["total_cost"].round(2).tolist()[:2] == [204.00, 204.58]
    assert table.loc[2, ["order_quantity", "average_unit_cost", "total_cost"]].isna().all()
    assert lot.order_quantity == pytest.approx(400, rel=ROUNDING)


# --- Brute force ------------------------------------------------------------------------------------------


@check
@given(amount, amount, amount)
def test_economic_order_quantity_is_the_numerical_minimum(demand, fixed, holding):
    quantity = economic_order_quantity(demand, fixed, holding)
    best, least = least_cost(lambda lot: fixed * demand / lot + holding * lot / 2, around=quantity)
    assert lot_size_cost(quantity, demand, fixed, holding).total_cost == pytest.approx(least, rel=SEARCH)
    assert quantity == pytest.approx(best, rel=QUANTITY)


@check
@given(amount, amount, amount, ratio)
def test_backorders_are_the_numerical_minimum_over_lot_and_backorders(demand, fixed, holding, dearer):
    backorder = holding * dearer
    lot = economic_order_quantity_with_backorders(demand, fixed, holding, backorder)

    def cost(quantity, waiting):
        stock = (quantity - waiting) ** 2 / (2 * quantity)
        return fixed * demand / quantity + holding * stock + backorder * waiting**2 / (2 * quantity)

    def best_waiting(quantity):
        return minimize_scalar(lambda waiting: cost(quantity, waiting), bracket=(0.0, quantity)).x

    best, least = least_cost(lambda quantity: cost(quantity, best_waiting(quantity)), around=lot.order_quantity)
    assert lot.total_cost == pytest.approx(least, rel=SEARCH)
    assert lot.order_quantity == pytest.approx(best, rel=QUANTITY)
    assert lot.maximum_backorders == pytest.approx(best_waiting(best), rel=QUANTITY)


@check
@given(amount, amount, amount, st.floats(min_value=1.01, max_value=100))
def test_production_quantity_is_the_numerical_minimum(demand, fixed, holding, faster):
    production = demand * faster
    lot = economic_production_quantity(demand, fixed, holding, production)

    def cost(quantity):
        peak = quantity / production * (production - demand)
        return fixed * demand / quantity + holding * peak / 2

    best, least = least_cost(cost, around=lot.order_quantity)
    assert lot.total_cost == pytest.approx(least, rel=SEARCH)
    assert lot.order_quantity == pytest.approx(best, rel=QUANTITY)


def test_backorder_costs_are_the_areas_under_the_stock_path():
    demand, holding, backorder = 1300, 0.225, 5
    lot = economic_order_quantity_with_backorders(demand, 8, holding, backorder)

    def net_stock(time):
        return lot.maximum_inventory - demand * time

    empty = lot.maximum_inventory / demand
    stock, _ = quad(net_stock, 0, empty)
    backlog, _ = quad(lambda time: -net_stock(time), empty, lot.cycle_time)
    assert net_stock(lot.cycle_time) == pytest.approx(-lot.maximum_backorders, rel=1e-9)
    assert lot.holding_cost == pytest.approx(holding * stock / lot.cycle_time, rel=1e-9)
    assert lot.backorder_cost == pytest.approx(backorder * backlog / lot.cycle_time, rel=1e-9)
    assert lot.ordering_cost == pytest.approx(8 / lot.cycle_time, rel=1e-9)
    assert lot.share_of_time_out_of_stock == pytest.approx(1 - empty / lot.cycle_time, rel=1e-9)


def test_production_cost_is_the_area_under_the_stock_path():
    demand, holding, production = 1300, 0.225, 2000
    lot = economic_production_quantity(demand, 8, holding, production)
    run = lot.production_time
    rising, _ = quad(lambda time: (production - demand) * time, 0, run)
    falling, _ = quad(lambda time: production * run - demand * time, run, lot.cycle_time)
    assert lot.maximum_inventory == pytest.approx((production - demand) * run, rel=1e-9)
    assert lot.holding_cost == pytest.approx(holding * (rising + falling) / lot.cycle_time, rel=1e-9)
    assert production * run == pytest.approx(lot.order_quantity, rel=1e-9)


@st.composite
def price_lists(draw):
    """Demand, fixed cost, holding rate and a price list whose breakpoints lie around the plain EOQ."""
    demand, fixed = draw(amount), draw(amount)
    rate = draw(st.floats(min_value=0.01, max_value=1))
    cuts = draw(st.lists(st.floats(min_value=0.5, max_value=1), min_size=0, max_size=4))
    prices = draw(amount) * np.cumprod([1, *cuts])
    steps = draw(st.lists(st.floats(min_value=0.05, max_value=2), min_size=len(cuts), max_size=len(cuts)))
    plain = np.sqrt(2 * fixed * demand / (rate * prices[0]))
    return demand, fixed, rate, plain * np.cumsum([0, *steps]), prices


def lot_cost(quantity, demand, fixed, rate, invoice):
    """Cost per period of a lot from its invoice alone: stock is valued at the lot's average price."""
    return (fixed + invoice) * demand / quantity + rate * invoice / 2


def brute_force(cost, breakpoints):
    """Least cost over a fine grid, and over a search in each band that starts at its breakpoint."""
    ends = np.append(breakpoints[1:], 1000 * max(breakpoints[-1], 1e-3))
    lowest = []
    for start, end in zip(breakpoints, ends, strict=True):
        inside = {"bounds": (start, np.nextafter(end, 0)), "method": "bounded", "options": {"xatol": 1e-10}}
        lowest.append(minimize_scalar(cost, **inside).fun)
        lowest += [cost(quantity) for quantity in np.geomspace(max(start, end / 1e6), end, 50)[:-1]]
    return min(lowest)


def all_units_invoice(quantity, breakpoints, prices):
    return prices[np.flatnonzero(breakpoints <= quantity)[-1]] * quantity


def incremental_invoice(quantity, breakpoints, prices):
    return np.diff(np.minimum(np.append(breakpoints, np.inf), quantity)) @ prices


@check
@given(price_lists())
@pytest.mark.parametrize(
    ("method", "invoice"),
    [
        (economic_order_quantity_with_all_units_discounts, all_units_invoice),
        (economic_order_quantity_with_incremental_discounts, incremental_invoice),
    ],
)
def test_discounted_lot_is_the_least_cost_by_brute_force(method, invoice, case):
    demand, fixed, rate, breakpoints, prices = case
    lot = method(demand, fixed, rate, breakpoints, prices)

    def cost(quantity):
        return lot_cost(quantity, demand, fixed, rate, invoice(quantity, breakpoints, prices))

    if len(breakpoints) == 1:
        _, least = least_cost(cost, around=lot.order_quantity)
    else:
        least = brute_force(cost, breakpoints)
    assert lot.total_cost == pytest.approx(cost(lot.order_quantity), rel=ROUNDING)
    assert lot.total_cost == pytest.approx(least, rel=SEARCH)


# --- Invariants -------------------------------------------------------------------------------------------


@check
@given(amount, amount, amount)
def test_at_the_economic_order_quantity_ordering_cost_equals_holding_cost(demand, fixed, holding):
    cost = lot_size_cost(economic_order_quantity(demand, fixed, holding), demand, fixed, holding)
    assert cost.ordering_cost == pytest.approx(cost.holding_cost, rel=ROUNDING)
    assert cost.total_cost == cost.ordering_cost + cost.holding_cost
    assert cost.orders_per_period * cost.cycle_time == pytest.approx(1, rel=ROUNDING)


@check
@given(amount, amount, amount, ratio)
def test_square_of_the_economic_order_quantity_scales_with_its_arguments(demand, fixed, holding, factor):
    square = economic_order_quantity(demand, fixed, holding) ** 2
    assert economic_order_quantity(demand * factor, fixed, holding) ** 2 == pytest.approx(square * factor, rel=ROUNDING)
    assert economic_order_quantity(demand, fixed * factor, holding) ** 2 == pytest.approx(square * factor, rel=ROUNDING)
    assert economic_order_quantity(demand, fixed, holding * factor) ** 2 == pytest.approx(square / factor, rel=ROUNDING)


@check
@given(amount, amount, amount)
def test_prohibitive_backorders_and_instant_production_converge_to_the_plain_model(demand, fixed, holding):
    quantity = economic_order_quantity(demand, fixed, holding)
    least = lot_size_cost(quantity, demand, fixed, holding).total_cost
    for lot in (
        economic_order_quantity_with_backorders(demand, fixed, holding, backorder_cost=1e9 * holding),
        economic_production_quantity(demand, fixed, holding, production_rate=1e9 * demand),
    ):
        # the exact ratio is the root of 1 + 1e-9 (backorders) or of 1 / (1 - 1e-9) (production)
        assert lot.order_quantity == pytest.approx(quantity, rel=1e-9)
        assert lot.total_cost == pytest.approx(least, rel=1e-9)
        assert lot.maximum_inventory == pytest.approx(quantity, rel=2e-9)


@check
@given(amount, amount, amount, ratio)
def test_backorders_and_slow_production_make_lots_larger_and_cheaper(demand, fixed, holding, factor):
    quantity = economic_order_quantity(demand, fixed, holding)
    least = lot_size_cost(quantity, demand, fixed, holding).total_cost
    for lot in (
        economic_order_quantity_with_backorders(demand, fixed, holding, holding * factor),
        economic_production_quantity(demand, fixed, holding, demand * (1 + factor)),
    ):
        assert lot.order_quantity > quantity
        assert lot.total_cost < least
        assert lot.total_cost == pytest.approx(2 * lot.ordering_cost, rel=1e-9)


@check
@given(amount, amount, amount, ratio)
def test_cost_penalty_is_the_relative_difference_of_the_costs(demand, fixed, holding, factor):
    optimum = economic_order_quantity(demand, fixed, holding)
    least = lot_size_cost(optimum, demand, fixed, holding).total_cost
    actual = lot_size_cost(factor * optimum, demand, fixed, holding).total_cost
    rounding_of_a_ratio_near_one = 1e-14
    assert cost_penalty(factor * optimum, optimum) == pytest.approx(
        actual / least - 1, rel=ROUNDING, abs=rounding_of_a_ratio_near_one
    )


def test_cost_penalty_of_twice_or_half_the_optimum_is_a_quarter_and_of_the_optimum_nothing():
    assert cost_penalty(200, 100) == cost_penalty(50, 100) == 0.25
    assert cost_penalty(100, 100) == 0


@check
@given(amount, amount, amount)
def test_implied_costs_make_the_lot_in_use_the_optimum(quantity, demand, cost):
    holding = implied_holding_cost(quantity, demand, fixed_cost=cost)
    fixed = implied_fixed_cost(quantity, demand, holding_cost=cost)
    assert economic_order_quantity(demand, cost, holding) == pytest.approx(quantity, rel=ROUNDING)
    assert economic_order_quantity(demand, fixed, cost) == pytest.approx(quantity, rel=ROUNDING)


DISCOUNTS = pytest.mark.parametrize(
    "method",
    [
        economic_order_quantity_with_all_units_discounts,
        economic_order_quantity_with_incremental_discounts,
    ],
)


@DISCOUNTS
@pytest.mark.parametrize(("breakpoints", "unit_costs"), [([0], [4]), ([0, 70, 120], [4, 4, 4])])
def test_discounts_of_nothing_are_the_plain_model(method, breakpoints, unit_costs):
    lot = method(1000, 10, 0.25, breakpoints, unit_costs)
    plain = lot_size_cost(economic_order_quantity(1000, 10, 1.0), 1000, 10, 1.0)
    for name, value in vars(plain).items():
        purchase = 4000 if name == "total_cost" else 0
        assert getattr(lot, name) == pytest.approx(value + purchase, rel=ROUNDING)
    assert (lot.unit_cost, lot.purchase_cost) == (4, 4000)


@check
@given(price_lists())
def test_a_discount_on_all_units_is_never_worse_than_on_the_increment(case):
    all_units = economic_order_quantity_with_all_units_discounts(*case)
    incremental = economic_order_quantity_with_incremental_discounts(*case)
    assert all_units.total_cost <= incremental.total_cost * (1 + ROUNDING)


@check
@given(price_lists())
@DISCOUNTS
def test_discounted_result_adds_up_and_is_the_cheapest_candidate(method, case):
    demand, fixed, rate, breakpoints, prices = case
    lot = method(*case)
    split = lot_size_cost(lot.order_quantity, demand, fixed, rate * lot.unit_cost)
    for name in ("ordering_cost", "holding_cost", "orders_per_period", "cycle_time"):
        assert getattr(lot, name) == pytest.approx(getattr(split, name), rel=ROUNDING)
    assert lot.total_cost == pytest.approx(split.total_cost + lot.unit_cost * demand, rel=ROUNDING)
    assert lot.total_cost == lot.candidates["total_cost"].min()
    assert lot.candidates["breakpoint"].tolist() == list(breakpoints)
    assert lot.candidates["unit_cost"].tolist() == list(prices)


def test_a_lot_exactly_at_the_breakpoint_has_the_price_of_the_band_it_opens():
    prices = {"breakpoints": [0, 400], "unit_costs": [0.5, 0.25]}
    # the EOQ at 0.50 is sqrt(2·2·10000/0.25) = 400, exact in binary: the first band has no candidate
    lot = economic_order_quantity_with_all_units_discounts(10_000, 2, 0.5, **prices)
    assert lot.candidates["unconstrained_order_quantity"][0] == 400
    assert lot.candidates["order_quantity"].isna().tolist() == [True, False]
    # the EOQ at 0.25 is sqrt(2·1·10000/0.125) = 400 too: it may be ordered at 0.25
    lot = economic_order_quantity_with_all_units_discounts(10_000, 1, 0.5, **prices)
    assert (lot.order_quantity, lot.unit_cost) == (400, 0.25)


# --- Shapes -----------------------------------------------------------------------------------------------

DEMAND = pd.Series([5000, 1300], index=["notebook", "desktop"], name="annual_demand")


def test_numbers_give_plain_floats():
    quantity = economic_order_quantity(np.int64(1300), 8, np.float64(0.225))
    assert type(quantity) is float
    assert {type(value) for value in vars(lot_size_cost(300, 1300, 8, 0)).values()} == {float}
    assert type(cost_penalty(2, 1)) is float
    backorders = economic_order_quantity_with_backorders(1300, 8, 0.225, 5)
    assert {type(value) for value in vars(backorders).values()} == {float}


def test_series_keep_their_index_and_are_not_changed():
    before = DEMAND.copy()
    quantity = economic_order_quantity(DEMAND, np.array([8, 8]), 0.225)
    assert quantity.index.equals(DEMAND.index)
    assert quantity.name is None
    assert quantity["desktop"] == pytest.approx(304.0467800264368, rel=ROUNDING)
    for lot in (
        economic_order_quantity_with_backorders(DEMAND, 8, 0.225, 5),
        economic_production_quantity(DEMAND, 8, 0.225, 10_000),
    ):
        assert lot.total_cost.index.equals(DEMAND.index)
    pd.testing.assert_series_equal(DEMAND, before)


def test_arrays_and_lists_broadcast_as_one_number_at_a_time():
    demand, fixed = [1300, 5000, 0], np.array([[8], [20]])
    quantity = economic_order_quantity(demand, fixed, 0.225)
    assert quantity.shape == (2, 3)
    one_by_one = [[economic_order_quantity(d, k, 0.225) for d in demand] for k in (8, 20)]
    assert quantity == pytest.approx(np.array(one_by_one), rel=ROUNDING)


def test_small_integers_do_not_overflow():
    quantity = economic_order_quantity(np.array([100], dtype="int8"), np.array([100], dtype="int8"), 2)
    assert quantity == pytest.approx([100], rel=ROUNDING)


def test_cost_curve_is_the_cost_of_each_lot():
    curve = cost_curve(pd.Series([100, 304, 800]), **EXAMPLE_3_1)
    assert curve.index.name == "order_quantity"
    assert curve.columns.tolist() == ["ordering_cost", "holding_cost", "total_cost"]
    for quantity, row in curve.iterrows():
        cost = lot_size_cost(quantity, **EXAMPLE_3_1)
        assert row.tolist() == [cost.ordering_cost, cost.holding_cost, cost.total_cost]
    assert curve.loc[800, "ordering_cost"] == 8 * 1300 / 800
    assert curve.loc[800, "holding_cost"] == 0.225 * 400


def test_results_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        lot_size_cost(300, **EXAMPLE_3_1).order_quantity = 1


# --- Errors -----------------------------------------------------------------------------------------------

BACKORDERS = {**EXAMPLE_3_1, "backorder_cost": 5}
PRODUCTION = {**EXAMPLE_3_1, "production_rate": 2000}
LOT = {**EXAMPLE_3_1, "order_quantity": 300}
ARGUMENTS = [
    *[(economic_order_quantity, EXAMPLE_3_1, name) for name in EXAMPLE_3_1],
    *[(lot_size_cost, LOT, name) for name in LOT],
    *[(economic_order_quantity_with_backorders, BACKORDERS, name) for name in BACKORDERS],
    *[(economic_production_quantity, PRODUCTION, name) for name in PRODUCTION],
    *[(economic_order_quantity_with_all_units_discounts, EXAMPLE_3_5, name) for name in list(EXAMPLE_3_5)[:3]],
    *[(economic_order_quantity_with_incremental_discounts, EXAMPLE_3_5, name) for name in list(EXAMPLE_3_5)[:3]],
    *[(implied_holding_cost, {**LOT, "holding_cost": ...}, name) for name in ("order_quantity", "fixed_cost")],
    *[(implied_fixed_cost, {**LOT, "fixed_cost": ...}, name) for name in ("order_quantity", "holding_cost")],
    *[(cost_curve, {**EXAMPLE_3_1, "order_quantities": [300]}, name) for name in EXAMPLE_3_1],
    (cost_penalty, {"order_quantity": 1, "optimal_order_quantity": 1}, "order_quantity"),
    (cost_penalty, {"order_quantity": 1, "optimal_order_quantity": 1}, "optimal_order_quantity"),
]


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), "12", None, True])
@pytest.mark.parametrize(("method", "arguments", "name"), ARGUMENTS)
def test_an_unusable_number_is_refused_by_name_and_value(method, arguments, name, value):
    arguments = {key: given for key, given in arguments.items() if given is not ...}
    with pytest.raises(ValueError, match=rf"^{name} is {value!r}: give "):
        method(**(arguments | {name: value}))


@pytest.mark.parametrize(
    ("method", "arguments", "name"),
    [case for case in ARGUMENTS if case[2] not in ("fixed_cost", "holding_cost", "demand_rate")],
)
def test_zero_is_refused_where_nothing_can_be_ordered_or_valued(method, arguments, name):
    arguments = {key: given for key, given in arguments.items() if given is not ...}
    with pytest.raises(ValueError, match=f"^{name} is 0: give a number greater than 0"):
        method(**(arguments | {name: 0}))


def test_zero_demand_or_fixed_cost_means_a_lot_of_nothing():
    assert economic_order_quantity(0, 8, 0.225) == economic_order_quantity(1300, 0, 0.225) == 0
    with pytest.raises(ValueError, match=r"^holding_cost is 0: give a number greater than 0"):
        economic_order_quantity(1300, 8, 0)


def test_a_bad_entry_of_a_series_is_refused_with_its_index():
    with pytest.raises(ValueError, match=r"^demand_rate is -1300 at index desktop: "):
        economic_order_quantity(DEMAND * [1, -1], 8, 0.225)


def test_series_of_different_index_are_refused_rather_than_aligned_to_nan():
    with pytest.raises(ValueError, match=r"^fixed_cost has another index than demand_rate: "):
        economic_order_quantity(DEMAND, pd.Series([8, 8], index=["notebook", "tablet"]), 0.225)


def test_lengths_that_do_not_match_are_refused_by_name():
    with pytest.raises(ValueError, match=r"demand_rate \(2,\), holding_cost \(3,\)"):
        economic_order_quantity(DEMAND, 8, [1, 2, 3])
    with pytest.raises(ValueError, match=r"demand_rate \(2,\), holding_cost \(3, 1\)"):
        economic_order_quantity(DEMAND, 8, np.ones((3, 1)))


def test_nothing_at_all_is_refused():
    with pytest.raises(ValueError, match=r"^demand_rate is empty: "):
        economic_order_quantity(np.array([], dtype=float), 8, 0.225)
    with pytest.raises(ValueError, match=r"^order_quantities has 0 values: "):
        cost_curve([], **EXAMPLE_3_1)


def test_production_that_does_not_exceed_demand_is_refused():
    with pytest.raises(ValueError, match=r"^production_rate - demand_rate is 0\.0: give a number greater than 0"):
        economic_production_quantity(1300, 8, 0.225, production_rate=1300)
    with pytest.raises(ValueError, match=r"^production_rate - demand_rate is -3000 at index notebook: "):
        economic_production_quantity(DEMAND, 8, 0.225, production_rate=2000)


def test_cost_curve_refuses_a_lot_of_zero_and_a_cost_per_lot():
    with pytest.raises(ValueError, match=r"^order_quantities is 0 at index 1: "):
        cost_curve([100, 0], **EXAMPLE_3_1)
    with pytest.raises(ValueError, match=r"^fixed_cost is \[8, 9\]: give one number"):
        cost_curve([100, 200], **(EXAMPLE_3_1 | {"fixed_cost": [8, 9]}))


@DISCOUNTS
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"breakpoints": [1, 400, 800]}, "^breakpoints is 1 at index 0: begin with 0"),
        (
            {"breakpoints": [0, 400, 400]},
            "^breakpoints is 400 at index 2: give a quantity above the one before",
        ),
        ({"breakpoints": [0, float("nan"), 800]}, "^breakpoints is nan at index 1: give a finite number"),
        ({"breakpoints": []}, "^breakpoints has 0 values: "),
        ({"breakpoints": 0}, "^breakpoints has 0 dimensions: "),
        ({"unit_costs": [0.75, 0.72]}, r"^unit_costs has 2 values: give one for each of 3 breakpoints"),
        (
            {"unit_costs": [0.75, 0.72, 0.73]},
            "^unit_costs is 0.73 at index 2: give a price not above the one before",
        ),
        ({"unit_costs": [0.75, 0.72, 0]}, "^unit_costs is 0 at index 2: give a number greater than 0"),
        ({"unit_costs": ["0.75", "0.72", "0.68"]}, "^unit_costs is .*: give a number"),
        ({"demand_rate": [1300, 1400]}, r"^demand_rate is \[1300, 1400\]: give one number"),
    ],
)
def test_price_lists_that_are_none_are_refused(method, wrong, message):
    with pytest.raises(ValueError, match=message):
        method(**(EXAMPLE_3_5 | wrong))
