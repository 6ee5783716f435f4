"""Forecasts and error measures held against textbook tables, second programs, closed forms and invariants."""

from dataclasses import asdict, fields
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson
from statsmodels.tools import eval_measures
from statsmodels.tsa.api import SimpleExpSmoothing

from casestudy.methods.forecasting import (
    ErrorMeasures,
    adaptive_holt,
    compare_methods,
    croston,
    drift,
    error_measures,
    exponential_smoothing,
    holt,
    holt_winters,
    last_value_plus_hunch,
    naive,
    poisson_mean_absolute_error,
    recency_weights,
    regression_on_time,
    rolling_origin_backtest,
    seasonal_naive,
    simple_moving_average,
    syntetos_boylan,
    teunter_syntetos_babai,
    weighted_moving_average,
)

METHODS = {
    "naive": naive,
    "hunch": partial(last_value_plus_hunch, markup=0.1),
    "simple moving average": partial(simple_moving_average, window=3),
    "weighted moving average": partial(weighted_moving_average, weights=[0.2, 0.3, 0.5]),
    "exponential smoothing": partial(exponential_smoothing, alpha=0.3, initial_level=50.0),
    "Croston": partial(croston, alpha=0.2, beta=0.1, initial_size=50.0, initial_interval=1.5),
    "SBA": partial(syntetos_boylan, alpha=0.2, beta=0.1, initial_size=50.0, initial_interval=1.5),
    "TSB": partial(teunter_syntetos_babai, alpha=0.2, beta=0.1, initial_size=50.0, initial_probability=0.5),
}
HOLT = partial(holt, alpha=0.3, beta=0.2, initial_level=50.0, initial_trend=2.0)
HOLT_WINTERS = partial(holt_winters, alpha=0.3, beta=0.05, gamma=0.2, initial_level=50.0, initial_trend=2.0)
WITH_TREND_OR_SEASON = {  # their forecasts differ from one period ahead to the next
    "drift": drift,
    "seasonal naive": partial(seasonal_naive, season_length=3),
    "regression": regression_on_time,
    "Holt": HOLT,
    "damped Holt": partial(HOLT, damping=0.8),
    "adaptive Holt": partial(
        adaptive_holt,
        beta=0.2,
        tracking_constant=0.3,
        initial_level=50.0,
        initial_trend=2.0,
        initial_absolute_error=10.0,
    ),
    "additive Holt-Winters": partial(HOLT_WINTERS, initial_seasons=[-4.0, 0.0, 4.0], seasonality="additive"),
    "Winters": partial(HOLT_WINTERS, initial_seasons=[0.5, 1.0, 1.5], seasonality="multiplicative"),
}
ALL_METHODS = METHODS | WITH_TREND_OR_SEASON
WARM_UP = dict.fromkeys(ALL_METHODS, 0) | {
    "naive": 1,
    "hunch": 1,
    "simple moving average": 3,
    "weighted moving average": 3,
    "drift": 2,
    "seasonal naive": 3,
    "regression": 2,
}
every_method = pytest.mark.parametrize("method", ALL_METHODS.values(), ids=ALL_METHODS.keys())

relaxed = settings(deadline=None, derandomize=True, max_examples=50)
demands = st.lists(st.integers(1, 10_000).map(lambda tenths: tenths / 10), min_size=5, max_size=30)

MONTHS = pd.period_range("2021-01", periods=8, freq="M", name="month")
PORT_OF_BALTIMORE = pd.Series([180, 168, 159, 175, 190, 205, 180, 182], index=MONTHS, name="tonnage")


def straight_line_fit(history, future_index):
    """A fitted method: the least-squares line through the history."""
    line = np.polynomial.Polynomial.fit(np.arange(len(history)), history.to_numpy(), 1)
    return pd.Series(line(len(history) + np.arange(len(future_index))), index=future_index)


# --- textbook tables ---


def test_garden_supply_sheds_three_month_moving_average():
    # Render, Stair & Hanna, Quantitative Analysis for Management, ch. 5, Wallace Garden Supply: the printed
    # forecasts for April to the next January, two decimals.
    sheds = [10, 12, 13, 16, 19, 23, 26, 30, 28, 18, 16, 14]
    printed = [11.67, 13.67, 16.00, 19.33, 22.67, 26.33, 28.00, 25.33, 20.67, 16.00]

    forecast = simple_moving_average(sheds, window=3, future_index=["next January"])

    assert forecast.iloc[:3].isna().all()
    np.testing.assert_allclose(forecast.iloc[3:], printed, atol=0.005)


def test_garden_supply_sheds_weighted_moving_average():
    # The same table with weights 3 (last month), 2 and 1: printed 12.17, 14.33 and 17 for April to June.
    forecast = weighted_moving_average([10, 12, 13, 16, 19, 23], weights=[1 / 6, 2 / 6, 3 / 6])

    np.testing.assert_allclose(forecast.iloc[3:], [12.17, 14.33, 17], atol=0.005)


def test_garden_supply_fertilizer_weighted_moving_average():
    # Render, Stair & Hanna, ch. 5, problem on fertilizer demand: weight 2 for the last year, 1 for the two
    # before; worked solution for years 4 to 12.
    fertilizer = [4, 6, 4, 5, 10, 8, 7, 9, 12, 14, 15]
    solution = [4.5, 5, 7.25, 7.75, 8, 8.25, 10, 12.25, 14]

    forecast = weighted_moving_average(fertilizer, weights=[0.25, 0.25, 0.5], future_index=[11])

    assert forecast.iloc[3:].tolist() == solution


def test_port_of_baltimore_exponential_smoothing():
    # Heizer & Render, Operations Management, ch. 4, Port of Baltimore, α = 0.10 from a first forecast of 175;
    # the forecasts, next period and averages are those of the book's Excel sheet.
    forecast = exponential_smoothing(PORT_OF_BALTIMORE, 0.1, 175, future_index=pd.period_range("2021-09", periods=1))

    sheet = [175, 175.5, 174.75, 173.175, 173.3575, 175.0218, 178.0196, 178.2176, 178.595856]
    np.testing.assert_allclose(forecast, sheet, atol=5e-5)

    measures = error_measures(PORT_OF_BALTIMORE, forecast.iloc[:8])
    assert measures.n == 8
    assert measures.mean_error == pytest.approx(4.49482, abs=5e-6)
    assert measures.mean_absolute_error == pytest.approx(10.30732, abs=5e-6)
    assert measures.mean_squared_error == pytest.approx(190.8175, abs=5e-5)
    assert measures.mean_absolute_percentage_error == pytest.approx(0.05593975, abs=5e-9)
    # From the sheet's totals: errors 35.95856, absolute errors 82.45856, tonnage 1439.
    assert measures.weighted_absolute_percentage_error == pytest.approx(82.45856 / 1439, abs=5e-9)
    assert measures.tracking_signal == pytest.approx(35.95856 / 10.30732, abs=5e-6)


def test_exponential_smoothing_started_at_the_first_demand():
    # Worked exercise, wongsteve.com/Exponential_Smoothing.htm, α = 0.3: no forecast for period 1, that for
    # period 2 is the first sale; bias -12.43, MAD 14.14, MAPE 24.66 %, MSE 365.80, root of MSE 19.1.
    sales = pd.Series([99, 88, 50, 58, 62, 60, 55, 62, 71, 65])

    forecast = exponential_smoothing(sales.iloc[1:], alpha=0.3, initial_level=sales.iloc[0])

    np.testing.assert_allclose(forecast, [99, 95.7, 82.0, 74.8, 71.0, 67.7, 63.9, 63.3, 65.6], atol=0.05)
    measures = error_measures(sales.iloc[1:], forecast)
    assert measures.mean_error == pytest.approx(-12.43, abs=0.005)
    assert measures.mean_absolute_error == pytest.approx(14.14, abs=0.005)
    assert measures.mean_absolute_percentage_error == pytest.approx(0.2466, abs=0.00005)
    assert measures.mean_squared_error == pytest.approx(365.80, abs=0.005)
    assert measures.root_mean_squared_error == pytest.approx(19.1, abs=0.05)


def test_tracking_signal_month_by_month():
    # Worked solution of a textbook exercise (slideshare.net/amolmobileshop, "The following are monthly actual
    # and forecasted demand levels from May"): MAD and tracking signal after each month.
    demand = [105, 80, 110, 118, 102, 110, 120, 125]
    forecast = [102, 100, 101, 98, 100, 104, 108, 109]
    mad = [3, 11.5, 10.67, 13.00, 10.80, 10, 10.29, 11]
    signal = [1, -1.5, -0.8, 0.9, 1.3, 2.0, 3.1, 4.4]

    measures = [error_measures(demand[:n], forecast[:n]) for n in range(1, 9)]

    np.testing.assert_allclose([each.mean_absolute_error for each in measures], mad, atol=0.005)
    np.testing.assert_allclose([each.tracking_signal for each in measures], signal, atol=0.05)


def test_mean_absolute_scaled_error_of_the_sktime_example():
    # Docstring of sktime's mean_absolute_scaled_error: y_train [5, 0.5, 4, 6, 3, 5, 2], y_true
    # [3, -0.5, 2, 7, 2] and y_pred [2.5, 0, 2, 8, 1.25] give 0.18333333333333335. All are raised by 1 here,
    # as demand is not negative; the differences stay the same.
    measures = error_measures([4, 0.5, 3, 8, 3], [3.5, 1, 3, 9, 2.25], training_demand=[6, 1.5, 5, 7, 4, 6, 3])

    assert measures.mean_absolute_scaled_error == pytest.approx(0.18333333333333335, rel=1e-14)


# --- second programs ---


@relaxed
@given(demands, st.integers(1, 7))
def test_simple_moving_average_is_numpy_convolution(demand, window):
    forecast = simple_moving_average(demand, window, future_index=[len(demand)])

    assert forecast.iloc[:window].isna().all()
    if window <= len(demand):
        means = np.convolve(demand, np.ones(window) / window, mode="valid")
        np.testing.assert_allclose(forecast.iloc[window:], means, rtol=1e-12)


@relaxed
@given(demands, st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any))
def test_weighted_moving_average_is_numpy_convolution(demand, parts):
    weights = np.array(parts) / sum(parts)

    forecast = weighted_moving_average(demand, weights, future_index=[len(demand)])

    assert forecast.iloc[: len(weights)].isna().all()
    # Convolution turns its second argument round, so oldest-first weights are turned round first.
    expected = np.convolve(demand, weights[::-1], mode="valid")
    np.testing.assert_allclose(forecast.iloc[len(weights) :], expected, rtol=1e-12)


@relaxed
@given(demands, st.integers(1, 7))
def test_simple_moving_average_is_pandas_rolling_mean_one_period_later(demand, window):
    expected = pd.Series(demand).rolling(window).mean().shift(1)
    pd.testing.assert_series_equal(simple_moving_average(demand, window), expected)


@relaxed
@given(demands, st.floats(0.01, 1), st.floats(0, 1000))
def test_exponential_smoothing_is_statsmodels_with_a_known_start(demand, alpha, initial_level):
    model = SimpleExpSmoothing(np.array(demand), initialization_method="known", initial_level=initial_level)
    # statsmodels takes the log of the squared errors, which warns where the fit is perfect.
    with np.errstate(divide="ignore"):
        fit = model.fit(smoothing_level=alpha, optimized=False)

    forecast = exponential_smoothing(demand, alpha, initial_level, future_index=["next", "after"])

    np.testing.assert_allclose(forecast.iloc[:-2], fit.fittedvalues, rtol=1e-9)
    np.testing.assert_allclose(forecast.iloc[-2:], fit.forecast(2), rtol=1e-9)


@relaxed
@given(demands, st.floats(0.01, 1), st.floats(0, 1000))
def test_exponential_smoothing_is_the_plain_recursion(demand, alpha, initial_level):
    expected = [initial_level]
    for actual in demand:
        expected.append(alpha * actual + (1 - alpha) * expected[-1])

    forecast = exponential_smoothing(demand, alpha, initial_level, future_index=["next"])

    np.testing.assert_allclose(forecast, expected, rtol=1e-12)


@relaxed
@given(demands, st.data())
def test_error_measures_are_those_of_statsmodels(demand, data):
    forecast = data.draw(st.lists(st.floats(0, 1000), min_size=len(demand), max_size=len(demand)))

    measures = error_measures(demand, forecast)

    tolerance = {"rel": 1e-9, "abs": 1e-9}
    assert measures.mean_error == pytest.approx(eval_measures.bias(demand, forecast), **tolerance)
    assert measures.mean_absolute_error == pytest.approx(eval_measures.meanabs(demand, forecast), **tolerance)
    assert measures.mean_squared_error == pytest.approx(eval_measures.mse(demand, forecast), **tolerance)
    assert measures.root_mean_squared_error == pytest.approx(eval_measures.rmse(demand, forecast), **tolerance)


# --- closed forms ---


def test_constant_demand_is_forecast_without_error():
    demand = pd.Series(7.3, index=range(10))
    forecasts = {
        "naive": naive(demand),
        "simple": simple_moving_average(demand, 4),
        "weighted": weighted_moving_average(demand, [0.25, 0.25, 0.5]),
        "smoothing": exponential_smoothing(demand, 0.2, 7.3),
    }

    errors = compare_methods(demand, forecasts, training_demand=[1, 2]).drop(columns="n")

    assert errors.shape == (4, 8)
    assert errors.eq(0).all(axis=None)


@pytest.mark.parametrize("window", [1, 2, 5, 12])
def test_simple_moving_average_lags_a_linear_trend_by_half_the_window(window):
    slope = 3.0
    demand = pd.Series(20 + slope * np.arange(30))

    lag = (demand - simple_moving_average(demand, window)).iloc[window:]

    np.testing.assert_allclose(lag, slope * (window + 1) / 2, rtol=1e-12)


def test_weighted_moving_average_lags_a_linear_trend_by_the_mean_age_of_its_weights():
    slope = 3.0
    demand = pd.Series(20 + slope * np.arange(30))
    weights = recency_weights(window=6, recent=2, recent_share=0.7)
    mean_age = 0.7 * (1 + 2) / 2 + 0.3 * (3 + 4 + 5 + 6) / 4

    lag = (demand - weighted_moving_average(demand, weights)).iloc[6:]

    np.testing.assert_allclose(lag, slope * mean_age, rtol=1e-12)


@pytest.mark.parametrize("alpha", [0.05, 0.3, 1.0])
def test_exponential_smoothing_lags_a_linear_trend_by_slope_over_alpha(alpha):
    # Started at that lag, smoothing stays there: e = slope / α solves e' = (1 - α) e + slope.
    slope = 3.0
    demand = pd.Series(100 + slope * np.arange(30))

    lag = demand - exponential_smoothing(demand, alpha, 100 - slope / alpha)

    np.testing.assert_allclose(lag, slope / alpha, rtol=1e-10)


def test_exponential_smoothing_approaches_a_step_geometrically():
    forecast = exponential_smoothing(np.full(12, 80.0), alpha=0.25, initial_level=0, future_index=[12])
    np.testing.assert_allclose(forecast, 80 * (1 - 0.75 ** np.arange(13)), rtol=1e-12)


def test_last_value_plus_hunch_is_last_months_sales_and_a_fifth():
    hunch = last_value_plus_hunch([50, 60, 40], markup=0.2, future_index=[3])
    np.testing.assert_allclose(hunch.iloc[1:], [60, 72, 48], rtol=1e-15)


def test_special_cases_are_naive():
    demand = PORT_OF_BALTIMORE
    for same in (
        simple_moving_average(demand, 1),
        weighted_moving_average(demand, [1]),
        weighted_moving_average(demand, [0, 0, 1]),
        last_value_plus_hunch(demand, 0),
        exponential_smoothing(demand, 1, 0),
    ):
        pd.testing.assert_series_equal(same.iloc[3:], naive(demand).iloc[3:])


@relaxed
@given(st.integers(2, 24), st.data(), st.floats(0, 1))
def test_recency_weights_sum_to_one_and_share_as_told(window, data, recent_share):
    recent = data.draw(st.integers(1, window - 1))

    weights = recency_weights(window, recent, recent_share)

    assert len(weights) == window
    assert weights.sum() == pytest.approx(1, rel=1e-12)
    assert weights[-recent:].sum() == pytest.approx(recent_share, rel=1e-12)
    assert len(set(weights[-recent:])) == len(set(weights[:-recent])) == 1
    weighted_moving_average([1.0] * window, weights)  # accepts them: their sum is within its tolerance


def test_equal_recency_weights_are_the_simple_moving_average():
    weighted = weighted_moving_average(PORT_OF_BALTIMORE, recency_weights(4, 1, 0.25))
    pd.testing.assert_series_equal(weighted, simple_moving_average(PORT_OF_BALTIMORE, 4))


@relaxed
@given(demands.filter(lambda demand: len(set(demand)) > 1))
def test_naive_scaled_by_its_own_span_is_one(demand):
    measures = error_measures(demand, naive(demand), training_demand=demand)
    assert measures.mean_absolute_scaled_error == pytest.approx(1, rel=1e-12)


@relaxed
@given(demands, st.sampled_from(sorted(ALL_METHODS)))
def test_identities_between_the_error_measures(demand, name):
    measures = error_measures(demand, ALL_METHODS[name](demand))

    assert measures.n == len(demand) - WARM_UP[name]
    slack = 1e-9
    assert abs(measures.mean_error) <= measures.mean_absolute_error + slack
    assert measures.mean_absolute_error <= measures.root_mean_squared_error + slack
    assert measures.root_mean_squared_error**2 == pytest.approx(measures.mean_squared_error)
    assert abs(measures.tracking_signal) <= measures.n + slack
    sum_of_errors = measures.tracking_signal * measures.mean_absolute_error
    assert sum_of_errors == pytest.approx(measures.n * measures.mean_error, abs=slack)
    mean_demand = np.mean(demand[WARM_UP[name] :])
    weighted = measures.weighted_absolute_percentage_error
    assert weighted * mean_demand == pytest.approx(measures.mean_absolute_error, abs=slack)


@relaxed
@given(demands.filter(lambda demand: len(set(demand)) > 1))
def test_relative_measures_do_not_depend_on_the_unit(demand):
    pieces, dozens = pd.Series(demand), pd.Series(demand) / 12
    in_pieces = error_measures(pieces, simple_moving_average(pieces, 2), training_demand=pieces)
    in_dozens = error_measures(dozens, simple_moving_average(dozens, 2), training_demand=dozens)

    for name in (
        "mean_absolute_percentage_error",
        "weighted_absolute_percentage_error",
        "mean_absolute_scaled_error",
    ):
        assert getattr(in_dozens, name) == pytest.approx(getattr(in_pieces, name), rel=1e-9, abs=1e-12)
    assert in_dozens.mean_absolute_error * 12 == pytest.approx(in_pieces.mean_absolute_error, abs=1e-9)


# --- no leakage, one interface ---


@every_method
@relaxed
@given(demands, st.data())
def test_forecasts_do_not_change_when_the_future_does(method, demand, data):
    t = data.draw(st.integers(0, len(demand) - 1))
    other_future = data.draw(st.lists(st.floats(0, 1e6), min_size=1, max_size=5))

    before, after = method(demand), method(demand[:t] + other_future)

    pd.testing.assert_series_equal(before.iloc[: t + 1], after.iloc[: t + 1], check_exact=True)


@every_method
@relaxed
@given(demands, st.floats(0, 1e6))
def test_the_forecast_for_the_next_period_is_the_one_made_when_it_has_come(method, demand, next_demand):
    ahead = method(demand, future_index=[len(demand)])
    pd.testing.assert_series_equal(ahead, method([*demand, next_demand]), check_exact=True)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())
def test_every_period_ahead_has_the_forecast_of_the_next(method):
    coming = pd.period_range("2021-09", periods=3, freq="M")

    forecast = method(PORT_OF_BALTIMORE, future_index=coming)

    assert forecast.index.equals(pd.period_range("2021-01", periods=11, freq="M"))
    assert forecast.index.name == "month"
    assert forecast.loc["2021-09":].eq(forecast.loc["2021-09"]).all()
    pd.testing.assert_series_equal(forecast.iloc[:8], method(PORT_OF_BALTIMORE), check_freq=False)


@every_method
@pytest.mark.parametrize(
    "index",
    [
        MONTHS,
        MONTHS.to_timestamp(),
        pd.Index(list("abcdefgh")),
        pd.Index([2021, 2021, 2021, 2021, 2022, 2022, 2022, 2022]),
    ],
    ids=["periods", "dates", "text", "repeated"],
)
def test_index_and_name_are_kept_and_the_input_is_not_changed(method, index):
    demand = pd.Series(PORT_OF_BALTIMORE.to_numpy(), index=index, name="demand_units")
    untouched = demand.copy()

    forecast = method(demand)

    pd.testing.assert_index_equal(forecast.index, index)
    assert forecast.name == "demand_units"
    pd.testing.assert_series_equal(demand, untouched)
    np.testing.assert_array_equal(forecast, method(demand.tolist()))


@pytest.mark.parametrize("name", ALL_METHODS)
def test_the_warm_up_is_nan_and_as_long_as_stated(name):
    forecast = ALL_METHODS[name](PORT_OF_BALTIMORE)
    assert forecast.isna().tolist() == [t < WARM_UP[name] for t in range(8)]


@every_method
def test_one_known_period_is_enough_for_a_forecast_or_a_warm_up(method):
    assert len(method([5.0], future_index=[1])) == 2


# --- backtest ---


@relaxed
@given(demands)
def test_backtest_one_ahead_is_the_forecast_series_itself_for_fixed_constants(demand):
    demand = pd.Series(demand)

    backtest = rolling_origin_backtest(demand, METHODS, first_origin=1)

    assert list(backtest.columns) == list(METHODS)
    assert backtest.index.equals(demand.index)
    assert backtest.iloc[:2].isna().all(axis=None)
    for name, method in METHODS.items():
        pd.testing.assert_series_equal(
            backtest[name].iloc[2:], method(demand).iloc[2:], check_exact=True, check_names=False
        )


def test_backtest_three_ahead_is_the_forecast_known_three_periods_before():
    demand = PORT_OF_BALTIMORE

    backtest = rolling_origin_backtest(demand, METHODS, first_origin="2021-03", horizon=3)

    assert backtest.iloc[:5].isna().all(axis=None)
    for name, method in METHODS.items():
        one_ahead = method(demand)
        assert backtest[name].iloc[5:].tolist() == one_ahead.iloc[3:6].tolist()


def test_backtest_of_a_fitted_line_meets_a_straight_line_at_any_horizon():
    demand = pd.Series(10 + 2.5 * np.arange(12))

    backtest = rolling_origin_backtest(demand, {"line": straight_line_fit}, first_origin=3, horizon=4)

    assert backtest["line"].notna().tolist() == [t >= 7 for t in range(12)]
    np.testing.assert_allclose(backtest["line"].iloc[7:], demand.iloc[7:], rtol=1e-12)


@relaxed
@given(demands, st.data(), st.integers(1, 3))
def test_backtest_does_not_change_when_the_future_does(demand, data, horizon):
    methods = METHODS | {"line": straight_line_fit}
    changed = data.draw(st.integers(2, len(demand) - 1))
    other = demand[:changed] + [value + 50 for value in demand[changed:]]

    before = rolling_origin_backtest(demand, methods, first_origin=1, horizon=horizon)
    after = rolling_origin_backtest(other, methods, first_origin=1, horizon=horizon)

    # A target at position t was forecast at t - h: those up to changed - 1 + h knew nothing of the change.
    pd.testing.assert_frame_equal(before.iloc[: changed + horizon], after.iloc[: changed + horizon], check_exact=True)
    if changed + horizon < len(demand):  # and the first that knew of it did change
        assert before["naive"].iloc[changed + horizon] != after["naive"].iloc[changed + horizon]


def test_backtest_hands_a_method_the_demand_up_to_the_origin_and_the_labels_after_it():
    seen = []

    def spy(history, future_index):
        seen.append((history, future_index))
        return pd.Series(0.0, index=future_index)

    rolling_origin_backtest(PORT_OF_BALTIMORE, {"spy": spy}, first_origin="2021-05", horizon=2)

    assert len(seen) == 2
    for known, (history, future_index) in zip([5, 6], seen, strict=True):
        pd.testing.assert_series_equal(history, PORT_OF_BALTIMORE.iloc[:known].astype(float))
        pd.testing.assert_index_equal(future_index, MONTHS[known : known + 2])


# --- comparison ---


def test_methods_are_compared_on_the_periods_that_all_of_them_forecast():
    demand = PORT_OF_BALTIMORE
    forecasts = {name: method(demand) for name, method in METHODS.items()}

    table = compare_methods(demand, forecasts, training_demand=demand.iloc[:3])

    assert table.index.tolist() == list(METHODS)
    assert table.index.name == "method"
    assert table.columns.tolist() == [field.name for field in fields(ErrorMeasures)]
    assert table["n"].tolist() == [5] * len(METHODS)
    for name, forecast in forecasts.items():
        common = demand.iloc[3:]
        assert table.loc[name].to_dict() == asdict(
            error_measures(common, forecast.iloc[3:], training_demand=demand.iloc[:3])
        )


def test_backtest_frame_goes_straight_into_the_comparison():
    backtest = rolling_origin_backtest(PORT_OF_BALTIMORE, METHODS, first_origin="2021-03")

    table = compare_methods(PORT_OF_BALTIMORE, backtest)

    one_ahead = {name: method(PORT_OF_BALTIMORE) for name, method in METHODS.items()}
    pd.testing.assert_frame_equal(table, compare_methods(PORT_OF_BALTIMORE, one_ahead))


def test_warm_up_is_left_out_of_every_mean():
    demand, forecast = [900, 10, 20], [np.nan, 8, 24]

    measures = error_measures(demand, forecast)

    assert measures == ErrorMeasures(
        n=2,
        mean_error=-1.0,
        mean_absolute_error=3.0,
        mean_squared_error=10.0,
        root_mean_squared_error=10**0.5,
        mean_absolute_percentage_error=pytest.approx((2 / 10 + 4 / 20) / 2),
        weighted_absolute_percentage_error=6 / 30,
        mean_absolute_scaled_error=pytest.approx(np.nan, nan_ok=True),
        tracking_signal=pytest.approx(-2 / 3),
    )


def test_zero_demand_leaves_only_the_percentage_error_undefined_when_allowed():
    measures = error_measures([0, 10, 30], [5, 10, 25], allow_zero_demand=True)

    assert np.isnan(measures.mean_absolute_percentage_error)
    assert measures.weighted_absolute_percentage_error == 10 / 40
    assert measures.mean_absolute_error == pytest.approx(10 / 3)
    assert np.isnan(error_measures([0, 0], [1, 1], allow_zero_demand=True).weighted_absolute_percentage_error)


def test_zero_demand_in_the_warm_up_is_not_judged():
    assert error_measures([0, 10], [np.nan, 5]).mean_absolute_percentage_error == 0.5


# --- errors ---


@every_method
@pytest.mark.parametrize(
    ("demand", "message"),
    [
        (pd.Series([3, np.nan, 4], index=["Jan", "Feb", "Mar"]), r"demand is nan at index Feb"),
        (
            pd.Series([3, -2, 4], index=["Jan", "Feb", "Mar"]),
            r"demand is -2 at index Feb: give a number 0 or more",
        ),
        ([3, np.inf], r"demand is inf at index 1"),
        ([], r"demand has 0 values"),
        (["3", "4"], r"demand is \['3', '4'\]: give a number"),
        ([True, False], r"demand is \[True, False\]: give a number"),
        (12, r"demand has 0 dimensions"),
    ],
)
def test_methods_refuse_bad_demand(method, demand, message):
    with pytest.raises(ValueError, match=message):
        method(demand)


@every_method
@pytest.mark.parametrize(
    ("future_index", "message"),
    [
        (["2021-09", "2021-09"], "future_index has 2021-09 twice"),
        (MONTHS[-1:], "future_index has 2021-08 twice or as a period of demand"),
        ("2021-09", "future_index is '2021-09': give a list"),
    ],
)
def test_methods_refuse_a_bad_future_index(method, future_index, message):
    with pytest.raises(ValueError, match=message):
        method(PORT_OF_BALTIMORE, future_index=future_index)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (partial(simple_moving_average, window=0), "window is 0: give a whole number of 1 or more"),
        (partial(simple_moving_average, window=2.5), "window is 2.5: give a whole number"),
        (partial(simple_moving_average, window=True), "window is True: give a whole number"),
        (
            partial(weighted_moving_average, weights=[0.3, 0.3, 0.3]),
            r"weights sum to 0\.9: .* divide each weight",
        ),
        (
            partial(weighted_moving_average, weights=[3, 2, 1]),
            "weights sum to 6: they must sum to 1 within 1e-09",
        ),
        (
            partial(weighted_moving_average, weights=[1.5, -0.5]),
            "weights is -0.5 at index 1: give a number 0 or",
        ),
        (partial(weighted_moving_average, weights=[np.nan, 1]), "weights is nan at index 0"),
        (partial(weighted_moving_average, weights=[]), "weights has 0 values"),
        (partial(weighted_moving_average, weights=[1], sum_tolerance=-1), "sum_tolerance is -1"),
        (
            partial(exponential_smoothing, alpha=0, initial_level=5),
            "alpha is 0: give a number greater than 0",
        ),
        (partial(exponential_smoothing, alpha=1.01, initial_level=5), "alpha is 1.01: .* at most 1"),
        (partial(exponential_smoothing, alpha=True, initial_level=5), "alpha is True"),
        (
            partial(exponential_smoothing, alpha=[0.1, 0.2], initial_level=5),
            r"alpha is \[0.1, 0.2\]: give one number",
        ),
        (
            partial(exponential_smoothing, alpha=0.1, initial_level=-5),
            "initial_level is -5: give a number 0 or more",
        ),
        (partial(exponential_smoothing, alpha=0.1, initial_level=np.nan), "initial_level is nan"),
        (partial(last_value_plus_hunch, markup=-1.5), "markup is -1.5: give -1 or more"),
        (partial(last_value_plus_hunch, markup="10 %"), "markup is '10 %': give a number"),
        (partial(last_value_plus_hunch, markup=[0.1, 0.2]), r"markup is \[0.1, 0.2\]: give one number"),
    ],
)
def test_methods_refuse_bad_constants(call, message):
    with pytest.raises(ValueError, match=message):
        call(PORT_OF_BALTIMORE)


def test_weights_within_a_stated_tolerance_are_used_as_given():
    thirds = weighted_moving_average([30, 30, 30], [0.33, 0.33, 0.33], future_index=[3], sum_tolerance=0.011)
    assert thirds.iloc[-1] == pytest.approx(29.7)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, 3, 0.5), "recent is 3: give less than window, 3"),
        ((3, 0, 0.5), "recent is 0: give a whole number"),
        ((3.0, 1, 0.5), "window is 3.0: give a whole number"),
        ((3, 1, 1.2), "recent_share is 1.2: give a number between 0 and 1"),
        ((3, 1, [0.2]), "recent_share is .*: give one number"),
    ],
)
def test_recency_weights_refuse(arguments, message):
    with pytest.raises(ValueError, match=message):
        recency_weights(*arguments)


@pytest.mark.parametrize(
    ("demand", "forecast", "options", "message"),
    [
        ([1, 2, 3], [np.nan, 2, np.nan], {}, "forecast is nan at index 2"),
        ([1, 2, 3], [np.nan, 2, np.inf], {}, "forecast is inf at index 2"),
        ([1, 2, 3], [np.nan] * 3, {}, "forecast is nan in every period"),
        ([1, 2, 3], [1, 2], {}, "forecast has another index than demand"),
        ([1, 2], pd.Series([1, 2], index=[1, 2]), {}, "forecast has another index than demand"),
        ([1, np.nan], [np.nan, 1], {}, "demand is nan at index 1"),
        ([np.nan, 1], [np.nan, 1], {}, "demand is nan at index 0"),
        ([1, -1], [1, 1], {}, "demand is -1 at index 1"),
        ([1, 0], [1, 1], {}, "demand is 0 at index 1: .*allow_zero_demand=True"),
        ([1, 2], ["a", "b"], {}, "forecast is "),
        ([1, 2], [1, 1], {"training_demand": [4, 4, 4]}, "training_demand never changes"),
        ([1, 2], [1, 1], {"training_demand": [4]}, "training_demand has 1 values: give at least 2"),
        ([1, 2], [1, 1], {"training_demand": [4, np.nan]}, "training_demand is nan at index 1"),
    ],
)
def test_error_measures_refuse(demand, forecast, options, message):
    with pytest.raises(ValueError, match=message):
        error_measures(demand, forecast, **options)


def test_comparison_refuses_and_names_the_method():
    with pytest.raises(ValueError, match=r"forecasts\['gap'\] is nan at index 2"):
        compare_methods([1, 2, 3], {"naive": naive([1, 2, 3]), "gap": [1, 2, np.nan]})
    with pytest.raises(ValueError, match="forecasts is empty"):
        compare_methods([1, 2, 3], {})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"first_origin": "2022-01"}, "first_origin is '2022-01': give the label of one period of demand"),
        ({"first_origin": ["2021-01"]}, "first_origin is .*: give the label of one period"),
        ({"first_origin": "2021-08"}, "first_origin is 2021-08: demand ends less than 1 after it"),
        (
            {"first_origin": "2021-06", "horizon": 3},
            "first_origin is 2021-06: demand ends less than 3 after it",
        ),
        ({"first_origin": "2021-03", "horizon": 0}, "horizon is 0: give a whole number"),
        ({"first_origin": "2021-03", "methods": {}}, "methods is empty"),
        (
            {"first_origin": "2021-03", "methods": {"same period": lambda history, future_index: history}},
            r"methods\['same period'\] gives no forecast for 2021-04",
        ),
        (
            {"first_origin": "2021-03", "methods": {"number": lambda history, future_index: 3.0}},
            r"methods\['number'\] gives no forecast for 2021-04",
        ),
    ],
)
def test_backtest_refuses(options, message):
    with pytest.raises(ValueError, match=message):
        rolling_origin_backtest(PORT_OF_BALTIMORE, **({"methods": METHODS} | options))


def test_backtest_needs_each_period_to_have_its_own_label():
    with pytest.raises(ValueError, match="first_origin is 2021: give the label of one period"):
        rolling_origin_backtest(pd.Series([1, 2, 3], index=[2021, 2021, 2022]), METHODS, first_origin=2021)


# What chance alone leaves.


@pytest.mark.parametrize("mean", [0.3, 1.0, 7.0, 63.7, 254.7])
def test_the_mean_absolute_error_of_poisson_demand_is_the_sum_over_its_probabilities(mean):
    counts = np.arange(0, 1000)
    direct = (poisson.pmf(counts, mean) * abs(counts - mean)).sum()
    assert poisson_mean_absolute_error(mean) == pytest.approx(direct, rel=1e-10)


def test_the_mean_absolute_error_of_poisson_demand_keeps_an_index_and_refuses_nothing():
    errors = poisson_mean_absolute_error(pd.Series([1.0, 10_000.0], index=["pen", "clip"]))
    assert errors.to_numpy() == pytest.approx([2 / np.e, np.sqrt(20_000 / np.pi)], rel=1e-4)
    assert list(errors.index) == ["pen", "clip"]
    with pytest.raises(ValueError, match="expected_demand is 0: give a number greater than 0"):
        poisson_mean_absolute_error(0)
