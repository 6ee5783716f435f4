"""Which items matter, and which can be planned: Pareto table, ABC classes, XYZ classes, the two crossed; and
which projects to take up: the weighted prioritization matrix.

ABC ranks items by value (annual usage or sales, money/period) and cuts the cumulative share; XYZ cuts the
coefficient of variation CV = standard deviation / mean of demand per period. A boundary belongs to the better
class (<=), with a tolerance for floating-point sums, so that 0.50 + 0.30 is within 0.80.
"""

import numpy as np
import pandas as pd

from casestudy.methods._validation import in_range, numeric_series, one_number, refuse

__all__ = [
    "abc_classes",
    "abc_xyz_classes",
    "abc_xyz_matrix",
    "coefficient_of_variation",
    "pareto_table",
    "prioritization_matrix",
    "xyz_classes",
]


def pareto_table(values):
    """Items from the most to the least valuable, with shares and cumulative shares [v_i, v_i / sum v].

    Parameters
    ----------
    values : Series
        Value of each item, money/period, 0 or more, indexed by item. Items of equal value keep their input
        order. An item of value 0 is kept, with a share of 0.

    Returns
    -------
    DataFrame
        Indexed by item, value descending: `value` (money/period), `share` and `cumulative_share` (fraction of
        the total, the item itself included), `rank` (1, 2, ..., n; no two items share a rank).

    Raises
    ------
    ValueError
        If a value is negative or not finite (names the value and the item), if all are 0, if there are none,
        or if an item appears twice.

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply Chains, 4th ed.,
    distribution by value; Heizer, Render & Munson (2017), Operations Management, 12th ed., chapter 12, the table
    of Silicon Chips, Inc.

    >>> import pandas as pd
    >>> pareto_table(pd.Series({"pen": 15, "book": 80, "clip": 5}))
          value  share  cumulative_share  rank
    book   80.0   0.80              0.80     1
    pen    15.0   0.15              0.95     2
    clip    5.0   0.05              1.00     3
    """
    values = numeric_series("values", values, kind="non-negative")
    _check_items("values", values.index)
    value = values.sort_values(ascending=False, kind="stable")
    cumulative = value.cumsum()
    total = cumulative.iloc[-1]
    if total == 0:
        raise ValueError("values are all 0: give at least one item a value greater than 0")
    return pd.DataFrame(
        {
            "value": value,
            "share": value / total,
            "cumulative_share": cumulative / total,
            "rank": np.arange(1, len(value) + 1),
        }
    )


def abc_classes(values, boundaries=(0.80, 0.95), tolerance=1e-9):
    """Class A, B or C of each item, by the cumulative share of value up to and including the item.

    With items ranked as in `pareto_table`, an item is A while that share is <= the first boundary +
    tolerance, B while it is <= the second + tolerance, else C. The first item is always A, also when it alone
    exceeds a boundary. So the item that crosses a boundary falls into the lower class, and of two items of
    equal value at a boundary the one listed first may be in the higher class.

    Parameters
    ----------
    values : Series
        Value of each item, money/period, 0 or more, indexed by item.
    boundaries : pair of float
        Cumulative shares at which A and B end, rising, fractions between 0 and 1.
    tolerance : float
        Added to both boundaries, fraction of the total; it only absorbs floating-point error.

    Returns
    -------
    Series
        "A", "B" or "C", in the order and with the index of `values`.

    Raises
    ------
    ValueError
        As `pareto_table`; or if the boundaries are not two rising shares, or the tolerance is negative.

    Source: Heizer, Render & Munson (2017), Operations Management, 12th ed., chapter 12 (classes of the table of
    Silicon Chips, Inc. at boundaries 0.80 and 0.96); the <= rule is that of the R package matman,
    `computeABCXYZAnalysis`.

    >>> import pandas as pd
    >>> abc_classes(pd.Series({"pen": 15, "book": 80, "clip": 5})).to_dict()
    {'pen': 'B', 'book': 'A', 'clip': 'C'}
    """
    values = numeric_series("values", values)
    _check_boundaries("share", boundaries, tolerance)
    classes = _cut(pareto_table(values)["cumulative_share"], boundaries, tolerance, "ABC")
    classes.iloc[0] = "A"
    return classes.reindex(values.index).rename("abc_class")


def coefficient_of_variation(demand, ddof=1):
    """Standard deviation of each item's demand relative to its mean [CV].

    Parameters
    ----------
    demand : DataFrame
        Demand, units/period, 0 or more: one row for each item, one column for each of two or more periods.
        A period without demand is a 0, not a missing value.
    ddof : {0, 1}
        1: sample standard deviation (divisor n - 1); 0: population standard deviation (divisor n).

    Returns
    -------
    Series
        CV of each item, dimensionless, indexed by item.

    Raises
    ------
    ValueError
        If a demand is negative or not finite (names the value, the item and the period), if an item has no
        demand at all (its CV is 0/0), if an item appears twice, if there are fewer than two periods, or if
        ddof is not 0 or 1.

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply Chains, 4th ed.;
    Scholz-Reiter et al. (2012), International Journal of Productivity and Performance Management 61(4), 445-451.

    >>> import pandas as pd
    >>> demand = pd.DataFrame({"january": [9, 1], "february": [11, 3]}, index=["book", "clip"])
    >>> coefficient_of_variation(demand, ddof=0).to_dict()
    {'book': 0.1, 'clip': 0.5}
    """
    if not isinstance(demand, pd.DataFrame) or demand.shape[0] < 1 or demand.shape[1] < 2:
        mend = "give a DataFrame with a row for each item and a column for each of two or more periods"
        raise ValueError(f"demand is {demand!r}: {mend}")
    cells = pd.MultiIndex.from_product([demand.index, demand.columns])
    in_range("non-negative", demand=pd.Series(demand.to_numpy().ravel(), index=cells))
    _check_items("demand", demand.index)
    one_number("finite", ddof=ddof)
    if ddof not in (0, 1):
        raise ValueError(f"ddof is {ddof}: give 1 (sample) or 0 (population)")
    mean_demand = demand.mean(axis=1)
    idle = mean_demand.index[mean_demand == 0]
    if len(idle):
        raise ValueError(f"demand is 0 in every period at index {idle[0]}: leave that item out, its CV is 0/0")
    return (demand.std(axis=1, ddof=ddof) / mean_demand).rename("coefficient_of_variation")


def xyz_classes(demand, boundaries=(0.5, 1.0), ddof=1, tolerance=1e-9):
    """Class X, Y or Z of each item, by the coefficient of variation of its demand.

    X while CV <= the first boundary + tolerance, Y while CV <= the second + tolerance, else Z. The boundaries
    are a convention (0.10 and 0.25 are used too) and so is ddof; both move classes.

    Parameters
    ----------
    demand : DataFrame
        Demand, units/period, 0 or more: one row for each item, one column for each of two or more periods.
    boundaries : pair of float
        CV at which X and Y end, rising, 0 or more, dimensionless.
    ddof : {0, 1}
        1: sample standard deviation; 0: population standard deviation.
    tolerance : float
        Added to both boundaries, dimensionless; it only absorbs floating-point error.

    Returns
    -------
    Series
        "X", "Y" or "Z", in the order and with the index of `demand`.

    Raises
    ------
    ValueError
        As `coefficient_of_variation`; or if the boundaries are not two rising numbers, or the tolerance is
        negative.

    Source: Scholz-Reiter et al. (2012), International Journal of Productivity and Performance Management
    61(4), 445-451; the <= rule is that of the R package matman, `computeABCXYZAnalysis` (which takes ddof 0).

    >>> import pandas as pd
    >>> demand = pd.DataFrame({"january": [9, 1, 0], "february": [11, 3, 8]}, index=["book", "clip", "globe"])
    >>> xyz_classes(demand).to_dict()
    {'book': 'X', 'clip': 'Y', 'globe': 'Z'}
    """
    _check_boundaries("non-negative", boundaries, tolerance)
    return _cut(coefficient_of_variation(demand, ddof), boundaries, tolerance, "XYZ").rename("xyz_class")


def abc_xyz_classes(abc, xyz):
    """Joint class of each item, "AX" (valuable and steady) to "CZ" (cheap and erratic).

    Parameters
    ----------
    abc : Series
        "A", "B" or "C" of each item, as `abc_classes` returns it.
    xyz : Series
        "X", "Y" or "Z" of the same items, in any order, as `xyz_classes` returns it.

    Returns
    -------
    Series
        The two letters joined, with the index of `abc`; matched by item, not by position.

    Raises
    ------
    ValueError
        If a class is not one of the three letters (names it and the item), if an item appears twice, or if
        the two do not hold the same items.

    Source: Scholz-Reiter et al. (2012), International Journal of Productivity and Performance Management
    61(4), 445-451.

    >>> import pandas as pd
    >>> abc_xyz_classes(pd.Series({"book": "A", "pen": "B"}), pd.Series({"pen": "Z", "book": "X"})).to_dict()
    {'book': 'AX', 'pen': 'BZ'}
    """
    _check_classes("abc", abc, "ABC")
    _check_classes("xyz", xyz, "XYZ")
    unmatched = abc.index.symmetric_difference(xyz.index)
    if len(unmatched):
        raise ValueError(f"abc and xyz differ at index {unmatched[0]}: give both classes of the same items")
    return (abc + xyz.reindex(abc.index)).rename("abc_xyz_class")


def abc_xyz_matrix(abc, xyz):
    """Number of items in each of the nine joint classes.

    Parameters
    ----------
    abc : Series
        "A", "B" or "C" of each item, as `abc_classes` returns it.
    xyz : Series
        "X", "Y" or "Z" of the same items, in any order, as `xyz_classes` returns it.

    Returns
    -------
    DataFrame
        Number of items, rows A, B, C and columns X, Y, Z; all nine cells are there, empty ones are 0.

    Raises
    ------
    ValueError
        As `abc_xyz_classes`.

    Source: Scholz-Reiter et al. (2012), International Journal of Productivity and Performance Management
    61(4), 445-451.

    >>> import pandas as pd
    >>> matrix = abc_xyz_matrix(pd.Series({"book": "A", "pen": "B"}), pd.Series({"pen": "Z", "book": "X"}))
    >>> matrix.to_numpy().tolist()
    [[1, 0, 0], [0, 0, 1], [0, 0, 0]]
    """
    joint = abc_xyz_classes(abc, xyz)
    counts = pd.crosstab(joint.str[0], joint.str[1], rownames=["abc_class"], colnames=["xyz_class"])
    return counts.reindex(index=list("ABC"), columns=list("XYZ"), fill_value=0)


def prioritization_matrix(scores, impact_weights, practicality_weights=None, multipliers=(), tolerance=1e-9):
    """Projects weighed by their scores: impact times practicality times further scores [T = I·P·M].

    Impact is the weighted mean of its criteria, I = Σ w_j·s_j / Σ w_j, and so is practicality; the total is their
    product with the scores that are taken as they are. With impact weights that sum to 1 and nothing else, the
    total is the textbooks' weighted score Σ w_j·s_j. Nothing is rounded on the way.

    Parameters
    ----------
    scores : DataFrame
        Scores, points, 0 or more: one row for each project, one column for each criterion.
    impact_weights : dict or Series
        Weight of each criterion of the impact, 0 or more, by name of the column; only their proportions matter.
    practicality_weights : dict or Series, optional
        Likewise for the practicality; without it the practicality is left out.
    multipliers : sequence of str
        Columns whose scores multiply the total.
    tolerance : float
        Totals this close share a rank, points; it only absorbs floating-point error.

    Returns
    -------
    DataFrame
        Indexed by project, in the order of `scores`: `impact`, `practicality` (if it has weights), points;
        `total`; `rank`, 1 for the highest total, ties sharing the better rank (1, 2, 2, 4).

    Raises
    ------
    ValueError
        If a score or a weight is negative or not finite (names the value, the project and the criterion), if
        all weights of a group are 0, if a project or a criterion appears twice, or if the weights and
        multipliers do not take up every column exactly once (a weight of 0 leaves a criterion out).

    Source: García-Esquettini (2015), Table 1 (the weights are not printed); Pyzdek (2003), The Six Sigma Project
    Planner, worksheet 2, for the weighted score Σ w_j·s_j.

    >>> import pandas as pd
    >>> scores = pd.DataFrame({"return": [3, 5], "clients": [3, 4], "time": [4, 2], "gain": [5, 4]}, ["move", "plan"])
    >>> prioritization_matrix(scores, {"return": 3, "clients": 1}, {"time": 1}, multipliers=["gain"])
          impact  practicality  total  rank
    move    3.00           4.0   60.0     1
    plan    4.75           2.0   38.0     2
    """
    one_number("non-negative", tolerance=tolerance)
    if not isinstance(scores, pd.DataFrame) or scores.empty:
        mend = "give a DataFrame with a row for each project and a column for each criterion"
        raise ValueError(f"scores is {scores!r}: {mend}")
    cells = pd.MultiIndex.from_product([scores.index, scores.columns])
    in_range("non-negative", scores=pd.Series(scores.to_numpy().ravel(), index=cells))
    _check_items("scores", scores.index)
    _check_items("criteria", scores.columns)
    groups = {"impact_weights": impact_weights}
    if practicality_weights is not None:
        groups["practicality_weights"] = practicality_weights
    groups = {name: numeric_series(name, pd.Series(weights), kind="non-negative") for name, weights in groups.items()}
    used = pd.Index([*multipliers, *(criterion for weights in groups.values() for criterion in weights.index)])
    _check_items("the criteria in use", used)
    unmatched = used.symmetric_difference(scores.columns, sort=False)
    if len(unmatched):
        mend = "give each column of scores a weight (0 leaves it out), or name it in multipliers"
        raise ValueError(f"scores and weights differ at criterion {unmatched[0]}: {mend}")
    result = {}
    for name, weights in groups.items():
        if weights.sum() == 0:
            raise ValueError(f"{name} are all 0: give at least one criterion a weight greater than 0")
        result[name.removesuffix("_weights")] = scores[weights.index] @ weights / weights.sum()
    factors = pd.concat([pd.DataFrame(result), scores[list(multipliers)]], axis=1)
    total = factors.prod(axis=1).to_numpy()
    rank = 1 + (total > total[:, np.newaxis] + tolerance).sum(axis=1)
    return pd.DataFrame(result).assign(total=total, rank=rank)


def _cut(measure, boundaries, tolerance, letters):
    place = np.searchsorted(np.asarray(boundaries) + tolerance, measure, side="left")
    return pd.Series(np.array(list(letters))[place], index=measure.index)


def _check_boundaries(kind, boundaries, tolerance):
    in_range(kind, boundaries=boundaries)
    one_number("non-negative", tolerance=tolerance)
    if np.shape(boundaries) != (2,) or np.diff(boundaries)[0] <= 0:
        raise ValueError(f"boundaries is {boundaries}: give two rising numbers")


def _check_classes(name, classes, letters):
    if not isinstance(classes, pd.Series) or classes.empty:
        raise ValueError(f"{name} is {classes!r}: give a Series of classes indexed by item")
    refuse(name, classes, ~classes.isin(list(letters)), f"give one of {', '.join(letters)}")
    _check_items(name, classes.index)


def _check_items(name, items):
    if items.has_duplicates:
        raise ValueError(f"{name} has index {items[items.duplicated()][0]} more than once: give each item once")
