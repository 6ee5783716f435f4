"""Forecasts of demand one period ahead, and how well they did.

Every method has one interface, `method(demand, constants..., future_index=None) -> Series`: the value at t is
the forecast for period t made with demand up to t-1, on the index of demand, nan in the warm-up. With
`future_index`, the labels of the coming periods, the Series carries on over them from the last demand.

Notation: X demand [units/period], F forecast, e = X - F error (positive: the forecast was too low), t period.
"""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from casestudy.methods._validation import numeric_series, one_number, refuse, whole_number

__all__ = [
    "ErrorMeasures",
    "compare_methods",
    "error_measures",
    "exponential_smoothing",
    "last_value_plus_hunch",
    "naive",
    "recency_weights",
    "rolling_origin_backtest",
    "simple_moving_average",
    "weighted_moving_average",
]


def naive(demand, future_index=None):
    """The demand of the last period as the forecast for the next [F_t = X_{t-1}].

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    future_index : list or Index, optional
        Labels of the periods after the last one; each gets the last demand.

    Returns
    -------
    Series
        Forecast for each period, units/period; the first is nan.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, or a label of future_index is taken.

    Source: Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., section 5.2.

    >>> naive([10, 12, 13], future_index=[3]).tolist()
    [nan, 10.0, 12.0, 13.0]
    """
    return _one_step_ahead(numeric_series("demand", demand, kind="non-negative"), future_index)


def last_value_plus_hunch(demand, markup, future_index=None):
    """The demand of the last period and a constant share on top [F_t = X_{t-1}·(1 + m)].

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    markup : float
        What the planner's hunch adds [m], fraction of last period's demand, -1 or more; 0 is `naive`.
    future_index : list or Index, optional
        Labels of the periods after the last one; each gets the same forecast.

    Returns
    -------
    Series
        Forecast for each period, units/period; the first is nan.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, markup is below -1,
        or a label of future_index is taken.

    Source: the naive method of Hyndman & Athanasopoulos (2021), section 5.2, with a constant judgemental
    adjustment (section 6.7). The markup applies to actual demand, never to an earlier forecast.

    >>> last_value_plus_hunch([10, 12, 13], markup=0.5).tolist()
    [nan, 15.0, 18.0]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    one_number("finite", markup=markup)
    if markup < -1:
        raise ValueError(f"markup is {markup}: give -1 or more, a forecast below 0 has no meaning")
    return _one_step_ahead(demand * (1 + markup), future_index)


def simple_moving_average(demand, window, future_index=None):
    """The mean of the last N demands as the forecast for the next period [F_t = Σ X_{t-i} / N, i = 1 ... N].

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    window : int
        Number of periods averaged [N], 1 or more.
    future_index : list or Index, optional
        Labels of the periods after the last one; each gets the mean of the last N demands.

    Returns
    -------
    Series
        Forecast for each period, units/period; the first N are nan.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, window is not a whole number of 1 or more,
        or a label of future_index is taken.

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply Chains, 4th ed.

    >>> simple_moving_average([10, 12, 14, 16], window=3, future_index=[4]).tolist()
    [nan, nan, nan, 12.0, 14.0]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    whole_number(1, window=window)
    return _one_step_ahead(demand.rolling(window).mean(), future_index)


def weighted_moving_average(demand, weights, future_index=None, sum_tolerance=1e-9):
    """A weighted mean of the last N demands as the forecast for the next period [F_t = Σ w_i·X_{t-N-1+i}].

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    weights : list or array
        Weight of each period in the window [w_1 ... w_N], fractions, **oldest first**, 0 or more, with sum 1.
    future_index : list or Index, optional
        Labels of the periods after the last one; each gets the weighted mean of the last N demands.
    sum_tolerance : float
        How far the sum of the weights may be from 1. They are used as given, never rescaled.

    Returns
    -------
    Series
        Forecast for each period, units/period; the first N are nan.

    Raises
    ------
    ValueError
        If demand or a weight is negative, missing or not a number, the weights do not sum to 1,
        or a label of future_index is taken.

    Source: Heizer, Render & Munson (2017), Operations Management, 12th ed., chapter 4.

    >>> weighted_moving_average([10, 12, 13], weights=[0.25, 0.75], future_index=[3]).tolist()
    [nan, nan, 11.5, 12.75]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    weights = numeric_series("weights", weights, kind="non-negative").to_numpy()
    one_number("non-negative", sum_tolerance=sum_tolerance)
    if abs(weights.sum() - 1) > sum_tolerance:
        raise ValueError(
            f"weights sum to {weights.sum():.12g}: they must sum to 1 within {sum_tolerance:g}, "
            "divide each weight by the sum"
        )
    weighted_means = demand.rolling(len(weights)).apply(lambda last: last @ weights, raw=True)
    return _one_step_ahead(weighted_means, future_index)


def recency_weights(window, recent, recent_share):
    """Weights for `weighted_moving_average` that give the latest periods a stated share of the window.

    Parameters
    ----------
    window : int
        Number of periods in the window [N].
    recent : int
        Number of latest periods that carry the share [r], at least 1 and less than N.
    recent_share : float
        What these r periods weigh together, fraction between 0 and 1; each of them weighs recent_share / r,
        each of the N - r older ones (1 - recent_share) / (N - r).

    Returns
    -------
    array of shape (N,)
        Weights, fractions with sum 1, oldest first.

    Raises
    ------
    ValueError
        If window or recent is not a whole number, recent does not leave an older period, or the share is
        outside 0 to 1.

    Source: arithmetic on the definition of `weighted_moving_average`.

    >>> recency_weights(window=4, recent=2, recent_share=0.75).tolist()
    [0.125, 0.125, 0.375, 0.375]
    """
    whole_number(1, window=window, recent=recent)
    one_number("share", recent_share=recent_share)
    if recent >= window:
        raise ValueError(f"recent is {recent}: give less than window, {window}, so that older periods are left")
    older = window - recent
    return np.repeat([(1 - recent_share) / older, recent_share / recent], [older, recent])


def exponential_smoothing(demand, alpha, initial_level, future_index=None):
    """Simple exponential smoothing from a stated start [F_{t+1} = α·X_t + (1 - α)·F_t, F_1 = initial level].

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    alpha : float
        Smoothing constant [α], weight of the latest demand, greater than 0 and at most 1; 1 is `naive`.
    initial_level : float
        Level before the first period, and so the forecast for it [F_1], units/period, 0 or more.
    future_index : list or Index, optional
        Labels of the periods after the last one; each gets the last level.

    Returns
    -------
    Series
        Forecast for each period, units/period. There is no warm-up: the first is initial_level.

    Raises
    ------
    ValueError
        If demand or initial_level is negative, missing or not a number, alpha is outside (0, 1],
        or a label of future_index is taken.

    Notes
    -----
    Many textbooks start at the first demand. That demand is then no longer something to forecast, its error a
    false 0: smooth from the second, `exponential_smoothing(demand.iloc[1:], alpha, demand.iloc[0])`.

    Source: Hyndman & Athanasopoulos (2021), simple exponential smoothing (initial_level is its l_0, the forecast its
    level one period earlier); the same recursion as statsmodels' SimpleExpSmoothing with a known start.

    >>> exponential_smoothing([180, 168, 159], alpha=0.5, initial_level=176, future_index=[3]).tolist()
    [176.0, 178.0, 173.0, 166.0]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    one_number("smoothing constant", alpha=alpha)
    one_number("non-negative", initial_level=initial_level)
    levels = pd.Series(np.append(initial_level, demand)).ewm(alpha=alpha, adjust=False).mean().iloc[1:]
    return _one_step_ahead(levels.set_axis(demand.index).rename(demand.name), future_index, initial_level)


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
    error = demand - forecast
    mean_absolute_error = float(error.abs().mean())
    mean_squared_error = float((error**2).mean())
    return ErrorMeasures(
        n=len(error),
        mean_error=float(error.mean()),
        mean_absolute_error=mean_absolute_error,
        mean_squared_error=mean_squared_error,
        root_mean_squared_error=mean_squared_error**0.5,
        mean_absolute_percentage_error=np.nan if is_zero.any() else float((error.abs() / demand).mean()),
        weighted_absolute_percentage_error=np.nan if is_zero.all() else float(error.abs().sum() / demand.sum()),
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


def _one_step_ahead(levels, future_index, first_forecast=np.nan):
    """The level at the end of each period as forecast for the next, and the last level for future_index."""
    forecasts = levels.shift(1, fill_value=first_forecast)
    if future_index is None:
        return forecasts
    if np.ndim(future_index) != 1:
        raise ValueError(f"future_index is {future_index!r}: give a list of the labels of the coming periods")
    future = pd.Index(future_index, name=levels.index.name)
    taken = future[future.isin(levels.index) | future.duplicated()]
    if len(taken):
        raise ValueError(f"future_index has {taken[0]} twice or as a period of demand: give each new label once")
    values = np.append(forecasts, np.repeat(levels.iloc[-1], len(future)))
    return pd.Series(values, index=levels.index.append(future), name=levels.name)


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
