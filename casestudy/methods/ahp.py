"""Priorities from pairwise judgements, and how far to trust them: the Analytic Hierarchy Process (AHP).

A judgement a_ij says how many times as important item i is as item j, on Saaty's scale from 1/9 to 9; a_ji is its
reciprocal. Notation: A the n x n judgement matrix, w the priorities (weights), lambda_max the principal eigenvalue,
CI and CR the consistency index and ratio, RI the random index. A judgement of a pair of items is named by its row
and its column: `matrix.loc["value", "stability"]` is 3 where value is three times as important as stability.

Sources: Saaty (1980), The Analytic Hierarchy Process; Saaty (2003), Decision-making with the AHP: Why is the principal
eigenvector necessary, European Journal of Operational Research 145(1), 85-91; Crawford & Williams (1985), A note on
the analysis of subjective judgment matrices, Journal of Mathematical Psychology 29(4), 387-405; Harker (1987),
Incomplete pairwise comparisons in the analytic hierarchy process, Mathematical Modelling 9(11), 837-848; Bozóki, Fülöp
& Rónyai (2010), On optimal completion of incomplete pairwise comparison matrices, Mathematical and Computer Modelling
52(1-2), 318-333; Aczél & Saaty (1983), Procedures for synthesizing ratio judgements, Journal of Mathematical
Psychology 27(1), 93-102; Forman & Peniwati (1998), Aggregating individual judgments and priorities with the Analytic
Hierarchy Process, European Journal of Operational Research 108(1), 165-169; Alonso & Lamata (2006), Consistency in the
analytic hierarchy process: a new approach, International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems
14(4), 445-459.
"""

import math
from itertools import combinations, product
from numbers import Real
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize.elementwise import find_root
from scipy.sparse.csgraph import connected_components

from casestudy.methods._validation import in_range, numeric_series, one_number, refuse

__all__ = [
    "RANDOM_INDICES",
    "SAATY_SCALE",
    "Consistency",
    "JudgementSensitivity",
    "combine_judgements",
    "consistency",
    "fitting_judgements",
    "judgement_matrix",
    "judgement_sensitivity",
    "overall_scores",
    "path_to_consistency",
    "priorities",
]

SAATY_SCALE = (*(1 / number for number in range(9, 1, -1)), *(float(number) for number in range(1, 10)))

# Mean consistency index of random matrices of 1, 2, 3, ... items.
RANDOM_INDICES = {
    "Saaty 1980": (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49),
    "Alonso and Lamata 2006": (
        *(0.0, 0.0, 0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499),
        *(1.4854, 1.5141, 1.5365, 1.5551, 1.5713, 1.5838),
    ),
}

# Six printed decimals of 1/3 or 1/9 pass, 0.33 and 0.3333 do not: they would move lambda_max.
_RECIPROCITY_TOLERANCE = 1e-5
# Numbers that agree to so many decimals are equal: it only absorbs floating-point error, so that ties fall alike on
# every machine.
_DECIMALS = 12
_ROUNDING = 10.0**-_DECIMALS


class Consistency(NamedTuple):
    """How far a judgement matrix is from consistent, a_ij·a_jk = a_ik; no units."""

    principal_eigenvalue: float
    consistency_index: float
    random_index: float
    consistency_ratio: float


class JudgementSensitivity(NamedTuple):
    """What happens while one judgement takes other values: a row for each value, and where the order changes."""

    scores: pd.DataFrame
    ranks: pd.DataFrame
    consistency_ratio: pd.Series
    reversals: pd.DataFrame


def judgement_matrix(items, upper_triangle):
    """Judgement matrix from its upper triangle, row by row; the diagonal and the reciprocals are filled in [A].

    Parameters
    ----------
    items : sequence
        Labels of the n items compared, each once, at least 2.
    upper_triangle : sequence of float
        The n·(n - 1)/2 judgements a_12, a_13, ..., a_1n, a_23, ..., greater than 0, no unit. None or NaN: no
        judgement; both of its cells stay NaN.

    Returns
    -------
    DataFrame
        n x n, rows and columns labelled with the items.

    Raises
    ------
    ValueError
        If there are too many or too few judgements, if one is not a finite number greater than 0 (names the two
        items), if there are fewer than 2 items, or if an item appears twice.

    Source: Saaty (1980).

    >>> judgement_matrix(["value", "cycle", "stability"], [2, 4, 3]).round(2)
               value  cycle  stability
    value       1.00   2.00        4.0
    cycle       0.50   1.00        3.0
    stability   0.25   0.33        1.0
    """
    items = pd.Index(list(items))
    _check_items("items", items)
    pairs = list(combinations(items, 2))
    entries = list(upper_triangle)
    if len(entries) != len(pairs):
        raise ValueError(
            f"upper_triangle has {len(entries)} judgements: give {len(pairs)} for {len(items)} items, row by row"
        )
    cells = _judgement_cells("upper_triangle", entries, pairs, incomplete=True)
    matrix = np.eye(len(items))
    rows, columns = np.triu_indices(len(items), 1)
    matrix[rows, columns] = cells
    matrix[columns, rows] = 1 / cells
    return pd.DataFrame(matrix, index=items, columns=items)


def priorities(matrix, method="eigenvector", *, incomplete=False):
    """Priorities of the items that a judgement matrix compares, summing to 1 [w].

    "eigenvector": A·w = lambda_max·w, Saaty's method. "geometric mean": w_i proportional to the geometric mean of
    row i, the logarithmic least squares fit of w_i/w_j to a_ij. They agree for up to 3 items and for a consistent
    matrix.

    A missing judgement is left to the others: the eigenvector has w_i/w_j in its place (Harker), the least squares
    fit leaves its term out. Neither is the completion of least lambda_max, a third way.

    Parameters
    ----------
    matrix : DataFrame, or rows of numbers
        Judgement matrix [A], n x n, n at least 2, reciprocal to within 1e-5 (relative); rows and columns have the
        same labels in the same order. Without labels they are 0, 1, 2, ...
    method : {"eigenvector", "geometric mean"}
    incomplete : bool
        True: judgements may be missing, NaN in both cells of a pair, while a chain of judgements connects all items.

    Returns
    -------
    Series
        Priority of each item, fractions of 1, with the row labels of the matrix.

    Raises
    ------
    ValueError
        If the matrix is not square, its labels differ, a cell is not a finite number greater than 0, the diagonal is
        not 1, two cells are not reciprocals or only one of them is NaN (each names the cell); if a judgement is
        missing though incomplete is False; if no chain of judgements connects all items (names them); if the method
        is another.

    Source: Saaty (1980); Crawford & Williams (1985); Harker (1987); Bozóki, Fülöp & Rónyai (2010).

    >>> matrix = judgement_matrix(["experience", "education", "charisma", "age"], [4, 3, 7, 1 / 3, 3, 5])
    >>> priorities(matrix).round(4).to_dict()
    {'experience': 0.5476, 'education': 0.1266, 'charisma': 0.2699, 'age': 0.0559}
    >>> priorities(judgement_matrix(["value", "cycle", "stability"], [2, 4, None]), incomplete=True).round(4).to_dict()
    {'value': 0.5714, 'cycle': 0.2857, 'stability': 0.1429}
    """
    _check_method(method)
    judgements = _checked_matrix("matrix", matrix, incomplete)
    vector = _priority_vectors(judgements.to_numpy(), method)
    return pd.Series(vector, index=judgements.index, name="priority")


def consistency(matrix, random_index="Saaty 1980"):
    """Consistency index and ratio of a judgement matrix [lambda_max, CI, RI, CR].

    CI = (lambda_max - n)/(n - 1) is 0 for consistent judgements, and CR = CI/RI about 1 for random ones; Saaty calls
    a ratio of 0.10 or less acceptable. Two items are always consistent. The ratio depends on the table: with that of
    Alonso and Lamata it is higher for 3 to 5 and 8 to 10 items, lower for 6 and 7.

    Parameters
    ----------
    matrix : DataFrame, or rows of numbers
        Complete judgement matrix, as for `priorities`.
    random_index : str or float
        Name of a table in `RANDOM_INDICES`: "Saaty 1980" (to 10 items) or "Alonso and Lamata 2006" (to 15); or a
        random index for this number of items, greater than 0.

    Returns
    -------
    Consistency
        principal_eigenvalue (n or more), consistency_index, random_index, consistency_ratio, no units.

    Raises
    ------
    ValueError
        As `priorities`; or if a judgement is missing, the table is not known or ends below the number of items, or
        the random index is not greater than 0.

    Source: Saaty (1980); Alonso & Lamata (2006).

    >>> matrix = judgement_matrix(["experience", "education", "charisma", "age"], [4, 3, 7, 1 / 3, 3, 5])
    >>> result = consistency(matrix)
    >>> round(result.principal_eigenvalue, 4), round(result.consistency_ratio, 4)
    (4.1184, 0.0439)
    """
    judgements = _checked_matrix("matrix", matrix).to_numpy()
    reference = _random_index(random_index, len(judgements))
    eigenvalue, index, ratio = (float(number) for number in _consistency(judgements, reference))
    return Consistency(eigenvalue, index, reference, ratio)


def combine_judgements(matrices, weights=None):
    """One judgement matrix for a group: the weighted geometric mean of each judgement [product of a_ij^v].

    The geometric mean is the one that keeps reciprocals. It suits a group that acts as one; where the members keep
    their own priorities, average the Series that `priorities` gives for each.

    Parameters
    ----------
    matrices : sequence of DataFrames, or of rows of numbers
        Complete judgement matrix of each member, as for `priorities`, all with the same labels in the same order.
    weights : sequence of float, optional
        Weight of each member [v], 0 or more, no unit; only their proportions matter. None: equal weights.

    Returns
    -------
    DataFrame
        Judgement matrix of the group, with the labels of the members' matrices.

    Raises
    ------
    ValueError
        As `priorities`, naming the member's matrix by its position; or if there are no matrices, their labels differ,
        or the weights are not one for each matrix, are negative, not finite or all 0.

    Source: Aczél & Saaty (1983); Forman & Peniwati (1998).

    >>> one = judgement_matrix(["value", "cycle"], [2])
    >>> other = judgement_matrix(["value", "cycle"], [8])
    >>> combine_judgements([one, other]).loc["value", "cycle"].item()
    4.0
    """
    members = [_checked_matrix(f"matrices[{place}]", matrix) for place, matrix in enumerate(matrices)]
    if not members:
        raise ValueError("matrices is empty: give at least one judgement matrix")
    items = members[0].index
    for place, member in enumerate(members):
        if not member.index.equals(items):
            raise ValueError(
                f"matrices[{place}] has the items {', '.join(map(str, member.index))}: "
                f"give {', '.join(map(str, items))}, in that order, as in matrices[0]"
            )
    shares = np.ones(len(members)) if weights is None else numeric_series("weights", weights, kind="non-negative")
    if len(shares) != len(members):
        raise ValueError(f"weights has {len(shares)} values: give {len(members)}, one for each matrix")
    shares = np.asarray(shares)
    if not shares.any():
        raise ValueError("weights are all 0: give at least one member a weight greater than 0")
    logarithms = np.log([member.to_numpy() for member in members])
    combined = np.exp(np.tensordot(shares / shares.sum(), logarithms, axes=1))
    return pd.DataFrame(combined, index=items, columns=items)


def overall_scores(weights, ratings):
    """Score of each alternative: its ratings weighed with the priorities of the criteria [sum of w_j·r_ij].

    Parameters
    ----------
    weights : Series or dict
        Priority of each criterion [w], 0 or more, by name; only their proportions matter.
    ratings : DataFrame
        Rating of each alternative [r], from 0 to 1: one row for each alternative, one column for each criterion, in
        any order. Priorities of the alternatives for each criterion (columns that sum to 1), or values normalised
        so that 1 is the best (absolute measurement): the choice can change the ranking.

    Returns
    -------
    Series
        Score of each alternative, from 0 to 1, in the order and with the index of the ratings.

    Raises
    ------
    ValueError
        If a rating is not between 0 and 1 (names the alternative and the criterion), if a weight is negative or not
        finite or all are 0, if an alternative or a criterion appears twice, or if weights and ratings do not have
        the same criteria (names them).

    Source: Saaty (1980).

    >>> ratings = pd.DataFrame({"value": [1.0, 0.2], "cycle": [0.5, 1.0]}, index=["controller", "connector"])
    >>> overall_scores({"value": 0.75, "cycle": 0.25}, ratings).round(3).to_dict()
    {'controller': 0.875, 'connector': 0.4}
    """
    weights = numeric_series("weights", pd.Series(weights), kind="non-negative")
    _check_unique("weights", weights.index)
    if weights.sum() == 0:
        raise ValueError("weights are all 0: give at least one criterion a weight greater than 0")
    ratings = _checked_ratings(ratings, weights.index)
    return (ratings @ weights / weights.sum()).rename("score")


def judgement_sensitivity(
    matrix, row, column, ratings=None, *, values=SAATY_SCALE, method="eigenvector", random_index="Saaty 1980"
):
    """Scores, ranking and consistency while one judgement takes other values, and where the order changes.

    Parameters
    ----------
    matrix : DataFrame, or rows of numbers
        Complete judgement matrix, as for `priorities`.
    row, column : labels
        The judgement that varies: how many times as important `row` is as `column`. Its reciprocal follows.
    ratings : DataFrame, optional
        Ratings of alternatives, as for `overall_scores`. None: the compared items themselves are ranked, by their
        priorities.
    values : sequence of float
        Values of the judgement, greater than 0, at least 2; in the result they rise.
    method : {"eigenvector", "geometric mean"}
        As for `priorities`.
    random_index : str or float
        As for `consistency`.

    Returns
    -------
    JudgementSensitivity
        scores (a row for each value, a column for each item or alternative, from 0 to 1); ranks (likewise, 1 the
        best, ties sharing the better rank: 1, 2, 2, 4); consistency_ratio (Series by value); reversals, with a row
        for each change of order: judgement (the value at which the two are equal), overtaking (who is ahead above
        it), overtaken, for_first_place (bool: nobody is ahead of the two there). Changes of order are sought between
        neighbouring values: two that swap twice between them are not seen.

    Raises
    ------
    ValueError
        As `consistency` and `overall_scores`; or if row and column are not two items of the matrix, or there are
        fewer than 2 different values or one that is not greater than 0.

    Source: the judgement is varied over Saaty's (1980) scale; the reversals are roots of the difference of scores.

    >>> matrix = judgement_matrix(["value", "cycle", "stability"], [2, 4, 3])
    >>> sensitivity = judgement_sensitivity(matrix, "value", "cycle", values=[1 / 2, 1, 2])
    >>> sensitivity.ranks.loc[0.5].to_dict()
    {'value': 2, 'cycle': 1, 'stability': 3}
    >>> sensitivity.reversals.round(3)
       judgement overtaking overtaken  for_first_place
    0      0.866      value     cycle             True
    """
    _check_method(method)
    judgements = _checked_matrix("matrix", matrix)
    items = judgements.index
    for name, label in {"row": row, "column": column}.items():
        if label not in items:
            raise ValueError(f"{name} is {label!r}: give one of {', '.join(map(str, items))}")
    if row == column:
        raise ValueError(f"row and column are both {row!r}: give two items")
    values = np.unique(numeric_series("values", values, kind="positive"))
    if len(values) < 2:
        raise ValueError(f"values is {values[0]:g} alone: give at least 2 different values")
    reference = _random_index(random_index, len(items))
    if ratings is None:
        ratings = pd.DataFrame(np.eye(len(items)), index=items, columns=items)
    ratings = _checked_ratings(ratings, items)
    position = items.get_loc(row), items.get_loc(column)

    def scores_at(judgement):
        varied = _with_judgement(judgements.to_numpy(), *position, judgement)
        return _priority_vectors(varied, method) @ ratings.to_numpy().T

    scores = scores_at(values)
    ranks = 1 + (scores[:, np.newaxis, :] > scores[:, :, np.newaxis] + _ROUNDING).sum(axis=2)
    ratios = _consistency(_with_judgement(judgements.to_numpy(), *position, values), reference)[2]
    index = pd.Index(values, name="judgement")
    return JudgementSensitivity(
        scores=pd.DataFrame(scores, index=index, columns=ratings.index),
        ranks=pd.DataFrame(ranks, index=index, columns=ratings.index),
        consistency_ratio=pd.Series(ratios, index=index, name="consistency_ratio"),
        reversals=_reversals(values, scores, scores_at, ratings.index),
    )


def fitting_judgements(matrix, random_index="Saaty 1980"):
    """For each judgement the value that would fit all the others, and the consistency ratio with it.

    The value is w_i/w_j, with the priorities from the matrix without that judgement (Harker). The judgement whose
    change mends most comes first. It is a question to the judge, not a correction: the others may be the wrong ones.

    Parameters
    ----------
    matrix : DataFrame, or rows of numbers
        Complete judgement matrix, as for `priorities`, of at least 3 items.
    random_index : str or float
        As for `consistency`.

    Returns
    -------
    DataFrame
        One row for each judgement of the upper triangle, the lowest ratio_if_fitting first: row, column (labels),
        judgement (as given), fitting_judgement, ratio_if_fitting (the consistency ratio with it), scale_judgement
        (the value of Saaty's scale nearest to it in proportion, of two the smaller), ratio_on_scale (the consistency
        ratio with that).

    Raises
    ------
    ValueError
        As `consistency`; or if there are only 2 items, whose one judgement has no others to fit.

    Source: Harker (1987); Saaty (2003).

    >>> matrix = judgement_matrix(["value", "cycle", "cost", "stability"], [2, 4, 8, 2, 1 / 4, 2])
    >>> fitting_judgements(matrix)[["row", "column", "judgement", "fitting_judgement"]].head(1)
         row     column  judgement  fitting_judgement
    0  cycle  stability       0.25                4.0
    """
    judgements = _checked_matrix("matrix", matrix)
    items = judgements.index
    if len(items) == 2:
        raise ValueError("matrix has 2 items: give at least 3, for one judgement alone is always consistent")
    reference = _random_index(random_index, len(items))
    given = judgements.to_numpy()
    rows, columns = np.triu_indices(len(items), 1)
    pair = np.arange(len(rows))
    without = _with_judgement(given, rows, columns, np.full(len(rows), np.nan))
    others = _priority_vectors(without, "eigenvector")
    fitting = others[pair, rows] / others[pair, columns]
    scale = np.array(SAATY_SCALE)
    distance = np.abs(np.log(fitting[:, np.newaxis] / scale)).round(_DECIMALS)
    on_scale = scale[distance.argmin(axis=1)]
    table = pd.DataFrame(
        {
            "row": items[rows],
            "column": items[columns],
            "judgement": given[rows, columns],
            "fitting_judgement": fitting,
            "ratio_if_fitting": _consistency(_with_judgement(given, rows, columns, fitting), reference)[2],
            "scale_judgement": on_scale,
            "ratio_on_scale": _consistency(_with_judgement(given, rows, columns, on_scale), reference)[2],
        }
    )
    return _sorted(table, "ratio_if_fitting")


def path_to_consistency(matrix, threshold=0.10, random_index="Saaty 1980"):
    """Changes of judgements, one after another, until the consistency ratio is at or below a threshold.

    Each step takes from `fitting_judgements` the change to a value of Saaty's scale that leaves the lowest ratio. It
    is a greedy path: fewer changes may do. It ends above the threshold if no such change lowers the ratio.

    Parameters
    ----------
    matrix : DataFrame, or rows of numbers
        Complete judgement matrix, as for `priorities`.
    threshold : float
        Consistency ratio to reach, 0 or more; Saaty's is 0.10.
    random_index : str or float
        As for `consistency`.

    Returns
    -------
    DataFrame
        One row for each change, in their order: row, column (labels), judgement (before), scale_judgement (after),
        ratio_on_scale (the consistency ratio after this change and those above it). No rows if the matrix is
        consistent enough as it is.

    Raises
    ------
    ValueError
        As `consistency`; or if the threshold is negative, not finite or not one number.

    Source: Saaty (2003), who changes the most inconsistent judgement first and then the next.

    >>> matrix = judgement_matrix(["value", "cycle", "cost", "stability"], [2, 4, 8, 2, 1 / 4, 2])
    >>> path_to_consistency(matrix)
         row     column  judgement  scale_judgement  ratio_on_scale
    0  cycle  stability       0.25              4.0             0.0
    """
    one_number("non-negative", threshold=threshold)
    judgements = _checked_matrix("matrix", matrix)
    ratio = consistency(judgements, random_index).consistency_ratio
    steps = []
    while ratio > threshold:
        changes = fitting_judgements(judgements, random_index)
        best = _sorted(changes, "ratio_on_scale").iloc[0]
        if best["ratio_on_scale"] >= ratio - _ROUNDING:
            break
        steps.append(best)
        ratio = best["ratio_on_scale"]
        place = judgements.index.get_loc(best["row"]), judgements.index.get_loc(best["column"])
        changed = _with_judgement(judgements.to_numpy(), *place, np.array([best["scale_judgement"]]))[0]
        judgements = pd.DataFrame(changed, index=judgements.index, columns=judgements.columns)
    columns = ["row", "column", "judgement", "scale_judgement", "ratio_on_scale"]
    path = pd.DataFrame(steps, columns=columns).reset_index(drop=True)
    return path.astype(dict.fromkeys(columns[2:], float))


def _priority_vectors(judgements, method):
    """Priorities of a matrix, or of each in a stack, NaN where a judgement is missing."""
    missing = np.isnan(judgements)
    identity = np.eye(judgements.shape[-1])
    if method == "eigenvector":
        # Harker: w_i/w_j in place of each missing a_ij adds w_i to (A·w)_i, so 1 for each to the diagonal.
        known = np.where(missing, 0.0, judgements)
        return _principal_pair(known + missing.sum(axis=-1, keepdims=True) * identity)[1]
    # Normal equations of the fit of x_i - x_j to log a_ij over the known pairs, with the sum of x added as 0.
    logarithms = np.where(missing, 0.0, np.log(judgements)).sum(axis=-1, keepdims=True)
    system = missing + (~missing).sum(axis=-1, keepdims=True) * identity
    vector = np.exp(np.linalg.solve(system, logarithms)[..., 0])
    return vector / vector.sum(axis=-1, keepdims=True)


def _principal_pair(matrices):
    """Principal eigenvalue and eigenvector, summing to 1, of a matrix or of each in a stack."""
    eigenvalues, eigenvectors = np.linalg.eig(matrices)
    place = eigenvalues.real.argmax(axis=-1)[..., np.newaxis]
    eigenvalue = np.take_along_axis(eigenvalues.real, place, axis=-1)[..., 0]
    vector = np.abs(np.take_along_axis(eigenvectors, place[..., np.newaxis, :], axis=-1)[..., 0])
    return eigenvalue, vector / vector.sum(axis=-1, keepdims=True)


def _consistency(judgements, reference):
    """lambda_max, CI and CR of a complete matrix, or of each in a stack."""
    size = judgements.shape[-1]
    eigenvalue = _principal_pair(judgements)[0]
    # lambda_max >= n for a reciprocal matrix; below it, and this near, there is only floating-point error.
    eigenvalue = np.where(eigenvalue - size <= _ROUNDING * size, size, eigenvalue)
    index = (eigenvalue - size) / (size - 1)
    return eigenvalue, index, index / reference if reference else np.zeros_like(index)


def _with_judgement(judgements, row, column, values):
    """A stack of copies of the matrix, one for each value, with that judgement and its reciprocal."""
    stack = np.repeat(judgements[np.newaxis], len(values), axis=0)
    copy = np.arange(len(values))
    stack[copy, row, column] = values
    stack[copy, column, row] = 1 / values
    return stack


def _reversals(values, scores, scores_at, alternatives):
    first, second = np.triu_indices(len(alternatives), 1)
    gaps = scores[:, first] - scores[:, second]
    signs = np.where(np.abs(gaps) <= _ROUNDING, 0, np.sign(gaps)).astype(int)
    brackets = []
    latest = np.zeros(len(first), dtype=int)  # where each pair was last apart, or the start
    every = np.arange(len(first))
    for place in range(1, len(values)):
        swapped = signs[place] * signs[latest, every] < 0
        brackets += [(latest[pair], place, pair) for pair in np.flatnonzero(swapped)]
        latest = np.where(signs[place] != 0, place, latest)
    columns = ["judgement", "overtaking", "overtaken", "for_first_place"]
    if not brackets:
        return pd.DataFrame(columns=columns).astype({"judgement": float, "for_first_place": bool})
    low, high, pair = np.array(brackets).T

    def gap(logarithm, pair):
        at = scores_at(np.exp(logarithm))
        every = np.arange(len(at))
        return at[every, first[pair]] - at[every, second[pair]]

    root = np.exp(find_root(gap, (np.log(values[low]), np.log(values[high])), args=(pair,)).x)
    at_root = scores_at(root)
    tied = at_root[np.arange(len(root)), first[pair]]
    first_is_ahead = signs[high, pair] > 0
    table = pd.DataFrame(
        {
            "judgement": root,
            "overtaking": alternatives[np.where(first_is_ahead, first[pair], second[pair])],
            "overtaken": alternatives[np.where(first_is_ahead, second[pair], first[pair])],
            "for_first_place": at_root.max(axis=1) <= tied + 1e-9,  # the root is known far better
        }
    )
    return _sorted(table, "judgement")


def _sorted(table, column):
    return table.sort_values(column, key=lambda numbers: numbers.round(_DECIMALS), kind="stable", ignore_index=True)


def _random_index(random_index, size):
    if not isinstance(random_index, str):
        one_number("positive", random_index=random_index)
        return float(random_index)
    if random_index not in RANDOM_INDICES:
        names = " or ".join(repr(name) for name in RANDOM_INDICES)
        raise ValueError(f"random_index is {random_index!r}: give {names}, or a number greater than 0")
    table = RANDOM_INDICES[random_index]
    if size > len(table):
        longer = [f"{name!r}" for name, other in RANDOM_INDICES.items() if size <= len(other)]
        raise ValueError(
            f"random_index {random_index!r} ends at {len(table)} items and the matrix has {size}: "
            f"give {' or '.join([*longer, 'a number greater than 0'])}"
        )
    return table[size - 1]


def _checked_matrix(name, matrix, incomplete=False):
    """The judgements as a float DataFrame with the labels of the matrix."""
    if not isinstance(matrix, pd.DataFrame):
        rows = np.asarray(matrix, dtype=object)
        if rows.ndim != 2:
            raise ValueError(f"{name} is {matrix!r}: give a DataFrame, or rows of numbers, all of one length")
        matrix = pd.DataFrame(rows)
    items = matrix.index
    if len(items) != len(matrix.columns):
        alone = ", ".join(map(str, items.symmetric_difference(matrix.columns, sort=False)))
        raise ValueError(
            f"{name} has {len(items)} rows and {len(matrix.columns)} columns, only one of them for {alone}: "
            "give a row and a column for each item"
        )
    _check_items(name, items)
    for row, column in zip(items, matrix.columns, strict=True):
        if row != column:
            raise ValueError(f"{name} has row {row} where it has column {column}: label both alike, in one order")
    pairs = product(items, items)
    cells = _judgement_cells(name, matrix.to_numpy(dtype=object).ravel(), pairs, incomplete)
    judgements = cells.to_numpy().reshape(matrix.shape)
    on_diagonal = np.eye(len(items), dtype=bool)
    off_one = ~(np.abs(judgements - 1) <= _RECIPROCITY_TOLERANCE)
    refuse(name, cells, on_diagonal & off_one, "give 1, an item compared with itself")
    missing = np.isnan(judgements)
    refuse(name, cells, missing & ~missing.T, "give its reciprocal cell as NaN too, or give the judgement")
    wrong = np.abs(judgements * judgements.T - 1) > _RECIPROCITY_TOLERANCE
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        larger = max(judgements[row, column], judgements[column, row])
        raise ValueError(
            f"{name} is {judgements[row, column]:g} at index {(items[row], items[column])} and "
            f"{judgements[column, row]:g} at index {(items[column], items[row])}: give reciprocals, such as "
            f"{larger:g} and 1/{larger:g} (not rounded), or the upper triangle alone to judgement_matrix"
        )
    if incomplete:
        _check_connected(name, items, ~missing)
    return pd.DataFrame(judgements, index=items, columns=matrix.columns)


def _check_connected(name, items, known):
    _, component = connected_components(known, directed=False)
    if component.any():
        start = ", ".join(map(str, items[component == 0]))
        apart = ", ".join(map(str, items[component != 0]))
        raise ValueError(f"{name} has no chain of judgements from {start} to {apart}: compare one of these with those")


def _judgement_cells(name, entries, pairs, incomplete):
    """The judgements as a float Series by pair of items, None as NaN."""
    entries = [math.nan if pd.isna(entry) else entry for entry in entries]
    cells = pd.Series(entries, index=pd.Index(list(pairs), tupleize_cols=False), dtype=object)
    is_number = np.array([isinstance(entry, Real) and not isinstance(entry, bool) for entry in entries])
    refuse(name, cells, ~is_number, "give a number greater than 0")
    cells = cells.astype(float)
    if not incomplete:
        refuse(name, cells, cells.isna(), "give the judgement; only priorities(..., incomplete=True) does without")
    refuse(name, cells, (cells <= 0) | np.isinf(cells), "give a finite number greater than 0")
    return cells


def _checked_ratings(ratings, criteria):
    """The ratings with their columns in the order of the criteria."""
    if not isinstance(ratings, pd.DataFrame) or ratings.empty:
        mend = "give a DataFrame with a row for each alternative and a column for each criterion"
        raise ValueError(f"ratings is {ratings!r}: {mend}")
    _check_unique("ratings", ratings.index)
    _check_unique("ratings", ratings.columns)
    unmatched = ratings.columns.symmetric_difference(criteria, sort=False)
    if len(unmatched):
        listed = ", ".join(map(str, unmatched))
        raise ValueError(f"criteria and ratings do not both have {listed}: give a column for each criterion, no other")
    ratings = ratings[criteria]
    cells = pd.MultiIndex.from_product([ratings.index, ratings.columns])
    in_range("share", ratings=pd.Series(ratings.to_numpy().ravel(), index=cells))
    return ratings.astype(float)


def _check_items(name, items):
    if len(items) < 2:
        raise ValueError(f"{name} has {len(items)} items: give at least 2 to compare")
    _check_unique(name, items)


def _check_unique(name, labels):
    if labels.has_duplicates:
        raise ValueError(f"{name} has {labels[labels.duplicated()][0]} more than once: give each once")


def _check_method(method):
    if method not in ("eigenvector", "geometric mean"):
        raise ValueError(f"method is {method!r}: give 'eigenvector' or 'geometric mean'")
