"""How much to order and when, for a known demand that varies from period to period.

Notation: d demand (units in each period), K fixed_cost (money/order), h holding_cost (money/unit/period),
c unit_cost (money/unit), SS safety_stock, I0 initial_inventory (units), T the number of periods. K, h, c and SS
are one number or one for each period. A lot is a number of consecutive periods that one order covers.

Conventions of all rules: an order arrives in its own period, before the demand; holding cost is charged on the
ending inventory of each period, safety stock and leftovers included, so h[t] carries a unit from t to t+1;
demand is met on time, and no period may end below the safety stock. The rules see the net requirements: what
of demand and safety stock is not yet in stock. A unit cost that varies moves the orders of Wagner-Whitin only;
the other rules weigh fixed against holding cost, and pay the price of the period they order in. What the
horizon ends with is not credited. Quantities are continuous; differences of 1e-10 of all units, or 1e-12 of a
cost, count as rounding of floats.

Orlicky is Ptak & Smith (2011), *Orlicky's Material Requirements Planning*, 3rd edition, McGraw-Hill, chapter 8.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from casestudy.methods._validation import elementwise, numeric_series, one_number, refuse, whole_number

__all__ = [
    "RULES",
    "LotSizingPlan",
    "compare_rules",
    "evaluate_plan",
    "fixed_order_quantity",
    "least_total_cost",
    "least_unit_cost",
    "lot_for_lot",
    "periodic_order_quantity",
    "silver_meal",
    "wagner_whitin",
]


@dataclass(frozen=True)
class LotSizingPlan:
    """The orders of every period, and what they cost over the horizon.

    Attributes
    ----------
    rule : the rule that made the plan, as in `RULES`; "given" for one that was handed in.
    number_of_orders : periods with an order.
    ordering_cost : K of each period with an order, money.
    holding_cost : h times the ending inventory, money; nothing for an inventory below 0.
    purchase_cost : c times the orders, money.
    total_cost : the sum of the three, money.
    plan : DataFrame with the index of demand (called `period` if it has no name) and the columns `demand`,
        `order_quantity`, `ending_inventory`, units; `ordering_cost`, `holding_cost`, `purchase_cost`, money.
    """

    rule: str
    number_of_orders: int
    ordering_cost: float
    holding_cost: float
    purchase_cost: float
    total_cost: float
    plan: pd.DataFrame = field(repr=False, compare=False)


# --- The optimum ------------------------------------------------------------------------------------------


def wagner_whitin(demand, fixed_cost, holding_cost, unit_cost=0.0, *, safety_stock=0.0, initial_inventory=0.0):
    """Plan of the least ordering, holding and purchase cost [min sum of K·(Q > 0) + h·I + c·Q].

    Exact for any costs of 0 or more, also where prices make it worth buying ahead. A unit ordered in i for t
    costs c[i] + h[i] + ... + h[t-1]; less h[0] + ... + h[t-1], which no order changes, that is a slope of i
    alone, so the best last order is found on the lower envelope of one straight line per period, in about
    T·log T steps. Of equally cheap last orders it takes the one of the lowest slope: the latest, at constant
    costs.

    Parameters
    ----------
    demand : list, array or Series
        Demand of each period [d], units, 0 or more.
    fixed_cost : float, or one per period
        Cost of placing one order [K], money/order, 0 or more.
    holding_cost : float, or one per period
        Cost of keeping one unit from a period to the next [h], money/unit/period, 0 or more.
    unit_cost : float, or one per period
        Price of a unit ordered in the period [c], money/unit, 0 or more.
    safety_stock : float, or one per period
        Inventory that must remain at the end of the period [SS], units, 0 or more.
    initial_inventory : float
        Units on hand before the first period [I0], 0 or more.

    Returns
    -------
    LotSizingPlan
        Quantities in units, costs in money over the horizon.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty, or not one number or one per period.

    Source: Wagner & Whitin (1958), Management Science 5(1), 89-96; the envelope: Wagelmans, Van Hoesel & Kolen
    (1992), Operations Research 40, S145-S156. The example is 3.9 of Snyder & Shen (2019), *Fundamentals of
    Supply Chain Theory*, 2nd edition.

    >>> optimum = wagner_whitin([90, 120, 80, 70], fixed_cost=500, holding_cost=2)
    >>> optimum.plan["order_quantity"].tolist(), optimum.total_cost
    ([210.0, 0.0, 150.0, 0.0], 1380.0)
    """
    problem = _problem(demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory)
    needed = list(accumulate(problem.requirements, initial=0.0))
    envelope = _LowerEnvelope()
    least_cost, carried, last_order = 0.0, 0.0, []  # least cost of the periods so far, less a constant
    for period, requirement in enumerate(problem.requirements):
        slope = problem.unit_cost[period] - carried
        start = needed[period]
        envelope.add(slope, least_cost + problem.fixed_cost[period] - slope * start, period, start)
        carried += problem.holding_cost[period]
        order_period = period
        if requirement:
            least_cost, order_period = envelope.lowest(needed[period + 1])
        last_order.append(order_period)
    orders, end = [0.0] * len(last_order), len(last_order)
    while end:
        period = last_order[end - 1]
        orders[period] = math.fsum(problem.requirements[period:end])
        end = period
    return _costed("wagner_whitin", problem, orders)


class _LowerEnvelope:
    """The lowest of straight lines, asked at points that never fall; lines come in any order of slope.

    Kept are the lines that are lowest somewhere from the point last asked, by falling slope; `head` is the
    first of them that is still of use.
    """

    def __init__(self):
        self.keys, self.lines, self.head = [], [], 0  # keys: slopes with the sign turned, rising

    def add(self, slope, intercept, label, point):
        """Add a line that counts from `point` on; of two equal lines the new one stays."""
        keys, lines, line = self.keys, self.lines, (slope, intercept, label)
        at = bisect_left(keys, -slope, self.head)
        if at < len(lines) and lines[at][0] == slope:
            if lines[at][1] < intercept:
                return
            del keys[at], lines[at]
        if at < len(lines):
            if at == self.head:
                if slope * point + intercept >= lines[at][0] * point + lines[at][1]:
                    return
            elif _is_nowhere_lowest(lines[at - 1], line, lines[at]):
                return
        while at + 1 < len(lines) and _is_nowhere_lowest(line, lines[at], lines[at + 1]):
            del keys[at], lines[at]
        while at - 1 > self.head and _is_nowhere_lowest(lines[at - 2], lines[at - 1], line):
            at -= 1
            del keys[at], lines[at]
        keys.insert(at, -slope)
        lines.insert(at, line)

    def lowest(self, point):
        """Height and label of the lowest line at `point`; of equals, that of the lowest slope."""
        lines, head = self.lines, self.head
        slope, intercept, label = lines[head]
        height = slope * point + intercept
        while head + 1 < len(lines):
            slope, intercept, next_label = lines[head + 1]
            next_height = slope * point + intercept
            if next_height > height:
                break
            head, height, label = head + 1, next_height, next_label
        self.head = head
        return height, label


def _is_nowhere_lowest(before, line, after):
    """Whether `line` is nowhere below both neighbours, their slopes falling from `before` to `after`."""
    return (after[1] - before[1]) * (before[0] - line[0]) <= (line[1] - before[1]) * (before[0] - after[0])


# --- Rules of thumb ---------------------------------------------------------------------------------------


def lot_for_lot(demand, fixed_cost, holding_cost, unit_cost=0.0, *, safety_stock=0.0, initial_inventory=0.0):
    """Order in every period what it requires [Q = net requirement].

    Parameters
    ----------
    demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory
        As for `wagner_whitin`.

    Returns
    -------
    LotSizingPlan
        Quantities in units, costs in money over the horizon.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty, or not one number or one per period.

    Source: Orlicky, page 148.

    >>> lot_for_lot([90, 120, 80, 70], fixed_cost=500, holding_cost=2).total_cost
    2000.0
    """
    problem = _problem(demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory)
    return _costed("lot_for_lot", problem, problem.requirements)


def fixed_order_quantity(
    demand,
    fixed_cost,
    holding_cost,
    unit_cost=0.0,
    *,
    safety_stock=0.0,
    initial_inventory=0.0,
    order_quantity=None,
    larger_requirement="as_required",
):
    """Order the same quantity whenever the stock would not last [Q given, or Q = sqrt(2·K·D/h)].

    Parameters
    ----------
    demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory
        As for `wagner_whitin`.
    order_quantity : float, optional
        The lot [Q], units, greater than 0. None: the economic order quantity, not rounded, of the means of
        demand, fixed cost and holding cost over the horizon; the rule is then "economic_order_quantity".
    larger_requirement : str
        What is ordered if a period lacks more than Q: "as_required", what it lacks (Orlicky); "whole_lots",
        as many Q as it takes, in one order (APICS Dictionary).

    Returns
    -------
    LotSizingPlan
        Quantities in units, costs in money over the horizon. The last lot may leave a remnant.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty, or not one number or one per period; if `order_quantity` is
        None and no holding cost is above 0, or if it is None and 0 and whole lots are wanted.

    Source: Orlicky, pages 146-147 (the example).

    >>> demand = [35, 10, 0, 40, 0, 20, 5, 10, 30]
    >>> lots = fixed_order_quantity(demand, fixed_cost=100, holding_cost=1, order_quantity=60)
    >>> lots.plan["order_quantity"].tolist()
    [60.0, 0.0, 0.0, 60.0, 0.0, 0.0, 0.0, 0.0, 60.0]
    """
    _one_of(("as_required", "whole_lots"), larger_requirement=larger_requirement)
    problem = _problem(demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory)
    rule, lot = "fixed_order_quantity", order_quantity
    if lot is None:
        rule, lot = "economic_order_quantity", _economic_order_quantity(problem)
    if order_quantity is not None or larger_requirement == "whole_lots":
        one_number("positive", order_quantity=lot)
    orders, remnant = [], 0.0
    for requirement in problem.requirements:
        lacking = requirement - remnant
        if lacking <= problem.rounding:
            order = 0.0
        elif larger_requirement == "whole_lots":
            order = lot * math.ceil((lacking - problem.rounding) / lot)
        else:
            order = max(lot, lacking)
        orders.append(order)
        remnant += order - requirement
    return _costed(rule, problem, orders)


def periodic_order_quantity(
    demand,
    fixed_cost,
    holding_cost,
    unit_cost=0.0,
    *,
    safety_stock=0.0,
    initial_inventory=0.0,
    order_interval=None,
):
    """Order the requirements of the same number of periods each time [n given, or n = EOQ/D to the nearest].

    The interval begins with a period that requires something: periods without, between one interval and the
    next, are skipped.

    Parameters
    ----------
    demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory
        As for `wagner_whitin`.
    order_interval : int, optional
        Periods that an order covers [n], 1 or more. None: the economic order quantity over the mean demand,
        both of the means over the horizon, rounded to the nearest (a half up), at least 1.

    Returns
    -------
    LotSizingPlan
        Quantities in units, costs in money over the horizon.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty, or not one number or one per period; if `order_interval` is
        None and no holding cost is above 0.

    Source: Orlicky, pages 148-149 (with a given interval: fixed-period requirements).

    >>> demand = [35, 10, 0, 40, 0, 20, 5, 10, 30]
    >>> lots = periodic_order_quantity(demand, fixed_cost=100, holding_cost=1, order_interval=2)
    >>> lots.plan["order_quantity"].tolist()
    [45.0, 0.0, 0.0, 40.0, 0.0, 25.0, 0.0, 40.0, 0.0]
    """
    problem = _problem(demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory)
    if order_interval is None:
        lot, rate = _economic_order_quantity(problem), np.mean(problem.demand)
        order_interval = max(1, math.floor(lot / rate + 0.5)) if rate else len(problem.demand)
    whole_number(1, order_interval=order_interval)
    return _costed("periodic_order_quantity", problem, _lots(problem, lambda start: order_interval))


def silver_meal(
    demand, fixed_cost, holding_cost, unit_cost=0.0, *, safety_stock=0.0, initial_inventory=0.0, minimum="first"
):
    """Let each order cover the periods of the least cost per period [min (K + holding cost of the lot)/n].

    Parameters
    ----------
    demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory
        As for `wagner_whitin`.
    minimum : str
        "first": stop before the first period that raises the cost per period (the rule as published);
        "overall": the least over all lots that the horizon allows. Of equal costs, the longer lot.

    Returns
    -------
    LotSizingPlan
        Quantities in units, costs in money over the horizon.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty, or not one number or one per period.

    Source: Silver & Meal (1973), Production and Inventory Management 14(2), 64-74; Nahmias, *Production and
    Operations Analysis*, Silver-Meal heuristic (the example's machine shop).

    >>> silver_meal([18, 30, 42, 5, 20], fixed_cost=80, holding_cost=2).plan["order_quantity"].tolist()
    [48.0, 0.0, 47.0, 0.0, 20.0]
    """
    _one_of(("first", "overall"), minimum=minimum)
    problem = _problem(demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory)

    def length(start):
        return _least_average(problem, start, range(1, len(problem.demand) - start + 1), minimum)

    return _costed("silver_meal", problem, _lots(problem, length))


def least_unit_cost(demand, fixed_cost, holding_cost, unit_cost=0.0, *, safety_stock=0.0, initial_inventory=0.0):
    """Let each order cover the periods of the least cost per unit [min (K + holding cost of the lot)/Q].

    Once another period raises the cost per unit, all later ones do, since their units are carried for longer:
    the first minimum is the least of all. Of equal costs, the longer lot.

    Parameters
    ----------
    demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory
        As for `wagner_whitin`.

    Returns
    -------
    LotSizingPlan
        Quantities in units, costs in money over the horizon.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty, or not one number or one per period.

    Source: Orlicky, page 150.

    >>> demand = [35, 10, 0, 40, 0, 20, 5, 10, 30]
    >>> least_unit_cost(demand, fixed_cost=100, holding_cost=1).plan["order_quantity"].tolist()
    [45.0, 0.0, 0.0, 60.0, 0.0, 0.0, 45.0, 0.0, 0.0]
    """
    problem = _problem(demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory)

    def length(start):
        return _least_average(problem, start, accumulate(problem.requirements[start:]))

    return _costed("least_unit_cost", problem, _lots(problem, length))


def least_total_cost(
    demand,
    fixed_cost,
    holding_cost,
    unit_cost=0.0,
    *,
    safety_stock=0.0,
    initial_inventory=0.0,
    part_period_rule="nearest",
):
    """Let each order cover periods until its holding cost balances its fixed cost [part-periods ~ K/h].

    Also called part-period balancing; the look-ahead and look-back corrections of that name are not made.
    Holding and fixed cost are compared in money, so that h may vary: at constant h this is the comparison of
    part-periods with the economic part-period K/h.

    Parameters
    ----------
    demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory
        As for `wagner_whitin`.
    part_period_rule : str
        "nearest": the lot whose holding cost is nearest to its fixed cost, the shorter one if two are equally
        near; "not_above": the longest lot whose holding cost does not exceed its fixed cost.

    Returns
    -------
    LotSizingPlan
        Quantities in units, costs in money over the horizon; the rule is "least_total_cost_nearest" or
        "least_total_cost_not_above".

    Raises
    ------
    ValueError
        If an argument is out of its range, empty, or not one number or one per period.

    Source: Orlicky, pages 151-152 ("nearest"; the example); DeMatteis (1968), IBM Systems Journal 7(1), 30-38.

    >>> demand = [35, 10, 0, 40, 0, 20, 5, 10, 30]
    >>> least_total_cost(demand, fixed_cost=100, holding_cost=1).plan["order_quantity"].tolist()
    [85.0, 0.0, 0.0, 0.0, 0.0, 65.0, 0.0, 0.0, 0.0]
    """
    _one_of(("nearest", "not_above"), part_period_rule=part_period_rule)
    problem = _problem(demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory)

    def length(start):
        fixed, shorter = problem.fixed_cost[start], 0.0
        for periods, holding in enumerate(_holding_costs(problem, start)):
            if _exceeds(holding, fixed):
                is_nearer = part_period_rule == "nearest" and _exceeds(fixed - shorter, holding - fixed)
                return periods + is_nearer
            shorter = holding
        return len(problem.demand) - start

    return _costed(f"least_total_cost_{part_period_rule}", problem, _lots(problem, length))


RULES = MappingProxyType(
    {
        "wagner_whitin": wagner_whitin,
        "silver_meal": silver_meal,
        "least_unit_cost": least_unit_cost,
        "least_total_cost_nearest": partial(least_total_cost, part_period_rule="nearest"),
        "least_total_cost_not_above": partial(least_total_cost, part_period_rule="not_above"),
        "periodic_order_quantity": periodic_order_quantity,
        "economic_order_quantity": fixed_order_quantity,
        "lot_for_lot": lot_for_lot,
    }
)
"""The rules that need no more than demand and costs, by name; the optimum first."""


# --- Comparing and checking -------------------------------------------------------------------------------


def compare_rules(
    demand,
    fixed_cost,
    holding_cost,
    unit_cost=0.0,
    *,
    safety_stock=0.0,
    initial_inventory=0.0,
    order_quantity=None,
):
    """What every rule costs on the same demand and costs, and by how much it misses the optimum.

    Parameters
    ----------
    demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory
        As for `wagner_whitin`.
    order_quantity : float, optional
        If given, "fixed_order_quantity" with this lot, units, is compared too.

    Returns
    -------
    DataFrame
        Indexed by `rule`, the names in `RULES`, cheapest first; columns `number_of_orders`, `ordering_cost`,
        `holding_cost`, `purchase_cost`, `total_cost`, money, and `percent_above_optimum` of the total cost,
        purchase included: with a unit cost of 0 it refers to ordering and holding cost only. It is NaN or
        infinite where the optimum costs nothing.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty, or not one number or one per period; if no holding cost is
        above 0, for then there is no economic order quantity.

    Source: the comparison of Silver, Pyke & Thomas (2017), *Inventory and Production Management in Supply
    Chains*, 4th edition, chapter 5.

    >>> table = compare_rules([90, 120, 80, 70], fixed_cost=500, holding_cost=2)
    >>> table.loc["lot_for_lot", ["total_cost", "percent_above_optimum"]].round(1).tolist()
    [2000.0, 44.9]
    """
    rules = dict(RULES)
    if order_quantity is not None:
        rules["fixed_order_quantity"] = partial(fixed_order_quantity, order_quantity=order_quantity)
    stocks = {"safety_stock": safety_stock, "initial_inventory": initial_inventory}
    plans = {name: rule(demand, fixed_cost, holding_cost, unit_cost, **stocks) for name, rule in rules.items()}
    columns = ["number_of_orders", "ordering_cost", "holding_cost", "purchase_cost", "total_cost"]
    table = pd.DataFrame(
        [[getattr(plan, column) for column in columns] for plan in plans.values()],
        index=pd.Index(plans, name="rule"),
        columns=columns,
    )
    ratio = table["total_cost"] / plans["wagner_whitin"].total_cost
    return table.assign(percent_above_optimum=100 * (ratio - 1)).sort_values("total_cost", kind="stable")


def evaluate_plan(
    order_quantities,
    demand,
    fixed_cost,
    holding_cost,
    unit_cost=0.0,
    *,
    safety_stock=0.0,
    initial_inventory=0.0,
    allow_shortage=False,
):
    """What given orders cost [sum of K·(Q > 0) + h·I + c·Q], with the stock that follows from them.

    The ending inventories are those of the balance I[t] = I[t-1] + Q[t] - d[t], whatever was printed.

    Parameters
    ----------
    order_quantities : list, array or Series
        Order of each period [Q], units, 0 or more.
    demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory
        As for `wagner_whitin`.
    allow_shortage : bool
        False refuses a plan with a period that ends below the safety stock. True takes it: demand waits, and
        waiting costs nothing; an inventory below 0 bears no holding cost.

    Returns
    -------
    LotSizingPlan
        Quantities in units, costs in money over the horizon; the rule is "given".

    Raises
    ------
    ValueError
        If an argument is out of its range, empty, or not one number or one per period; if the plan runs short
        and that is not allowed.

    Source: Wagner & Whitin (1958), Management Science 5(1), 89-96, the model whose objective and stock balance
    these are.

    >>> plan = evaluate_plan([210, 0, 150, 0], [90, 120, 80, 70], fixed_cost=500, holding_cost=2)
    >>> plan.ordering_cost, plan.holding_cost, plan.total_cost
    (1000.0, 380.0, 1380.0)
    >>> evaluate_plan([200, 0, 160, 0], [90, 120, 80, 70], fixed_cost=500, holding_cost=2)
    Traceback (most recent call last):
    ValueError: ending_inventory after order_quantities is -10 at index 1: order more by then to keep the \
safety stock, or allow_shortage
    """
    if not isinstance(allow_shortage, bool):
        raise ValueError(f"allow_shortage is {allow_shortage!r}: give True or False")
    orders = numeric_series("order_quantities", order_quantities, kind="non-negative").to_numpy()
    problem = _problem(demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory, order_quantities)
    evaluated = _costed("given", problem, orders)
    if not allow_shortage:
        inventory = evaluated.plan["ending_inventory"]
        is_short = inventory < np.array(problem.safety_stock) - problem.rounding
        mend = "order more by then to keep the safety stock, or allow_shortage"
        refuse("ending_inventory after order_quantities", inventory, is_short, mend)
    return evaluated


# --- Shared -----------------------------------------------------------------------------------------------


class _Problem(NamedTuple):
    """Checked arguments, each a list with one float per period."""

    index: pd.Index
    demand: list
    fixed_cost: list
    holding_cost: list
    unit_cost: list
    safety_stock: list
    initial_inventory: float
    requirements: list
    rounding: float


@elementwise(
    demand="non-negative",
    fixed_cost="non-negative",
    holding_cost="non-negative",
    unit_cost="non-negative",
    safety_stock="non-negative",
    initial_inventory="non-negative",
    order_quantities="non-negative",
)
def _problem(demand, fixed_cost, holding_cost, unit_cost, safety_stock, initial_inventory, order_quantities=None):
    demand = numeric_series("demand", demand)
    one_number("non-negative", initial_inventory=initial_inventory)
    costs = {"fixed_cost": fixed_cost, "holding_cost": holding_cost, "unit_cost": unit_cost}
    listed = {name: _per_period(name, value, len(demand)) for name, value in costs.items()}
    safety_stock = _per_period("safety_stock", safety_stock, len(demand))
    if order_quantities is not None:
        _per_period("order_quantities", order_quantities, len(demand))
    units = demand.tolist()
    rounding = 1e-10 * (math.fsum(units) + max(safety_stock) + initial_inventory)
    requirements, inventory = [], initial_inventory
    for wanted, reserve in zip(units, safety_stock, strict=True):
        lacking = wanted + reserve - inventory
        requirements.append(lacking if lacking > rounding else 0.0)
        inventory = max(inventory - wanted, reserve)
    index = demand.index.rename(demand.index.name or "period")
    return _Problem(index, units, *listed.values(), safety_stock, initial_inventory, requirements, rounding)


def _per_period(name, value, periods):
    shape = np.shape(value)
    if shape not in ((), (periods,)):
        raise ValueError(f"{name} has the shape {shape}: give one number, or one for each of {periods} periods")
    return np.broadcast_to(np.asarray(value, dtype=float), periods).tolist()


def _one_of(choices, **arguments):
    for name, value in arguments.items():
        if value not in choices:
            raise ValueError(f"{name} is {value!r}: give one of {', '.join(choices)}")


def _exceeds(value, other):
    return value > other and not math.isclose(value, other, rel_tol=1e-12)


def _economic_order_quantity(problem):
    demand_rate, fixed_cost, holding_cost = map(np.mean, (problem.demand, problem.fixed_cost, problem.holding_cost))
    if holding_cost == 0:
        raise ValueError("holding_cost is 0 in every period: the economic order quantity needs one above 0")
    return float((2 * fixed_cost * demand_rate / holding_cost) ** 0.5)


def _lots(problem, length):
    """Orders that each cover `length(start)` periods from `start`, the first that is not covered yet."""
    requirements = problem.requirements
    orders, start = [0.0] * len(requirements), 0
    while start < len(requirements):
        if not requirements[start]:
            start += 1
            continue
        end = start + length(start)
        orders[start] = math.fsum(requirements[start:end])
        start = end
    return orders


def _holding_costs(problem, start):
    """Holding cost of the lots from `start` that cover one period, two, three, ..."""
    cost = carrying = 0.0
    for requirement, holding_cost in zip(problem.requirements[start:], problem.holding_cost[start:], strict=True):
        cost += carrying * requirement
        yield cost
        carrying += holding_cost


def _least_average(problem, start, sizes, minimum="first"):
    """Number of periods that the lot from `start` with the least fixed and holding cost by its size covers."""
    least, best = math.inf, 0
    for periods, (holding, size) in enumerate(zip(_holding_costs(problem, start), sizes, strict=True), start=1):
        average = (problem.fixed_cost[start] + holding) / size
        if not _exceeds(average, least):
            least, best = average, periods
        elif minimum == "first":
            break
    return best


def _costed(rule, problem, orders):
    demand, orders = np.array(problem.demand), np.array(orders)
    inventory = problem.initial_inventory + np.cumsum(orders) - np.cumsum(demand)
    inventory[np.abs(inventory) <= problem.rounding] = 0.0
    plan = pd.DataFrame(
        {
            "demand": demand,
            "order_quantity": orders,
            "ending_inventory": inventory,
            "ordering_cost": np.where(orders > 0, problem.fixed_cost, 0.0),
            "holding_cost": problem.holding_cost * np.maximum(inventory, 0.0),
            "purchase_cost": problem.unit_cost * orders,
        },
        index=problem.index,
    )
    costs = {name: math.fsum(plan[name]) for name in ("ordering_cost", "holding_cost", "purchase_cost")}
    return LotSizingPlan(rule, int((orders > 0).sum()), **costs, total_cost=math.fsum(costs.values()), plan=plan)
