"""Stock played forward, period by period, against a given demand path."""

import pandas as pd

from casestudy.methods._validation import in_range, numeric_series

__all__ = ["continuous_review_trace"]


def continuous_review_trace(demand, *, reorder_point, order_quantity, lead_time, initial_stock):
    """Stock under a continuous review (s, Q) policy, checked once a period.

    In each period, in this order: due orders arrive; demand is met from stock, and what is missing is
    backordered; where the inventory position (on hand, less backorders, plus on order) is at or below the
    reorder point, as many lots are ordered as lift it above.

    Parameters
    ----------
    demand : Series or sequence of float
        Demand of each period, units.
    reorder_point : float
        Inventory position at which an order is placed [s], units.
    order_quantity : float
        Units of one lot [Q].
    lead_time : int
        Whole periods from order to receipt [L]: an order of period t arrives at the start of t + L, and
        with 0 at the start of t + 1, since the period's demand is over.
    initial_stock : float
        Units on hand before the first period.

    Returns
    -------
    DataFrame with the demand's index
        received, demand, net_stock (on hand less backorders at the period's end), ordered and
        inventory_position (after ordering), all in units.

    Raises
    ------
    ValueError
        If demand or the initial stock is negative, the order quantity not positive, or the lead time no
        whole number of periods.

    Source: Silver, Pyke and Thomas (2017), Inventory and Production Management in Supply Chains, 4th ed.,
    section 6.2.

    >>> continuous_review_trace([4, 4, 4], reorder_point=3, order_quantity=10, lead_time=1, initial_stock=9)
       received  demand  net_stock  ordered  inventory_position
    0       0.0     4.0        5.0      0.0                 5.0
    1       0.0     4.0        1.0     10.0                11.0
    2      10.0     4.0        7.0      0.0                 7.0
    """
    demand = numeric_series("demand", demand)
    in_range("non-negative", demand=demand, initial_stock=initial_stock, reorder_point=reorder_point)
    in_range("positive", order_quantity=order_quantity)
    if isinstance(lead_time, bool) or not isinstance(lead_time, int) or lead_time < 0:
        raise ValueError(f"lead_time is {lead_time!r}: give a whole number of periods, 0 or more")
    due = [0.0] * (len(demand) + lead_time + 1)
    net_stock, position, rows = float(initial_stock), float(initial_stock), []
    for period, units in enumerate(demand.tolist()):
        received = due[period]
        net_stock += received - units
        position -= units
        ordered = 0.0
        while position <= reorder_point:
            ordered += order_quantity
            position += order_quantity
        due[period + max(lead_time, 1)] += ordered
        rows.append((received, units, net_stock, ordered, position))
    columns = ["received", "demand", "net_stock", "ordered", "inventory_position"]
    return pd.DataFrame(rows, columns=columns, index=demand.index)
