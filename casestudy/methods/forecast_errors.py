"""How well forecasts did, and the constants that would have done best.

Works on any method called as `method(demand, constants..., future_index=None) -> Series`; the methods are in
`forecasting`, which offers everything here under its own name too.

Notation: X demand [units/period], F forecast, e = X - F error (positive: the forecast was too low), t period.
"""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaln

from casestudy.methods._validation import elementwise, numeric_series, refuse, whole_number

__all__ = [
    "ErrorMeasures",
    "FittedConstants",
    "compare_methods",
    "error_measures",
    "fit_constants",
    "poisson_mean_absolute_error",
    "rolling_origin_backtest",
]

_MINIMISED = (
    "mean_absolute_error",
    "mean_squared_error",
    "root_mean_squared_error",
    "mean_absolute_percentage_error",
    "weighted_absolute_percentage_error",
)


@dataclass(frozen=True)
class ErrorMeasures:
    """Errors e = X - F over n periods; see `error_measures`.

    Attributes
    ----------
    n : int
        Number of periods with both demand and forecast.
    mean_error : float
        Bias, Σe / n, units/period; positive where forecasts were too low.
    mean_absolute_error : float
        Σ|e| / n, units/period; the textbooks' mean absolute deviation [MAD].
    mean_squared_error : float
        Σe² / n, (units/period)².
    root_mean_squared_error : float
        Its square root, units/period.
    mean_absolute_percentage_error : float
        Σ(|e| / X) / n, fraction (0.05 is 5 %).
    weighted_absolute_percentage_error : float
        Σ|e| / ΣX, fraction.
    mean_absolute_scaled_error : float
        Mean absolute error / that of the naive forecast over the training span; nan without such a span.
    tracking_signal : float
        Σe / mean absolute error, between -n and n; 0 where every error is 0.
    """

    n: int
    mean_error: float
    mean_absolute_error: float
    mean_squared_error: float
    root_mean_squared_error: float
    mean_absolute_percentage_error: float
    weighted_absolute_percentage_error: float
    mean_absolute_scaled_error: float
    tracking_signal: float


def error_measures(demand, forecast, training_demand=None, allow_zero_demand=False):
    """The usual measures of the forecast error e = X - F, over the periods that have a forecast.

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, 0 or more.
    forecast : Series or list
        Forecast for the same periods [F], units/period. Leading nan is the warm-up and left out.
    training_demand : Series or list, optional
        Demand over the span that scales the mean absolute scaled error, at least 2 periods: the scale is the
        mean of |X_t - X_{t-1}| over it. Usually the periods before the first forecast that is judged.
    allow_zero_demand : bool
        Whether a demand of 0 leaves the percentage error undefined (nan) instead of being refused; where all
        demand is 0, the weighted one too.

    Returns
    -------
    ErrorMeasures
        The measures with their units; every mean divides by n, the number of periods with a forecast.

    Raises
    ------
    ValueError
        If demand is negative or not a number, demand and forecast do not have the same index, forecast is nan
        after the warm-up or everywhere, demand is 0 unless allowed, or training_demand never changes.

    Source: Hyndman & Athanasopoulos (2021), section 5.8, and Hyndman & Koehler (2006), International Journal
    of Forecasting 22(4), for the scaled error; Chopra & Meindl (2013), Supply Chain Management, 5th ed.,
    chapter 7, for the tracking signal; Kolassa & Schütz (2007), Foresight 6, for Σ|e| / ΣX.

    >>> measures = error_measures([10, 20, 40], [float("nan"), 16, 48], training_demand=[10, 20, 40])
    >>> measures.n, measures.mean_error, measures.mean_absolute_error, measures.mean_absolute_scaled_error
    (2, -2.0, 6.0, 0.4)
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    forecast = _after_warm_up("forecast", forecast, demand)
    demand = demand.iloc[-len(forecast) :]
    is_zero = demand.eq(0)
    if not allow_zero_demand:
        mend = "set allow_zero_demand=True and use weighted_absolute_percentage_error"
        refuse("demand", demand, is_zero, f"no percentage error is defined there; {mend}")
    actual = demand.to_numpy()
    error = actual - forecast.to_numpy()
    mean_absolute_error = float(np.abs(error).mean())
    mean_squared_error = float((error**2).mean())
    return ErrorMeasures(
        n=len(error),
        mean_error=float(error.mean()),
        mean_absolute_error=mean_absolute_error,
        mean_squared_error=mean_squared_error,
        root_mean_squared_error=mean_squared_error**0.5,
        mean_absolute_percentage_error=np.nan if is_zero.any() else float((np.abs(error) / actual).mean()),
        weighted_absolute_percentage_error=np.nan if is_zero.all() else float(np.abs(error).sum() / actual.sum()),
        mean_absolute_scaled_error=(
            np.nan if training_demand is None else mean_absolute_error / _naive_scale(training_demand)
        ),
        tracking_signal=float(error.sum() / mean_absolute_error) if mean_absolute_error > 0 else 0.0,
    )


def compare_methods(demand, forecasts, training_demand=None, allow_zero_demand=False):
    """The error measures of several methods over the periods for which every one of them has a forecast.

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, 0 or more.
    forecasts : mapping of str to Series, or DataFrame
        For each method its forecasts on the index of demand, units/period, nan in the warm-up.
    training_demand : Series or list, optional
        Span that scales the mean absolute scaled error, as in `error_measures`.
    allow_zero_demand : bool
        As in `error_measures`.

    Returns
    -------
    DataFrame
        One row a method, in the order given; the columns are the fields of `ErrorMeasures`, with their units.

    Raises
    ------
    ValueError
        As `error_measures`, naming the method; or if there is no method.

    Source: Hyndman & Athanasopoulos (2021), section 5.8: methods are compared on the same periods.

    >>> from casestudy.methods.forecasting import naive, simple_moving_average
    >>> demand = pd.Series([10, 12, 14, 16, 18])
    >>> forecasts = {"naive": naive(demand), "mean of 3": simple_moving_average(demand, window=3)}
    >>> compare_methods(demand, forecasts)["mean_error"].to_dict()
    {'naive': 2.0, 'mean of 3': 4.0}
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    judged = {name: _after_warm_up(f"forecasts[{name!r}]", each, demand) for name, each in dict(forecasts).items()}
    if not judged:
        raise ValueError("forecasts is empty: give at least one method")
    n = min(len(forecast) for forecast in judged.values())
    rows = {
        name: asdict(error_measures(demand.iloc[-n:], forecast.iloc[-n:], training_demand, allow_zero_demand))
        for name, forecast in judged.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


@elementwise(expected_demand="positive")
def poisson_mean_absolute_error(expected_demand):
    """Mean absolute error of one who forecasts the mean of Poisson demand and knows it [E|X - m|].

    What chance alone leaves where demand comes one unit at a time, independently. About sqrt(2m/pi) for large m. (The
    median does a little better in this measure where the mean is no whole number.)

    Parameters
    ----------
    expected_demand : float, array or Series
        Mean demand of the period [m], units or orders, greater than 0.

    Returns
    -------
    float, array or Series
        2·exp(-m)·m^(floor(m) + 1)/floor(m)!, in the unit of the demand.

    Raises
    ------
    ValueError
        If the mean is not greater than 0 and finite; names the value and the index.

    Source: Crow (1958), The mean deviation of the Poisson distribution, Biometrika 45, 556-559.

    Of a single expected order, 0 comes with probability 1/e and errs by 1, as do two, and so on:

    >>> round(poisson_mean_absolute_error(1), 6)
    0.735759
    """
    whole = np.floor(expected_demand)
    return 2 * np.exp((whole + 1) * np.log(expected_demand) - expected_demand - gammaln(whole + 1))


def rolling_origin_backtest(demand, methods, first_origin, horizon=1):
    """Forecasts h periods ahead from one origin after another, each made with demand up to its origin only.

    At horizon 1, a method with fixed constants gives here what it gives by itself from the target of
    first_origin on. The backtest is for methods that are fitted anew at each origin, and for longer horizons.

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    methods : mapping of str to function
        For each method a function called as `method(history, future_index=labels)`: history is the demand up
        to and including the origin, labels are the h periods after it. It returns a Series that ends with the
        forecast for the last label, as every method here does once its constants are set:
        `functools.partial(simple_moving_average, window=3)`.
    first_origin : label
        Last period of the first history, a label of the index of demand.
    horizon : int
        Periods from origin to target [h], 1 or more.

    Returns
    -------
    DataFrame
        One column a method on the index of demand: at t the forecast for t made at t - h, units/period,
        nan before the first target. `compare_methods` takes it as it is.

    Raises
    ------
    ValueError
        If demand is negative or not a number, there is no method, first_origin is not one period of demand or
        leaves no target, horizon is not a whole number of 1 or more, or a method does not reach the target.

    Source: Hyndman & Athanasopoulos (2021), section 5.10 (evaluation on a rolling forecasting origin).

    >>> from casestudy.methods.forecasting import naive
    >>> backtest = rolling_origin_backtest([10, 12, 13, 16], {"last": naive}, first_origin=1, horizon=2)
    >>> backtest["last"].tolist()
    [nan, nan, nan, 12.0]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    whole_number(1, horizon=horizon)
    methods = dict(methods)
    if not methods:
        raise ValueError("methods is empty: give at least one method")
    first_target = _position("first_origin", first_origin, demand.index) + horizon
    if first_target >= len(demand):
        raise ValueError(
            f"first_origin is {first_origin}: demand ends less than {horizon} after it, give an earlier one"
        )
    forecasts = pd.DataFrame(np.nan, index=demand.index, columns=list(methods))
    for target in range(first_target, len(demand)):
        known = target - horizon + 1
        history, future_index = demand.iloc[:known], demand.index[known : target + 1]
        for column, (name, method) in enumerate(methods.items()):
            forecast = method(history, future_index=future_index)
            if not isinstance(forecast, pd.Series) or forecast.index[-1] != future_index[-1]:
                raise ValueError(
                    f"methods[{name!r}] gives no forecast for {future_index[-1]}: "
                    "return a Series that ends at the last label of future_index"
                )
            forecasts.iloc[target, column] = forecast.iloc[-1]
    return forecasts


@dataclass(frozen=True)
class FittedConstants:
    """Constants that minimise an error; see `fit_constants`.

    Attributes
    ----------
    constants : dict of str to float
        The constants by name, in the order of the bounds: `method(demand, **constants)` uses them.
    error : float
        The error measure at these constants, in its unit.
    n : int
        Number of periods whose errors were counted.
    """

    constants: dict
    error: float
    n: int


def fit_constants(demand, method, bounds, error="mean_squared_error", alignment="one_step_ahead", first_period=None):
    """The constants of a method that minimise an error measure over the demand it is given [min over c of E(c)].

    It does with a global search what a spreadsheet's solver does from one start. The errors are those of the
    demand fitted to: to judge the method, keep later demand back, or fit anew at each origin of a backtest.

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    method : function
        Called as `method(demand, **constants, alignment=alignment)`; what is not fitted is set beforehand:
        `functools.partial(holt, initial_level=20, initial_trend=3)`.
    bounds : mapping of str to (float, float)
        For each constant to fit its least and greatest value, both tried; start values can be fitted too.
    error : str
        What is minimised: "mean_absolute_error", "mean_squared_error", "root_mean_squared_error",
        "mean_absolute_percentage_error" or "weighted_absolute_percentage_error", as in `ErrorMeasures`.
    alignment : str
        "one_step_ahead": errors of forecasts. "same_period": errors of the fit that contains the demand it is
        compared with; its best constants say nothing of forecasts. See `forecasting`.
    first_period : label, optional
        First period whose error counts, a label of the index of demand; without it the first with a forecast.

    Returns
    -------
    FittedConstants
        The constants, the error there and the number of periods counted.

    Raises
    ------
    ValueError
        If demand is negative or not a number, bounds is empty or not a lower and a greater number, error or
        alignment is none of those listed, first_period is not one period of demand, demand is 0 where a
        percentage error is counted, or the method refuses a constant within the bounds.

    Notes
    -----
    The search is deterministic: DIRECT over the box, at most 300 trials for each constant, then Nelder-Mead
    from the best point. The error of a smoothing method can have several minima, so the result is the best
    that was found, not a proven minimum.

    Source: Hyndman & Athanasopoulos (2021), section 8.1 (constants by minimising the sum of squared one-step
    errors); Jones, Perttunen & Stuckman (1993), Journal of Optimization Theory and Applications 79, for DIRECT.

    >>> from functools import partial
    >>> from casestudy.methods.forecasting import exponential_smoothing
    >>> fitted = fit_constants([10, 6], partial(exponential_smoothing, initial_level=0), {"alpha": (0.1, 0.9)})
    >>> round(fitted.constants["alpha"], 6), round(fitted.error, 6), fitted.n
    (0.6, 50.0, 2)
    """
    from scipy.optimize import Bounds, direct, minimize

    demand = numeric_series("demand", demand, kind="non-negative")
    low, high = _box(bounds)
    if error not in _MINIMISED:
        raise ValueError(f"error is {error!r}: give one of {', '.join(_MINIMISED)}")
    start = 0 if first_period is None else _position("first_period", first_period, demand.index)
    judged = demand.iloc[start:]
    is_zero = judged.eq(0)
    if error == "mean_absolute_percentage_error" or (error == "weighted_absolute_percentage_error" and is_zero.all()):
        refuse("demand", judged, is_zero, "no percentage error is defined there, minimise another error")

    def measures(values):
        made = method(demand, **dict(zip(bounds, map(float, values), strict=True)), alignment=alignment)
        return error_measures(judged, made.iloc[start:], allow_zero_demand=True)

    def loss(values):
        return getattr(measures(values), error)

    for corner in (low, high):
        loss(corner)  # a bound that the method refuses is named before the search
    box = Bounds(low, high)
    found = direct(loss, box, maxfun=300 * len(low), maxiter=10_000)
    best = minimize(loss, found.x, method="Nelder-Mead", bounds=box, options={"xatol": 1e-10, "fatol": 1e-12})
    return FittedConstants(
        constants=dict(zip(bounds, map(float, best.x), strict=True)), error=float(best.fun), n=measures(best.x).n
    )


def _box(bounds):
    """The lower and the upper bounds as two float arrays."""
    if not bounds:
        raise ValueError("bounds is empty: give at least one constant with its least and greatest value")
    for name, pair in bounds.items():
        pair = numeric_series(f"bounds[{name!r}]", pair)
        if len(pair) != 2 or pair.iloc[0] >= pair.iloc[1]:
            raise ValueError(f"bounds[{name!r}] is {pair.tolist()}: give the least value and a greater one")
    low, high = np.array(list(bounds.values()), dtype=float).T
    return low, high


def _after_warm_up(name, forecast, demand):
    """The forecasts after the leading nan, refused unless they are finite and on the index of demand."""
    forecast = forecast if isinstance(forecast, pd.Series) else pd.Series(forecast)
    if not forecast.index.equals(demand.index):
        raise ValueError(f"{name} has another index than demand: give a Series with the index of demand")
    warm_up = int(forecast.isna().cumprod().sum())
    if warm_up == len(forecast):
        raise ValueError(f"{name} is nan in every period: give a longer demand or a shorter window")
    return numeric_series(name, forecast.iloc[warm_up:])


def _naive_scale(training_demand):
    scale = numeric_series("training_demand", training_demand, 2, "non-negative").diff().abs().mean()
    if scale == 0:
        raise ValueError("training_demand never changes: the naive error is 0 and no scale, give another span")
    return float(scale)


def _position(name, label, index):
    try:
        position = index.get_loc(label)
    except (KeyError, TypeError, pd.errors.InvalidIndexError):
        position = None
    if not isinstance(position, int):
        raise ValueError(f"{name} is {label!r}: give the label of one period of demand")
    return position
