"""The bullwhip effect of moving-average forecasts and order-up-to levels, with and without shared demand.

Each stage of a supply chain, the one next to the customer first, orders at the end of every period, after that
period's demand, up to its forecast of the demand in L periods and a constant safety stock; the forecast is
the mean of the last p demands. Orders may be negative: what is too much goes back, at no cost.

Conventions. The order of row t is the one placed at the end of period t; Chen et al. number it t + 1. As with
them it is received at the start of t + L, so that the level covers the L demands from t + 1 to t + L, and L is 1
or more. `simulation` has an order at the end of t arrive at the start of t + L + 1: its lead time is the one here
less 1. Information takes no time: a stage sees the order of the stage before it when that one places it.

Notation: D demand [units/period], O order [units/period], S order-up-to level [units], p window and L lead time
[periods], rho correlation of demand from one period to the next.

Chen et al.: Chen, Drezner, Ryan & Simchi-Levi (2000), Quantifying the bullwhip effect in a simple supply chain:
the impact of forecasting, lead times, and information, Management Science 46(3).
"""

import numpy as np
import pandas as pd

from casestudy.methods._validation import elementwise, numeric_series, refuse, whole_number

__all__ = [
    "bullwhip_lower_bound",
    "bullwhip_ratio",
    "order_up_to_orders",
    "supply_chain_lower_bounds",
    "supply_chain_orders",
]


def order_up_to_orders(demand, *, window, lead_time):
    """Orders of one stage whose level is L times a moving average of demand [O_t = D_t + S_t - S_{t-1}].

    The level is S_t = L·(D_t + ... + D_{t-p+1})/p + a safety stock. It moves by L·(D_t - D_{t-p})/p from one period
    to the next, whatever the safety stock, as long as that is constant.

    Parameters
    ----------
    demand : Series or list
        Demand per period [D], units/period, oldest first; negative where more is returned than bought.
    window : int
        Number of demands in the moving average [p], periods, 1 or more.
    lead_time : int
        From the end of the period of the order to the start of that of its receipt [L], periods, 1 or more.

    Returns
    -------
    Series
        Order placed at the end of each period [O], units/period, negative for a return; the first p are nan.

    Raises
    ------
    ValueError
        If demand is missing or not a number, or window or lead_time is not a whole number of 1 or more.

    Source: Chen et al., the policy with a constant safety stock.

    >>> order_up_to_orders([10, 10, 14, 10, 10], window=2, lead_time=1).tolist()
    [nan, nan, 16.0, 10.0, 8.0]
    """
    demand = numeric_series("demand", demand)
    whole_number(1, window=window, lead_time=lead_time)
    return demand + _change_of_level(demand, window, lead_time)


def supply_chain_orders(demand, *, lead_times, window, shared):
    """Orders of every stage of a supply chain, each of which is the demand of the next.

    Parameters
    ----------
    demand : Series or list
        Demand of the end customer per period [D], units/period, oldest first; negative for returns.
    lead_times : Series or list of int
        Lead time of each stage [L_k], periods, 1 or more, the stage next to the customer first; the index of
        a Series names the stages.
    window : int
        Number of periods in every stage's moving average [p], 1 or more.
    shared : bool
        True: every stage forecasts from the demand of the end customer, as with vendor-managed inventory or
        collaborative planning, forecasting and replenishment. False: from the orders that it receives.

    Returns
    -------
    DataFrame with the demand's index and one column a stage
        Order placed at the end of each period, units/period, negative for a return. The first p are nan; where
        demand is not shared, the first k·p of the k-th stage.

    Raises
    ------
    ValueError
        If demand is missing or not a number, window or a lead time is not a whole number of 1 or more, two stages
        have one name, or shared is neither True nor False.

    Source: Chen et al., multistage supply chains with centralized and decentralized demand information.

    >>> stages = pd.Series({"shop": 1, "plant": 2})
    >>> supply_chain_orders([10, 10, 10, 14, 10], lead_times=stages, window=1, shared=True)
       shop  plant
    0   NaN    NaN
    1  10.0   10.0
    2  10.0   10.0
    3  18.0   26.0
    4   6.0   -2.0
    """
    demand = numeric_series("demand", demand)
    lead_times = _stages(lead_times, shared)
    whole_number(1, window=window)
    received, orders = demand, {}
    for stage, lead_time in lead_times.items():
        received = received + _change_of_level(demand if shared else received, window, lead_time)
        orders[stage] = received
    return pd.DataFrame(orders)


def bullwhip_ratio(orders, demand):
    """Variance of orders over variance of demand, in the periods that have both [Var(O)/Var(D)].

    Parameters
    ----------
    orders : Series or list
        Orders per period [O], units/period; leading nan are the warm-up and left out.
    demand : Series or list
        Demand of the end customer in the same periods [D], units/period. The rows of the warm-up are left out
        here too, so that the ratio does not depend on whether the variances divide by n or by n - 1.

    Returns
    -------
    float
        Ratio of the variances, no unit: above 1 is the bullwhip effect.

    Raises
    ------
    ValueError
        If orders and demand do not have the same index, orders are nan after the warm-up or in all but one
        period, or demand is missing or does not vary.

    Source: Chen et al.

    >>> demand = [10, 10, 14, 10, 10]
    >>> round(bullwhip_ratio(order_up_to_orders(demand, window=2, lead_time=1), demand), 6)
    3.25
    """
    demand = numeric_series("demand", demand)
    orders = orders if isinstance(orders, pd.Series) else pd.Series(orders)
    if not orders.index.equals(demand.index):
        raise ValueError("orders has another index than demand: give a Series with the index of demand")
    warm_up = int(orders.isna().cumprod().sum())
    if len(orders) - warm_up < 2:
        raise ValueError(f"orders has {len(orders) - warm_up} values after the warm-up: give at least 2")
    orders, demand = numeric_series("orders", orders.iloc[warm_up:]), demand.iloc[warm_up:]
    if np.ptp(demand) <= 1e-12 * abs(demand).max():
        raise ValueError(f"demand is {demand.iloc[0]:g} in every period with an order: give a demand that varies")
    return float(orders.var() / demand.var())


@elementwise(window="positive", lead_time="positive", correlation="finite")
def bullwhip_lower_bound(window, lead_time, correlation=0.0):
    """Least bullwhip ratio of one stage under stationary demand [1 + (2L/p + 2L²/p²)·(1 - rho^p)].

    It is the ratio itself where the safety stock is constant, as in `order_up_to_orders`, for then
    O_t = (1 + L/p)·D_t - (L/p)·D_{t-p}, and the two demands have the correlation rho^p. Where the safety stock
    follows a moving estimate of the forecast error, it is a lower bound.

    Parameters
    ----------
    window : int or array
        Number of demands in the moving average [p], periods, 1 or more.
    lead_time : int or array
        Lead time [L], periods, 1 or more.
    correlation : float or array
        Correlation of demand from one period to the next [rho], between -1 and 1, both excluded: demand is
        autoregressive of the first order. 0: demands are independent.

    Returns
    -------
    float or array
        Var(O)/Var(D), no unit.

    Raises
    ------
    ValueError
        If window or lead_time is not a whole number of 1 or more, or the correlation not between -1 and 1.

    Source: Chen et al.

    >>> bullwhip_lower_bound(window=5, lead_time=1)
    1.48
    """
    _whole("window", window)
    _whole("lead_time", lead_time)
    refuse("correlation", correlation, np.abs(correlation) >= 1, "give a number between -1 and 1, both excluded")
    share = lead_time / window
    return 1 + (2 * share + 2 * share**2) * (1 - correlation**window)


def supply_chain_lower_bounds(lead_times, *, window, shared):
    """Least bullwhip ratio of the orders of every stage to the customer's demand, for independent demands.

    With shared demand the k-th stage has 1 + 2·ΣL/p + 2·(ΣL)²/p², L summed over the stages up to k: the ratio
    itself for the orders of `supply_chain_orders`. Otherwise it has the product of the stages' own bounds. That
    product is the ratio itself for the first stage only: from the second on, what a stage receives is negatively
    correlated at a lag of p, and its orders vary more.

    Parameters
    ----------
    lead_times : Series or list of int
        Lead time of each stage [L_k], periods, 1 or more, the stage next to the customer first.
    window : int
        Number of periods in every stage's moving average [p], 1 or more.
    shared : bool
        Whether every stage forecasts from the demand of the end customer.

    Returns
    -------
    Series with the index of lead_times
        Var(O_k)/Var(D), no unit.

    Raises
    ------
    ValueError
        If window or a lead time is not a whole number of 1 or more, two stages have one name, or shared is neither
        True nor False.

    Source: Chen et al., multistage supply chains with centralized and decentralized demand information.

    >>> supply_chain_lower_bounds([2, 2], window=4, shared=True).tolist()
    [2.5, 5.0]
    >>> supply_chain_lower_bounds([2, 2], window=4, shared=False).tolist()
    [2.5, 6.25]
    """
    lead_times = _stages(lead_times, shared)
    whole_number(1, window=window)
    if shared:
        return bullwhip_lower_bound(window, lead_times.cumsum())
    return bullwhip_lower_bound(window, lead_times).cumprod()


def _change_of_level(demand, window, lead_time):
    return lead_time * (demand - demand.shift(window)) / window


def _stages(lead_times, shared):
    """The lead times by stage, and whether demand is shared, checked."""
    lead_times = numeric_series("lead_times", lead_times)
    _whole("lead_times", lead_times)
    refuse(
        "lead_times", lead_times.index.to_series(), lead_times.index.duplicated(), "give each stage a name of its own"
    )
    if not isinstance(shared, bool):
        raise ValueError(f"shared is {shared!r}: give True or False")
    return lead_times


def _whole(name, value):
    refuse(name, value, (np.mod(value, 1) != 0) | (np.asarray(value) < 1), "give a whole number of 1 or more")
