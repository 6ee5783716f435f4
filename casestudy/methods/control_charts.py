"""Control chart of a fraction nonconforming (p chart), run rules, operating characteristic, average run length.

A sample of n items holds D nonconforming ones; D is binomial with the true proportion p. The chart's centre is
the pooled proportion p̄ = ΣD / Σn or a standard p0, its limits stand at `width` standard errors
sqrt(p̄·(1 - p̄) / n). Limits are clipped to [0, 1], and nothing can lie beyond a limit of 0 or 1. A point on a
limit is in control unless `on_limit="outside"` (the texts differ); `tolerance` only absorbs floating-point error.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.stats import binom

from casestudy.methods._validation import elementwise, numeric_series, one_number, refuse

__all__ = [
    "NELSON_RULES",
    "WESTERN_ELECTRIC_RULES",
    "PChart",
    "average_run_length",
    "lower_control_limit",
    "operating_characteristic",
    "p_chart",
    "run_rules",
    "standard_for_upper_limit",
    "upper_control_limit",
]

WESTERN_ELECTRIC_RULES = (
    "one_beyond_three_sigma",
    "two_of_three_beyond_two_sigma",
    "four_of_five_beyond_one_sigma",
    "eight_on_one_side",
)
NELSON_RULES = (
    "one_beyond_three_sigma",
    "nine_on_one_side",
    "six_rising_or_falling",
    "fourteen_alternating",
    "two_of_three_beyond_two_sigma",
    "four_of_five_beyond_one_sigma",
    "fifteen_within_one_sigma",
    "eight_beyond_one_sigma",
)


@dataclass(frozen=True)
class PChart:
    """A p chart, as `p_chart` returns it.

    Attributes
    ----------
    centre : float
        Pooled proportion p̄ or the standard p0, fraction.
    width : float
        Distance of the limits from the centre, standard errors.
    samples : DataFrame
        One row for each sample: `nonconforming` [D] and `sample_size` [n], items; `proportion` [D/n], `lower`,
        `centre` and `upper`, fractions; `standardised`, (D/n - centre) / standard error, for the run rules;
        `out_of_control`, True or False.
    """

    centre: float
    width: float
    samples: pd.DataFrame = field(repr=False, compare=False)


@elementwise(centre="probability", sample_size="positive", width="positive")
def lower_control_limit(centre, sample_size, width=3):
    """Lower limit of a p chart [LCL = max(0, p - L·sqrt(p·(1 - p) / n))].

    It is 0, so that no sample can be too good, as long as n <= L²·(1 - p) / p.

    Parameters
    ----------
    centre : float, array or Series
        Standard or pooled proportion nonconforming [p], fraction, 0 and 1 excluded.
    sample_size : float, array or Series
        Items inspected in a sample [n], greater than 0; an average sample size may be a fraction.
    width : float, array or Series
        Distance from the centre [L], standard errors, greater than 0.

    Returns
    -------
    float, array or Series
        Lower control limit, fraction.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), or if two do not match
        in length or index.

    Source: Montgomery (2013), Introduction to Statistical Quality Control, 7th ed., section 7.2; equation 7.12
    for the sample size that lifts the limit above 0.

    >>> round(lower_control_limit(0.1, 100), 4)
    0.01
    """
    return np.maximum(0.0, centre - width * _standard_error(centre, sample_size))


@elementwise(centre="probability", sample_size="positive", width="positive")
def upper_control_limit(centre, sample_size, width=3):
    """Upper limit of a p chart [UCL = min(1, p + L·sqrt(p·(1 - p) / n))].

    Parameters
    ----------
    centre : float, array or Series
        Standard or pooled proportion nonconforming [p], fraction, 0 and 1 excluded.
    sample_size : float, array or Series
        Items inspected in a sample [n], greater than 0; an average sample size may be a fraction.
    width : float, array or Series
        Distance from the centre [L], standard errors, greater than 0.

    Returns
    -------
    float, array or Series
        Upper control limit, fraction.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), or if two do not match
        in length or index.

    Source: Montgomery (2013), Introduction to Statistical Quality Control, 7th ed., section 7.2.

    >>> round(upper_control_limit(0.1, 100), 4)
    0.19
    """
    return np.minimum(1.0, centre + width * _standard_error(centre, sample_size))


@elementwise(upper_limit="probability", sample_size="positive", width="positive")
def standard_for_upper_limit(upper_limit, sample_size, width=3):
    """Standard that puts the upper limit of a p chart at a tolerated maximum [p0].

    The smaller root of (U - p0)² = L²·p0·(1 - p0) / n, with k = L²/n:
    p0 = 2·U² / (2·U + k + sqrt(k·(k + 4·U·(1 - U)))).

    Parameters
    ----------
    upper_limit : float, array or Series
        Tolerated maximum of the proportion nonconforming [U], fraction, 0 and 1 excluded.
    sample_size : float, array or Series
        Items inspected in a sample [n], greater than 0; an average sample size may be a fraction.
    width : float, array or Series
        Distance of the limit from the centre [L], standard errors, greater than 0.

    Returns
    -------
    float, array or Series
        Standard p0 < U, fraction, such that `upper_control_limit(p0, n, L)` is U.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), or if two do not match
        in length or index.

    Source: the upper limit of Montgomery (2013), Introduction to Statistical Quality Control, 7th ed., section
    7.2, solved for the standard; the result is the lower bound of Wilson's score interval, Wilson (1927), Journal of
    the American Statistical Association 22, 209-212.

    >>> round(standard_for_upper_limit(0.05, 600), 3), round(standard_for_upper_limit(0.05, 1000), 3)
    (0.029, 0.033)
    """
    spread = width**2 / sample_size
    root = (spread * (spread + 4 * upper_limit * (1 - upper_limit))) ** 0.5
    return 2 * upper_limit**2 / (2 * upper_limit + spread + root)


@elementwise(nonconforming="non-negative", sample_size="positive")
def p_chart(nonconforming, sample_size, standard=None, width=3, on_limit="inside", tolerance=1e-9):
    """Control chart of the proportion nonconforming, with a pooled centre or a standard given [p̄ or p0].

    Parameters
    ----------
    nonconforming : list, array or Series
        Nonconforming items in each sample [D], whole numbers from 0 to the sample size.
    sample_size : int, list, array or Series
        Items inspected [n], whole, 1 or more: one number for all samples, or one for each (each then gets its
        own limits).
    standard : float, optional
        Target proportion [p0], fraction, 0 and 1 excluded. Without it the centre is ΣD / Σn over all samples
        given; leaving out samples that were found out of control is up to the caller.
    width : float
        Distance of the limits from the centre [L], standard errors, greater than 0.
    on_limit : {"inside", "outside"}
        Whether a proportion exactly on a limit is in control. A limit of 0 or 1 is no limit in either case.
    tolerance : float
        Proportions this close to a limit count as on it, fraction; it only absorbs floating-point error.

    Returns
    -------
    PChart
        Centre, width, and one row for each sample, with the index of `nonconforming`.

    Raises
    ------
    ValueError
        If a count is not a whole number in its range (names it, the value and the sample), if lengths or
        indexes do not match, if no item or every item is nonconforming and no standard is given, or if
        `on_limit` is something else.

    Source: Montgomery (2013), Introduction to Statistical Quality Control, 7th ed., section 7.2 (fraction
    nonconforming, standard given, variable-width limits, standardised chart). The solutions to his exercises
    call a point on a limit out of control.

    >>> chart = p_chart([4, 7, 19, 6], sample_size=50, standard=0.1)
    >>> chart.centre
    0.1
    >>> chart.samples["out_of_control"].tolist()
    [False, False, True, False]
    """
    one_number("positive", width=width)
    if standard is not None:
        one_number("probability", standard=standard)
    nonconforming = numeric_series("nonconforming", nonconforming)
    if np.ndim(sample_size) and len(sample_size) != len(nonconforming):
        counts = f"sample_size has {len(sample_size)} values, nonconforming {len(nonconforming)}"
        raise ValueError(f"{counts}: give one sample size for each sample, or one number for all")
    refuse("nonconforming", nonconforming, nonconforming % 1 != 0, "give a whole number of items")
    refuse("sample_size", sample_size, sample_size % 1 != 0, "give a whole number of items")
    size = pd.Series(np.broadcast_to(sample_size, nonconforming.shape), index=nonconforming.index)
    refuse("nonconforming", nonconforming, nonconforming > size, "give no more than the sample size")
    centre = float(nonconforming.sum() / size.sum() if standard is None else standard)
    if centre in (0, 1):
        raise ValueError(f"nonconforming sums to {nonconforming.sum():g} of {size.sum():g} items: give a standard")
    lower, upper = lower_control_limit(centre, size, width), upper_control_limit(centre, size, width)
    least, most = _counts_inside(size, lower, upper, on_limit, tolerance)
    proportion = nonconforming / size
    samples = pd.DataFrame(
        {
            "nonconforming": nonconforming.astype(int),
            "sample_size": size.astype(int),
            "proportion": proportion,
            "lower": lower,
            "centre": centre,
            "upper": upper,
            "standardised": (proportion - centre) / _standard_error(centre, size),
            "out_of_control": (nonconforming < least) | (nonconforming > most),
        }
    )
    return PChart(centre, float(width), samples)


def run_rules(standardised, rules=WESTERN_ELECTRIC_RULES, tolerance=1e-9):
    """Points at which a run rule signals: patterns that are improbable although each point is within the limits.

    ================================  =========================================================================
    one_beyond_three_sigma            one point beyond 3 (Western Electric 1, Nelson 1)
    two_of_three_beyond_two_sigma     two of three points in a row beyond 2 on one side (WE 2, Nelson 5)
    four_of_five_beyond_one_sigma     four of five points in a row beyond 1 on one side (WE 3, Nelson 6)
    eight_on_one_side                 eight points in a row on one side of the centre (WE 4)
    nine_on_one_side                  nine points in a row on one side of the centre (Nelson 2)
    six_rising_or_falling             six points in a row, that is five steps, rising or falling (Nelson 3)
    fourteen_alternating              fourteen points in a row alternately up and down (Nelson 4)
    fifteen_within_one_sigma          fifteen points in a row within 1 on either side (Nelson 7)
    eight_beyond_one_sigma            eight points in a row beyond 1, each on either side (Nelson 8)
    ================================  =========================================================================

    A rule marks the point that completes its pattern and is itself part of it, and every later point that does
    so again. A point on a line is not beyond it; equal neighbours neither rise nor fall. The rules suppose
    roughly normal points: on a p chart n·p should be large.

    Parameters
    ----------
    standardised : list, array or Series
        Distances of the points from the centre, standard errors, in time order, such as the column
        `standardised` of `p_chart`; so samples of different sizes share one scale.
    rules : sequence of str
        Names of rules from the table; WESTERN_ELECTRIC_RULES or NELSON_RULES are the usual sets.
    tolerance : float
        Distances this close to a line count as on it, standard errors; it only absorbs floating-point error.

    Returns
    -------
    DataFrame
        One column for each rule, True where it signals, with the index of `standardised`.

    Raises
    ------
    ValueError
        If a distance is not finite (names it and its index), if a rule is unknown, or if there is none.

    Source: Western Electric (1956), Statistical Quality Control Handbook; Nelson (1984), The Shewhart control
    chart - tests for special causes, Journal of Quality Technology 16(4), 237-239; on standardised points for
    samples of different sizes, Nelson (1989), Journal of Quality Technology 21(4), 287-289.

    >>> run_rules([0.5, 2.1, -0.3, 2.4, 3.2]).sum().to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'one_beyond_three_sigma': 1, 'two_of_three_beyond_two_sigma': 2,
     'four_of_five_beyond_one_sigma': 0, 'eight_on_one_side': 0}
    """
    points = numeric_series("standardised", standardised)
    one_number("non-negative", tolerance=tolerance)
    unknown = [rule for rule in rules if rule not in _RULES]
    if unknown or isinstance(rules, str) or not len(rules):
        raise ValueError(f"rules is {rules!r}: give a list of names from {', '.join(_RULES)}")
    return pd.DataFrame({rule: _RULES[rule](points, tolerance) for rule in rules})


@elementwise(true_proportion="share", sample_size="positive", lower_limit="share", upper_limit="share")
def operating_characteristic(true_proportion, sample_size, lower_limit, upper_limit, on_limit="inside", tolerance=1e-9):
    """Probability that one sample falls inside the limits of a p chart, exact binomial [beta].

    At the centre, 1 - beta is the risk of a false alarm; elsewhere beta is the risk of missing the change. Over a
    range of true proportions it is the operating-characteristic curve.

    Parameters
    ----------
    true_proportion : float, array or Series
        Proportion nonconforming of the process [p], fraction from 0 to 1.
    sample_size : int, array or Series
        Items inspected in a sample [n], whole, 1 or more.
    lower_limit : float, array or Series
        Lower control limit [LCL], fraction from 0 to 1.
    upper_limit : float, array or Series
        Upper control limit [UCL], fraction from 0 to 1, above the lower one.
    on_limit : {"inside", "outside"}
        Whether a proportion exactly on a limit is inside: P(n·LCL <= D <= n·UCL) or P(n·LCL < D < n·UCL). A limit
        of 0 or 1 is no limit in either case.
    tolerance : float
        Proportions this close to a limit count as on it, fraction; it only absorbs floating-point error.

    Returns
    -------
    float, array or Series
        Probability from 0 to 1.

    Raises
    ------
    ValueError
        If an argument is out of range or not finite (names it, the value and the index), if the limits are not
        apart, if a sample size is not whole, if two do not match in length or index, or if `on_limit` is
        something else.

    Source: Montgomery (2013), Introduction to Statistical Quality Control, 7th ed., section 7.2, whose beta is
    P(D < n·UCL) - P(D <= n·LCL): `on_limit="outside"`, but for a lower limit of 0, where it drops D = 0.

    >>> round(operating_characteristic(0.3, 5, 0.0, 0.5), 5)  # 0.7^5 + 5·0.3·0.7^4 + 10·0.3^2·0.7^3
    0.83692
    """
    refuse("sample_size", sample_size, sample_size % 1 != 0, "give a whole number of items")
    least, most = _counts_inside(sample_size, lower_limit, upper_limit, on_limit, tolerance)
    is_wrong = upper_limit - lower_limit <= 2 * tolerance
    refuse("upper_limit", upper_limit + 0 * lower_limit, is_wrong, "give a limit above the lower one")
    up_to_most = binom.cdf(most, sample_size, true_proportion)
    inside = np.maximum(0.0, up_to_most - binom.cdf(least - 1, sample_size, true_proportion))  # -1e-270 is rounding
    operands = (true_proportion, sample_size, lower_limit, upper_limit)
    index = next((operand.index for operand in operands if isinstance(operand, pd.Series)), None)
    return inside if index is None else pd.Series(inside, index=index)


@elementwise(probability_inside="share")
def average_run_length(probability_inside):
    """Average number of samples up to and including the first one outside the limits [ARL = 1 / (1 - beta)].

    Parameters
    ----------
    probability_inside : float, array or Series
        Probability that a sample falls inside the limits [beta], from 0 to 1, as `operating_characteristic`
        returns it; the samples are independent.

    Returns
    -------
    float, array or Series
        Samples, 1 or more; infinite where no sample can fall outside.

    Raises
    ------
    ValueError
        If a probability is out of range or not finite (names it, the value and the index).

    Source: Montgomery (2013), Introduction to Statistical Quality Control, 7th ed., section 7.2.

    >>> average_run_length(0.75)
    4.0
    """
    with np.errstate(divide="ignore"):
        return np.divide(1.0, 1 - probability_inside)


def _standard_error(proportion, sample_size):
    return (proportion * (1 - proportion) / sample_size) ** 0.5


def _counts_inside(sample_size, lower, upper, on_limit, tolerance):
    """Least and greatest number nonconforming that is inside the limits."""
    one_number("non-negative", tolerance=tolerance)
    if on_limit == "inside":
        return np.ceil(sample_size * (lower - tolerance)), np.floor(sample_size * (upper + tolerance))
    if on_limit == "outside":
        least = np.floor(sample_size * (lower + tolerance)) + 1
        most = np.ceil(sample_size * (upper - tolerance)) - 1
        return np.where(lower > 0, least, 0), np.where(upper < 1, most, sample_size)
    raise ValueError(f"on_limit is {on_limit!r}: give 'inside' or 'outside'")


def _run(marked, needed, window):
    """Marked points with at least so many marked among the last points of the window, themselves included."""
    return marked & (marked.rolling(window, min_periods=1).sum() >= needed)


def _run_on_one_side(values, line, needed, window):
    return _run(values > line, needed, window) | _run(values < -line, needed, window)


def _alternating(values, tolerance):
    rise, fall = values.diff() > tolerance, values.diff() < -tolerance
    turn = (rise & fall.shift(fill_value=False)) | (fall & rise.shift(fill_value=False))
    return _run(turn, 12, 12)  # fourteen points are thirteen steps and twelve turns


_RULES = {
    "one_beyond_three_sigma": lambda points, tolerance: _run_on_one_side(points, 3 + tolerance, 1, 1),
    "two_of_three_beyond_two_sigma": lambda points, tolerance: _run_on_one_side(points, 2 + tolerance, 2, 3),
    "four_of_five_beyond_one_sigma": lambda points, tolerance: _run_on_one_side(points, 1 + tolerance, 4, 5),
    "eight_on_one_side": lambda points, tolerance: _run_on_one_side(points, tolerance, 8, 8),
    "nine_on_one_side": lambda points, tolerance: _run_on_one_side(points, tolerance, 9, 9),
    "six_rising_or_falling": lambda points, tolerance: _run_on_one_side(points.diff(), tolerance, 5, 5),
    "fourteen_alternating": _alternating,
    "fifteen_within_one_sigma": lambda points, tolerance: _run(points.abs() <= 1 + tolerance, 15, 15),
    "eight_beyond_one_sigma": lambda points, tolerance: _run(points.abs() > 1 + tolerance, 8, 8),
}
