"""What issued stock cost and what stock on hand is worth: FIFO, LIFO and moving weighted average, and its age.

Perpetual: every issue is costed when it happens, from the layers then on hand. First in, first out takes the oldest
layer; last in, first out the newest; the moving weighted average mixes each receipt into one layer. Under a periodic
system, which costs all issues of a period at its end, LIFO and the weighted average give other numbers; FIFO gives
the same.

Books: Weygandt, Kimmel & Kieso, *Accounting Principles*, the chapter on inventories and its appendix on perpetual
systems; Horngren, Datar & Rajan, *Cost Accounting*.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from casestudy.methods._validation import in_range, numeric_series, one_number, refuse

__all__ = ["METHODS", "StockValuation", "age_of_stock", "value_stock"]

METHODS = ("fifo", "lifo", "weighted_average")


@dataclass(frozen=True)
class StockValuation:
    """What `value_stock` returns; value_received = cost_issued + stock_value, within floating-point error.

    Attributes
    ----------
    method : str
        "fifo", "lifo" or "weighted_average".
    value_received : float
        Cost of all receipts, the opening stock included, money.
    cost_issued : float
        Cost of all issues, money; cost of goods sold as far as the issues are sales.
    stock_units : int
        Units on hand at the end.
    stock_value : float
        Their value at cost, money.
    lines : DataFrame
        One row for each movement, on its index: `units` (as given); `unit_cost`, money/unit, of a receipt as given,
        of an issue the mean of the layers it took, of a return that of its issue; `cost_issued`, money, 0 for a
        receipt; `stock_units` and `stock_value` of the article after the movement, units and money.
    layers : DataFrame
        What is left of each article, in order of receipt: `article` (if articles were given), `received` (the index
        label of the receipt; under the weighted average of the latest one), `units`, `unit_cost` (money/unit), `value`.
    """

    method: str
    value_received: float
    cost_issued: float
    stock_units: int
    stock_value: float
    lines: pd.DataFrame = field(repr=False, compare=False)
    layers: pd.DataFrame = field(repr=False, compare=False)


def value_stock(units, unit_costs, method, articles=None, returns_of=None):
    """Cost of every issue and the value of the stock, movement by movement, of one article or several.

    Parameters
    ----------
    units : Series or sequence of int
        Movements in the order in which they happened, whole units below 2^53: receipts above 0, issues below 0. The
        opening stock is the first receipt.
    unit_costs : Series or sequence of float
        Cost of each received unit, money/unit, 0 or more; that of an issue or a return is not looked at and may be
        missing.
    method : {"fifo", "lifo", "weighted_average"}
        Which layers an issue takes: the oldest, the newest, or a part of the one moving average.
    articles : Series or sequence, optional
        Article of each movement; each article has its own layers. Without it all movements are of one.
    returns_of : Series or sequence of int, optional
        For a receipt that brings back units of an issue, the position of that issue among the movements, 0 for the
        first; missing (None or NaN) for every other movement. What comes back is received at the unit cost of its
        issue, as the newest layer, and `value_received` counts it.

    Returns
    -------
    StockValuation
        Totals over all articles, one line for each movement on the index of `units`, and the layers left.

    Raises
    ------
    ValueError
        If a movement is 0, no whole number, or issues more than is on hand (names the index and the units on hand),
        if a received unit has no cost of 0 or more, if lengths or indexes do not match, if the method is unknown, or
        if a return is no receipt, or is of no earlier issue of its article with as many units not yet back.

    Source: Weygandt, Kimmel & Kieso, *Accounting Principles*, perpetual inventory systems.

    Ten at 2.00, ten at 3.00, then fifteen go out:

    >>> [value_stock([10, 10, -15], [2, 3, None], method).cost_issued for method in METHODS]
    [35.0, 40.0, 37.5]
    >>> value_stock([10, 10, -15], [2, 3, None], "lifo").layers
       received  units  unit_cost  value
    0         0      5        2.0   10.0

    Two of them come back, at the 35.00 / 15 at which they went:

    >>> returned = value_stock([10, 10, -15, 2], [2, 3, None, None], "fifo", returns_of=[None, None, None, 2])
    >>> returned.lines["unit_cost"].round(4).tolist()
    [2.0, 3.0, 2.3333, 2.3333]
    """
    if method not in METHODS:
        raise ValueError(f"method is {method!r}: give one of {', '.join(METHODS)}")
    units = numeric_series("units", units)
    refuse("units", units, (units == 0) | (units % 1 != 0), "give whole units, above 0 received, below 0 issued")
    refuse("units", units, units.abs() >= 2**53, "give units between -2^53 and 2^53, where floats hold every unit")
    costs = _matched("unit_costs", unit_costs, units)
    of_articles = [None] * len(units) if articles is None else _matched("articles", articles, units)
    issues = {} if returns_of is None else _issues_of_returns(returns_of, units, of_articles)
    bought = [place for place, quantity in enumerate(units) if quantity > 0 and place not in issues]
    if bought:
        in_range("non-negative", unit_costs=pd.Series([costs[place] for place in bought], units.index[bought]))

    shelves = {article: _Shelf() for article in of_articles}
    rows, value_received = [], 0.0
    movements = zip(units.index, units.astype(int).tolist(), costs, of_articles, strict=True)
    for place, (label, quantity, cost, article) in enumerate(movements):
        shelf = shelves[article]
        if quantity > 0:
            taken, cost = 0.0, float(cost) if place not in issues else rows[issues[place]][1]
            value = quantity * cost
            shelf.receive(label, quantity, value, is_averaged=method == "weighted_average")
            value_received += value
        else:
            if -quantity > shelf.units:
                whose = "" if articles is None else f" of {article}"
                mend = f"{shelf.units}{whose} are on hand: issue no more, or record the receipt first"
                raise ValueError(f"units is {quantity} at index {label}: {mend}")
            taken = shelf.issue(-quantity, newest=method == "lifo")
            cost = -taken / quantity
        rows.append((quantity, cost, taken, shelf.units, shelf.value))

    columns = ["units", "unit_cost", "cost_issued", "stock_units", "stock_value"]
    lines = pd.DataFrame(rows, index=units.index, columns=columns)
    left = pd.DataFrame(
        [(article, *layer, layer[2] / layer[1]) for article, shelf in shelves.items() for layer in shelf.layers],
        columns=["article", "received", "units", "value", "unit_cost"],
    )[["article", "received", "units", "unit_cost", "value"]]
    return StockValuation(
        method=method,
        value_received=value_received,
        cost_issued=float(lines["cost_issued"].sum()),
        stock_units=sum(shelf.units for shelf in shelves.values()),
        stock_value=sum(shelf.value for shelf in shelves.values()),
        lines=lines,
        layers=left.drop(columns="article") if articles is None else left,
    )


def age_of_stock(layers, today, boundaries=(30, 90, 180)):
    """Units and value on hand by age, from the layers left.

    Under FIFO layers the ages are those of the units, if the oldest are picked first. A boundary belongs to the
    younger bucket (<=).

    Parameters
    ----------
    layers : DataFrame
        Columns `received` (day), `units` and `value` (money), as `value_stock` leaves them; the layers of several
        articles may stand one below the other.
    today : float
        Day at which the stock is looked at, in the unit of `received`.
    boundaries : sequence of float
        Ages at which the buckets end, rising, days, above 0; an open bucket follows the last.

    Returns
    -------
    DataFrame
        Indexed by `age_days` ("0 to 30", "over 30 to 90", ..., "over 180"): `units`, `value` (money), and
        `value_share` (fraction; 0 where nothing is worth anything). Every bucket is there.

    Raises
    ------
    ValueError
        If a layer was received after today, or units or a value is negative or not finite (names the column, the
        value and the index), or if the boundaries do not rise from above 0.

    Source: the ageing report of stock keeping; Silver, Pyke & Thomas (2017), *Inventory and Production Management in
    Supply Chains*, on excess stock.

    >>> import pandas as pd
    >>> layers = pd.DataFrame({"received": [0, 60], "units": [4, 6], "value": [40.0, 60.0]})
    >>> age_of_stock(layers, today=70, boundaries=(30,)).reset_index()
      age_days  units  value  value_share
    0  0 to 30      6   60.0          0.6
    1  over 30      4   40.0          0.4
    """
    one_number("finite", today=today)
    in_range("positive", boundaries=boundaries)
    ends = np.asarray(boundaries, dtype=float)
    if ends.ndim != 1 or (np.diff(ends) <= 0).any():
        raise ValueError(f"boundaries is {boundaries!r}: give ages that rise")
    if len(layers):
        in_range("non-negative", units=layers["units"], value=layers["value"])
        in_range("finite", received=layers["received"])
        refuse("received", layers["received"], layers["received"] > today, f"give a day up to today, {today:g}")
    names = [f"0 to {ends[0]:g}"]
    names += [f"over {young:g} to {old:g}" for young, old in pairwise(ends)]
    names += [f"over {ends[-1]:g}"]
    bucket = np.searchsorted(ends, today - layers["received"].to_numpy(dtype=float))
    table = layers[["units", "value"]].groupby(bucket).sum().reindex(range(len(names)), fill_value=0)
    table.index = pd.Index(names, name="age_days")
    total = table["value"].sum()
    return table.assign(value_share=table["value"] / total if total else 0.0)


def _matched(name, values, units):
    """The values as a list, one for each movement."""
    if not pd.api.types.is_list_like(values):
        raise ValueError(f"{name} is {values!r}: give one for each movement")
    if isinstance(values, pd.Series) and not values.index.equals(units.index):
        raise ValueError(f"{name} has another index than units: give them the same index")
    values = list(values)
    if len(values) != len(units):
        raise ValueError(f"{name} has {len(values)} values, units {len(units)}: give one for each movement")
    return values


def _issues_of_returns(returns_of, units, of_articles):
    """Place of the issue of each return, by the place of the return."""
    values = pd.Series(_matched("returns_of", returns_of, units), index=units.index, dtype=object)
    places = np.flatnonzero(values.notna())
    if not len(places):
        return {}
    positions = numeric_series("returns_of", values.iloc[places].infer_objects())
    quantities = units.astype(int).tolist()
    issues, still_out = {}, [-quantity for quantity in quantities]  # below 0 where it is no issue
    for place, position in zip(places.tolist(), positions.tolist(), strict=True):
        issue, mend = int(position), None
        if quantities[place] < 0:
            mend = "only a receipt can be a return: leave it missing for an issue"
        elif issue != position or not 0 <= issue < place or of_articles[issue] != of_articles[place]:
            mend = "give the position of an earlier issue of the same article"
        elif quantities[issue] > 0:
            mend = "a receipt stands there: give the position of an issue"
        elif quantities[place] > still_out[issue]:
            mend = f"{still_out[issue]} units of that issue are still out: return no more"
        if mend:
            raise ValueError(f"returns_of is {position:g} at index {units.index[place]}: {mend}")
        issues[place] = issue
        still_out[issue] -= quantities[place]
    return issues


class _Shelf:
    """The layers of one article, oldest first: [received, units, value]; the unit cost is the value over the units."""

    def __init__(self):
        self.layers, self.units, self.value = deque(), 0, 0.0

    def receive(self, label, units, value, *, is_averaged):
        self.units += units
        self.value += value
        if is_averaged:
            self.layers.clear()
            units, value = self.units, self.value
        self.layers.append([label, units, value])

    def issue(self, units, *, newest):
        """Take units from the layers; their cost."""
        cost = 0.0
        self.units -= units
        while units:
            layer = self.layers[-1] if newest else self.layers[0]
            if layer[1] <= units:
                units -= layer[1]
                cost += layer[2]
                self.layers.pop() if newest else self.layers.popleft()
            else:
                taken = layer[2] * units / layer[1]
                layer[1] -= units
                layer[2] -= taken
                cost += taken
                units = 0
        self.value = self.value - cost if self.layers else 0.0
        return cost
