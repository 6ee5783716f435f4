"""Learning forecasts of the demand of many materials one period ahead, their intervals and the safety stock they need.

A panel is a DataFrame of demand: one row a period, oldest first, one column a material. As in `forecasting`, what
stands at period t was made with demand up to t-1, the warm-up is nan, and a forecast below 0 is returned as it is.

Three steps: `features` makes the table of what is known before each period; `learning_forecast` walks through the
periods and trains a scikit-learn regressor on the rows of the past alone; `prediction_interval` and
`dynamic_safety_stock` turn the past errors of any one-step forecast, learned or not, into a margin.

One model learns from all materials together (a global model), each in multiples of its own mean demand so far. A
model of a single material is the same with a panel of one column. A material of rare demand has periods of many
times its mean, which a squared loss overweights: forecast it apart, with `croston` and its kin.

Nothing is drawn at random here; a regressor that draws (a forest) takes its seed as `random_state`. With its
default, n_jobs=None, it sums over its trees in one order: the last digit does not hang on the number of threads.

Notation: X demand [units/period], F forecast, e = X - F error (positive: the forecast was too low), t period.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from casestudy.methods import safety_stock
from casestudy.methods._validation import in_range, one_number, whole_number
from casestudy.methods.forecast_errors import error_measures

__all__ = [
    "PredictionInterval",
    "dynamic_safety_stock",
    "features",
    "learning_forecast",
    "prediction_interval",
    "validation_errors",
]

_DEMAND = "demand"  # the variable of the features that are in units of demand; the others are drivers


class PredictionInterval(NamedTuple):
    """Bounds of the demand of each period and material, units/period; see `prediction_interval`."""

    lower: pd.DataFrame
    upper: pd.DataFrame


def features(demand, *, lags, windows=(), drivers=None, driver_lags=None, known_in_advance=()):
    """What is known before each period about the demand of each material, in one table.

    Parameters
    ----------
    demand : DataFrame
        Demand [X], units/period, 0 or more: one row a period, oldest first, one column a material.
    lags : sequence of int
        For each lag l, 1 or more, the feature "lag l": X_{t-l}, units/period. May be empty.
    windows : sequence of int
        For each window w, 2 or more, the features "mean of w" and "deviation of w": mean and sample standard
        deviation (divisor w - 1) of X_{t-w} ... X_{t-1}, units/period.
    drivers : mapping of str to Series or DataFrame, optional
        External variables by name, each on the index of demand and in its own unit: a Series for one that all
        materials share (a DataFrame of such columns is a mapping too), a DataFrame with the columns of demand for
        one of each material. They are used as given: let a driver of each material compare between materials, as
        planned usage / usual usage does, with a usual usage that was known at the start.
    driver_lags : mapping of str to sequence of int, optional
        For each driver its lags l, and so the features "lag l": the value of period t-l. Take the lag at which it
        is published: an index that comes out two months late has lags of 2 and more.
    known_in_advance : sequence of str
        Names of the drivers whose value at t is known before t begins: a production plan, the calendar. Only these
        may have lag 0.

    Returns
    -------
    DataFrame
        One row a period and material, in the order of demand (index levels `period`, unless the index of demand has
        a name, and `material`, unless its columns have one); columns by `variable` ("demand" or the driver) and
        `feature`. nan where a lag or a window reaches before the first period.

    Raises
    ------
    ValueError
        If demand is negative or not a number (names the value, the period and the material), a driver is not finite
        or not on the index of demand, a driver has no lags or lags no driver, a lag 0 is not known in advance, a
        feature is asked for twice or none at all, or a lag or window is not a whole number.

    Source: Hyndman & Athanasopoulos (2021), Forecasting: Principles and Practice, 3rd ed., chapter 7 (lagged
    predictors, and forecasts ex ante, which use only what is known in advance).

    >>> demand = pd.DataFrame({"shell": [10, 12, 17]}, index=["may", "june", "july"])
    >>> plan = pd.Series([1, 3, 2], index=demand.index)
    >>> known = features(
    ...     demand, lags=[1, 2], drivers={"plan": plan}, driver_lags={"plan": [0]}, known_in_advance=["plan"]
    ... )
    >>> known.loc[("july", "shell")].to_dict()
    {('demand', 'lag 1'): 12.0, ('demand', 'lag 2'): 10.0, ('plan', 'lag 0'): 2.0}
    """
    demand = _panel("demand", demand, "non-negative")
    drivers = _by_name("drivers", {} if drivers is None else drivers)
    driver_lags = _by_name("driver_lags", {} if driver_lags is None else driver_lags)
    _whole_numbers(1, "lags", lags)
    _whole_numbers(2, "windows", windows)
    _check_drivers(drivers, driver_lags, known_in_advance)
    columns = [(_DEMAND, f"lag {lag}", _lagged(demand, lag)) for lag in lags]
    for window in windows:
        past = _past(demand, window)
        columns.append((_DEMAND, f"mean of {window}", past.mean(axis=-1)))
        columns.append((_DEMAND, f"deviation of {window}", past.std(axis=-1, ddof=1)))
    for name, lags_of_driver in driver_lags.items():
        driver = _of_each_material(name, drivers[name], demand)
        columns += [(name, f"lag {lag}", _lagged(driver, lag)) for lag in lags_of_driver]
    if not columns:
        raise ValueError("lags, windows and driver_lags are all empty: give at least one lag or window")
    names = pd.MultiIndex.from_tuples([column[:2] for column in columns], names=["variable", "feature"])
    if names.has_duplicates:
        raise ValueError(f"{names[names.duplicated()][0]} is asked for twice: give each lag and window once")
    values = np.column_stack([np.ravel(column[2]) for column in columns])
    return pd.DataFrame(values, index=_rows(demand), columns=names)


def learning_forecast(demand, features, model, *, training_periods, refit_every=1):
    """Forecasts one period ahead by one model of all materials, trained on the past alone as the periods go by.

    Before the first period that is forecast, and again every refit_every periods, a fresh copy of the model is
    trained on all periods so far (an expanding span). In each training demand and its features are divided by the
    material's mean demand over these same periods; the forecast is multiplied by it again.

    Parameters
    ----------
    demand : DataFrame
        Demand [X], units/period, 0 or more: one row a period, oldest first, one column a material.
    features : DataFrame
        The table that `features` makes, of this demand or of a longer or wider one (other rows are not read).
        Periods before the first in which it is complete are not trained on.
    model : scikit-learn regressor
        Any, a pipeline too, with its constants set; `Ridge(alpha=1.0)`. It is copied unfitted and stays as it is.
        What it minimises decides what is forecast: the mean of demand with a squared loss, as most do.
    training_periods : int
        Number of periods before the first that is forecast, 1 or more.
    refit_every : int
        Number of periods that are forecast by one training, 1 or more. Their features move on, the model and the
        means that it was trained with stay.

    Returns
    -------
    DataFrame
        Forecasts like demand, units/period; the first training_periods are nan, and for a material without demand
        so far, which has no mean to be measured by, those up to the first training that has seen some.

    Raises
    ------
    ValueError
        If demand is negative or not a number, features lacks a row of demand or is not finite after its warm-up,
        model is no scikit-learn regressor, training_periods or refit_every is not a whole number of 1 or more,
        or training_periods leaves no period to train on, no demand to learn or nothing to forecast.

    Source: Montero-Manso & Hyndman (2021), International Journal of Forecasting 37(4), 1632-1653, for global
    models; Hyndman & Athanasopoulos (2021), section 5.10, for the rolling origin.

    >>> from sklearn.linear_model import LinearRegression
    >>> demand = pd.DataFrame({"shell": [1, 2, 4, 8, 16]})
    >>> known = features(demand, lags=[1])
    >>> forecast = learning_forecast(demand, known, LinearRegression(), training_periods=3)
    >>> forecast["shell"].round(6).tolist()
    [nan, nan, nan, 8.0, 16.0]
    """
    from sklearn.base import BaseEstimator, clone, is_regressor  # takes a second to load

    demand = _panel("demand", demand, "non-negative")
    whole_number(1, training_periods=training_periods, refit_every=refit_every)
    if training_periods >= len(demand):
        raise ValueError(f"training_periods is {training_periods}: give less than the {len(demand)} periods of demand")
    if not isinstance(model, BaseEstimator) or not is_regressor(model):
        raise ValueError(f"model is {model!r}: give a scikit-learn regressor, such as Ridge(alpha=1.0)")
    known, first_complete = _known(features, demand)
    if first_complete >= training_periods:
        raise ValueError(
            f"training_periods is {training_periods}: features is complete from period number {first_complete + 1} "
            "on, give more training periods or shorter lags and windows"
        )
    actual = demand.to_numpy()
    if not actual[:training_periods].any():
        raise ValueError(f"demand is 0 throughout the first {training_periods} periods: give more training periods")
    is_in_units = features.columns.get_level_values(0) == _DEMAND
    forecasts = np.full(actual.shape, np.nan)
    for origin in range(training_periods, len(actual), refit_every):
        scales = actual[:origin].mean(axis=0)
        has_demand = scales > 0
        scales = scales[has_demand]
        scaled = known[:, has_demand] / np.where(is_in_units, scales[:, None], 1.0)
        past, coming = slice(first_complete, origin), slice(origin, origin + refit_every)
        targets = actual[past, has_demand] / scales
        fitted = clone(model).fit(_stacked(scaled[past]), targets.ravel())
        predicted = fitted.predict(_stacked(scaled[coming]))
        forecasts[coming, has_demand] = predicted.reshape(-1, len(scales)) * scales
    return pd.DataFrame(forecasts, index=demand.index, columns=demand.columns)


def validation_errors(demand, features, candidates, *, training_periods, refit_every=1):
    """The error of candidate models on each material over later periods, each trained on the periods before.

    To choose a model without a look at the periods it will be judged on, hand over the span before these alone:
    `validation_errors(demand.iloc[:24], known, candidates, training_periods=18).mean(axis="columns").idxmin()`.

    Parameters
    ----------
    demand : DataFrame
        Demand [X], units/period, 0 or more: one row a period, oldest first, one column a material.
    features : DataFrame
        The table that `features` makes, as in `learning_forecast`.
    candidates : mapping of str to scikit-learn regressor
        The models by name.
    training_periods, refit_every : int
        As in `learning_forecast`.

    Returns
    -------
    DataFrame
        One row a candidate, one column a material: weighted absolute percentage error Σ|e| / ΣX over the periods
        after the first training_periods that have a forecast, fraction (0.2 is 20 %). nan where these have no demand
        or no forecast.

    Raises
    ------
    ValueError
        If there is no candidate, or as `learning_forecast` does.

    Source: Hyndman & Athanasopoulos (2021), section 5.10 (time series cross-validation); Kolassa & Schütz (2007),
    Foresight 6, for Σ|e| / ΣX.

    >>> from sklearn.dummy import DummyRegressor
    >>> from sklearn.linear_model import LinearRegression
    >>> demand = pd.DataFrame({"shell": [1, 2, 4, 8, 16]})
    >>> candidates = {"mean": DummyRegressor(), "line": LinearRegression()}
    >>> errors = validation_errors(demand, features(demand, lags=[1]), candidates, training_periods=3)
    >>> errors["shell"].round(6).to_dict()
    {'mean': 0.680556, 'line': 0.0}
    """
    candidates = _by_name("candidates", candidates)
    if not candidates:
        raise ValueError("candidates is empty: give at least one model")
    errors = {}
    for name, model in candidates.items():
        forecast = learning_forecast(
            demand, features, model, training_periods=training_periods, refit_every=refit_every
        )
        errors[name] = {
            material: error_measures(
                demand[material], forecast[material], allow_zero_demand=True
            ).weighted_absolute_percentage_error
            for material in forecast.columns[forecast.notna().any()]
        }
    table = pd.DataFrame.from_dict(errors, orient="index", columns=demand.columns)
    return table.rename_axis(index="model")


def prediction_interval(demand, forecast, *, coverage, window):
    """An interval around each forecast that is as wide as the past errors of its own material call for.

    The half-width at t is the k-th smallest of |e_{t-1}| ... |e_{t-n}|, k = ceil((n + 1)·coverage). While errors are
    exchangeable (independent and of one distribution, whatever its shape), demand falls inside with probability
    k / (n + 1) if no two errors are equal, and more if some are. With errors that grow or swing it is a rule of
    thumb; a short window follows them. The bounds are symmetric and in units; a lower bound below 0 is returned as
    it is.

    Parameters
    ----------
    demand : DataFrame
        Demand [X], units/period, 0 or more: one row a period, oldest first, one column a material.
    forecast : DataFrame
        Forecasts one period ahead like demand [F], units/period. Leading nan of a material is its warm-up.
    coverage : float
        Share of the periods in which demand shall fall inside, between 0 and 1, both excluded.
    window : int
        Number of past errors [n], at least coverage / (1 - coverage): 9 for 0.9, 19 for 0.95.

    Returns
    -------
    PredictionInterval
        Lower and upper bound like forecast, units/period; nan until n errors are past.

    Raises
    ------
    ValueError
        If demand is negative or not a number, forecast is not finite after the warm-up or not like demand, coverage
        is not between 0 and 1, or window is not a whole number or too short for the coverage.

    Source: split conformal prediction: Lei, G'Sell, Rinaldo, Tibshirani & Wasserman (2018), Journal of the American
    Statistical Association 113, 1094-1111, with the latest errors in place of a calibration sample.

    >>> demand = pd.DataFrame({"shell": [12, 9, 14, 10]})
    >>> forecast = pd.DataFrame({"shell": [10.0, 10.0, 11.0, 11.0]})
    >>> prediction_interval(demand, forecast, coverage=0.75, window=3).upper["shell"].tolist()
    [nan, nan, nan, 14.0]
    """
    demand = _panel("demand", demand, "non-negative")
    forecast = _panel("forecast", forecast, has_warm_up=True)
    _check_alike("forecast", forecast, demand)
    one_number("probability", coverage=coverage)
    whole_number(1, window=window)
    least = math.ceil(round(coverage / (1 - coverage), 9))  # 0.9 / (1 - 0.9) is a little more than 9
    if window < least:
        raise ValueError(f"window is {window}: give {least} or more, a coverage of {coverage:g} needs as many errors")
    rank = math.ceil(round((window + 1) * coverage, 9))  # 100 · 0.55 is a little more than 55
    past = _past((demand - forecast).abs(), window)
    half_width = np.where(np.isnan(past).any(axis=-1), np.nan, np.sort(past)[..., rank - 1])
    return PredictionInterval(lower=forecast - half_width, upper=forecast + half_width)


def dynamic_safety_stock(errors, *, lead_time, cycle_service_level, window):
    """Safety stock that follows the latest forecast errors of each material [SS_t = z·sigma_t·sqrt(L)].

    sigma_t is the root mean square of e_{t-1} ... e_{t-n}, so that a bias counts as well. The static safety stock is
    `safety_stock` with one deviation for all periods. Convention, as there: errors are normal and independent from
    period to period, and those over the lead time are the sum of those of its periods. With normal errors and L = 1
    it is near the half-width of a `prediction_interval` whose coverage is 2·cycle_service_level - 1.

    Parameters
    ----------
    errors : DataFrame
        Errors X - F of forecasts one period ahead, units/period: one row a period, oldest first, one column a
        material. Leading nan of a material is its warm-up.
    lead_time : float or Series
        Constant lead time [L], periods, 0 or more; a Series has one for each column of errors. Under periodic
        review, review period plus lead time.
    cycle_service_level : float
        Probability of no stockout in a replenishment cycle, between 0 and 1, both excluded.
    window : int
        Number of past errors [n], 1 or more.

    Returns
    -------
    DataFrame
        Safety stock like errors, units: at t from the errors up to t-1, nan until n errors are past.

    Raises
    ------
    ValueError
        If errors is not finite after the warm-up, lead_time is negative or not on the columns of errors,
        cycle_service_level is not between 0 and 1, or window is not a whole number of 1 or more.

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply Chains, 4th ed.: safety
    stock from the mean squared error of the forecast, its deviation growing with the square root of the lead time.

    >>> errors = pd.DataFrame({"shell": [3.0, -4.0, 0.0, 10.0]})
    >>> stock = dynamic_safety_stock(errors, lead_time=4, cycle_service_level=0.95, window=2)
    >>> stock["shell"].round(2).tolist()
    [nan, nan, 11.63, 9.3]
    """
    errors = _panel("errors", errors, has_warm_up=True)
    whole_number(1, window=window)
    one_number("probability", cycle_service_level=cycle_service_level)
    if isinstance(lead_time, pd.Series) and not lead_time.index.equals(errors.columns):
        raise ValueError("lead_time has another index than the columns of errors: give one for each material")
    if not isinstance(lead_time, pd.Series):
        one_number("non-negative", lead_time=lead_time)
    per_unit_of_deviation = safety_stock.safety_stock(
        safety_factor=safety_stock.safety_factor(cycle_service_level), demand_deviation=1.0, lead_time=lead_time
    )
    deviations = np.sqrt((_past(errors, window) ** 2).mean(axis=-1))
    return pd.DataFrame(deviations, index=errors.index, columns=errors.columns) * per_unit_of_deviation


def _past(panel, window):
    """For each period and material the values of the `window` periods before, oldest first; nan before the first."""
    window = min(window, len(panel))  # a longer one reaches before the first period everywhere, as this does
    before_first = np.full((window, panel.shape[1]), np.nan)
    values = np.vstack([before_first, panel.to_numpy()[:-1]])
    return np.lib.stride_tricks.sliding_window_view(values, window, axis=0)


def _lagged(panel, lag):
    return panel.shift(min(lag, len(panel)))


def _by_name(name, value):
    if not isinstance(value, Mapping | pd.DataFrame):
        raise ValueError(f"{name} is {value!r}: give a dict by name")
    return dict(value)


def _whole_numbers(minimum, name, values):
    if np.ndim(values) != 1:
        raise ValueError(f"{name} is {values!r}: give a list of whole numbers")
    whole_number(minimum, **{f"{name}[{place}]": value for place, value in enumerate(values)})


def _rows(demand):
    names = [demand.index.name or "period", demand.columns.name or "material"]
    return pd.MultiIndex.from_product([demand.index, demand.columns], names=names)


def _stacked(values):
    """Periods x materials x features as the rows that a regressor takes."""
    return values.reshape(-1, values.shape[-1])


def _known(features, demand):
    """The features as periods x materials x features, and the position of the first complete period."""
    if not isinstance(features, pd.DataFrame) or features.index.nlevels != 2 or features.columns.nlevels != 2:
        raise ValueError("features has not one row a period and material: give the table that features() makes")
    if features.index.has_duplicates:
        twice = features.index[features.index.duplicated()][0]
        raise ValueError(f"features has {twice} twice: give one row a period and material")
    wanted = _rows(demand)
    places = features.index.get_indexer(wanted)
    if (places < 0).any():
        period, material = wanted[int(places.argmin())]
        raise ValueError(f"features has no row for {material} in {period}: make it from this demand")
    table = features.iloc[places]
    values = table.to_numpy(float).reshape(*demand.shape, -1)
    is_incomplete = np.isnan(values).any(axis=(1, 2))
    first_complete = int(is_incomplete.cumprod().sum())
    in_range("finite", features=_cells(table.iloc[first_complete * demand.shape[1] :]))
    return values, first_complete


def _check_drivers(drivers, driver_lags, known_in_advance):
    if _DEMAND in drivers:
        raise ValueError(f"drivers has the name {_DEMAND!r}, which is that of demand itself: give it another name")
    for name in [*driver_lags, *known_in_advance]:
        if name not in drivers:
            raise ValueError(f"drivers has no {name!r}: give it, or leave out its lags and known_in_advance")
    for name in drivers:
        if name not in driver_lags:
            raise ValueError(f"driver_lags has no {name!r}: give the lags at which it is known")
    for name, lags in driver_lags.items():
        _whole_numbers(0, f"driver_lags[{name!r}]", lags)
        if 0 in lags and name not in known_in_advance:
            raise ValueError(
                f"driver_lags[{name!r}] has a lag 0: give 1 or more, or name it in known_in_advance if its value is "
                "known before the period begins"
            )


def _of_each_material(name, driver, demand):
    """A driver as a DataFrame like demand."""
    name = f"drivers[{name!r}]"
    if isinstance(driver, pd.Series):
        in_range("finite", **{name: driver})
        driver = pd.DataFrame(dict.fromkeys(demand.columns, driver), columns=demand.columns)
    driver = _panel(name, driver)
    _check_alike(name, driver, demand)
    return driver


def _check_alike(name, panel, demand):
    if not panel.index.equals(demand.index) or not panel.columns.equals(demand.columns):
        raise ValueError(f"{name} has other periods or materials than demand: give it the same index and columns")


def _panel(name, value, kind="finite", has_warm_up=False):
    """The argument as a DataFrame of floats, refused unless each number is in the range that `kind` names."""
    if not isinstance(value, pd.DataFrame) or value.empty:
        raise ValueError(f"{name} is no table with numbers: give a DataFrame, a row a period and a column a material")
    for label in ("index", "columns"):
        labels = getattr(value, label)
        if labels.has_duplicates:
            raise ValueError(f"{name} has {labels[labels.duplicated()][0]} twice in its {label}: give each label once")
    cells = _cells(value)
    if has_warm_up:
        cells = cells[~value.isna().cummin().to_numpy().ravel()]
    if len(cells):
        in_range(kind, **{name: cells})
    return value.astype(float)


def _cells(table):
    return pd.Series(table.to_numpy().ravel(), index=pd.MultiIndex.from_product([table.index, table.columns]))
