"""Forecasts of demand one period ahead, by one interface; how well they did is in `forecast_errors`, offered here too.

Every method is called as `method(demand, constants..., future_index=None) -> Series`: the value at t is the
forecast for period t made with demand up to t-1, on the index of demand, nan in the warm-up. With
`future_index`, the labels of the coming periods, the Series carries on over them, from the last demand.
Start values and smoothing constants are arguments. A forecast below 0 is returned as it is.

The smoothing methods also take `alignment`. "one_step_ahead" is all of the above. "same_period" is a fit, not a
forecast: at t it gives what the method knows after the demand of t, so that X_t is compared with a value that
contains it. Some published error tables were made so, with errors far smaller than those of forecasts; the fitted
values of statsmodels are one step ahead.

Notation: X demand [units/period], F forecast, e = X - F error (positive: the forecast was too low), t = 1, 2, ...
period, h periods ahead, L level [units/period], T trend [units/period per period], S season, m its length.
"""

from operator import add, mul, sub, truediv
from typing import NamedTuple

import numpy as np
import pandas as pd

from casestudy.methods._validation import numeric_series, one_number, whole_number
from casestudy.methods.forecast_errors import (
    ErrorMeasures,
    FittedConstants,
    compare_methods,
    error_measures,
    fit_constants,
    poisson_mean_absolute_error,
    rolling_origin_backtest,
)

__all__ = [
    "ErrorMeasures",
    "FittedConstants",
    "TrendLine",
    "adaptive_holt",
    "compare_methods",
    "croston",
    "drift",
    "error_measures",
    "exponential_smoothing",
    "fit_constants",
    "holt",
    "holt_winters",
    "last_value_plus_hunch",
    "naive",
    "poisson_mean_absolute_error",
    "recency_weights",
    "regression_on_time",
    "rolling_origin_backtest",
    "seasonal_naive",
    "simple_moving_average",
    "syntetos_boylan",
    "teunter_syntetos_babai",
    "trend_line",
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
    demand = numeric_series("demand", demand, kind="non-negative")
    return _series(demand, np.append(np.nan, demand), future_index)


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
    return _series(demand, np.append(np.nan, demand * (1 + markup)), future_index)


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
    return _series(demand, np.append(np.nan, demand.rolling(window).mean()), future_index)


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
    return _series(demand, np.append(np.nan, weighted_means), future_index)


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


def exponential_smoothing(demand, alpha, initial_level, future_index=None, alignment="one_step_ahead"):
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
    alignment : str
        "one_step_ahead", a forecast, or "same_period", a fit whose value at t contains the demand of t.

    Returns
    -------
    Series
        Forecast for each period, units/period. There is no warm-up: the first is initial_level. With
        alignment="same_period" the fit F_{t+1}, the level that contains X_t.

    Raises
    ------
    ValueError
        If demand or initial_level is negative, missing or not a number, alpha is outside (0, 1],
        alignment is neither of the two, or a label of future_index is taken.

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
    levels = pd.Series(np.append(initial_level, demand)).ewm(alpha=alpha, adjust=False).mean()
    return _series(demand, levels.to_numpy(), future_index, alignment)


def drift(demand, future_index=None):
    """The last demand and the mean change so far [F_{t+h} = X_t + h·(X_t - X_1) / (t - 1)].

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    future_index : list or Index, optional
        Labels of the periods after the last one, which lie on the line through the first and the last demand.

    Returns
    -------
    Series
        Forecast for each period, units/period; the first two are nan.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, or a label of future_index is taken.

    Source: Hyndman & Athanasopoulos (2021), section 5.2.

    >>> drift([10, 13, 12], future_index=[3, 4]).tolist()
    [nan, nan, 16.0, 13.0, 14.0]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    values = demand.to_numpy()
    slopes = np.full(len(values), np.nan)
    slopes[1:] = (values[1:] - values[0]) / np.arange(1, len(values))
    made = np.append(np.nan, values + slopes)
    return _series(demand, made, future_index, beyond=lambda steps: values[-1] + slopes[-1] * steps)


def seasonal_naive(demand, season_length, future_index=None):
    """The demand of the same season one cycle ago [F_t = X_{t-m}].

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    season_length : int
        Periods in a cycle [m], 1 or more: 12 for months of a year; 1 is `naive`.
    future_index : list or Index, optional
        Labels of the periods after the last one, which repeat the last cycle.

    Returns
    -------
    Series
        Forecast for each period, units/period; the first m are nan.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, season_length is not a whole number of 1 or more,
        or a label of future_index is taken.

    Source: Hyndman & Athanasopoulos (2021), section 5.2.

    >>> seasonal_naive([10, 30, 12, 34], season_length=2, future_index=[4, 5, 6]).tolist()
    [nan, nan, 10.0, 30.0, 12.0, 34.0, 12.0]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    whole_number(1, season_length=season_length)
    known = np.append(np.full(season_length, np.nan), demand)
    last_cycle = known[-season_length:]
    return _series(
        demand, known[: len(demand) + 1], future_index, beyond=lambda steps: last_cycle[(steps - 1) % season_length]
    )


def regression_on_time(demand, minimum_periods=2, future_index=None):
    """The least-squares line through all demands so far, one period on [F_{n+h} = a_n + b_n·(n + h)].

    The line is fitted anew after each period. For one line through all of demand, which is a fit and no
    forecast, see `trend_line`.

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    minimum_periods : int
        Number of periods that the first line is fitted to, 2 or more.
    future_index : list or Index, optional
        Labels of the periods after the last one, which lie on the last line.

    Returns
    -------
    Series
        Forecast for each period, units/period; the first minimum_periods are nan.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, minimum_periods is not a whole number of 2 or more,
        or a label of future_index is taken.

    Source: Hyndman & Athanasopoulos (2021), section 7.4 (trend as predictor), fitted at each origin (5.10).

    >>> regression_on_time([10, 12, 14, 10], future_index=[4, 5]).tolist()
    [nan, nan, 14.0, 16.0, 12.0, 12.2]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    whole_number(2, minimum_periods=minimum_periods)
    n, means, slopes = _lines(demand)
    made = np.append(np.nan, means + slopes * (n + 1) / 2)
    made[:minimum_periods] = np.nan
    is_fitted = len(demand) >= minimum_periods
    last_line = (lambda steps: means[-1] + slopes[-1] * (len(demand) - 1 + 2 * steps) / 2) if is_fitted else None
    return _series(demand, made, future_index, beyond=last_line)


class TrendLine(NamedTuple):
    """One least-squares line through all of demand; see `trend_line`.

    Attributes
    ----------
    intercept : float
        Height of the line at t = 0, one period before the first [a], units/period.
    slope : float
        Change from period to period [b], units/period per period.
    fitted_values : Series
        The line at t = 1 ... n, units/period, on the index of demand: a fit, not a forecast.
    """

    intercept: float
    slope: float
    fitted_values: pd.Series


def trend_line(demand):
    """The least-squares line through all of demand, on t = 1 ... n [X̂_t = a + b·t].

    A fit, not a forecast: the line at t is drawn with the demand of t and of the periods after it. Textbooks
    start `holt` with it, L_0 = a and T_0 = b; those forecasts then know the whole series too.

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more, at least 2 periods.

    Returns
    -------
    TrendLine
        Intercept, slope and the fitted values, with their units.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, or has one period only.

    Source: Chopra & Meindl (2013), Supply Chain Management, 5th ed., chapter 7 (start of Holt's model).

    >>> line = trend_line([10, 12, 14, 10])
    >>> line.intercept, line.slope, line.fitted_values.tolist()
    (11.0, 0.2, [11.2, 11.4, 11.6, 11.8])
    """
    demand = numeric_series("demand", demand, 2, "non-negative")
    n, means, slopes = _lines(demand)
    intercept, slope = float(means[-1] - slopes[-1] * (len(n) + 1) / 2), float(slopes[-1])
    return TrendLine(intercept, slope, pd.Series(intercept + slope * n, index=demand.index, name=demand.name))


def holt(
    demand,
    alpha,
    beta,
    initial_level,
    initial_trend,
    damping=1.0,
    future_index=None,
    alignment="one_step_ahead",
):
    """Holt's smoothing of level and trend, damped if asked [F_{t+h} = L_t + (φ + φ² + ... + φ^h)·T_t].

    L_t = α·X_t + (1 - α)·(L_{t-1} + φ·T_{t-1}) and T_t = β·(L_t - L_{t-1}) + (1 - β)·φ·T_{t-1}.

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    alpha : float
        Smoothing constant of the level [α], greater than 0 and at most 1.
    beta : float
        Smoothing constant of the trend [β], 0 to 1; 0 keeps the initial trend. It weighs the change of the
        level; some authors call α·β their β.
    initial_level : float
        Level before the first period [L_0], units/period.
    initial_trend : float
        Trend before the first period [T_0], units/period per period. `trend_line` gives both, from all of demand.
    damping : float
        Damping of the trend [φ], greater than 0 and at most 1; 1 is Holt's method, below it the damped trend.
    future_index : list or Index, optional
        Labels of the periods after the last one; h periods on, the forecast is as above.
    alignment : str
        "one_step_ahead", a forecast, or "same_period", a fit whose value at t contains the demand of t.

    Returns
    -------
    Series
        Forecast for each period, units/period, without warm-up: the first is L_0 + φ·T_0. With
        alignment="same_period" the fit L_t + φ·T_t, both of which contain X_t.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, a constant is out of its range, alignment is neither of
        the two, or a label of future_index is taken.

    Source: Hyndman & Athanasopoulos (2021), section 8.2; Gardner & McKenzie (1985), Management Science 31(10), for
    the damping; the same recursion as statsmodels' Holt with a known start.

    >>> holt([10, 14], alpha=0.5, beta=0.5, initial_level=8, initial_trend=2, future_index=[2, 3]).tolist()
    [10.0, 12.0, 15.5, 18.0]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    one_number("smoothing constant", alpha=alpha, damping=damping)
    return _trended(demand, lambda error: alpha, beta, initial_level, initial_trend, damping, future_index, alignment)


def adaptive_holt(
    demand,
    beta,
    tracking_constant,
    initial_level,
    initial_trend,
    initial_absolute_error,
    future_index=None,
    alignment="one_step_ahead",
):
    """Holt's method with an adaptive response rate of the level [α_t = |E_t / M_t|, a tracking signal].

    E_t = δ·e_t + (1 - δ)·E_{t-1} and M_t = δ·|e_t| + (1 - δ)·M_{t-1} with E_0 = 0; level and trend as in `holt`
    with α_t for α. While errors cancel the level hardly moves; once they have one sign it follows demand. No
    textbook known to us defines a "dynamic Holt"; this is the nearest method that is defined.

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    beta : float
        Smoothing constant of the trend [β], 0 to 1; 0 keeps the initial trend.
    tracking_constant : float
        Smoothing constant of the errors [δ], greater than 0 and at most 1; 1 makes every α_t 1.
    initial_level : float
        Level before the first period [L_0], units/period.
    initial_trend : float
        Trend before the first period [T_0], units/period per period.
    initial_absolute_error : float
        Smoothed absolute error before the first period [M_0], units/period, 0 or more; at 0, α_1 is 1.
    future_index : list or Index, optional
        Labels of the periods after the last one; h periods on, the forecast is L + h·T.
    alignment : str
        "one_step_ahead", a forecast, or "same_period", a fit whose value at t contains the demand of t.

    Returns
    -------
    Series
        Forecast for each period, units/period, without warm-up: the first is L_0 + T_0. With
        alignment="same_period" the fit L_t + T_t, both of which contain X_t.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, a constant is out of its range, alignment is neither of
        the two, or a label of future_index is taken.

    Source: Trigg & Leach (1967), Operational Research Quarterly 18(1), 53-59, for the rate; Holt's trend with a
    constant β. With β = 0 and T_0 = 0 it is their adaptive smoothing.

    >>> adaptive_holt([14, 8], beta=0, tracking_constant=0.5, initial_level=10, initial_trend=0,
    ...     initial_absolute_error=4, future_index=[2]).tolist()
    [10.0, 12.0, 11.0]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    one_number("smoothing constant", tracking_constant=tracking_constant)
    one_number("non-negative", initial_absolute_error=initial_absolute_error)
    smoothed, absolute = 0.0, initial_absolute_error

    def response(error):
        nonlocal smoothed, absolute
        smoothed = tracking_constant * error + (1 - tracking_constant) * smoothed
        absolute = tracking_constant * abs(error) + (1 - tracking_constant) * absolute
        return abs(smoothed) / absolute if absolute > 0 else 1.0  # no error so far: any rate gives the same level

    return _trended(demand, response, beta, initial_level, initial_trend, 1.0, future_index, alignment)


def holt_winters(
    demand,
    alpha,
    beta,
    gamma,
    initial_level,
    initial_trend,
    initial_seasons,
    seasonality,
    seasonal_update="new_level",
    future_index=None,
    alignment="one_step_ahead",
):
    """Smoothing of level, trend and seasons [F_{t+h} = (L_t + h·T_t)·S, or + S, with S of the season of t + h].

    Multiplicative seasons ("Winters' method"): L_t = α·X_t / S_{t-m} + (1 - α)·(L_{t-1} + T_{t-1}),
    T_t = β·(L_t - L_{t-1}) + (1 - β)·T_{t-1}, S_t = γ·X_t / L_t + (1 - γ)·S_{t-m}. Additive seasons: X_t - S_{t-m}
    and X_t - L_t in place of the quotients.

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    alpha : float
        Smoothing constant of the level [α], greater than 0 and at most 1.
    beta : float
        Smoothing constant of the trend [β], 0 to 1; 0 keeps the initial trend.
    gamma : float
        Smoothing constant of the seasons [γ], 0 to 1; 0 keeps the initial seasons.
    initial_level : float
        Level before the first period, without season [L_0], units/period.
    initial_trend : float
        Trend before the first period [T_0], units/period per period.
    initial_seasons : list or array
        Season of each of the first m periods [S_{1-m} ... S_0], at least 2: factors above 0 if multiplicative,
        units/period if additive. Used as given, never rescaled to mean 1 or sum 0.
    seasonality : str
        "multiplicative" or "additive".
    seasonal_update : str
        What X_t is held against for its season: "new_level", L_t as above (Winters), or "forecast_level",
        L_{t-1} + T_{t-1} (Hyndman & Athanasopoulos, statsmodels). Additive, the two are one method:
        "new_level" with γ is "forecast_level" with γ·(1 - α).
    future_index : list or Index, optional
        Labels of the periods after the last one; h periods on, the forecast is as above.
    alignment : str
        "one_step_ahead", a forecast, or "same_period", a fit whose value at t contains the demand of t.

    Returns
    -------
    Series
        Forecast for each period, units/period, without warm-up. With alignment="same_period" the fit
        (L_t + T_t)·S_t, or + S_t, all three of which contain X_t.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, a constant is out of its range, seasonality,
        seasonal_update or alignment is not one of those listed, a label of future_index is taken, or a level or
        a season that multiplicative seasons divide by falls to 0 or below.

    Notes
    -----
    statsmodels 0.15 takes an older season for the periods m, 2m, ... ahead (its issue 9538, since corrected).

    Source: Winters (1960), Management Science 6(3), 324-342, and Chopra & Meindl (2013), chapter 7; Hyndman &
    Athanasopoulos (2021), section 8.3, for the other update.

    >>> holt_winters([10, 33], alpha=0.5, beta=0.5, gamma=0.5, initial_level=18, initial_trend=2,
    ...     initial_seasons=[0.5, 1.5], seasonality="multiplicative", future_index=[2, 3]).tolist()
    [10.0, 33.0, 12.0, 39.0]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    one_number("smoothing constant", alpha=alpha)
    one_number("share", beta=beta, gamma=gamma)
    one_number("finite", initial_level=initial_level, initial_trend=initial_trend)
    _one_of(("multiplicative", "additive"), seasonality=seasonality)
    _one_of(("new_level", "forecast_level"), seasonal_update=seasonal_update)
    is_multiplicative = seasonality == "multiplicative"
    kind = "positive" if is_multiplicative else "finite"
    seasons = numeric_series("initial_seasons", initial_seasons, 2, kind).tolist()
    cycle = len(seasons)
    joined, without = (mul, truediv) if is_multiplicative else (add, sub)
    level, trend = initial_level, initial_trend
    made, fits = [joined(level + trend, seasons[0])], []
    for t, (label, actual) in enumerate(demand.items()):
        expected, season = level + trend, seasons[t]
        previous, level = level, alpha * without(actual, season) + (1 - alpha) * expected
        trend = beta * (level - previous) + (1 - beta) * trend
        base = level if seasonal_update == "new_level" else expected
        if is_multiplicative and base <= 0:
            raise ValueError(
                f"demand is {actual:g} at index {label}, where the level falls to {base:g}: {_NOT_ABOVE_0}"
            )
        seasons.append(gamma * without(actual, base) + (1 - gamma) * season)
        if is_multiplicative and seasons[-1] <= 0:
            raise ValueError(f"demand is {actual:g} at index {label}, where the season falls to 0: {_NOT_ABOVE_0}")
        fits.append(joined(level + trend, seasons[-1]))
        made.append(joined(level + trend, seasons[t + 1]))
    last_cycle = np.array(seasons[-cycle:])
    return _series(
        demand,
        made,
        future_index,
        alignment,
        beyond=lambda steps: joined(level + steps * trend, last_cycle[(steps - 1) % cycle]),
        same_period=fits,
    )


def croston(demand, alpha, beta, initial_size, initial_interval, future_index=None, alignment="one_step_ahead"):
    """Croston's forecast of sparse demand: smoothed size over smoothed interval [F_{t+1} = z_t / p_t].

    In a period with demand, z += α·(X_t - z) and p += β·(q - p), where q is the number of periods since the last
    demand, this one included; the first is counted from the start of the series. Without demand both stay.

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    alpha : float
        Smoothing constant of the size [α], greater than 0 and at most 1.
    beta : float
        Smoothing constant of the interval [β], greater than 0 and at most 1; Croston's paper has α = β.
    initial_size : float
        Size of a demand before the first period [z_0], units, 0 or more.
    initial_interval : float
        Periods from demand to demand before the first period [p_0], 1 or more.
    future_index : list or Index, optional
        Labels of the periods after the last one; each gets the last forecast.
    alignment : str
        "one_step_ahead", a forecast, or "same_period", a fit whose value at t contains the demand of t.

    Returns
    -------
    Series
        Forecast of the mean demand for each period, units/period, without warm-up: the first is z_0 / p_0. With
        alignment="same_period" the fit z_t / p_t, which contains X_t.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, a constant is out of its range, alignment is neither of
        the two, or a label of future_index is taken.

    Notes
    -----
    R's forecast and sktime start with the first demand and its place in the series as z_0 and p_0; the forecasts
    before that demand then know of it.

    Source: Croston (1972), Operational Research Quarterly 23(3), 289-303; Hyndman & Athanasopoulos (2021),
    section 13.2.

    >>> croston([0, 6, 0, 0, 9], alpha=0.5, beta=0.5, initial_size=6, initial_interval=2, future_index=[5]).tolist()
    [3.0, 3.0, 3.0, 3.0, 3.0, 3.0]
    """
    return _sized_by_interval(demand, alpha, beta, initial_size, initial_interval, False, future_index, alignment)


def syntetos_boylan(demand, alpha, beta, initial_size, initial_interval, future_index=None, alignment="one_step_ahead"):
    """The Syntetos-Boylan approximation [SBA]: `croston` without most of its bias [F_{t+1} = (1 - β/2)·z_t / p_t].

    Parameters
    ----------
    demand, alpha, beta, initial_size, initial_interval, future_index, alignment
        As for `croston`; the factor has the smoothing constant of the interval [β].

    Returns
    -------
    Series
        As for `croston`, times 1 - β/2, units/period.

    Raises
    ------
    ValueError
        As for `croston`.

    Source: Syntetos & Boylan (2005), International Journal of Forecasting 21(2), 303-314.

    >>> syntetos_boylan([0, 6], alpha=0.5, beta=0.5, initial_size=6, initial_interval=2, future_index=[2]).tolist()
    [2.25, 2.25, 2.25]
    """
    return _sized_by_interval(demand, alpha, beta, initial_size, initial_interval, True, future_index, alignment)


def teunter_syntetos_babai(
    demand, alpha, beta, initial_size, initial_probability, future_index=None, alignment="one_step_ahead"
):
    """The Teunter-Syntetos-Babai forecast of sparse demand [TSB]: probability times size [F_{t+1} = p_t·z_t].

    The probability is updated in every period, p += β·(1 - p) with demand and p -= β·p without, so that the
    forecast of an item that no longer sells goes to 0. The size is updated with demand only, z += α·(X_t - z).

    Parameters
    ----------
    demand : Series or list
        Demand per period [X], units/period, oldest first, 0 or more.
    alpha : float
        Smoothing constant of the size [α], greater than 0 and at most 1.
    beta : float
        Smoothing constant of the probability [β], greater than 0 and at most 1.
    initial_size : float
        Size of a demand before the first period [z_0], units, 0 or more.
    initial_probability : float
        Probability that a period has demand, before the first [p_0], 0 to 1.
    future_index : list or Index, optional
        Labels of the periods after the last one; each gets the last forecast.
    alignment : str
        "one_step_ahead", a forecast, or "same_period", a fit whose value at t contains the demand of t.

    Returns
    -------
    Series
        Forecast of the mean demand for each period, units/period, without warm-up: the first is p_0·z_0. With
        alignment="same_period" the fit p_t·z_t, which contains X_t.

    Raises
    ------
    ValueError
        If demand is negative, missing or not a number, a constant is out of its range, alignment is neither of
        the two, or a label of future_index is taken.

    Source: Teunter, Syntetos & Babai (2011), European Journal of Operational Research 214(3), 606-615.

    >>> teunter_syntetos_babai([0, 6, 0], alpha=0.5, beta=0.5, initial_size=4, initial_probability=0.5,
    ...     future_index=[3]).tolist()
    [2.0, 1.0, 3.125, 1.5625]
    """
    demand = numeric_series("demand", demand, kind="non-negative")
    one_number("smoothing constant", alpha=alpha, beta=beta)
    one_number("non-negative", initial_size=initial_size)
    one_number("share", initial_probability=initial_probability)
    size, probability = initial_size, initial_probability
    made = [probability * size]
    for actual in demand:
        probability += beta * ((actual > 0) - probability)
        if actual > 0:
            size += alpha * (actual - size)
        made.append(probability * size)
    return _series(demand, made, future_index, alignment)


_NOT_ABOVE_0 = 'multiplicative seasons divide by it, give other constants or seasonality="additive"'


def _series(demand, made, future_index, alignment="one_step_ahead", beyond=None, same_period=None):
    """The forecasts as a Series on the index of demand, carried on over future_index.

    made[t] is the forecast for period t+1 with demand up to t, made[0] the one before any demand. The future is
    beyond(steps), steps = 1, 2, ..., or made[-1] throughout; the fit of the same period is same_period or made[1:].
    """
    _one_of(("one_step_ahead", "same_period"), alignment=alignment)
    fits = made[1:] if same_period is None else same_period
    values = made[:-1] if alignment == "one_step_ahead" else fits
    if future_index is None:
        return pd.Series(values, index=demand.index, name=demand.name)
    if np.ndim(future_index) != 1:
        raise ValueError(f"future_index is {future_index!r}: give a list of the labels of the coming periods")
    future = pd.Index(future_index, name=demand.index.name)
    taken = future[future.isin(demand.index) | future.duplicated()]
    if len(taken):
        raise ValueError(f"future_index has {taken[0]} twice or as a period of demand: give each new label once")
    steps = np.arange(1, len(future) + 1)
    coming = np.repeat(made[-1], len(future)) if beyond is None else beyond(steps)
    return pd.Series(np.append(values, coming), index=demand.index.append(future), name=demand.name)


def _one_of(choices, **arguments):
    for name, value in arguments.items():
        if value not in choices:
            raise ValueError(f"{name} is {value!r}: give {' or '.join(map(repr, choices))}")


def _lines(demand):
    """For n = 1, 2, ... the mean and the slope of the least-squares line through the first n demands."""
    n = np.arange(1, len(demand) + 1)
    sums = demand.cumsum().to_numpy()
    products = (demand.to_numpy() * n).cumsum() - (n + 1) / 2 * sums
    slopes = np.full(len(n), np.nan)
    slopes[1:] = products[1:] / (n[1:] * (n[1:] ** 2 - 1) / 12)
    return n, sums / n, slopes


def _trended(demand, response, beta, level, trend, damping, future_index, alignment):
    """Holt's recursion, with the smoothing constant of the level as a function of the latest error."""
    one_number("share", beta=beta)
    one_number("finite", initial_level=level, initial_trend=trend)
    made = [level + damping * trend]
    for actual in demand:
        error = actual - made[-1]
        previous, level = level, made[-1] + response(error) * error
        trend = beta * (level - previous) + (1 - beta) * damping * trend
        made.append(level + damping * trend)
    return _series(
        demand, made, future_index, alignment, beyond=lambda steps: level + np.cumsum(damping**steps) * trend
    )


def _sized_by_interval(demand, alpha, beta, size, interval, is_corrected, future_index, alignment):
    """Croston's recursion, corrected by 1 - β/2 if asked."""
    demand = numeric_series("demand", demand, kind="non-negative")
    one_number("smoothing constant", alpha=alpha, beta=beta)
    one_number("non-negative", initial_size=size)
    one_number("finite", initial_interval=interval)
    if interval < 1:
        raise ValueError(f"initial_interval is {interval}: give 1 or more, the periods from demand to demand")
    factor = 1 - beta / 2 if is_corrected else 1.0
    made, since_demand = [factor * size / interval], 1
    for actual in demand:
        if actual > 0:
            size += alpha * (actual - size)
            interval += beta * (since_demand - interval)
            since_demand = 0
        since_demand += 1
        made.append(factor * size / interval)
    return _series(demand, made, future_index, alignment)
