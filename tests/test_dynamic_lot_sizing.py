"""Lot sizing for varying demand against brute force, a mixed-integer program, printed examples and invariants.

Wagner & Whitin (1958), Management Science 5(1), 89-96: the table of twelve months.
Snyder & Shen (2019), *Fundamentals of Supply Chain Theory*, 2nd ed.: Example 3.9.
Silver, Pyke & Thomas, *Inventory and Production Management in Supply Chains*: the twelve months of K = 54.
Orlicky: Ptak & Smith (2011), *Orlicky's Material Requirements Planning*, 3rd ed., figures of chapter 8.
Nahmias, *Production and Operations Analysis*: the machine shop.
"""

import dataclasses
import itertools
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from casestudy.methods.dynamic_lot_sizing import (
    RULES,
    compare_rules,
    evaluate_plan,
    fixed_order_quantity,
    least_total_cost,
    least_unit_cost,
    lot_for_lot,
    periodic_order_quantity,
    silver_meal,
    wagner_whitin,
)
from casestudy.methods.lot_sizing import economic_order_quantity

TABLE_1958 = {
    "demand": [69, 29, 36, 61, 61, 26, 34, 67, 45, 67, 79, 56],
    "fixed_cost": [85, 102, 102, 101, 98, 114, 105, 86, 119, 110, 98, 114],
    "holding_cost": 1,
}
EXAMPLE_3_9 = {"demand": [90, 120, 80, 70], "fixed_cost": 500, "holding_cost": 2}
TWELVE_MONTHS = {
    "demand": [10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41],
    "fixed_cost": 54,
    "holding_cost": 0.4,
}
ORLICKY = {"demand": [35, 10, 0, 40, 0, 20, 5, 10, 30], "fixed_cost": 100, "holding_cost": 1}
MACHINE_SHOP = {"demand": [18, 30, 42, 5, 20], "fixed_cost": 80, "holding_cost": 2}

ROUNDING = 1e-9  # sums and differences of some hundred floats
SOLVER = 1e-6  # HiGHS takes a binary within 1e-6 of 0 or 1

check = settings(deadline=None, derandomize=True, max_examples=50)
amount = st.integers(min_value=0, max_value=60).map(float)
money = st.integers(min_value=0, max_value=200).map(lambda cents: cents / 8)


@st.composite
def problems(draw, least_holding_cost=0.0):
    periods = draw(st.integers(min_value=1, max_value=12))

    def series(values):
        return st.lists(values, min_size=periods, max_size=periods)

    return {
        "demand": draw(series(amount)),
        "fixed_cost": draw(series(money.map(lambda value: 10 * value))),
        "holding_cost": draw(series(money.map(lambda value: value / 5 + least_holding_cost))),
        "unit_cost": draw(series(money)),
        "safety_stock": draw(amount),
        "initial_inventory": draw(amount),
    }


def count(values):
    return np.arange(1, len(values) + 1)


def orders(plan):
    return plan.plan["order_quantity"].tolist()


def cost_of_orders(order_quantities, problem):
    """The objective, period by period in plain arithmetic; infinite if the plan runs short."""
    periods = len(problem["demand"])
    per_period = {name: np.broadcast_to(problem.get(name, 0.0), periods) for name in (*COSTS, "safety_stock")}
    total, inventory = 0.0, problem.get("initial_inventory", 0.0)
    for period, (order, demand) in enumerate(zip(order_quantities, problem["demand"], strict=True)):
        inventory += order - demand
        if inventory < per_period["safety_stock"][period] - ROUNDING:
            return np.inf
        total += per_period["fixed_cost"][period] * (order > 0)
        total += per_period["holding_cost"][period] * inventory + per_period["unit_cost"][period] * order
    return total


COSTS = ("fixed_cost", "holding_cost", "unit_cost")


def needed_by(problem):
    """Least sum of orders by the end of each period."""
    lacking = np.cumsum(problem["demand"]) + problem.get("safety_stock", 0.0) - problem.get("initial_inventory", 0.0)
    return np.maximum.accumulate(np.maximum(lacking, 0.0))


def cheapest_plan_of_consecutive_lots(problem):
    """Cost of the best of all 2^(T-1) ways to cut the horizon into lots, each ordered in its first period."""
    needed = np.append(0.0, needed_by(problem))
    periods = len(problem["demand"])
    best = np.inf
    for cuts in itertools.product((False, True), repeat=periods - 1):
        starts = [0, *(period for period, cut in enumerate(cuts, start=1) if cut)]
        order_quantities = np.zeros(periods)
        order_quantities[starts] = np.diff(needed[[*starts, periods]])
        best = min(best, cost_of_orders(order_quantities, problem))
    return best


def cheapest_set_of_order_periods(problem):
    """Cost of the best of all 2^T sets of order periods, every unit ordered in the cheapest of the set."""
    periods = len(problem["demand"])
    fixed, holding, unit = (np.broadcast_to(problem.get(name, 0.0), periods) for name in COSTS)
    required = np.diff(needed_by(problem), prepend=0.0)
    carrying = np.append(0.0, np.cumsum(holding))[:-1]
    cost_per_unit = unit[:, None] + carrying[None, :] - carrying[:, None]  # of a unit ordered in i for j
    cost_per_unit[np.tril_indices(periods, -1)] = np.inf
    sets = np.array(list(itertools.product((False, True), repeat=periods)))
    cheapest = np.where(sets[:, :, None], cost_per_unit[None], np.inf).min(axis=1)
    cost_of_units = np.where(required > 0, cheapest * np.where(required > 0, required, 1.0), 0.0).sum(axis=1)
    least_inventory = problem.get("initial_inventory", 0.0) + np.cumsum(required) - np.cumsum(problem["demand"])
    return float((sets @ fixed + cost_of_units).min() + holding @ least_inventory)


def least_cost_by_milp(problem):
    """The textbook program: orders Q, inventories I, binaries y with Q <= M·y and I[t] = I[t-1] + Q[t] - d[t]."""
    periods = len(problem["demand"])
    fixed, holding, unit = (np.broadcast_to(problem.get(name, 0.0), periods) for name in COSTS)
    reserve = np.broadcast_to(problem.get("safety_stock", 0.0), periods)
    identity, nothing = np.eye(periods), np.zeros((periods, periods))
    balance = np.hstack([identity, np.eye(periods, k=-1) - identity, nothing])
    received = np.array(problem["demand"], dtype=float)
    received[0] -= problem.get("initial_inventory", 0.0)
    most = needed_by(problem)[-1] + 1.0
    solution = milp(
        np.concatenate([unit, holding, fixed]),
        constraints=[
            LinearConstraint(balance, received, received),
            LinearConstraint(np.hstack([identity, nothing, -most * identity]), -np.inf, 0.0),
        ],
        bounds=Bounds(
            np.concatenate([np.zeros(periods), reserve, np.zeros(periods)]),
            np.concatenate([np.full(2 * periods, np.inf), np.ones(periods)]),
        ),
        integrality=np.repeat([0, 0, 1], periods),
        options={"mip_rel_gap": 0.0},
    )
    assert solution.success
    return solution.fun


def least_cost_by_recursion(demand, fixed_cost, holding_cost, unit_cost):
    """The forward recursion of 1958 over all first periods of the last lot, in T² steps."""
    periods = len(demand)
    carrying = np.append(0.0, np.cumsum(holding_cost))
    least = np.zeros(periods + 1)
    for end in range(1, periods + 1):
        if demand[end - 1] == 0:
            least[end] = least[end - 1]
            continue
        cost_of_lot, units, best = 0.0, 0.0, np.inf
        for start in range(end - 1, -1, -1):
            cost_of_lot += (carrying[start + 1] - carrying[start]) * units
            units += demand[start]
            best = min(best, least[start] + fixed_cost[start] + unit_cost[start] * units + cost_of_lot)
        least[end] = best
    return least[-1]


def random_problem(generator, periods):
    """Costs of every kind: constant or varying, none at all, prices that invite buying ahead."""

    def cost(high):
        kind = generator.integers(4)
        if kind == 0:
            return float(generator.integers(0, high))
        values = generator.uniform(0, high, periods).round(2)
        return (values * (generator.random(periods) < 0.6) if kind == 1 else values).tolist()

    demand = generator.integers(0, 50, periods) * (generator.random(periods) < generator.choice([0.4, 0.8, 1.0]))
    has_stock = generator.random() < 0.5
    return {
        "demand": demand.tolist(),
        "fixed_cost": 0.0 if generator.random() < 0.1 else cost(150),
        "holding_cost": cost(4),
        "unit_cost": cost(30) if generator.random() < 0.7 else 0.0,
        "safety_stock": float(generator.integers(0, 30)) * has_stock,
        "initial_inventory": float(generator.integers(0, 80)) * has_stock,
    }


# --- The optimum against other ways to find it ------------------------------------------------------------


def test_wagner_whitin_is_the_cheapest_of_all_sets_of_order_periods():
    generator = np.random.default_rng(1958)
    for _ in range(400):
        problem = random_problem(generator, periods=int(generator.integers(1, 11)))
        money = generator.choice([1.0, 1e-3])
        problem |= {name: money * np.array(problem[name]) for name in COSTS}
        optimum, tolerance = wagner_whitin(**problem), {"rel": ROUNDING, "abs": ROUNDING * money}
        assert optimum.total_cost == pytest.approx(cheapest_set_of_order_periods(problem), **tolerance)
        assert cost_of_orders(orders(optimum), problem) == pytest.approx(optimum.total_cost, **tolerance)


def test_wagner_whitin_is_the_cheapest_of_all_consecutive_lots():
    generator = np.random.default_rng(1992)
    for _ in range(150):
        problem = random_problem(generator, periods=int(generator.integers(1, 9)))
        least = cheapest_plan_of_consecutive_lots(problem)
        assert wagner_whitin(**problem).total_cost == pytest.approx(least, rel=ROUNDING, abs=ROUNDING)


def test_wagner_whitin_is_the_optimum_of_the_mixed_integer_program():
    generator = np.random.default_rng(1991)
    for _ in range(60):
        problem = random_problem(generator, periods=int(generator.integers(2, 19)))
        optimum = wagner_whitin(**problem).total_cost
        assert optimum == pytest.approx(least_cost_by_milp(problem), rel=SOLVER, abs=SOLVER)


def test_safety_stock_that_varies_is_the_optimum_of_the_mixed_integer_program():
    generator = np.random.default_rng(1993)
    for _ in range(30):
        problem = random_problem(generator, periods=10) | {"safety_stock": generator.integers(0, 40, 10).tolist()}
        optimum = wagner_whitin(**problem).total_cost
        assert optimum == pytest.approx(least_cost_by_milp(problem), rel=SOLVER, abs=SOLVER)


@pytest.mark.parametrize("largest_price", [0.0, 1.0, 10.0, 40.0])
def test_wagner_whitin_meets_the_quadratic_recursion_on_long_horizons(largest_price):
    generator = np.random.default_rng(300)
    for periods in [60] * 60 + [400]:
        demand = generator.integers(0, 100, periods) * (generator.random(periods) < 0.8)
        costs = {
            "fixed_cost": generator.uniform(0, 900, periods).tolist(),
            "holding_cost": generator.uniform(0, 1, periods).tolist(),
            "unit_cost": generator.uniform(0, largest_price, periods).tolist(),
        }
        expected = least_cost_by_recursion(demand.tolist(), **costs)
        assert wagner_whitin(demand.tolist(), **costs).total_cost == pytest.approx(expected, rel=ROUNDING)


# --- The optimum against print ----------------------------------------------------------------------------


def test_wagner_whitin_1958_table():
    optimum = wagner_whitin(**TABLE_1958)
    assert optimum.total_cost == 864
    assert orders(optimum) == [98, 0, 97, 0, 121, 0, 0, 112, 0, 67, 135, 0]


def test_wagner_whitin_snyder_shen_example_3_9():
    optimum = wagner_whitin(**EXAMPLE_3_9)
    assert orders(optimum) == [210, 0, 150, 0]
    assert (optimum.ordering_cost, optimum.holding_cost, optimum.total_cost) == (1000, 380, 1380)


def test_holding_cost_is_that_of_the_periods_in_which_a_unit_lies():
    # Charging h[t]·(i - t), the cost of the order period for the whole time, gives 60; by hand, two orders and
    # 10 units over the cheap first night: 30 + 30 + 10.
    optimum = wagner_whitin([10, 10, 10], fixed_cost=30, holding_cost=[1, 5, 1])
    assert orders(optimum) == [20, 0, 10]
    assert optimum.total_cost == 70


def test_a_low_price_is_bought_ahead_even_in_a_period_without_demand():
    # By hand: 1 + 20·1 + holding 20·1 + 10·1 = 51; in the periods of demand it is at least 20·100.
    optimum = wagner_whitin([0, 10, 10], fixed_cost=1, holding_cost=1, unit_cost=[1, 100, 100])
    assert orders(optimum) == [20, 0, 0]
    assert optimum.total_cost == 51


# --- Rules against print ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "total_cost"),
    [("wagner_whitin", 501.20), ("silver_meal", 501.20), ("least_unit_cost", 558.80), ("lot_for_lot", 648.00)],
)
def test_twelve_months_of_silver_pyke_thomas(rule, total_cost):
    assert RULES[rule](**TWELVE_MONTHS).total_cost == pytest.approx(total_cost, rel=ROUNDING)


@pytest.mark.parametrize(
    ("rule", "arguments", "expected"),
    [
        (fixed_order_quantity, {"order_quantity": 58}, [58, 0, 0, 58, 0, 0, 0, 58, 0]),
        (lot_for_lot, {}, [35, 10, 0, 40, 0, 20, 5, 10, 30]),
        (periodic_order_quantity, {"order_interval": 2}, [45, 0, 0, 40, 0, 25, 0, 40, 0]),
        (least_unit_cost, {}, [45, 0, 0, 60, 0, 0, 45, 0, 0]),
    ],
)
def test_orlicky_chapter_8(rule, arguments, expected):
    assert orders(rule(**ORLICKY, **arguments)) == expected


def test_orlicky_least_total_cost_takes_130_part_periods_for_an_economic_part_period_of_100():
    assert orders(least_total_cost(**ORLICKY))[0] == 85
    assert orders(least_total_cost(**ORLICKY, part_period_rule="not_above"))[0] == 45


def test_nahmias_machine_shop():
    assert orders(silver_meal(**MACHINE_SHOP)) == [48, 0, 47, 0, 20]
    balanced = least_total_cost(**MACHINE_SHOP)
    assert orders(balanced) == [48, 0, 67, 0, 0]
    assert balanced.total_cost == 310


def test_economic_order_quantity_is_that_of_the_mean_rates():
    lot = economic_order_quantity(150 / 9, 100, 1)
    plan = fixed_order_quantity(**ORLICKY)
    assert plan.rule == "economic_order_quantity"
    assert [order for order in orders(plan) if order] == pytest.approx([lot] * 3, rel=ROUNDING)
    assert lot / (150 / 9) == pytest.approx(3.46, abs=0.005)  # so orders cover three periods
    assert orders(periodic_order_quantity(**ORLICKY)) == orders(periodic_order_quantity(**ORLICKY, order_interval=3))


# --- Conventions ------------------------------------------------------------------------------------------


def test_larger_requirement_is_ordered_as_required_or_in_whole_lots():
    problem = {"demand": [75, 10], "fixed_cost": 9, "holding_cost": 1, "order_quantity": 60}
    assert orders(fixed_order_quantity(**problem)) == [75, 60]
    assert orders(fixed_order_quantity(**problem, larger_requirement="whole_lots")) == [120, 0]


def test_lots_of_tenths_are_not_one_too_many():
    assert (0.1 + 0.2) / 0.1 > 3
    assert 0.3 - 0.1 < 0.2
    costs = {"fixed_cost": 9, "holding_cost": 1}
    plan = fixed_order_quantity([0.1 + 0.2], **costs, order_quantity=0.1, larger_requirement="whole_lots")
    assert orders(plan) == pytest.approx([0.3], rel=ROUNDING)
    assert orders(fixed_order_quantity([0.1, 0.2], **costs, order_quantity=0.3)) == [0.3, 0]


def test_silver_meal_first_and_overall_minimum():
    # Cost per period by hand: 10, 15, 10 + 1/3, ..., then (10 + 20·1)/7 is less than 10.
    problem = {"demand": [5, 20, 0, 0, 0, 0, 0], "fixed_cost": 10, "holding_cost": 1}
    assert orders(silver_meal(**problem)) == [5, 20, 0, 0, 0, 0, 0]
    assert orders(silver_meal(**problem, minimum="overall")) == [25, 0, 0, 0, 0, 0, 0]


def test_equal_averages_take_the_longer_lot_in_spite_of_floats():
    # By hand, one period and two both cost 0.3 a period and 0.1 a unit, and 3 part-periods cost 0.3; as floats,
    # what is held is dearer by a last digit.
    assert 0.1 * 3 > 0.3
    problem = {"demand": [3, 3, 3], "fixed_cost": 0.3, "holding_cost": 0.1}
    assert orders(silver_meal(**problem)) == [6, 0, 3]
    assert orders(least_unit_cost(**problem)) == [6, 0, 3]
    assert orders(least_total_cost(**problem, part_period_rule="not_above")) == [6, 0, 3]


def test_part_periods_equally_near_take_the_shorter_lot():
    # K = 20; holding cost 10 for two periods, 30 for three.
    problem = {"demand": [1, 10, 10], "fixed_cost": 20, "holding_cost": 1}
    assert orders(least_total_cost(**problem)) == [11, 0, 10]


def test_of_equally_cheap_plans_the_optimum_holds_no_stock():
    assert orders(wagner_whitin([5, 10], fixed_cost=10, holding_cost=1)) == [5, 10]
    assert orders(wagner_whitin([5, 10], fixed_cost=0, holding_cost=0)) == [5, 10]


def test_safety_stock_and_initial_inventory_are_netted():
    # 12 on hand; 5 must remain: period 0 lacks 10 + 5 - 12 = 3, from then on demand itself.
    plan = lot_for_lot([10, 20, 30], fixed_cost=1, holding_cost=2, safety_stock=5, initial_inventory=12)
    assert orders(plan) == [3, 20, 30]
    assert plan.plan["ending_inventory"].tolist() == [5, 5, 5]
    assert (plan.ordering_cost, plan.holding_cost) == (3, 30)


def test_stock_beyond_the_horizon_needs_no_order():
    plan = wagner_whitin([10, 20], fixed_cost=100, holding_cost=1, unit_cost=9, initial_inventory=50)
    assert orders(plan) == [0, 0]
    assert (plan.number_of_orders, plan.total_cost) == (0, 60)  # 40 + 20 held


def test_rounding_of_floats_is_not_a_requirement():
    # 0.3 - 0.1 is less than 0.2 as a float: an order of 3e-17 units would cost 100.
    plan = wagner_whitin([0.1, 0.2], fixed_cost=100, holding_cost=1, initial_inventory=0.3)
    assert plan.number_of_orders == 0
    assert plan.plan["ending_inventory"].tolist() == [pytest.approx(0.2), 0]


@pytest.mark.parametrize("rule", RULES)
def test_no_demand_needs_no_order(rule):
    plan = RULES[rule]([0, 0, 0], fixed_cost=10, holding_cost=1, unit_cost=3)
    assert (plan.rule, plan.number_of_orders, plan.total_cost) == (rule, 0, 0)


def test_one_period():
    for rule in set(RULES) - {"economic_order_quantity"}:
        assert orders(RULES[rule]([7], fixed_cost=10, holding_cost=1)) == [7], rule


@pytest.mark.parametrize("rule", RULES)
def test_without_fixed_cost_every_rule_orders_lot_for_lot(rule):
    assert orders(RULES[rule]([7, 0, 3, 5], fixed_cost=0, holding_cost=1)) == [7, 0, 3, 5]


@pytest.mark.parametrize("rule", ["wagner_whitin", "silver_meal", "least_unit_cost", "least_total_cost_nearest"])
def test_without_holding_cost_one_order_is_enough(rule):
    assert orders(RULES[rule]([7, 0, 3, 5], fixed_cost=10, holding_cost=0)) == [15, 0, 0, 0]


# --- Invariants -------------------------------------------------------------------------------------------


@check
@given(problems())
def test_the_optimum_orders_only_when_stock_is_down_to_what_it_must_be(problem):
    """Zero-inventory property: with no stock to begin with, an order meets an inventory of the safety stock."""
    problem |= {"safety_stock": 0.0, "initial_inventory": 0.0}
    plan = wagner_whitin(**problem).plan
    before = plan["ending_inventory"].shift(fill_value=0.0)
    assert (plan["order_quantity"] * before == 0).all()


@check
@given(problems(least_holding_cost=0.5))
def test_every_rule_keeps_the_safety_stock_and_costs_no_less_than_the_optimum(problem):
    optimum = wagner_whitin(**problem).total_cost
    for name, rule in RULES.items():
        plan = rule(**problem)
        assert plan.rule == name
        assert plan.total_cost >= optimum - ROUNDING * (1 + optimum)
        assert cost_of_orders(orders(plan), problem) == pytest.approx(plan.total_cost, rel=ROUNDING, abs=ROUNDING)


@check
@given(problems())
def test_no_other_lot_from_the_same_period_has_less_cost_per_unit_or_per_period(problem):
    problem |= {"safety_stock": 0.0, "initial_inventory": 0.0}
    demand, periods = np.array(problem["demand"]), len(problem["demand"])
    for rule, sizes in ((least_unit_cost, np.cumsum), (partial(silver_meal, minimum="overall"), count)):
        starts = [period for period, order in enumerate(orders(rule(**problem))) if order]
        for start, end in itertools.pairwise([*starts, periods]):
            carrying = np.append(0.0, np.cumsum(problem["holding_cost"][start:]))[:-1]
            costs = problem["fixed_cost"][start] + np.cumsum(carrying * demand[start:])
            averages = costs / sizes(demand[start:])
            last = np.flatnonzero(demand[start:end])[-1]  # periods without demand may or may not belong to the lot
            chosen = averages[last : end - start].min()
            assert chosen <= averages.min() * (1 + ROUNDING)


@check
@given(problems(least_holding_cost=0.5))
def test_evaluating_a_plan_gives_the_plan_back(problem):
    for rule in RULES.values():
        plan = rule(**problem)
        again = evaluate_plan(orders(plan), **problem)
        assert again == dataclasses.replace(plan, rule="given")
        pd.testing.assert_frame_equal(again.plan, plan.plan)


@check
@given(problems(), st.floats(min_value=0, max_value=50), st.floats(min_value=0, max_value=50))
def test_the_least_cost_rises_with_the_fixed_cost_and_is_concave_in_it(problem, low, more):
    def least(fixed_cost):
        return wagner_whitin(**(problem | {"fixed_cost": fixed_cost})).total_cost

    tolerance = ROUNDING * (1 + least(low + more))
    assert least(low) <= least(low + more) + tolerance
    assert least(low + more / 2) >= (least(low) + least(low + more)) / 2 - tolerance


@check
@given(problems(least_holding_cost=0.5), st.sampled_from([0.25, 2.0, 8.0]))
def test_units_and_money_scale(problem, factor):
    """Powers of two, so that no float is rounded and ties fall alike."""
    in_money = {name: (factor * np.array(problem[name])).tolist() for name in COSTS}
    in_units = {name: factor * np.array(problem[name]) for name in ("demand", "safety_stock", "initial_inventory")}
    in_units["initial_inventory"] = float(in_units["initial_inventory"])
    per_order = {"fixed_cost": in_money["fixed_cost"]}
    for rule in RULES.values():
        plan = rule(**problem)
        dearer, larger = rule(**(problem | in_money)), rule(**(problem | in_units | per_order))
        assert orders(dearer) == orders(plan)
        assert dearer.total_cost == pytest.approx(factor * plan.total_cost, rel=ROUNDING)
        assert orders(larger) == (factor * np.array(orders(plan))).tolist()
        assert larger.total_cost == pytest.approx(factor * plan.total_cost, rel=ROUNDING)


@check
@given(problems(), st.floats(min_value=0, max_value=20))
def test_a_rise_of_all_unit_costs_is_paid_once_for_every_unit_bought(problem, rise):
    dearer = problem | {"unit_cost": [cost + rise for cost in problem["unit_cost"]]}
    bought = needed_by(problem)[-1]
    expected = wagner_whitin(**problem).total_cost + rise * bought
    assert wagner_whitin(**dearer).total_cost == pytest.approx(expected, rel=ROUNDING, abs=ROUNDING)


# --- A given plan -----------------------------------------------------------------------------------------


def test_evaluate_plan_period_by_period():
    plan = evaluate_plan([210, 0, 150, 0], **EXAMPLE_3_9, unit_cost=3).plan
    assert plan["ending_inventory"].tolist() == [120, 0, 70, 0]
    assert plan["ordering_cost"].tolist() == [500, 0, 500, 0]
    assert plan["holding_cost"].tolist() == [240, 0, 140, 0]
    assert plan["purchase_cost"].tolist() == [630, 0, 450, 0]


def test_evaluate_plan_refuses_a_shortage_and_takes_it_when_told():
    months = pd.Index(["May", "June", "July"], name="month")
    problem = {"demand": pd.Series([10, 20, 5], months), "fixed_cost": 7, "holding_cost": 2}
    with pytest.raises(ValueError, match=r"ending_inventory after order_quantities is -5 at index June: order more"):
        evaluate_plan([25, 0, 10], **problem)
    plan = evaluate_plan([25, 0, 10], **problem, allow_shortage=True)
    assert plan.plan["ending_inventory"].tolist() == [15, -5, 0]
    assert plan.holding_cost == 30


def test_evaluate_plan_refuses_to_eat_up_the_safety_stock():
    with pytest.raises(ValueError, match=r"is 3 at index 1"):
        evaluate_plan([10, 8], [5, 10], fixed_cost=1, holding_cost=1, safety_stock=4)


def test_evaluate_plan_takes_sums_of_floats_for_what_they_mean():
    demand = [0.1, 0.2, 0.3]
    assert evaluate_plan([0.6, 0, 0], demand, 1, 1).plan["ending_inventory"].iloc[-1] == 0
    assert 0.9 - 0.8 < 0.1
    assert evaluate_plan([0.9], [0.8], 1, 1, safety_stock=0.1).number_of_orders == 1


# --- Comparison and result --------------------------------------------------------------------------------


def test_compare_rules_ranks_by_total_cost_above_the_optimum():
    table = compare_rules(**TWELVE_MONTHS, order_quantity=200)
    assert set(table.index) == {*RULES, "fixed_order_quantity"}
    assert table.index[0] == "wagner_whitin"
    assert table["total_cost"].is_monotonic_increasing
    assert table.loc["wagner_whitin", "percent_above_optimum"] == 0
    percent = 100 * (558.80 - 501.20) / 501.20
    assert table.loc["least_unit_cost", "percent_above_optimum"] == pytest.approx(percent, rel=ROUNDING)
    assert table.loc["lot_for_lot", "number_of_orders"] == 12
    parts = table[["ordering_cost", "holding_cost", "purchase_cost"]].sum(axis=1)
    np.testing.assert_allclose(parts, table["total_cost"], rtol=ROUNDING)


def test_series_keep_their_index_and_arguments_are_not_changed():
    months = pd.period_range("2016-09", periods=4, freq="M")
    demand = pd.Series([90, 120, 80, 70], index=months)
    fixed_cost = pd.Series(500.0, index=months)
    before = demand.copy(), fixed_cost.copy()
    plan = wagner_whitin(demand, fixed_cost, 2).plan
    pd.testing.assert_index_equal(plan.index, months.rename("period"))
    pd.testing.assert_series_equal(demand, before[0])
    pd.testing.assert_series_equal(fixed_cost, before[1])
    assert wagner_whitin(demand.rename_axis("month"), 500, 2).plan.index.name == "month"


def test_the_result_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        wagner_whitin(**EXAMPLE_3_9).total_cost = 0


# --- Errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"demand": [90, -1, 80]}, "demand is -1 at index 1: give a number 0 or more"),
        ({"demand": pd.Series([1.0, np.nan], ["a", "b"])}, "demand is nan at index b: give a finite number"),
        ({"demand": []}, "demand is empty"),
        ({"demand": 5}, "demand has 0 dimensions: give a Series"),
        ({"demand": [True, False]}, "demand is "),
        ({"demand": "12"}, "demand is '12'"),
        ({"demand": [[1, 2], [3, 4]]}, "demand has 2 dimensions"),
        ({"fixed_cost": -1}, "fixed_cost is -1"),
        ({"fixed_cost": [1, 2]}, "fixed_cost .* do not match"),
        ({"fixed_cost": [1]}, r"fixed_cost has the shape \(1,\): give one number, or one for each of 4 periods"),
        ({"holding_cost": float("inf")}, "holding_cost is inf: give a finite number"),
        ({"holding_cost": True}, "holding_cost is True"),
        ({"unit_cost": [1, 2, float("nan"), 4]}, "unit_cost is nan at index 2"),
        ({"safety_stock": -3}, "safety_stock is -3"),
        ({"initial_inventory": -3}, "initial_inventory is -3"),
        ({"initial_inventory": [1, 2, 3, 4]}, "initial_inventory is .*: give one number"),
        (
            {"demand": pd.Series([1, 2], ["a", "b"]), "fixed_cost": pd.Series([1, 2], ["a", "c"])},
            "fixed_cost has another index than demand: they differ at index b",
        ),
    ],
)
def test_wrong_arguments_are_named(rule, change, message):
    with pytest.raises(ValueError, match=message):
        RULES[rule](**(EXAMPLE_3_9 | change))


@pytest.mark.parametrize(
    ("rule", "arguments", "message"),
    [
        (fixed_order_quantity, {"order_quantity": 0}, "order_quantity is 0"),
        (fixed_order_quantity, {"order_quantity": [1, 2, 3, 4]}, "order_quantity is .*: give one number"),
        (fixed_order_quantity, {"larger_requirement": "more"}, "larger_requirement is 'more': give one of as_required"),
        (fixed_order_quantity, {"holding_cost": 0}, "holding_cost is 0 in every period"),
        (
            fixed_order_quantity,
            {"fixed_cost": 0, "larger_requirement": "whole_lots"},
            "order_quantity is 0.0: give a number greater than 0",
        ),
        (periodic_order_quantity, {"order_interval": 0}, "order_interval is 0: give a whole number of 1 or more"),
        (periodic_order_quantity, {"holding_cost": 0}, "holding_cost is 0 in every period"),
        (silver_meal, {"minimum": "last"}, "minimum is 'last': give one of first, overall"),
        (least_total_cost, {"part_period_rule": "below"}, "part_period_rule is 'below': give one of nearest"),
        (compare_rules, {"order_quantity": -5}, "order_quantity is -5"),
    ],
)
def test_wrong_conventions_are_named(rule, arguments, message):
    with pytest.raises(ValueError, match=message):
        rule(**(EXAMPLE_3_9 | arguments))


@pytest.mark.parametrize(
    ("order_quantities", "arguments", "message"),
    [
        ([210, 0, -150, 0], {}, "order_quantities is -150 at index 2"),
        ([210, 0, 150], {}, "order_quantities .* do not match"),
        ([400], {}, r"order_quantities has the shape \(1,\)"),
        (400, {}, "order_quantities has 0 dimensions"),
        (None, {}, "order_quantities"),
        ([210, 0, 150, 0], {"allow_shortage": "yes"}, "allow_shortage is 'yes': give True or False"),
    ],
)
def test_wrong_plans_are_named(order_quantities, arguments, message):
    with pytest.raises(ValueError, match=message):
        evaluate_plan(order_quantities, **EXAMPLE_3_9, **arguments)
