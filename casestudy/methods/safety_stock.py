"""Safety stock, reorder points and service levels under normal lead-time demand, and the Acevedo set.

Notation: d and sigma_d mean and standard deviation of demand per period, L and sigma_L of the lead time
in the same periods, sigma standard deviation of lead-time demand, z safety factor, SS = z·sigma safety
stock, s reorder point, S order-up-to level, R review period, Q order quantity, phi and Phi density and
distribution of the standard normal. The Acevedo set (Acevedo Suárez et al. 2017) sizes stock with a
strategic reserve RE beside the safety stock.

A safety factor is always passed as z, so that the caller shows whether it is exact or rounded:
`safety_stock(safety_factor=safety_factor(0.95, decimals=2), ...)`.
"""

import functools
import inspect
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize.elementwise import find_root
from scipy.special import ndtr, ndtri

from casestudy.methods._validation import finite, in_range

__all__ = [
    "StockLevels",
    "cycle_service_level",
    "expected_shortage_per_cycle",
    "fill_rate",
    "implied_cycle_service_level",
    "implied_demand_deviation",
    "implied_safety_stock",
    "lead_time_demand_deviation",
    "lot_size_requirements",
    "order_up_to_level",
    "reorder_point",
    "safety_factor",
    "safety_factor_for_fill_rate",
    "safety_stock",
    "standard_normal_loss",
    "stock_levels",
    "strategic_reserve",
    "supply_interval",
]


class StockLevels(NamedTuple):
    """Minimum, maximum and mean stock, in the unit of the order quantity."""

    minimum_stock: Any
    maximum_stock: Any
    mean_stock: Any


def _elementwise(formula):
    """Floats from floats, arrays from arrays, and from Series a Series with the same index."""
    signature = inspect.signature(formula)

    @functools.wraps(formula)
    def evaluate(*args, **kwargs):
        call = signature.bind(*args, **kwargs)
        arrays = {name: value for name, value in call.arguments.items() if np.ndim(value) > 0}
        index = _common_index(arrays)
        for name, value in arrays.items():
            values = value if isinstance(value, pd.Series) else np.asarray(value)
            call.arguments[name] = values.astype(float) if values.dtype.kind in "iu" else values

        def finish(result):
            if np.ndim(result) == 0:
                return float(result)
            return np.asarray(result) if index is None else pd.Series(np.asarray(result), index=index)

        result = formula(*call.args, **call.kwargs)
        return result._make(map(finish, result)) if isinstance(result, tuple) else finish(result)

    return evaluate


def _common_index(arrays):
    """The index that the Series share (None without Series); ValueError where lengths or indexes differ."""
    shapes = {name: np.shape(value) for name, value in arrays.items()}
    series = {name: value for name, value in arrays.items() if isinstance(value, pd.Series)}
    for name, value in arrays.items():
        if np.size(value) == 0:
            raise ValueError(f"{name} is empty: give at least one number")
    try:
        shape = np.broadcast_shapes(*shapes.values())
    except ValueError:
        shape = None
    if shape is None or any(shapes[name] != shape for name in series):
        raise ValueError(f"the shapes {shapes} do not match: give arrays of one length")
    first = next(iter(series), None)
    for name, value in series.items():
        if not value.index.equals(series[first].index):
            raise ValueError(f"{name} and {first} have different indexes: give both the same index")
    return None if first is None else series[first].index


@_elementwise
def safety_factor(cycle_service_level, decimals=None):
    """Safety factor of a cycle service level, the standard normal quantile [z].

    Parameters
    ----------
    cycle_service_level : float or array
        Probability of no stockout in a replenishment cycle, between 0 and 1, both excluded.
    decimals : int, optional
        None: exact. Otherwise as textbooks print it: first rounded to one decimal more, then a 5 in the
        last place goes away from zero, so that 0.95 gives 1.644854 -> 1.645 -> 1.65. The nearest number
        with two decimals would be 1.64; for that, round the exact factor.

    Returns
    -------
    float or array
        Phi^-1(cycle_service_level), no unit; negative below a level of 0.5.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1, or decimals is not a whole number 0 or more.

    Source: Silver, Pyke & Thomas (2017), chapter 6; Heizer & Render, chapter 12, for the 1.65 of 95 %.

    >>> round(safety_factor(0.95), 6)
    1.644854
    >>> safety_factor(0.95, decimals=2)
    1.65
    """
    in_range("probability", cycle_service_level=cycle_service_level)
    exact = ndtri(cycle_service_level)
    if decimals is None:
        return exact
    if not isinstance(decimals, int | np.integer) or isinstance(decimals, bool) or decimals < 0:
        raise ValueError(f"decimals is {decimals!r}: give a whole number 0 or more, or None for the exact factor")
    one_decimal_more = np.rint(np.abs(exact) * 10.0 ** (decimals + 1))
    return np.sign(exact) * np.floor((one_decimal_more + 5) / 10) / 10.0**decimals


@_elementwise
def cycle_service_level(safety_factor):
    """Cycle service level of a safety factor, the inverse of `safety_factor` [CSL, P1].

    Parameters
    ----------
    safety_factor : float or array
        Safety stock in standard deviations of lead-time demand [z], no unit.

    Returns
    -------
    float or array
        Phi(z), the probability of no stockout in a replenishment cycle.

    Raises
    ------
    ValueError
        If the factor is not finite; names the argument and the value.

    Source: Silver, Pyke & Thomas (2017), chapter 6.

    >>> round(cycle_service_level(1.65), 4)
    0.9505
    """
    finite(safety_factor=safety_factor)
    return ndtr(safety_factor)


@_elementwise
def lead_time_demand_deviation(*, demand_deviation, lead_time, lead_time_deviation=0.0, demand_rate=None):
    """Standard deviation of demand during the lead time [sigma].

    Convention: demand is independent from period to period with the same deviation, and independent of
    the lead time. Variable demand alone leaves sigma_d·sqrt(L), variable lead time alone d·sigma_L.

    Parameters
    ----------
    demand_deviation : float or array
        Standard deviation of demand per period [sigma_d], units/period; 0 for constant demand.
    lead_time : float or array
        Mean lead time [L], periods.
    lead_time_deviation : float or array
        Standard deviation of the lead time [sigma_L], periods; 0 for a constant lead time.
    demand_rate : float or array, optional
        Mean demand per period [d], units/period; needed only where the lead time varies.

    Returns
    -------
    float or array
        sqrt(L·sigma_d² + d²·sigma_L²), units.

    Raises
    ------
    ValueError
        If an argument is negative or not finite, or if the lead time varies and demand_rate is missing.

    Source: Silver, Pyke & Thomas (2017), chapter 6; Chopra & Meindl, chapter 12; Stevenson, chapter 12.

    >>> lead_time_demand_deviation(demand_deviation=3, lead_time=4)
    6.0
    >>> lead_time_demand_deviation(demand_deviation=3, lead_time=4, lead_time_deviation=0.8, demand_rate=10)
    10.0
    """
    in_range(
        "non-negative",
        demand_deviation=demand_deviation,
        lead_time=lead_time,
        lead_time_deviation=lead_time_deviation,
    )
    if demand_rate is None:
        if np.any(lead_time_deviation):
            raise ValueError(
                "demand_rate is None: give the mean demand per period, because lead_time_deviation is not 0"
            )
        return np.sqrt(lead_time) * demand_deviation
    in_range("non-negative", demand_rate=demand_rate)
    return np.sqrt(lead_time * demand_deviation**2 + (demand_rate * lead_time_deviation) ** 2)


@_elementwise
def safety_stock(*, safety_factor, demand_deviation, lead_time, lead_time_deviation=0.0, demand_rate=None):
    """Safety stock for a safety factor [SS].

    Parameters
    ----------
    safety_factor : float or array
        Safety stock in standard deviations of lead-time demand [z], no unit; from a service level with
        `safety_factor(level)`, exact, or `safety_factor(level, decimals=2)`, rounded.
    demand_deviation : float or array
        Standard deviation of demand per period [sigma_d], units/period.
    lead_time : float or array
        Mean lead time [L], periods; under periodic review, review period plus lead time.
    lead_time_deviation : float or array
        Standard deviation of the lead time [sigma_L], periods.
    demand_rate : float or array, optional
        Mean demand per period [d], units/period; needed only where the lead time varies.

    Returns
    -------
    float or array
        z·sqrt(L·sigma_d² + d²·sigma_L²), units; negative where z is (a service level below 0.5).

    Raises
    ------
    ValueError
        If the factor is not finite, or as `lead_time_demand_deviation` does.

    Source: Silver, Pyke & Thomas (2017), chapter 6; Heizer & Render, chapter 12.

    >>> safety_stock(safety_factor=1.65, demand_deviation=10, lead_time=4)
    33.0
    """
    finite(safety_factor=safety_factor)
    return safety_factor * lead_time_demand_deviation(
        demand_deviation=demand_deviation,
        lead_time=lead_time,
        lead_time_deviation=lead_time_deviation,
        demand_rate=demand_rate,
    )


@_elementwise
def implied_demand_deviation(safety_stock, lead_time, safety_factor):
    """Demand deviation per period that a safety stock implies at a constant lead time [sigma_d].

    Parameters
    ----------
    safety_stock : float or array
        Safety stock [SS], units.
    lead_time : float or array
        Constant lead time [L], periods, greater than 0.
    safety_factor : float or array
        Safety factor [z] behind the safety stock, greater than 0 (at 0 every deviation gives SS = 0).

    Returns
    -------
    float or array
        SS / (z·sqrt(L)), units/period.

    Raises
    ------
    ValueError
        If safety_stock is negative, or lead_time or safety_factor is not positive.

    Source: `safety_stock` solved for sigma_d.

    >>> implied_demand_deviation(33, lead_time=4, safety_factor=1.65)
    10.0
    """
    in_range("non-negative", safety_stock=safety_stock)
    in_range("positive", lead_time=lead_time, safety_factor=safety_factor)
    return safety_stock / (safety_factor * np.sqrt(lead_time))


@_elementwise
def implied_cycle_service_level(safety_stock, lead_time_demand_deviation):
    """Cycle service level that a safety stock reaches [CSL, P1].

    Parameters
    ----------
    safety_stock : float or array
        Safety stock [SS], units; may be negative.
    lead_time_demand_deviation : float or array
        Standard deviation of lead-time demand [sigma], units, greater than 0.

    Returns
    -------
    float or array
        Phi(SS/sigma), the probability of no stockout in a replenishment cycle.

    Raises
    ------
    ValueError
        If safety_stock is not finite or the deviation is not positive.

    Source: Chopra & Meindl, chapter 12, cycle service level given a replenishment policy.

    >>> round(implied_cycle_service_level(1000, 707), 2)
    0.92
    """
    finite(safety_stock=safety_stock)
    in_range("positive", lead_time_demand_deviation=lead_time_demand_deviation)
    return ndtr(safety_stock / lead_time_demand_deviation)


@_elementwise
def reorder_point(demand_rate, lead_time, safety_stock=0.0):
    """Inventory position at which the next order is placed [s].

    Parameters
    ----------
    demand_rate : float or array
        Mean demand per period [d], units/period.
    lead_time : float or array
        From order to receipt [L], in the same period.
    safety_stock : float or array
        Buffer above expected lead-time demand [SS], units.

    Returns
    -------
    float or array
        d·L + SS, units.

    Raises
    ------
    ValueError
        If any argument is negative or not finite; names the argument and the value.

    Source: Bermudes del Sol et al. (2022), "PP" below Table 7.

    >>> reorder_point(1029, 15, 3308.14)
    18743.14
    """
    in_range("non-negative", demand_rate=demand_rate, lead_time=lead_time, safety_stock=safety_stock)
    return demand_rate * lead_time + safety_stock


@_elementwise
def implied_safety_stock(reorder_point, demand_rate, lead_time):
    """Safety stock that a reorder point contains, the inverse of `reorder_point` [SS].

    Parameters
    ----------
    reorder_point : float or array
        Inventory position at which the next order is placed [s], units.
    demand_rate : float or array
        Mean demand per period [d], units/period.
    lead_time : float or array
        From order to receipt [L], in the same period.

    Returns
    -------
    float or array
        s - d·L, units; negative where the reorder point does not cover the expected lead-time demand.

    Raises
    ------
    ValueError
        If any argument is negative or not finite; names the argument and the value.

    Source: Chopra & Meindl, equation 12.3.

    >>> implied_safety_stock(6000, demand_rate=2500, lead_time=2)
    1000.0
    """
    in_range("non-negative", reorder_point=reorder_point, demand_rate=demand_rate, lead_time=lead_time)
    return reorder_point - demand_rate * lead_time


@_elementwise
def order_up_to_level(demand_rate, lead_time, review_period, safety_stock):
    """Inventory position to which each review orders [S].

    Parameters
    ----------
    demand_rate : float or array
        Mean demand per period [d], units/period.
    lead_time : float or array
        From order to receipt [L], periods.
    review_period : float or array
        From one review to the next [R], periods.
    safety_stock : float or array
        Buffer above expected demand over R + L [SS], units; `safety_stock` with lead_time = R + L gives it.

    Returns
    -------
    float or array
        d·(L + R) + SS, units.

    Raises
    ------
    ValueError
        If any argument is negative or not finite; names the argument and the value.

    Source: Silver, Pyke & Thomas (2017), chapter 6, (R, S) system; Chopra & Meindl, chapter 12.

    >>> order_up_to_level(2500, lead_time=2, review_period=4, safety_stock=1570)
    16570.0
    """
    in_range(
        "non-negative",
        demand_rate=demand_rate,
        lead_time=lead_time,
        review_period=review_period,
        safety_stock=safety_stock,
    )
    return demand_rate * (lead_time + review_period) + safety_stock


def _loss(z):
    """phi(z) - z·(1 - Phi(z)), unchecked, for the root finder."""
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) - z * ndtr(-z)


@_elementwise
def standard_normal_loss(safety_factor):
    """Expected amount by which a standard normal variable exceeds the safety factor [G(z)].

    Parameters
    ----------
    safety_factor : float or array
        Safety factor [z], no unit.

    Returns
    -------
    float or array
        G(z) = phi(z) - z·(1 - Phi(z)), no unit.

    Raises
    ------
    ValueError
        If the factor is not finite; names the argument and the value.

    Source: Silver, Pyke & Thomas (2017), chapter 6 and its table of the unit normal, G_u(k).

    >>> round(standard_normal_loss(1.28), 4)
    0.0475
    """
    finite(safety_factor=safety_factor)
    return _loss(safety_factor)


@_elementwise
def expected_shortage_per_cycle(safety_factor, lead_time_demand_deviation):
    """Expected units short in a replenishment cycle [ESC, ESPRC].

    Parameters
    ----------
    safety_factor : float or array
        Safety factor [z], no unit.
    lead_time_demand_deviation : float or array
        Standard deviation of lead-time demand [sigma], units.

    Returns
    -------
    float or array
        sigma·G(z), units per cycle.

    Raises
    ------
    ValueError
        If the factor is not finite or the deviation is negative or not finite.

    Source: Silver, Pyke & Thomas (2017), chapter 6; Stevenson, E(n) = E(z)·sigma_dLT.

    >>> round(expected_shortage_per_cycle(2.0, lead_time_demand_deviation=300), 2)
    2.55
    """
    in_range("non-negative", lead_time_demand_deviation=lead_time_demand_deviation)
    return lead_time_demand_deviation * standard_normal_loss(safety_factor)


@_elementwise
def fill_rate(safety_factor, order_quantity, lead_time_demand_deviation):
    """Share of demand met from the shelf under continuous review (s, Q) [P2].

    Convention: unmet demand is backordered; only the shortage at the end of a cycle counts, and the
    backorders that an order does not clear, sigma·G(z + Q/sigma), are ignored. So the value is a lower
    bound of the exact fill rate, close where Q is well above sigma; it is not clipped, and a value
    below 0 says that the convention does not fit.

    Parameters
    ----------
    safety_factor : float or array
        Safety factor [z], no unit.
    order_quantity : float or array
        Order quantity [Q], units, greater than 0.
    lead_time_demand_deviation : float or array
        Standard deviation of lead-time demand [sigma], units.

    Returns
    -------
    float or array
        1 - sigma·G(z)/Q, no unit.

    Raises
    ------
    ValueError
        If the factor is not finite, the quantity not positive or the deviation negative.

    Source: Silver, Pyke & Thomas (2017), chapter 6, P2 with complete backordering.

    >>> round(fill_rate(1000 / 707, order_quantity=10_000, lead_time_demand_deviation=707), 4)
    0.9975
    """
    in_range("positive", order_quantity=order_quantity)
    return 1 - expected_shortage_per_cycle(safety_factor, lead_time_demand_deviation) / order_quantity


@_elementwise
def safety_factor_for_fill_rate(fill_rate, order_quantity, lead_time_demand_deviation):
    """Safety factor that reaches a fill rate, the inverse of `fill_rate` with its convention [z].

    Convention: the root of G(z) = (1 - fill_rate)·Q/sigma, bracketed and found to machine precision.

    Parameters
    ----------
    fill_rate : float or array
        Share of demand to meet from the shelf [P2], between 0 and 1, both excluded.
    order_quantity : float or array
        Order quantity [Q], units, greater than 0.
    lead_time_demand_deviation : float or array
        Standard deviation of lead-time demand [sigma], units, greater than 0.

    Returns
    -------
    float or array
        z, no unit; negative where (1 - fill_rate)·Q/sigma exceeds G(0) = 0.3989.

    Raises
    ------
    ValueError
        If the fill rate is not between 0 and 1, or the quantity or the deviation is not positive.

    Source: Silver, Pyke & Thomas (2017), chapter 6, decision rule for a specified P2.

    >>> round(707 * safety_factor_for_fill_rate(0.975, order_quantity=10_000, lead_time_demand_deviation=707))
    67
    """
    in_range("probability", fill_rate=fill_rate)
    in_range("positive", order_quantity=order_quantity, lead_time_demand_deviation=lead_time_demand_deviation)
    target = np.asarray((1 - fill_rate) * order_quantity / lead_time_demand_deviation)
    # G(z) >= -z, so G(-1 - 2·target) > target; G(z) < exp(-z²/2) for z >= 0, so the upper end lies below it.
    bracket = (-1 - 2 * target, 1 + np.sqrt(-2 * np.log(np.minimum(target, 1))))
    return find_root(lambda z, target: _loss(z) - target, bracket, args=(target,)).x


@_elementwise
def strategic_reserve(daily_consumption, coverage_days):
    """Strategic reserve for a contingency [RE].

    Parameters
    ----------
    daily_consumption : float or array
        Mean consumption per day during the contingency [Ce], units/day.
    coverage_days : float or array
        Days of consumption that the reserve covers [PC], days.

    Returns
    -------
    float or array
        Ce·PC, units.

    Raises
    ------
    ValueError
        If any argument is negative or not finite; names the argument and the value.

    Source: Acevedo Suárez et al. (2017), as used by Bermudes del Sol et al. (2022), Tables 1 and 4.

    >>> strategic_reserve(400, coverage_days=30)
    12000.0
    """
    in_range("non-negative", daily_consumption=daily_consumption, coverage_days=coverage_days)
    return daily_consumption * coverage_days


@_elementwise
def stock_levels(strategic_reserve, safety_stock, order_quantity):
    """Minimum, maximum and mean stock above a strategic reserve [Emín, Emáx, Em].

    Parameters
    ----------
    strategic_reserve : float or array
        Strategic reserve [RE], units.
    safety_stock : float or array
        Safety stock [SS], units.
    order_quantity : float or array
        Order quantity [Q], units, greater than 0.

    Returns
    -------
    StockLevels
        minimum_stock RE + SS, maximum_stock RE + SS + Q, mean_stock RE + SS + Q/2, units.

    Raises
    ------
    ValueError
        If the reserve or the safety stock is negative, or the order quantity is not positive.

    Source: Acevedo Suárez et al. (2017), as used by Bermudes del Sol et al. (2022), Table 7.

    >>> stock_levels(1200, 3308.14, 92_610).maximum_stock
    97118.14
    """
    in_range("non-negative", strategic_reserve=strategic_reserve, safety_stock=safety_stock)
    in_range("positive", order_quantity=order_quantity)
    minimum_stock = strategic_reserve + safety_stock
    return StockLevels(minimum_stock, minimum_stock + order_quantity, minimum_stock + order_quantity / 2)


@_elementwise
def supply_interval(order_quantity, demand_per_year, days_per_year=360):
    """Days from one supply to the next, not rounded [NE].

    Parameters
    ----------
    order_quantity : float or array
        Order quantity [Q], units, greater than 0.
    demand_per_year : float or array
        Annual demand [D], units/year, greater than 0.
    days_per_year : float or array
        Length of the year, days/year, greater than 0; the Acevedo set counts 360.

    Returns
    -------
    float or array
        Q·days_per_year/D, days.

    Raises
    ------
    ValueError
        If any argument is not positive; names the argument and the value.

    Source: Acevedo Suárez et al. (2017), as used by Bermudes del Sol et al. (2022), Table 8.

    >>> supply_interval(500, demand_per_year=2000)
    90.0
    """
    in_range(
        "positive",
        order_quantity=order_quantity,
        demand_per_year=demand_per_year,
        days_per_year=days_per_year,
    )
    return order_quantity * days_per_year / demand_per_year


def lot_size_requirements(order_quantity, demand_per_year, lead_time, supply_interval=None, days_per_year=360):
    """The three requirements on a lot size, of which one is enough [NE, Q against L].

    They are one inequality. Multiplying Q·days/D > 2·L by D/days gives Q > L·D/(days/2), which is the third
    with its printed divisor 180 = 360/2; and Q·days/D is NE, so the first is the second, unless a rounded
    interval is given. The third divides by days_per_year/2, so that this holds for every year length.

    Parameters
    ----------
    order_quantity : float
        Order quantity [Q], units, greater than 0.
    demand_per_year : float
        Annual demand [D], units/year, greater than 0.
    lead_time : float
        From order to receipt [L], days.
    supply_interval : float, optional
        Interval between supplies [NE], days, where it is printed or rounded; None: the exact Q·days/D.
    days_per_year : float
        Length of the year, days/year, greater than 0; the Acevedo set counts 360.

    Returns
    -------
    DataFrame
        One row a requirement: requirement (text), left, right (numbers), unit ("days" or "units", those
        of Q), passes (bool: left > right, strictly, no tolerance).

    Raises
    ------
    ValueError
        If an argument is not one number, is not positive, or lead_time is negative.

    Source: Acevedo Suárez et al. (2017), as used by Bermudes del Sol et al. (2022), Table 8.

    >>> requirements = lot_size_requirements(500, demand_per_year=2000, lead_time=15)
    >>> requirements[["requirement", "left", "right", "passes"]]
         requirement   left       right  passes
    0       NE > 2·L   90.0   30.000000    True
    1  Q·360/D > 2·L   90.0   30.000000    True
    2    Q > L·D/180  500.0  166.666667    True
    """
    positive = {
        "order_quantity": order_quantity,
        "demand_per_year": demand_per_year,
        "days_per_year": days_per_year,
    }
    if supply_interval is not None:
        positive["supply_interval"] = supply_interval
    for name, value in {**positive, "lead_time": lead_time}.items():
        if np.ndim(value) > 0:
            raise ValueError(f"{name} has {np.ndim(value)} dimensions: give one number")
    in_range("positive", **positive)
    in_range("non-negative", lead_time=lead_time)
    exact_interval = order_quantity * days_per_year / demand_per_year
    half_year = days_per_year / 2
    requirements = pd.DataFrame(
        {
            "requirement": ["NE > 2·L", f"Q·{days_per_year:g}/D > 2·L", f"Q > L·D/{half_year:g}"],
            "left": [
                exact_interval if supply_interval is None else supply_interval,
                exact_interval,
                order_quantity,
            ],
            "right": [2 * lead_time, 2 * lead_time, lead_time * demand_per_year / half_year],
            "unit": ["days", "days", "units"],
        }
    ).astype({"left": float, "right": float})
    return requirements.assign(passes=requirements["left"] > requirements["right"])
