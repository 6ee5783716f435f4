"""How much to order: the economic order quantity and its relatives, for a constant demand rate.

Notation: D demand_rate (units/period), K fixed_cost (money/order), h holding_cost (money/unit/period),
i holding_rate (fraction/period), c unit_cost (money/unit), p backorder_cost (money/unit/period),
P production_rate (units/period), Q order_quantity (units). Period and money are the caller's, the same
throughout. Quantities are continuous: rounding a lot is the caller's decision, `cost_penalty` prices it.

Floats, arrays and Series (of one index) mix freely; results are floats, arrays or Series accordingly.
Snyder & Shen is *Fundamentals of Supply Chain Theory*, 2nd edition, Wiley 2019; its equations and examples are
numbered as its first author cites them in the package stockpyl 1.0.2.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from casestudy.methods._validation import elementwise, in_range, numeric_series, one_number, refuse

__all__ = [
    "BackorderLotSize",
    "DiscountLotSize",
    "LotSizeCost",
    "ProductionLotSize",
    "cost_curve",
    "cost_penalty",
    "economic_order_quantity",
    "economic_order_quantity_with_all_units_discounts",
    "economic_order_quantity_with_backorders",
    "economic_order_quantity_with_incremental_discounts",
    "economic_production_quantity",
    "implied_fixed_cost",
    "implied_holding_cost",
    "lot_size_cost",
]


# --- Results ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LotSizeCost:
    """What a lot size costs per period; each field a float, array or Series.

    Attributes
    ----------
    order_quantity : Q, units.
    ordering_cost : K·D/Q, money/period.
    holding_cost : h times the average stock, money/period.
    total_cost : the sum of all costs in the result, money/period.
    orders_per_period : D/Q.
    cycle_time : from one order to the next [T = Q/D], periods.
    """

    order_quantity: float
    ordering_cost: float
    holding_cost: float
    total_cost: float
    orders_per_period: float
    cycle_time: float


@dataclass(frozen=True)
class BackorderLotSize(LotSizeCost):
    """The fields of LotSizeCost, and those of planned backorders; `total_cost` includes `backorder_cost`.

    Attributes
    ----------
    backorder_cost : p times the average backorders, money/period.
    maximum_backorders : backorders just before an order arrives [b], units.
    maximum_inventory : stock just after it arrived [Q - b], units.
    share_of_time_out_of_stock : b/Q, also the share of demand that waits.
    """

    backorder_cost: float
    maximum_backorders: float
    maximum_inventory: float
    share_of_time_out_of_stock: float


@dataclass(frozen=True)
class ProductionLotSize(LotSizeCost):
    """The fields of LotSizeCost, and those of a lot that arrives at a finite rate.

    Attributes
    ----------
    maximum_inventory : stock when the production run ends [Q·(1 - D/P)], units.
    production_time : length of the production run [Q/P], periods.
    """

    maximum_inventory: float
    production_time: float


@dataclass(frozen=True)
class DiscountLotSize(LotSizeCost):
    """The fields of LotSizeCost, and those of a price list; `total_cost` includes `purchase_cost`.

    Attributes
    ----------
    unit_cost : money/unit paid on average over the lot.
    purchase_cost : unit_cost times D, money/period.
    candidates : DataFrame with one row per price band (0 is the first): `breakpoint` and `unit_cost` as
        given; `unconstrained_order_quantity`, the best lot if the band had no limits; `order_quantity`,
        the lot to consider in this band, NaN if the optimum cannot lie here; and what that lot costs:
        `average_unit_cost`, `ordering_cost`, `holding_cost`, `purchase_cost`, `total_cost`.
    """

    unit_cost: float
    purchase_cost: float
    candidates: pd.DataFrame = field(repr=False, compare=False)


# --- Constant demand, constant price ----------------------------------------------------------------------


@elementwise(demand_rate="non-negative", fixed_cost="non-negative", holding_cost="positive")
def economic_order_quantity(demand_rate, fixed_cost, holding_cost):
    """Order quantity with the least ordering and holding cost [Q* = sqrt(2·K·D/h)].

    Parameters
    ----------
    demand_rate : float, array or Series
        Demand [D], units/period, 0 or more.
    fixed_cost : float, array or Series
        Cost of placing one order [K], money/order, 0 or more.
    holding_cost : float, array or Series
        Cost of keeping one unit for one period [h], money/unit/period, greater than 0.

    Returns
    -------
    float, array or Series
        Q*, units, not rounded.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty or of another length or index than the others.

    Source: Harris (1913); Snyder & Shen, equation (3.4) and Example 3.1.

    >>> round(economic_order_quantity(demand_rate=1300, fixed_cost=8, holding_cost=0.225), 2)
    304.05
    """
    return (2 * fixed_cost * demand_rate / holding_cost) ** 0.5


@elementwise(order_quantity="positive", demand_rate="positive", fixed_cost="non-negative", holding_cost="non-negative")
def lot_size_cost(order_quantity, demand_rate, fixed_cost, holding_cost):
    """Cost per period of any order quantity [g(Q) = K·D/Q + h·Q/2], and its rhythm.

    Parameters
    ----------
    order_quantity : float, array or Series
        The lot [Q], units, greater than 0.
    demand_rate : float, array or Series
        Demand [D], units/period, greater than 0.
    fixed_cost : float, array or Series
        Cost of placing one order [K], money/order, 0 or more.
    holding_cost : float, array or Series
        Cost of keeping one unit for one period [h], money/unit/period, 0 or more.

    Returns
    -------
    LotSizeCost
        Costs in money/period. The purchase of the goods is not included, nor any safety stock.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty or of another length or index than the others.

    Source: Snyder & Shen, chapter 3, the cost g(Q) that equation (3.4) minimises; Example 3.1.

    >>> cost = lot_size_cost(order_quantity=400, demand_rate=1300, fixed_cost=8, holding_cost=0.225)
    >>> cost.ordering_cost, cost.holding_cost, cost.total_cost
    (26.0, 45.0, 71.0)
    """
    ordering = fixed_cost * demand_rate / order_quantity
    holding = holding_cost * order_quantity / 2
    return LotSizeCost(
        order_quantity=order_quantity,
        ordering_cost=ordering,
        holding_cost=holding,
        total_cost=ordering + holding,
        orders_per_period=demand_rate / order_quantity,
        cycle_time=order_quantity / demand_rate,
    )


def cost_curve(order_quantities, demand_rate, fixed_cost, holding_cost):
    """Ordering, holding and total cost for a range of order quantities [g(Q) over Q].

    Parameters
    ----------
    order_quantities : list, array or Series
        The lots to price [Q], units, each greater than 0.
    demand_rate : float
        Demand [D], units/period, greater than 0.
    fixed_cost : float
        Cost of placing one order [K], money/order, 0 or more.
    holding_cost : float
        Cost of keeping one unit for one period [h], money/unit/period, 0 or more.

    Returns
    -------
    DataFrame
        Indexed by `order_quantity`; columns `ordering_cost`, `holding_cost`, `total_cost`, money/period.

    Raises
    ------
    ValueError
        If an argument is out of its range, if there is no order quantity, or if a cost is not one number.

    Source: Snyder & Shen, chapter 3 (the cost curve of the EOQ model).

    >>> curve = cost_curve([200, 400], demand_rate=1300, fixed_cost=8, holding_cost=0.225)
    >>> curve["total_cost"].to_dict()
    {200.0: 74.5, 400.0: 71.0}
    """
    one_number("finite", demand_rate=demand_rate, fixed_cost=fixed_cost, holding_cost=holding_cost)
    lots = numeric_series("order_quantities", order_quantities, kind="positive")
    cost = lot_size_cost(lots.to_numpy(), demand_rate, fixed_cost, holding_cost)
    columns = {name: getattr(cost, name) for name in ("ordering_cost", "holding_cost", "total_cost")}
    return pd.DataFrame(columns, index=pd.Index(cost.order_quantity, name="order_quantity"))


@elementwise(order_quantity="positive", optimal_order_quantity="positive")
def cost_penalty(order_quantity, optimal_order_quantity):
    """Relative extra ordering and holding cost of a lot other than the optimum [(Q/Q* + Q*/Q)/2 - 1].

    Parameters
    ----------
    order_quantity : float, array or Series
        The lot that is ordered [Q], units, greater than 0.
    optimal_order_quantity : float, array or Series
        The economic order quantity [Q*], units, greater than 0.

    Returns
    -------
    float, array or Series
        Fraction of the least cost: 0.25 is 25 % more. Computed as (Q - Q*)²/(2·Q·Q*), which is the same
        and loses no digits near the optimum.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty or of another length or index than the other.

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply Chains, 4th ed.,
    sensitivity analysis: PCP = 50·p²/(1 + p) percent for Q = (1 + p)·Q*.

    >>> cost_penalty(order_quantity=200, optimal_order_quantity=100)
    0.25
    """
    difference = order_quantity - optimal_order_quantity
    return difference**2 / (2 * order_quantity * optimal_order_quantity)


@elementwise(order_quantity="positive", demand_rate="positive", fixed_cost="positive")
def implied_holding_cost(order_quantity, demand_rate, fixed_cost):
    """Holding cost that would make a given lot the economic order quantity [h = 2·K·D/Q²].

    Parameters
    ----------
    order_quantity : float, array or Series
        The lot in use [Q], units, greater than 0.
    demand_rate : float, array or Series
        Demand [D], units/period, greater than 0.
    fixed_cost : float, array or Series
        Cost of placing one order [K], money/order, greater than 0.

    Returns
    -------
    float, array or Series
        h, money/unit/period.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty or of another length or index than the others.

    Source: Snyder & Shen, equation (3.4), solved for h.

    >>> implied_holding_cost(order_quantity=400, demand_rate=1300, fixed_cost=8)
    0.13
    """
    return 2 * fixed_cost * demand_rate / order_quantity**2


@elementwise(order_quantity="positive", demand_rate="positive", holding_cost="positive")
def implied_fixed_cost(order_quantity, demand_rate, holding_cost):
    """Fixed cost per order that would make a given lot the economic order quantity [K = h·Q²/(2·D)].

    Parameters
    ----------
    order_quantity : float, array or Series
        The lot in use [Q], units, greater than 0.
    demand_rate : float, array or Series
        Demand [D], units/period, greater than 0.
    holding_cost : float, array or Series
        Cost of keeping one unit for one period [h], money/unit/period, greater than 0.

    Returns
    -------
    float, array or Series
        K, money/order.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty or of another length or index than the others.

    Source: Snyder & Shen, equation (3.4), solved for K.

    >>> implied_fixed_cost(order_quantity=400, demand_rate=1000, holding_cost=0.25)
    20.0
    """
    return holding_cost * order_quantity**2 / (2 * demand_rate)


@elementwise(demand_rate="positive", fixed_cost="positive", holding_cost="positive", backorder_cost="positive")
def economic_order_quantity_with_backorders(demand_rate, fixed_cost, holding_cost, backorder_cost):
    """Cheapest lot and backorders when demand may wait [Q* = sqrt(2·K·D·(h + p)/(h·p)), b* = Q*·h/(h + p)].

    Parameters
    ----------
    demand_rate : float, array or Series
        Demand [D], units/period, greater than 0; all of it waits, none is lost.
    fixed_cost : float, array or Series
        Cost of placing one order [K], money/order, greater than 0.
    holding_cost : float, array or Series
        Cost of keeping one unit for one period [h], money/unit/period, greater than 0.
    backorder_cost : float, array or Series
        Cost of one unit waiting for one period [p], money/unit/period, greater than 0.

    Returns
    -------
    BackorderLotSize
        Quantities in units, costs in money/period.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty or of another length or index than the others.

    Source: Snyder & Shen, equations (3.27) to (3.29) and Example 3.8.

    >>> lot = economic_order_quantity_with_backorders(1300, 8, 0.225, backorder_cost=5)
    >>> round(lot.order_quantity, 2), round(lot.maximum_backorders, 2), round(lot.total_cost, 2)
    (310.81, 13.38, 66.92)
    """
    waiting = holding_cost / (holding_cost + backorder_cost)
    quantity = economic_order_quantity(demand_rate, fixed_cost, backorder_cost * waiting)
    cost = lot_size_cost(quantity, demand_rate, fixed_cost, holding_cost * (1 - waiting) ** 2)
    backorder = backorder_cost * waiting**2 * quantity / 2
    return BackorderLotSize(
        **(vars(cost) | {"total_cost": cost.total_cost + backorder}),
        backorder_cost=backorder,
        maximum_backorders=waiting * quantity,
        maximum_inventory=(1 - waiting) * quantity,
        share_of_time_out_of_stock=waiting,
    )


@elementwise(demand_rate="positive", fixed_cost="positive", holding_cost="positive", production_rate="positive")
def economic_production_quantity(demand_rate, fixed_cost, holding_cost, production_rate):
    """Cheapest lot when it arrives at a finite rate [Q* = sqrt(2·K·D/(h·(1 - D/P)))].

    Parameters
    ----------
    demand_rate : float, array or Series
        Demand [D], units/period, greater than 0.
    fixed_cost : float, array or Series
        Cost of setting up one production run [K], money/run, greater than 0.
    holding_cost : float, array or Series
        Cost of keeping one unit for one period [h], money/unit/period, greater than 0.
    production_rate : float, array or Series
        Output while a run lasts [P], units/period, greater than `demand_rate`.

    Returns
    -------
    ProductionLotSize
        Quantities in units, costs in money/period, times in periods.

    Raises
    ------
    ValueError
        If an argument is out of its range, empty or of another length or index than the others.

    Source: Snyder & Shen, equations (3.31) and (3.32).

    >>> lot = economic_production_quantity(1300, 8, 0.225, production_rate=2000)
    >>> round(lot.order_quantity, 2), round(lot.maximum_inventory, 2), round(lot.total_cost, 2)
    (513.93, 179.88, 40.47)
    """
    in_range("positive", **{"production_rate - demand_rate": production_rate - demand_rate})
    idle = 1 - demand_rate / production_rate
    quantity = economic_order_quantity(demand_rate, fixed_cost, holding_cost * idle)
    return ProductionLotSize(
        **vars(lot_size_cost(quantity, demand_rate, fixed_cost, holding_cost * idle)),
        maximum_inventory=quantity * idle,
        production_time=quantity / production_rate,
    )


# --- Constant demand, quantity discounts ------------------------------------------------------------------


def economic_order_quantity_with_all_units_discounts(demand_rate, fixed_cost, holding_rate, breakpoints, unit_costs):
    """Cheapest lot when its size sets the price of every unit in it [min K·D/Q + i·c(Q)·Q/2 + c(Q)·D].

    In each price band the candidate is the EOQ at the band's price, or the band's breakpoint if that is
    larger; an EOQ beyond the band gives no candidate, because the next band is cheaper there.

    Parameters
    ----------
    demand_rate : float
        Demand [D], units/period, greater than 0.
    fixed_cost : float
        Cost of placing one order [K], money/order, greater than 0.
    holding_rate : float
        Cost of keeping one unit of money in stock for one period [i], fraction/period, greater than 0.
    breakpoints : list, array or Series
        Smallest lot of each price band [b], units: 0 first, then rising. The breakpoint itself has the
        price of the band it opens.
    unit_costs : list, array or Series
        Price in each band [c], money/unit, greater than 0, never rising; as many as `breakpoints`.

    Returns
    -------
    DiscountLotSize
        Costs in money/period, purchase included. Of equally cheap lots, the smallest.

    Raises
    ------
    ValueError
        If an argument is out of its range, not one number, or if the price bands are not as described.

    Source: Snyder & Shen, equations (3.18) and (3.19), Example 3.6.

    >>> prices = {"breakpoints": [0, 400, 800], "unit_costs": [0.75, 0.72, 0.68]}
    >>> lot = economic_order_quantity_with_all_units_discounts(1300, 8, holding_rate=0.3, **prices)
    >>> lot.order_quantity, lot.unit_cost, round(lot.total_cost, 2)
    (800.0, 0.68, 978.6)
    >>> lot.candidates["total_cost"].round(2).tolist()
    [1043.41, 1005.2, 978.6]
    """
    bands = _price_bands(demand_rate, fixed_cost, holding_rate, breakpoints, unit_costs)
    best = economic_order_quantity(demand_rate, fixed_cost, holding_rate * bands["unit_cost"])
    in_reach = best < _band_ends(bands)
    candidates = bands.assign(
        unconstrained_order_quantity=best,
        order_quantity=best.clip(lower=bands["breakpoint"]).where(in_reach),
        average_unit_cost=bands["unit_cost"].where(in_reach),
    )
    return _cheapest_candidate(demand_rate, fixed_cost, holding_rate, candidates)


def economic_order_quantity_with_incremental_discounts(demand_rate, fixed_cost, holding_rate, breakpoints, unit_costs):
    """Cheapest lot when each price holds for the units of its band only [min (K + C(Q))·D/Q + i·C(Q)/2].

    C(Q) = F + c·Q is the invoice of one lot; F is what the units of the dearer bands cost above the
    price c of the last. In each band the candidate is sqrt(2·(K + F)·D/(i·c)) if it lies in the band; the
    optimum is one of these, never a breakpoint. Stock is valued at the average price of the lot, C(Q)/Q.

    Parameters
    ----------
    demand_rate : float
        Demand [D], units/period, greater than 0.
    fixed_cost : float
        Cost of placing one order [K], money/order, greater than 0.
    holding_rate : float
        Cost of keeping one unit of money in stock for one period [i], fraction/period, greater than 0.
    breakpoints : list, array or Series
        Where each price band begins [b], units: 0 first, then rising.
    unit_costs : list, array or Series
        Price of the units in each band [c], money/unit, greater than 0, never rising; as many as
        `breakpoints`.

    Returns
    -------
    DiscountLotSize
        Costs in money/period, purchase included. Of equally cheap lots, the smallest.

    Raises
    ------
    ValueError
        If an argument is out of its range, not one number, or if the price bands are not as described.

    Source: Snyder & Shen, equations (3.20) to (3.22), Example 3.7.

    >>> prices = {"breakpoints": [0, 400, 800], "unit_costs": [0.75, 0.72, 0.68]}
    >>> lot = economic_order_quantity_with_incremental_discounts(1300, 8, holding_rate=0.3, **prices)
    >>> round(lot.order_quantity, 2), lot.unit_cost, round(lot.total_cost, 2)
    (304.05, 0.75, 1043.41)
    """
    bands = _price_bands(demand_rate, fixed_cost, holding_rate, breakpoints, unit_costs)
    price = bands["unit_cost"]
    premium = (bands["breakpoint"] * -price.diff()).fillna(0.0).cumsum()
    best = economic_order_quantity(demand_rate, fixed_cost + premium, holding_rate * price)
    quantity = best.where((best >= bands["breakpoint"]) & (best < _band_ends(bands)))
    candidates = bands.assign(
        unconstrained_order_quantity=best,
        order_quantity=quantity,
        average_unit_cost=price + premium / quantity,
    )
    return _cheapest_candidate(demand_rate, fixed_cost, holding_rate, candidates)


def _price_bands(demand_rate, fixed_cost, holding_rate, breakpoints, unit_costs):
    one_number("positive", demand_rate=demand_rate, fixed_cost=fixed_cost, holding_rate=holding_rate)
    starts = numeric_series("breakpoints", breakpoints)
    prices = numeric_series("unit_costs", unit_costs, kind="positive")
    if len(prices) != len(starts):
        raise ValueError(f"unit_costs has {len(prices)} values: give one for each of {len(starts)} breakpoints")
    refuse("breakpoints", starts, starts.iloc[:1] != 0, "begin with 0")
    refuse("breakpoints", starts, starts.diff() <= 0, "give a quantity above the one before")
    refuse("unit_costs", prices, prices.diff() > 0, "give a price not above the one before")
    return pd.DataFrame(
        {"breakpoint": starts.to_numpy(), "unit_cost": prices.to_numpy()},
        index=pd.RangeIndex(len(starts), name="price_band"),
    )


def _band_ends(bands):
    return bands["breakpoint"].shift(-1, fill_value=np.inf)


def _cheapest_candidate(demand_rate, fixed_cost, holding_rate, candidates):
    quantity, price = candidates["order_quantity"], candidates["average_unit_cost"]
    candidates = candidates.assign(
        ordering_cost=fixed_cost * demand_rate / quantity,
        holding_cost=holding_rate * price * quantity / 2,
        purchase_cost=price * demand_rate,
        total_cost=lambda table: table["ordering_cost"] + table["holding_cost"] + table["purchase_cost"],
    )
    chosen = candidates.loc[candidates["total_cost"].idxmin()].to_dict()
    return DiscountLotSize(
        order_quantity=chosen["order_quantity"],
        ordering_cost=chosen["ordering_cost"],
        holding_cost=chosen["holding_cost"],
        total_cost=chosen["total_cost"],
        orders_per_period=float(demand_rate) / chosen["order_quantity"],
        cycle_time=chosen["order_quantity"] / float(demand_rate),
        unit_cost=chosen["average_unit_cost"],
        purchase_cost=chosen["purchase_cost"],
        candidates=candidates,
    )
