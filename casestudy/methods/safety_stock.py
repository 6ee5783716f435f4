"""Safety stock, reorder points and service levels under normal lead-time demand, and the Acevedo set.

Notation: d and sigma_d mean and standard deviation of demand per period, L and sigma_L of the lead time
in the same periods, sigma standard deviation of lead-time demand, z safety factor, SS = z·sigma safety
stock, s reorder point, S order-up-to level, R review period, Q order quantity, phi and Phi density and
distribution of the standard normal. The Acevedo set (Acevedo Suárez et al. 2017) sizes stock with a
strategic reserve RE beside the safety stock.

A safety factor is always passed as z, so that the caller shows whether it is exact or rounded:
`safety_stock(safety_factor=safety_factor(0.95, decimals=2), ...)`.

Books: Silver, Pyke & Thomas (2017), *Inventory and Production Management in Supply Chains*, 4th edition;
Chopra & Meindl (2013), *Supply Chain Management*, 5th edition; Heizer, Render & Munson (2017), *Operations
Management*, 12th edition; Stevenson (2021), *Operations Management*, 14th edition.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize.elementwise import find_root
from scipy.special import ndtr, ndtri

from casestudy.methods._validation import elementwise, one_number, whole_number

__all__ = [
    "StockLevels",
    "Undershoot",
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
    "safety_factor_for_expected_shortage",
    "safety_factor_for_fill_rate",
    "safety_stock",
    "standard_normal_loss",
    "stock_levels",
    "strategic_reserve",
    "supply_interval",
    "undershoot",
]


class StockLevels(NamedTuple):
    """Minimum, maximum and mean stock, in the unit of the order quantity."""

    minimum_stock: Any
    maximum_stock: Any
    mean_stock: Any


class Undershoot(NamedTuple):
    """Mean and variance of how far below the reorder point an order is placed, units and units²."""

    mean: Any
    variance: Any


@elementwise(cycle_service_level="probability")
def safety_factor(cycle_service_level, decimals=None):
    """Safety factor of a cycle service level, the standard normal quantile [z].

    Parameters
    ----------
    cycle_service_level : float or array
        Probability of no stockout in a replenishment cycle, between 0 and 1, both excluded.
    decimals : int, optional
        None: exact. Otherwise rounded to the nearest number with so many decimals: 0.95 gives 1.64 at two.
        Textbooks often print 1.65 or 1.645 for it; pass such a printed factor on as a number.

    Returns
    -------
    float or array
        Phi^-1(cycle_service_level), no unit; negative below a level of 0.5.

    Raises
    ------
    ValueError
        If the level is not between 0 and 1, or decimals is not a whole number 0 or more.

    Source: Silver, Pyke & Thomas (2017); Heizer, Render & Munson (2017), chapter 12, for the 1.65 of 95 %.

    >>> round(safety_factor(0.95), 6)
    1.644854
    >>> safety_factor(0.95, decimals=2)
    1.64
    """
    exact = ndtri(cycle_service_level)
    if decimals is None:
        return exact
    whole_number(0, decimals=decimals)
    return np.round(exact, decimals)


@elementwise(safety_factor="finite")
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

    Source: Silver, Pyke & Thomas (2017).

    >>> round(cycle_service_level(1.65), 4)
    0.9505
    """
    return ndtr(safety_factor)


@elementwise(
    demand_deviation="non-negative",
    lead_time="non-negative",
    lead_time_deviation="non-negative",
    demand_rate="non-negative",
)
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

    Source: Silver, Pyke & Thomas (2017); Chopra & Meindl (2013), chapter 12; Stevenson (2021), chapter 12.

    >>> lead_time_demand_deviation(demand_deviation=3, lead_time=4)
    6.0
    >>> lead_time_demand_deviation(demand_deviation=3, lead_time=4, lead_time_deviation=0.8, demand_rate=10)
    10.0
    """
    if demand_rate is None:
        if np.any(lead_time_deviation):
            raise ValueError(
                "demand_rate is None: give the mean demand per period, because lead_time_deviation is not 0"
            )
        return np.sqrt(lead_time) * demand_deviation
    return np.sqrt(lead_time * demand_deviation**2 + (demand_rate * lead_time_deviation) ** 2)


@elementwise(
    safety_factor="finite",
    demand_deviation="non-negative",
    lead_time="non-negative",
    lead_time_deviation="non-negative",
    demand_rate="non-negative",
)
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

    Source: Silver, Pyke & Thomas (2017); Heizer, Render & Munson (2017), chapter 12.

    >>> safety_stock(safety_factor=1.65, demand_deviation=10, lead_time=4)
    33.0
    """
    return safety_factor * lead_time_demand_deviation(
        demand_deviation=demand_deviation,
        lead_time=lead_time,
        lead_time_deviation=lead_time_deviation,
        demand_rate=demand_rate,
    )


@elementwise(safety_stock="non-negative", lead_time="positive", safety_factor="positive")
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
    return safety_stock / (safety_factor * np.sqrt(lead_time))


@elementwise(safety_stock="finite", lead_time_demand_deviation="positive")
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

    Source: Chopra & Meindl (2013), chapter 12, cycle service level given a replenishment policy.

    >>> round(implied_cycle_service_level(1000, 707), 2)
    0.92
    """
    return ndtr(safety_stock / lead_time_demand_deviation)


@elementwise(demand_rate="positive", demand_deviation="non-negative")
def undershoot(demand_rate, demand_deviation):
    """How far below the reorder point an order is placed where stock is checked once a period [U].

    Convention: demand is independent from period to period and normal, and the lot is many periods' demand: the limits
    E[d²] / 2E[d] and E[d³] / 3E[d] - mean² of renewal theory. The mean holds for any distribution of demand. Take the
    mean off the safety stock, and add the variance to that of lead-time demand.

    Parameters
    ----------
    demand_rate : float or array
        Mean demand per period [d], units/period, greater than 0.
    demand_deviation : float or array
        Standard deviation of demand per period [sigma_d], units/period.

    Returns
    -------
    Undershoot
        mean (d + sigma_d²/d)/2, units, and variance d²/3 + sigma_d² - mean², units², 0 where that is below 0.

    Raises
    ------
    ValueError
        If demand_rate is not positive or demand_deviation is negative or not finite.

    Source: Silver, Pyke & Thomas (2017), on undershoot; Tijms (2003), A First Course in Stochastic Models, on the
    excess of a renewal process.

    Constant demand of 12: an order is placed 0 to 12 below, each as likely.

    >>> [float(moment) for moment in undershoot(12, 0)]
    [6.0, 12.0]
    """
    mean = (demand_rate + demand_deviation**2 / demand_rate) / 2
    return Undershoot(mean, np.maximum(demand_rate**2 / 3 + demand_deviation**2 - mean**2, 0))


@elementwise(demand_rate="non-negative", lead_time="non-negative", safety_stock="non-negative")
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
    return demand_rate * lead_time + safety_stock


@elementwise(level="non-negative", demand_rate="non-negative", lead_time="non-negative", review_period="non-negative")
def implied_safety_stock(level, demand_rate, lead_time, review_period=0.0):
    """Safety stock that a level contains, the inverse of `reorder_point` and `order_up_to_level` [SS].

    Parameters
    ----------
    level : float or array
        Reorder point [s], or with a review period the order-up-to level [S], units.
    demand_rate : float or array
        Mean demand per period [d], units/period.
    lead_time : float or array
        From order to receipt [L], in the same period.
    review_period : float or array
        Between two reviews [R], in the same period; 0 for a reorder point.

    Returns
    -------
    float or array
        level - d·(L + R), units; negative where the level does not cover the expected demand.

    Raises
    ------
    ValueError
        If any argument is negative or not finite; names the argument and the value.

    Source: Chopra & Meindl (2013), chapter 12, safety inventory given a replenishment policy.

    >>> implied_safety_stock(6000, demand_rate=2500, lead_time=2)
    1000.0
    """
    return level - demand_rate * (lead_time + review_period)


@elementwise(
    demand_rate="non-negative", lead_time="non-negative", review_period="non-negative", safety_stock="non-negative"
)
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

    Source: Silver, Pyke & Thomas (2017), (R, S) system; Chopra & Meindl (2013), chapter 12.

    >>> order_up_to_level(2500, lead_time=2, review_period=4, safety_stock=1570)
    16570.0
    """
    return demand_rate * (lead_time + review_period) + safety_stock


def _loss(z):
    """phi(z) - z·(1 - Phi(z)), unchecked, for the root finder."""
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) - z * ndtr(-z)


@elementwise(safety_factor="finite")
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

    Source: Silver, Pyke & Thomas (2017) and its table of the unit normal, G_u(k).

    >>> round(standard_normal_loss(1.28), 4)
    0.0475
    """
    return _loss(safety_factor)


@elementwise(safety_factor="finite", lead_time_demand_deviation="non-negative")
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

    Source: Silver, Pyke & Thomas (2017); Stevenson (2021), E(n) = E(z)·sigma_dLT.

    >>> round(expected_shortage_per_cycle(2.0, lead_time_demand_deviation=300), 2)
    2.55
    """
    return lead_time_demand_deviation * standard_normal_loss(safety_factor)


@elementwise(safety_factor="finite", order_quantity="positive", lead_time_demand_deviation="non-negative")
def fill_rate(safety_factor, order_quantity, lead_time_demand_deviation, *, is_shortage_always_cleared=True):
    """Share of demand met from the shelf under continuous review (s, Q) [P2].

    Convention: unmet demand is backordered; only the shortage at the end of a cycle counts, and the
    backorders that an order does not clear, sigma·G(z + Q/sigma), are ignored. So the value is a lower
    bound of the exact fill rate, close where Q is well above sigma; it is not clipped, and a value
    below 0 says that the convention does not fit. With is_shortage_always_cleared=False they are taken off: the
    exact fill rate where demand is normal and an order is placed at the very moment when the position reaches s.

    Parameters
    ----------
    safety_factor : float or array
        Safety factor [z], no unit.
    order_quantity : float or array
        Order quantity [Q], units, greater than 0.
    lead_time_demand_deviation : float or array
        Standard deviation of lead-time demand [sigma], units.
    is_shortage_always_cleared : bool
        True: each order clears all backorders, the textbook's convention. False: it may leave some, which do not
        count again.

    Returns
    -------
    float or array
        1 - sigma·G(z)/Q, no unit; or 1 - sigma·[G(z) - G(z + Q/sigma)]/Q, within 0 to 1.

    Raises
    ------
    ValueError
        If the factor is not finite, the quantity not positive or the deviation negative.

    Source: Silver, Pyke & Thomas (2017), P2 with complete backordering; Zipkin (2000), Foundations of Inventory
    Management, for the backorders that remain.

    >>> round(fill_rate(1000 / 707, order_quantity=10_000, lead_time_demand_deviation=707), 4)
    0.9975

    A lot of one deviation and no safety stock: G(0) - G(1) = 0.3989 - 0.0833.

    >>> round(fill_rate(0, order_quantity=707, lead_time_demand_deviation=707), 4)
    0.6011
    >>> round(fill_rate(0, order_quantity=707, lead_time_demand_deviation=707, is_shortage_always_cleared=False), 4)
    0.6844
    """
    shortage = expected_shortage_per_cycle(safety_factor, lead_time_demand_deviation)
    if is_shortage_always_cleared:
        return 1 - shortage / order_quantity
    # Without a deviation nothing remains, whatever the ratio; 1e100 keeps it finite.
    lot_in_deviations = order_quantity / np.maximum(lead_time_demand_deviation, 1e-100 * order_quantity)
    remaining = lead_time_demand_deviation * _loss(safety_factor + lot_in_deviations)
    return np.clip(1 - (shortage - remaining) / order_quantity, 0, 1)  # rounding alone leads out of 0 to 1


@elementwise(expected_shortage="positive", lead_time_demand_deviation="positive")
def safety_factor_for_expected_shortage(expected_shortage, lead_time_demand_deviation):
    """Safety factor that leaves an expected shortage, the inverse of `expected_shortage_per_cycle` [z].

    Convention: the root of G(z) = shortage/sigma, bracketed and found to machine precision.

    Parameters
    ----------
    expected_shortage : float or array
        Expected units short in a replenishment cycle [ESC], units, greater than 0.
    lead_time_demand_deviation : float or array
        Standard deviation of lead-time demand [sigma], units, greater than 0.

    Returns
    -------
    float or array
        z, no unit; negative where shortage/sigma exceeds G(0) = 0.3989.

    Raises
    ------
    ValueError
        If the shortage or the deviation is not positive.

    Source: Silver, Pyke & Thomas (2017), unit normal loss function.

    >>> round(safety_factor_for_expected_shortage(2.547, lead_time_demand_deviation=300), 3)
    2.0
    """
    loss = expected_shortage / lead_time_demand_deviation
    target = np.asarray(loss)
    # G(z) >= -z, so G(-1 - 2·target) > target; G(z) < exp(-z²/2) for z >= 0, so the upper end lies below it.
    bracket = (-1 - 2 * target, 1 + np.sqrt(-2 * np.log(np.minimum(target, 1))))
    root = find_root(lambda z, target: _loss(z) - target, bracket, args=(target,)).x
    return pd.Series(root, index=loss.index) if isinstance(loss, pd.Series) else root


@elementwise(fill_rate="probability", order_quantity="positive", lead_time_demand_deviation="positive")
def safety_factor_for_fill_rate(fill_rate, order_quantity, lead_time_demand_deviation):
    """Safety factor that reaches a fill rate, the inverse of `fill_rate` with its default convention [z].

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

    Source: Silver, Pyke & Thomas (2017), decision rule for a specified P2.

    >>> round(707 * safety_factor_for_fill_rate(0.975, order_quantity=10_000, lead_time_demand_deviation=707))
    67
    """
    return safety_factor_for_expected_shortage((1 - fill_rate) * order_quantity, lead_time_demand_deviation)


@elementwise(daily_consumption="non-negative", coverage_days="non-negative")
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
    return daily_consumption * coverage_days


@elementwise(strategic_reserve="non-negative", safety_stock="non-negative", order_quantity="positive")
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
    minimum_stock = strategic_reserve + safety_stock
    return StockLevels(minimum_stock, minimum_stock + order_quantity, minimum_stock + order_quantity / 2)


@elementwise(order_quantity="positive", demand_per_year="positive", days_per_year="positive")
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
    one_number("positive", order_quantity=order_quantity, demand_per_year=demand_per_year)
    one_number("non-negative", lead_time=lead_time)
    one_number("positive", days_per_year=days_per_year)
    if supply_interval is not None:
        one_number("positive", supply_interval=supply_interval)
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
