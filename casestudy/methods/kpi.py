"""Inventory indicators: turnover, coverage, average inventory, holding rate, and changes before to after.

Money and units both work, as long as numerator and denominator use the same one. Periods are years unless
`days_per_year` says otherwise (365 in the paper; 360 and 52 weeks are used too).
"""

from casestudy.methods._validation import elementwise

__all__ = [
    "average_inventory",
    "coverage_days",
    "coverage_days_from_turnover",
    "cycle_average_inventory",
    "holding_rate",
    "inventory_turnover",
    "percentage_change",
    "percentage_point_change",
    "turnover_from_coverage_days",
]


@elementwise(cost_of_goods_sold="non-negative", average_inventory="positive")
def inventory_turnover(cost_of_goods_sold, average_inventory):
    """How many times a year the average inventory is sold and replaced [COGS / average inventory].

    Parameters
    ----------
    cost_of_goods_sold : float, array or Series
        Cost of goods sold [COGS], money/year (or units/year), 0 or more.
    average_inventory : float, array or Series
        Average inventory at cost, money (or units), greater than 0.

    Returns
    -------
    float, array or Series
        Turnover, times/year.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), or if the two do not
        match in length or index.

    Source: Ccopa-Torbisco et al. (2025), section 3.3.1.

    >>> inventory_turnover(1_000_000, 250_000)
    4.0
    """
    return cost_of_goods_sold / average_inventory


@elementwise(average_inventory="non-negative", cost_of_goods_sold="positive", days_per_year="positive")
def coverage_days(average_inventory, cost_of_goods_sold, days_per_year=365):
    """Days of sales that the average inventory supports [average inventory x 365 / COGS].

    Parameters
    ----------
    average_inventory : float, array or Series
        Average inventory at cost, money (or units), 0 or more.
    cost_of_goods_sold : float, array or Series
        Cost of goods sold [COGS], money/year (or units/year), greater than 0.
    days_per_year : float
        Days in the year over which the cost of goods sold is measured, greater than 0.

    Returns
    -------
    float, array or Series
        Coverage time, days.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), or if two do not
        match in length or index.

    Source: Ccopa-Torbisco et al. (2025), section 3.3.2.

    >>> coverage_days(250_000, 1_000_000)
    91.25
    """
    return average_inventory / cost_of_goods_sold * days_per_year


@elementwise(turnover="positive", days_per_year="positive")
def coverage_days_from_turnover(turnover, days_per_year=365):
    """Days of sales in the average inventory, from the turnover alone [365 / turnover].

    Parameters
    ----------
    turnover : float, array or Series
        Inventory turnover, times/year, greater than 0.
    days_per_year : float
        Days in that year, greater than 0.

    Returns
    -------
    float, array or Series
        Coverage time, days.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), or if the two do not
        match in length or index.

    Source: Ccopa-Torbisco et al. (2025), sections 3.3.1 and 3.3.2: their product is the days of the year.

    The paper's Table 2 prints 0.75 times and 488 days; the rounded turnover alone gives

    >>> round(coverage_days_from_turnover(0.75), 1)
    486.7
    """
    return days_per_year / turnover


@elementwise(coverage_days="positive", days_per_year="positive")
def turnover_from_coverage_days(coverage_days, days_per_year=365):
    """Inventory turnover, from the coverage time alone [365 / coverage].

    Parameters
    ----------
    coverage_days : float, array or Series
        Coverage time, days, greater than 0.
    days_per_year : float
        Days in the year, greater than 0.

    Returns
    -------
    float, array or Series
        Inventory turnover, times/year.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), or if the two do not
        match in length or index.

    Source: Ccopa-Torbisco et al. (2025), sections 3.3.1 and 3.3.2: their product is the days of the year.

    >>> round(turnover_from_coverage_days(488), 2)
    0.75
    """
    return days_per_year / coverage_days


@elementwise(beginning="non-negative", ending="non-negative")
def average_inventory(beginning, ending):
    """Mean of the inventory at the start and at the end of a period [(beginning + ending) / 2].

    Parameters
    ----------
    beginning : float, array or Series
        Inventory at the start of the period, money or units, 0 or more.
    ending : float, array or Series
        Inventory at its end, in the same unit, 0 or more.

    Returns
    -------
    float, array or Series
        Average inventory, in the same unit. What lies between the two ends is not seen.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), or if the two do not
        match in length or index.

    Source: Ccopa-Torbisco et al. (2025), section 3.3.3.

    >>> average_inventory(300, 200)
    250.0
    """
    return (beginning + ending) / 2


@elementwise(order_quantity="positive", safety_stock="non-negative")
def cycle_average_inventory(order_quantity, safety_stock):
    """Average inventory of an order-quantity policy under steady demand [Q / 2 + SS].

    Parameters
    ----------
    order_quantity : float, array or Series
        Units of each replenishment [Q], greater than 0.
    safety_stock : float, array or Series
        Units on hand, on average, just before a replenishment arrives [SS], 0 or more.

    Returns
    -------
    float, array or Series
        Average inventory, units.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), or if the two do not
        match in length or index.

    Source: Chopra & Meindl (2013), Supply Chain Management, 5th ed., chapter 12: average inventory = cycle
    inventory + safety inventory.

    >>> cycle_average_inventory(119, 34)
    93.5
    """
    return order_quantity / 2 + safety_stock


@elementwise(annual_holding_cost="non-negative", average_inventory_value="positive")
def holding_rate(annual_holding_cost, average_inventory_value):
    """Cost of holding one unit of money in inventory for a year [annual holding cost / inventory value].

    Parameters
    ----------
    annual_holding_cost : float, array or Series
        Cost of holding the inventory, money/year, 0 or more.
    average_inventory_value : float, array or Series
        Average inventory at cost, money, greater than 0.

    Returns
    -------
    float, array or Series
        Holding rate, fraction/year (0.26 is 26 % a year).

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), or if the two do not
        match in length or index.

    Source: Heizer, Render & Munson (2017), Operations Management, 12th ed., chapter 12, holding costs as a
    percentage of inventory value; Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply
    Chains, 4th ed., carrying charge r.

    >>> holding_rate(26_000, 100_000)
    0.26
    """
    return annual_holding_cost / average_inventory_value


@elementwise(before="positive", after="finite")
def percentage_change(before, after):
    """Change in per cent of the value before [100 (after - before) / before].

    Not to be confused with `percentage_point_change`: stock-outs that fall from 18 % to 12 % of orders fall
    by 33.3 per cent (this function: a third fewer), and by 6 percentage points (the other one).

    Parameters
    ----------
    before : float, array or Series
        Value before, in any unit, greater than 0.
    after : float, array or Series
        Value after, in the same unit.

    Returns
    -------
    float, array or Series
        Change, per cent of `before`; negative for a fall.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), or if the two do not
        match in length or index.

    Source: Ccopa-Torbisco et al. (2025), Table 2, column "Variation (%)".

    >>> round(percentage_change(18, 12), 1)
    -33.3
    """
    return 100 * (after - before) / before


@elementwise(before_percent="finite", after_percent="finite")
def percentage_point_change(before_percent, after_percent):
    """Difference between two percentages, in percentage points [after - before].

    Not to be confused with `percentage_change`: stock-outs that fall from 18 % to 12 % of orders fall by 6
    percentage points (this function), and by 33.3 per cent (the other one).

    Parameters
    ----------
    before_percent : float, array or Series
        Percentage before, in per cent (18, not 0.18).
    after_percent : float, array or Series
        Percentage after, in per cent, of the same kind of whole.

    Returns
    -------
    float, array or Series
        Change, percentage points; negative for a fall.

    Raises
    ------
    ValueError
        If an argument is not finite (names it, the value and the index), or if the two do not match in length
        or index.

    Source: Cheng, "Study on Balanced Inventory and Supply Management of Small Quantities of Materials",
    section 6.1: from 85 % to 92 % is "7 percentage points" (its section 5.2 calls the same change 7 %).

    >>> percentage_point_change(18, 12)
    -6.0
    """
    return after_percent - before_percent
