"""Recover an integer demand series that was never printed from the error measures that were.

A method whose fit is linear in demand has errors e = X - F that are linear in demand too, so a printed mean
error is one linear equation for the series, a mean squared error one quadratic equation, and so on. `recover`
lists every integer series in a box that meets all of them; `rough_start` finds where to put the box. The rest
is the forward side: fitted values and error measures of a series that is known.

Notation: X demand [units/period], F fitted value, e = X - F, t = 1..T the period, n the number of errors of a
method. ME = Σe / n, MAE = Σ|e| / n, MAPE = Σ(|e| / X) / n (a fraction), MSE = Σe² / n. The fits of the same
period contain the demand that they are compared with: they are not forecasts.
"""

import re
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from functools import reduce
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from casestudy.methods._validation import numeric_series, one_number, refuse, whole_number

__all__ = [
    "LINEAR_METHODS",
    "FitErrorMeasures",
    "MovingAverage",
    "PrintedInterval",
    "Recovery",
    "RegressionOnTime",
    "RoughStart",
    "SamePeriodHolt",
    "SamePeriodSmoothing",
    "compare_with_printed",
    "demand_behind_plan",
    "fit_error_measures",
    "fitted_values",
    "printed_interval",
    "recover",
    "rough_start",
]

_MEASURES = ("ME", "MAE", "MAPE", "MSE")
_AS_PRINTED, _SIGN_WRONG, _EXCLUDED = "as printed", "sign taken as wrong", "excluded"
_ARITHMETIC = 1e-14  # rounding of double precision, per unit of the largest demand (squared for the MSE)
_LEAST_SCALE = 1e-6  # of the largest number of a measure: what a printed 0, or 4.7E-15, is measured by
_LEAST_CONSTANT = 1e-3  # of a smoothing constant that is fitted
_MOST_HALVES = 10**8  # half series kept in memory: 1.6 GB
_MOST_CANDIDATES = 3 * 10**8  # series tested one by one: minutes
_BLOCK = 2**17  # series tested at once


# --- The registry of linear methods -----------------------------------------------------------------------


@dataclass(frozen=True)
class MovingAverage:
    """Mean of the m months before [F_t = (X_{t-m} + ... + X_{t-1}) / m]; n = T - m errors, a true forecast.

    Attributes
    ----------
    window : int
        Number of periods in the mean [m], 1 or more and less than T.

    Source: García (2015), Tables 2 and 3, whose digits this convention reproduces; Hyndman & Athanasopoulos (2021).
    """

    window: int

    def __post_init__(self):
        whole_number(1, window=self.window)

    @property
    def warm_up(self):
        """Periods at the start that have no error: m."""
        return self.window

    def weights(self, periods):
        """The T × T matrix that makes fitted values of demand; nan in the rows of the warm-up."""
        if self.window >= periods:
            raise ValueError(f"window is {self.window}: give less than the number of periods, {periods}")
        weights = np.full((periods, periods), np.nan)
        for period in range(self.window, periods):
            weights[period] = 0
            weights[period, period - self.window : period] = 1 / self.window
        return weights


@dataclass(frozen=True)
class RegressionOnTime:
    """Least-squares line through all months [F_t = a + b·t, t = 1..T]; n = T errors, their sum 0 for any demand.

    Source: García (2015), Tables 2 and 3; Montgomery, Jennings & Kulahci (2015), chapter 3.
    """

    @property
    def warm_up(self):
        """Periods at the start that have no error: none."""
        return 0

    def weights(self, periods):
        """The T × T matrix that makes fitted values of demand."""
        line = _line_weights(periods)
        return line[0] + np.outer(np.arange(1, periods + 1), line[1])


@dataclass(frozen=True)
class SamePeriodSmoothing:
    """Exponential smoothing compared with the same month [F_t = S_t = α·X_t + (1-α)·S_{t-1}, S_1 = X_1]; n = T - 1.

    Attributes
    ----------
    alpha : float
        Smoothing constant [α], greater than 0 and at most 1.

    Source: García (2015), Tables 2 and 3, whose digits α = 0.4, never printed there, reproduces.
    """

    alpha: float

    def __post_init__(self):
        one_number("smoothing constant", alpha=self.alpha)

    @property
    def warm_up(self):
        """Periods at the start that have no error: 1, the start value."""
        return 1

    def weights(self, periods):
        """The T × T matrix that makes fitted values of demand; its first row is the start, S_1 = X_1."""
        months = np.eye(periods)
        levels = [months[0]]
        for month in months[1:]:
            levels.append(self.alpha * month + (1 - self.alpha) * levels[-1])
        return np.array(levels)


@dataclass(frozen=True)
class SamePeriodHolt:
    """Holt's linear trend compared with the same month [F_t = L_t + T_t]; n = T - 1 errors, t = 2..T.

    L_t = α·X_t + (1-α)·(L_{t-1} + T_{t-1}) and T_t = β·(L_t - L_{t-1}) + (1-β)·T_{t-1}; L_0 and T_0 are the
    intercept (at t = 0) and the slope of the least-squares line through all months.

    Attributes
    ----------
    alpha, beta : float
        Smoothing constants of level [α] and trend [β], each greater than 0 and at most 1.

    Source: García (2015), Tables 2 to 5; the recursion is in Hyndman & Athanasopoulos (2021), section 8.2.
    """

    alpha: float
    beta: float

    def __post_init__(self):
        one_number("smoothing constant", alpha=self.alpha, beta=self.beta)

    @property
    def warm_up(self):
        """Periods at the start that have no error: 1."""
        return 1

    def weights(self, periods):
        """The T × T matrix that makes fitted values of demand; the first row is there, but never judged."""
        level, trend = _line_weights(periods)
        fits = []
        for month in np.eye(periods):
            last_level, level = level, self.alpha * month + (1 - self.alpha) * (level + trend)
            trend = self.beta * (level - last_level) + (1 - self.beta) * trend
            fits.append(level + trend)
        return np.array(fits)


LINEAR_METHODS = (MovingAverage, RegressionOnTime, SamePeriodSmoothing, SamePeriodHolt)


def _line_weights(periods):
    """The two rows that make intercept (at t = 0) and slope of demand."""
    return np.linalg.pinv(np.column_stack([np.ones(periods), np.arange(1, periods + 1)]))


def _error_weights(method, periods):
    """The n × T matrix that makes errors of demand. Its rows sum to 0: each method follows a change of level."""
    return (np.eye(periods) - method.weights(periods))[method.warm_up :]


# --- Forward: from a series to its measures ---------------------------------------------------------------


def fitted_values(demand, method):
    """What a linear method sets against each month's demand [F].

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    method : one of LINEAR_METHODS
        `MovingAverage`, `RegressionOnTime`, `SamePeriodSmoothing` or `SamePeriodHolt`, with its constants.

    Returns
    -------
    Series
        Fitted value for each period, units/period, on the index of demand; nan in the warm-up of a moving
        average. Those of smoothing and Holt contain the demand of the period itself, and their first value
        is a start that no measure judges.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, the method is not a linear one, or its window is too long.

    Source: the classes of the methods name it.

    >>> fitted_values([10, 20, 40], SamePeriodSmoothing(alpha=0.5)).tolist()
    [10.0, 15.0, 27.5]
    """
    demand = numeric_series("demand", demand, 2, "non-negative")
    _check_method("method", method)
    return pd.Series(method.weights(len(demand)) @ demand.to_numpy(), index=demand.index, name=demand.name)


class FitErrorMeasures(NamedTuple):
    """The four measures of `fit_error_measures`; each a float, or an array with one entry a candidate.

    Attributes
    ----------
    mean_error : Σe / n, units/period; positive where the fit was too low.
    mean_absolute_error : Σ|e| / n, units/period.
    mean_absolute_percentage_error : Σ(|e| / X) / n, fraction; inf or nan where a judged demand is 0.
    mean_squared_error : Σe² / n, (units/period)².
    """

    mean_error: float
    mean_absolute_error: float
    mean_absolute_percentage_error: float
    mean_squared_error: float


def fit_error_measures(demand, method):
    """ME, MAE, MAPE and MSE of a linear method, for one series or for many candidates at once.

    Parameters
    ----------
    demand : Series, list, or array of shape (N, T)
        Demand per period [X], units/period, 0 or more; an array with two dimensions holds one candidate a row.
    method : one of LINEAR_METHODS
        The method with its constants; it says which periods are judged, and divides by their number n.

    Returns
    -------
    FitErrorMeasures
        Floats for one series, arrays of shape (N,) for candidates.

    Raises
    ------
    ValueError
        If demand is negative, missing, not a number or has more than two dimensions, the method is not a linear
        one, or its window is too long.

    Source: García (2015), Tables 2 and 3 (its MSR is the MSE); Hyndman & Athanasopoulos (2021), section 5.8.

    >>> fit_error_measures([10, 20, 40], MovingAverage(window=1))
    FitErrorMeasures(mean_error=15.0, mean_absolute_error=15.0, mean_absolute_percentage_error=0.5, \
mean_squared_error=250.0)
    """
    _check_method("method", method)
    if np.ndim(demand) == 2:
        candidates = np.asarray(demand)
        numeric_series("demand", candidates.ravel(), 2, "non-negative")
        return FitErrorMeasures(*(_measure(candidates, method, measure) for measure in _MEASURES))
    candidate = numeric_series("demand", demand, 2, "non-negative").to_numpy()[np.newaxis]
    return FitErrorMeasures(*(float(_measure(candidate, method, measure)[0]) for measure in _MEASURES))


def _measure(candidates, method, measure):
    errors = candidates @ _error_weights(method, candidates.shape[1]).T
    if measure == "ME":
        return errors.mean(axis=1)
    if measure == "MAE":
        return np.abs(errors).mean(axis=1)
    if measure == "MSE":
        return (errors**2).mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (np.abs(errors) / candidates[:, method.warm_up :]).mean(axis=1)


# --- What a table of printed numbers says -----------------------------------------------------------------


class PrintedInterval(NamedTuple):
    """All values that would be printed so; see `printed_interval`."""

    lower: float
    upper: float


def printed_interval(text):
    """The values that a printed number can stand for: half a unit of its last printed digit to either side.

    Parameters
    ----------
    text : str
        The number as printed: digits with a decimal point, no thousands separator, an exponent if there was
        one. Both ends are included, so no rule for rounding a half is assumed.

    Returns
    -------
    PrintedInterval
        Its ends, in the unit of the number.

    Raises
    ------
    ValueError
        If it is not text, or not the text of one number.

    Source: arithmetic; "2.8" is read as 2.75 to 2.85, although the sheet it came from may have dropped zeros.

    >>> printed_interval("2.80")
    PrintedInterval(lower=2.795, upper=2.805)
    """
    return _interval("text", text)


def _interval(name, text):
    if not isinstance(text, str) or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
        raise ValueError(f"{name} is {text!r}: give the number as text, as printed, such as '-3.67' or '4.7E-15'")
    number = Decimal(text)
    half = Decimal((0, (5,), number.as_tuple().exponent - 1))
    return PrintedInterval(float(number - half), float(number + half))


def _read_table(printed, methods, signs_taken_as_wrong, excluded):
    """One row a cell: its text, how it is read, and the interval that it stands for (the sign already mended)."""
    methods = dict(methods)
    for name, method in methods.items():
        _check_method(f"methods[{name!r}]", method)
    if not isinstance(printed, pd.DataFrame) or printed.empty:
        raise ValueError("printed is no table with numbers: give a DataFrame of text, a row a method, columns ME ...")
    for axis, labels, known in (("columns", printed.columns, _MEASURES), ("rows", printed.index, methods)):
        wrong = [label for label in labels if label not in known]
        if wrong or not labels.is_unique:
            raise ValueError(f"printed has {axis} {list(labels)}: give each of them once, out of {list(known)}")
    unprinted = [name for name in methods if name not in printed.index]
    if unprinted:
        raise ValueError(f"methods has {unprinted[0]!r}, which is no row of printed: leave it out")
    readings = {}
    for argument, cells, reading in (
        ("signs_taken_as_wrong", signs_taken_as_wrong, _SIGN_WRONG),
        ("excluded", excluded, _EXCLUDED),
    ):
        for cell in cells:
            if cell in readings:
                raise ValueError(f"{argument} has {cell!r} a second time: name each cell once, in one of the two")
            if cell not in list(product(printed.index, printed.columns)):
                raise ValueError(f"{argument} has {cell!r}: give a pair (method, measure) that printed has")
            if reading == _SIGN_WRONG and cell[1] != "ME":
                raise ValueError(f"{argument} has {cell!r}: only an ME has a sign")
            readings[cell] = reading
    rows = []
    for method, row in printed.iterrows():
        for measure, text in row.items():
            reading = readings.get((method, measure), _AS_PRINTED)
            if reading == _EXCLUDED and not isinstance(text, str):
                lower, upper = np.nan, np.nan
            else:
                lower, upper = _interval(f"printed at ({method!r}, {measure!r})", text)
            if reading == _SIGN_WRONG:
                lower, upper = -upper, -lower
            rows.append((method, measure, text, reading, lower, upper))
    cells = pd.DataFrame(rows, columns=["method", "measure", "printed", "reading", "lower", "upper"])
    if cells["reading"].eq(_EXCLUDED).all():
        raise ValueError("excluded has every cell of printed: leave at least one to hold on to")
    return methods, cells


def _check_method(name, method):
    if not isinstance(method, LINEAR_METHODS):
        known = ", ".join(each.__name__ for each in LINEAR_METHODS)
        raise ValueError(f"{name} is {method!r}: give one of {known}, with its constants")


def _meets(values, cell, largest_demand):
    """Whether values print as the cell does, up to the rounding of double precision."""
    slack = _slack(cell.measure, largest_demand)
    return (cell.lower - slack <= values) & (values <= cell.upper + slack)


def _slack(measure, largest_demand):
    return _ARITHMETIC * largest_demand ** (2 if measure == "MSE" else 1)


def compare_with_printed(demand, printed, methods, signs_taken_as_wrong=(), excluded=()):
    """Every printed cell beside what a series gives for it.

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    printed, methods, signs_taken_as_wrong, excluded
        The table and how it is read, as for `recover`.

    Returns
    -------
    DataFrame
        One row a cell, by (method, measure): `printed` (text); `reading`, "as printed", "sign taken as wrong"
        or "excluded"; `lower` and `upper`, the values that it can stand for (of the other sign where the sign is
        taken as wrong); `computed`; `residual`, computed less the middle of the interval; `is_reproduced`,
        whether computed lies in it. Excluded cells are judged like all others; nan and False without text.

    Raises
    ------
    ValueError
        As `recover`, for the table; if demand is negative, missing or not a number.

    Source: García (2015), Tables 2 and 3.

    >>> printed = pd.DataFrame({"ME": ["15.0"], "MSE": ["249"]}, index=["last month"])
    >>> table = compare_with_printed([10, 20, 40], printed, {"last month": MovingAverage(window=1)})
    >>> table["is_reproduced"].tolist(), table["residual"].tolist()
    ([True, False], [0.0, 1.0])
    """
    methods, cells = _read_table(printed, methods, signs_taken_as_wrong, excluded)
    demand = numeric_series("demand", demand, 2, "non-negative").to_numpy()
    return _compare(demand, methods, cells)


def _compare(demand, methods, cells):
    computed = np.array([_measure(demand[np.newaxis], methods[cell.method], cell.measure)[0] for cell in _rows(cells)])
    is_reproduced = [
        bool(_meets(value, cell, demand.max())) for value, cell in zip(computed, _rows(cells), strict=True)
    ]
    middle = (cells["lower"] + cells["upper"]) / 2
    table = cells.assign(computed=computed, residual=computed - middle, is_reproduced=is_reproduced)
    return table.set_index(["method", "measure"])


def _rows(cells):
    return list(cells.itertuples(index=False))


# --- Where to look ----------------------------------------------------------------------------------------


def demand_behind_plan(planned_demand, growth_rate, first_period, method):
    """Demand whose fitted values, grown and rounded, became the demand row of a plan, up to that rounding.

    The plan is divided by 1 + growth_rate, turned so that it begins with period 1, and the method is inverted:
    its fitted values are linear in demand, so this is one system of T equations.

    Parameters
    ----------
    planned_demand : Series or list
        Demand row of the plan, units/period, one value for each of the T periods.
    growth_rate : float
        Growth on top of the fitted values [g], fraction (0.02 is 2 %), 0 or more.
    first_period : int
        The period, 1 to T, that the plan's first value stands for: 9 if the plan begins with the ninth month.
    method : SamePeriodSmoothing or SamePeriodHolt
        The method with its constants; the others lose demand and cannot be inverted.

    Returns
    -------
    Series
        Demand on the index 1..T, units/period, neither rounded nor held above 0: a first guess for `rough_start`.

    Raises
    ------
    ValueError
        If a number is out of its range, or the method cannot be inverted.

    Source: García (2015), Tables 4 and 5, and section 4.5 for the growth of 2 %; the turn by four months was
    found with the series themselves.

    >>> demand_behind_plan([28, 10, 15], 0.0, first_period=3, method=SamePeriodSmoothing(alpha=0.5)).round(6).tolist()
    [10.0, 20.0, 41.0]
    """
    plan = numeric_series("planned_demand", planned_demand, 2, "non-negative").to_numpy()
    one_number("non-negative", growth_rate=growth_rate)
    whole_number(1, first_period=first_period)
    if first_period > len(plan):
        raise ValueError(f"first_period is {first_period}: give at most the number of periods, {len(plan)}")
    if not isinstance(method, SamePeriodSmoothing | SamePeriodHolt):
        raise ValueError(f"method is {method!r}: give SamePeriodSmoothing or SamePeriodHolt, others lose demand")
    fits = np.roll(plan / (1 + growth_rate), first_period - 1)
    return pd.Series(np.linalg.solve(method.weights(len(plan)), fits), index=range(1, len(plan) + 1))


@dataclass(frozen=True, eq=False)
class RoughStart:
    """The continuous series that comes closest to the printed measures; see `rough_start`.

    Attributes
    ----------
    demand : Series
        Its demand, units/period, not rounded.
    methods : dict
        The methods as given, those of unknown constants with the fitted ones.
    comparison : DataFrame
        Every cell beside what this series gives, as `compare_with_printed`. No cell need be reproduced.
    """

    demand: pd.Series
    methods: dict
    comparison: pd.DataFrame


def rough_start(
    printed,
    methods,
    first_guess,
    unknown_constants=(),
    signs_taken_as_wrong=(),
    excluded=(),
    restarts=20,
    spread=3.0,
    seed=0,
):
    """The continuous series, and unknown smoothing constants, closest to the printed measures in least squares.

    Each residual is computed less printed, over the size of the printed number, or over a millionth of the largest
    of its measure if that is more. Demand is kept at 0.5 or more, because the MAPE divides by it, and constants
    between 0.001 and 1; a first guess outside is moved to the bound, for it only says where the search begins.
    Absolute errors have kinks, so there are local minima: unless all residuals are below 1e-6, the search begins
    again from a disturbed guess, and the closest series of all is returned. It is a start for `recover`, which
    alone decides what fits.

    Parameters
    ----------
    printed, methods, signs_taken_as_wrong, excluded
        The table and how it is read, as for `recover`.
    first_guess : Series or list
        Demand per period to begin with, units/period, oldest first; `demand_behind_plan` gives one.
    unknown_constants : sequence of str
        Names of the smoothing methods whose constants are fitted too; those given say where to begin.
    restarts : int
        How often to begin again at most, 0 or more.
    spread : float
        Each restart moves the guess of each period by up to this, units/period, uniformly, and draws the
        unknown constants uniformly between their bounds.
    seed : int
        Seed of these draws.

    Returns
    -------
    RoughStart
        Demand on the index of first_guess, the methods with fitted constants, and the comparison with the table.

    Raises
    ------
    ValueError
        As `recover`, for the table; if first_guess is not finite, unknown_constants names no smoothing method, or
        restarts, spread or seed is out of range.

    Source: bounded nonlinear least squares, scipy.optimize.least_squares (trust region reflective).

    >>> printed = pd.DataFrame({"ME": ["10.00"], "MAE": ["10.00"], "MSE": ["125.00"]}, index=["last month"])
    >>> rough = rough_start(printed, {"last month": MovingAverage(window=1)}, [10, 16, 29])
    >>> rough.demand.diff().round(2).tolist()
    [nan, 5.0, 15.0]
    """
    methods, cells = _read_table(printed, methods, signs_taken_as_wrong, excluded)
    guess = numeric_series("first_guess", first_guess, 2)
    for name in unknown_constants:
        if not isinstance(methods.get(name), SamePeriodSmoothing | SamePeriodHolt):
            raise ValueError(f"unknown_constants has {name!r}: give names of smoothing methods, out of {list(methods)}")
    names = list(dict.fromkeys(unknown_constants))
    constants = [constant for name in names for constant in astuple(methods[name])]
    whole_number(0, restarts=restarts, seed=seed)
    one_number("non-negative", spread=spread)
    periods, distance = len(guess), _distance(cells)

    def residuals(unknowns):
        return distance(unknowns[:periods], _with_constants(methods, names, unknowns[periods:]))

    lower = np.repeat([0.5, _LEAST_CONSTANT], [periods, len(constants)])
    upper = np.repeat([np.inf, 1.0], [periods, len(constants)])
    random = np.random.default_rng(seed)
    nearest = _nearest(residuals, np.append(guess, constants), lower, upper)
    for _ in range(restarts):
        if np.abs(nearest.fun).max() < 1e-6:
            break
        disturbed = guess + random.uniform(-spread, spread, periods)
        begin = np.append(disturbed, random.uniform(_LEAST_CONSTANT, 1, len(constants)))
        nearest = min(nearest, _nearest(residuals, begin, lower, upper), key=lambda solution: solution.cost)
    demand = pd.Series(nearest.x[:periods], index=guess.index)
    methods = _with_constants(methods, names, nearest.x[periods:])
    return RoughStart(demand, methods, _compare(demand.to_numpy(), methods, cells))


def _with_constants(methods, names, constants):
    """The methods, the named ones with these constants, one after another."""
    constants = iter(constants.tolist())
    return methods | {name: type(methods[name])(*(next(constants) for _ in fields(methods[name]))) for name in names}


def _distance(cells):
    """A function of demand and methods: by used cell, computed less printed over the size of the printed number."""
    cells = cells[cells["reading"] != _EXCLUDED]
    target = (cells["lower"] + cells["upper"]) / 2
    largest = target.abs().groupby(cells["measure"]).transform("max").replace(0, 1)
    scale = np.maximum(target.abs(), _LEAST_SCALE * largest).to_numpy()
    target, rows = target.to_numpy(), _rows(cells)

    def distance(demand, methods):
        computed = [_measure(demand[np.newaxis], methods[cell.method], cell.measure)[0] for cell in rows]
        return (np.array(computed) - target) / scale

    return distance


def _nearest(residuals, begin, lower, upper):
    precise = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15, "max_nfev": 1000}
    return least_squares(residuals, np.clip(begin, lower, upper), bounds=(lower, upper), x_scale="jac", **precise)


# --- The search -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Recovery:
    """All integer series in a box that meet a table of printed measures; see `recover`.

    Attributes
    ----------
    series : DataFrame
        One row a series that meets every cell that was used, one column a period, units/period, integers.
        Empty if there is none in the box.
    residuals : DataFrame
        By (method, measure), one column a series (its row in `series`): computed less printed, of every cell,
        the excluded ones too.
    cells : DataFrame
        By (method, measure): `printed`, `reading`, and `lower` and `upper` of the values that it stands for.
    funnel : DataFrame
        One row a step, beginning with the whole box: `method`, `measure` and `printed` of the cell that was
        added, and of all series in the box `series_left` and `shapes_left`, where series that differ by a
        constant are one shape. All counts are exact.
    level : DataFrame
        What fixed the level: by (method, measure), each used MAPE, and how many of the series that all
        measures before the MAPEs leave it leaves by itself, `series_left`. Only a MAPE sees a constant that
        is added to every period.
    box : DataFrame
        By period, `lower` and `upper` of the demand that was searched, units/period, both included.
    methods : dict
        The methods and constants that were assumed.
    """

    series: pd.DataFrame
    residuals: pd.DataFrame
    cells: pd.DataFrame
    funnel: pd.DataFrame
    level: pd.DataFrame
    box: pd.DataFrame
    methods: dict

    @property
    def excluded_by(self):
        """The cell (method, measure) that the last series did not meet, in the order of the funnel; None if some
        series met all."""
        empty = self.funnel[self.funnel["series_left"] == 0]
        return None if empty.empty else (empty["method"].iloc[0], empty["measure"].iloc[0])

    @property
    def enumerated(self):
        """What was searched, in words: the claim is this and no more."""
        lines = [
            f"{len(self.series) or 'none'} of the {self.funnel['series_left'].iloc[0]:,} integer series in the box "
            f"({', '.join(f'{low} to {high}' for low, high in self.box.to_numpy())}) "
            f"meet every cell used, given {', '.join(f'{name}: {each}' for name, each in self.methods.items())}."
        ]
        for reading, words in ((_SIGN_WRONG, "Sign taken as wrong"), (_EXCLUDED, "Excluded")):
            named = [f"{measure} of {name}" for name, measure in self.cells.index[self.cells["reading"] == reading]]
            lines += [f"{words}: {', '.join(named)}."] * bool(named)
        return " ".join([*lines, "Nothing is said about series outside the box."])


def recover(printed, methods, start, radius, signs_taken_as_wrong=(), excluded=()):
    """Every integer demand series in a box around a start that meets every printed digit.

    The box holds all series of whole numbers, 0 or more, within radius of the rounded start in each period. It
    is searched without a gap: halves of the series meet in the middle at the sharpest printed mean error, a
    linear equation, and each series that meets it is tested against all other cells.

    Parameters
    ----------
    printed : DataFrame of text
        One row a method, columns out of ME, MAE, MAPE, MSE; each cell the number as printed. It stands for the
        values of `printed_interval`, ends included, up to the rounding of double precision: 1e-14 times the
        largest demand in the box, squared for the MSE (so a sum that is 0 meets a printed 4.7E-15).
    methods : mapping of str to one of LINEAR_METHODS
        For each row its method with its constants, taken as exact.
    start : Series or list
        Centre of the box, units/period, oldest first; `rough_start` finds one. Its index names the periods.
    radius : int
        Units searched to either side of the rounded start, 0 or more. Time and memory grow with
        (2·radius + 1) to the power of half the number of periods.
    signs_taken_as_wrong : tuple of (method, measure)
        Cells, each an ME, whose printed sign is taken to be wrong: the number holds with the other sign.
    excluded : tuple of (method, measure)
        Cells that are not used, because they are known not to follow or are missing.

    Returns
    -------
    Recovery
        The series, their residuals, the counts after each added cell, what fixed the level, and what was
        searched. If no series meets all cells, it is empty and says which cell the last series failed.

    Raises
    ------
    ValueError
        If a cell is not the text of a number, rows and methods do not match, a named cell is not in the table,
        start is not finite or too far below 0, radius is not a whole number, the box is too large for memory, or
        the mean errors leave too many series to test each.

    Source: the equations are the definitions of the measures; meeting in the middle is Horowitz & Sahni (1974),
    Journal of the ACM 21(2), 277-292.

    >>> printed = pd.DataFrame({"ME": ["1.5"], "MAE": ["3.5"], "MAPE": ["0.29"], "MSE": ["14.5"]}, index=["last month"])
    >>> recovery = recover(printed, {"last month": MovingAverage(window=1)}, start=[10, 9, 14], radius=3)
    >>> recovery.series.to_numpy().tolist()
    [[11, 9, 14]]
    >>> recovery.funnel["series_left"].tolist()
    [343, 42, 6, 6, 1]
    """
    methods, cells = _read_table(printed, methods, signs_taken_as_wrong, excluded)
    start = numeric_series("start", start, 2)
    whole_number(0, radius=radius)
    centre = np.rint(start.to_numpy()).astype(int)
    refuse("start", start, centre < -radius, f"give a start within {radius}, the radius, of a demand of 0 or more")
    lower, upper = np.maximum(centre - radius, 0), centre + radius
    sizes = (upper - lower + 1).tolist()
    if prod(sizes[len(sizes) // 2 :]) > _MOST_HALVES or prod(sizes[: len(sizes) // 2]) > _MOST_HALVES:
        raise ValueError(f"radius is {radius}: too large a box for {len(start)} periods, give a smaller one")

    used = _rows(cells[cells["reading"] != _EXCLUDED])
    linear = [cell for cell in used if cell.measure == "ME"]
    first = max(linear, key=lambda cell: _sharpness(cell, methods, lower, upper), default=None)
    blind = [cell for cell in used if cell.measure != "MAPE" and cell != first]
    seeing = [cell for cell in used if cell.measure == "MAPE"]
    largest = int(upper.max())

    steps = [first, *blind] if first else blind
    series_left, shapes_left = [0] * len(steps), [0] * len(steps)
    found = [np.empty((0, len(start)))]
    for candidates in _candidates(first, methods, lower, upper):
        for step, cell in enumerate(steps):
            meets = _meets(_measure(candidates, methods[cell.method], cell.measure), cell, largest)
            candidates = candidates[meets]
            series_left[step] += len(candidates)
            shapes_left[step] += int((candidates == lower).any(axis=1).sum())  # the lowest of its shape in the box
        found.append(candidates)
    found = np.concatenate(found)

    meets_level = [_meets(_measure(found, methods[cell.method], cell.measure), cell, largest) for cell in seeing]
    meets_all = np.ones(len(found), dtype=bool)
    for meets in meets_level:
        meets_all &= meets
        series_left.append(int(meets_all.sum()))
        shapes_left.append(len(np.unique(found[meets_all] - found[meets_all, :1], axis=0)))

    series = found[meets_all]
    series = pd.DataFrame(series[np.lexsort(series.T[::-1])].astype(int), columns=start.index)
    compared = [_compare(each.astype(float), methods, cells)["residual"] for each in series.to_numpy()]
    cells = cells.set_index(["method", "measure"])
    level_cells = pd.MultiIndex.from_tuples([cell[:2] for cell in seeing], names=cells.index.names) if seeing else None
    return Recovery(
        series=series,
        residuals=pd.concat(compared, axis=1, keys=series.index) if compared else pd.DataFrame(index=cells.index),
        cells=cells,
        funnel=pd.DataFrame(
            {
                "method": ["", *(cell.method for cell in steps + seeing)],
                "measure": ["box", *(cell.measure for cell in steps + seeing)],
                "printed": ["", *(cell.printed for cell in steps + seeing)],
                "series_left": [prod(sizes), *series_left],
                "shapes_left": [prod(sizes) - prod(size - 1 for size in sizes), *shapes_left],
            }
        ),
        level=pd.DataFrame({"series_left": [int(meets.sum()) for meets in meets_level]}, index=level_cells),
        box=pd.DataFrame({"lower": lower, "upper": upper}, index=start.index),
        methods=methods,
    )


def _sharpness(cell, methods, lower, upper):
    """How many values of a mean error the box holds, of which the printed interval leaves one.

    They lie as far apart as the interval is wide, or as the sums that whole numbers can give (thirds for a mean of
    3), whichever is more. The last ten periods show those: no error is blind to them, unless all are.
    """
    weights = _error_weights(methods[cell.method], len(lower)).mean(axis=0)
    gaps = np.diff(_sorted_sums([weight * np.arange(2) for weight in weights[-10:]])[0])
    spacing = gaps[gaps > _slack("ME", int(upper.max()))].min(initial=np.inf)
    return np.abs(weights) @ (upper - lower) / max(spacing, cell.upper - cell.lower)


def _candidates(cell, methods, lower, upper):
    """Blocks of all series in the box that meet one mean error, or of the whole box if there is none.

    The sums of the first half are sorted once. The second half is taken value by value of its first period, so
    that its own sums, sorted once too, are only shifted.
    """
    middle = len(lower) // 2
    values = [np.arange(low, high + 1) for low, high in zip(lower, upper, strict=True)]
    weights, low, high = np.zeros(len(lower)), 0.0, 0.0
    if cell:
        weights = _error_weights(methods[cell.method], len(lower)).mean(axis=0)
        slack = 2 * _slack("ME", int(upper.max()))  # the sums of halves round otherwise; `recover` tests again
        low, high = cell.lower - slack, cell.upper + slack
    parts = [weight * each for weight, each in zip(weights, values, strict=True)]
    left, left_order = _sorted_sums(parts[:middle])
    rest, rest_order = _sorted_sums(parts[middle + 1 :])
    rest, rest_order = rest[::-1], rest_order[::-1]

    slabs, total = [], 0
    for part in parts[middle]:
        begin = np.searchsorted(left, low - part - rest, side="left")
        count = np.searchsorted(left, high - part - rest, side="right") - begin
        has_some = np.flatnonzero(count)
        slabs.append((begin[has_some], count[has_some], rest_order[has_some]))
        total += int(count.sum())
        if total > _MOST_CANDIDATES:
            raise ValueError(
                f"printed and radius leave more than {_MOST_CANDIDATES:,} series that meet the sharpest mean error: "
                "too many to test each, give a smaller radius or a mean error with more digits"
            )

    left_sizes, rest_sizes = ([len(each) for each in side] for side in (values[:middle], values[middle + 1 :]))
    for value, (begin, count, rest_index) in zip(values[middle], slabs, strict=True):
        ends = count.cumsum()
        for first_pair in range(0, int(count.sum()), _BLOCK):
            pairs = np.arange(first_pair, min(first_pair + _BLOCK, ends[-1]))
            place = np.searchsorted(ends, pairs, side="right")
            left_index = left_order[begin[place] + pairs - (ends - count)[place]]
            first_half = np.column_stack(np.unravel_index(left_index, left_sizes))
            rest_half = (
                np.column_stack(np.unravel_index(rest_index[place], rest_sizes))
                if rest_sizes
                else np.empty((len(pairs), 0))
            )
            candidates = np.column_stack([first_half, np.zeros(len(pairs)), rest_half]) + lower
            candidates[:, middle] = value
            yield candidates


def _sorted_sums(parts):
    """All sums with one number of each part, sorted, and the place of each in the product of the parts."""
    sums = reduce(np.add.outer, parts, np.zeros(())).ravel()
    order = np.argsort(sums)
    return sums[order], order
