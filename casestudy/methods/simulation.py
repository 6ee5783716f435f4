"""Stock played forward, period by period, against a given demand path."""

import pandas as pd

from casestudy.methods._validation import numeric_series, one_number, whole_number

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
        Whole periods from order to receipt [L]: what is ordered at the end of period t arrives at the start
        of t + L + 1, with the demands of L periods between.
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

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply Chains, 4th ed., the
    order-point, order-quantity (s, Q) system.

    >>> continuous_review_trace([4, 4, 4], reorder_point=3, order_quantity=10, lead_time=1, initial_stock=6)
       received  demand  net_stock  ordered  inventory_position
    0       0.0     4.0        2.0     10.0                12.0
    1       0.0     4.0       -2.0      0.0                 8.0
    2      10.0     4.0        4.0      0.0                 4.0
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    one_number("non-negative", reorder_point=reorder_point, initial_stock=initial_stock)
    one_number("positive", order_quantity=order_quantity)
    whole_number(0, lead_time=lead_time)
    lag = int(lead_time) + 1
    due = [0.0] * (len(demand) + lag)
    net_stock, position, rows = float(initial_stock), float(initial_stock), []
    for period, units in enumerate(demand.tolist()):
        received = due[period]
        net_stock += received - units
        position -= units
        ordered = 0.0
        while position <= reorder_point:
            ordered += order_quantity
            position += order_quantity
        due[period + lag] += ordered
        rows.append((received, units, net_stock, ordered, position))
    columns = ["received", "demand", "net_stock", "ordered", "inventory_position"]
    return pd.DataFrame(rows, columns=columns, index=demand.index)
