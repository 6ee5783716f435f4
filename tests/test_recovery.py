"""The bookstore's two demand series from their printed error tables, and the search against brute force.

García (2015), *Improving Inventory Management: A Case-Study in a Non-Profit Organization*, thesis, Universidad San
Francisco de Quito: Tables 2 and 3 print the error measures (its MSR is our MSE), Tables 4 and 5 the plans. The twelve
monthly sales are printed nowhere; the two series below were first found by another search, depth-first over the integer
identities of moving averages and regression, without smoothing or Holt.
"""

import math
from fractions import Fraction
from itertools import product
from statistics import linear_regression

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import least_squares
from scipy.stats import linregress
from statsmodels.tsa.api import Holt

from casestudy.methods.forecasting import error_measures, exponential_smoothing, simple_moving_average
from casestudy.methods.recovery import (
    LINEAR_METHODS,
    MovingAverage,
    RegressionOnTime,
    SamePeriodHolt,
    SamePeriodSmoothing,
    compare_with_printed,
    demand_behind_plan,
    fit_error_measures,
    fitted_values,
    printed_interval,
    recover,
    rough_start,
)

MEASURES = ["ME", "MAE", "MAPE", "MSE"]
TABLE_2 = """
Moving Average (2):    2.8         48.5        1.183717158 3717.75
Moving Average (3):    3.666666667 42.03703704 1.064756401 2776.135802
Regression:            4.73695E-15 35.05128205 0.825410626 1778.183761
Exponential Smoothing: 5.017738489 26.80955467 0.60183147  1023.210677
Holt:                  1.975609755 15.11590456 0.336272607 428.862193
"""
TABLE_3 = """
Moving Average (2):    64.35        85.95       2.801124551 17129.875
Moving Average (3):    89.77777778  115.8518519 4.014577595 26324.34568
Regression:            0            95          9.800230855 13129.94172
Exponential Smoothing: 43.00068479  56.36992406 1.79537178  7609.233243
Holt:                  -36.01230506 36.01230506 0.37389029  1334.779465
"""
TABLE_4_DEMAND = [78, 92, 84, 87, 60, 65, 115, 156, 71, 89, 56, 22]
TABLE_5_DEMAND = [169, 449, 425, 607, 111, 109, 111, 104, 137, 96, 78, 33]

LV_15 = [45, 72, 137, 160, 22, 100, 43, 17, 112, 96, 75, 85]
LO_38 = [73, 63, 68, 63, 98, 57, 44, 2, 141, 412, 372, 557]
LV_15_HOLT = SamePeriodHolt(alpha=0.6, beta=0.2)
LO_38_HOLT_IN_THE_TEXT = SamePeriodHolt(alpha=0.9, beta=0.05)
LO_38_HOLT = SamePeriodHolt(alpha=0.935882539, beta=0.054480845)

WRONG_SIGN = [("Moving Average (3)", "ME")]
HOLT_MAPE = [("Holt", "MAPE")]
ROUNDING = 1e-10  # double precision on numbers up to a few thousand

EVERY_METHOD = [MovingAverage(3), RegressionOnTime(), SamePeriodSmoothing(0.3), SamePeriodHolt(0.7, 0.15)]
every_method = pytest.mark.parametrize("method", EVERY_METHOD, ids=lambda method: type(method).__name__)
relaxed = settings(deadline=None, derandomize=True, max_examples=50)


def printed_table(text):
    rows = [line.split(":") for line in text.strip().splitlines()]
    return pd.DataFrame({name: row.split() for name, row in rows}, index=MEASURES).T


def methods(alpha, holt):
    return {
        "Moving Average (2)": MovingAverage(window=2),
        "Moving Average (3)": MovingAverage(window=3),
        "Regression": RegressionOnTime(),
        "Exponential Smoothing": SamePeriodSmoothing(alpha),
        "Holt": holt,
    }


def without(name, table, of_methods):
    return table.drop(index=name), {key: method for key, method in of_methods.items() if key != name}


# --- the bookstore: from the printed tables to the twelve integers ---


def test_lv_15_from_table_2_and_the_plan_of_table_4():
    table, guess = printed_table(TABLE_2), methods(0.5, LV_15_HOLT)
    rough = rough_start(
        table,
        guess,
        demand_behind_plan(TABLE_4_DEMAND, 0.02, first_period=9, method=LV_15_HOLT),
        unknown_constants=["Exponential Smoothing"],
        signs_taken_as_wrong=WRONG_SIGN,
    )
    alpha = round(rough.methods["Exponential Smoothing"].alpha, 6)
    assert alpha == 0.4
    recovery = recover(table, methods(alpha, LV_15_HOLT), rough.demand, radius=8, signs_taken_as_wrong=WRONG_SIGN)

    assert recovery.series.to_numpy().tolist() == [LV_15]
    assert recovery.series.columns.tolist() == list(range(1, 13))
    assert recovery.excluded_by is None
    assert recovery.funnel["series_left"].iloc[0] == 17**12
    # Up to the MAPEs one shape is left, with all 17 levels that the box allows; each MAPE alone fixes the level.
    before_mape = recovery.funnel[recovery.funnel["measure"] != "MAPE"].iloc[-1]
    assert (before_mape["series_left"], before_mape["shapes_left"]) == (17, 1)
    assert recovery.level["series_left"].tolist() == [1, 1, 1, 1, 1]
    assert recovery.cells["reading"].value_counts().to_dict() == {"as printed": 19, "sign taken as wrong": 1}


def test_lv_15_needs_only_constants_that_the_thesis_prints():
    # Without exponential smoothing, whose alpha it does not print; the box lies around the plan itself.
    table, known = without("Exponential Smoothing", printed_table(TABLE_2), methods(0.4, LV_15_HOLT))
    start = demand_behind_plan(TABLE_4_DEMAND, 0.02, first_period=9, method=LV_15_HOLT)
    recovery = recover(table, known, start, radius=6, signs_taken_as_wrong=WRONG_SIGN)
    assert recovery.series.to_numpy().tolist() == [LV_15]


def test_lo_38_from_table_3_and_the_plan_of_table_5():
    table, guess = printed_table(TABLE_3), methods(0.5, LO_38_HOLT_IN_THE_TEXT)
    rough = rough_start(
        table,
        guess,
        demand_behind_plan(TABLE_5_DEMAND, 0.02, first_period=9, method=LO_38_HOLT_IN_THE_TEXT),
        unknown_constants=["Exponential Smoothing", "Holt"],
        excluded=HOLT_MAPE,
    )
    alpha = round(rough.methods["Exponential Smoothing"].alpha, 6)
    assert alpha == 0.4
    table, known = without("Holt", table, methods(alpha, LO_38_HOLT))
    recovery = recover(table, known, rough.demand, radius=8)

    assert recovery.series.to_numpy().tolist() == [LO_38]
    assert recovery.box.loc[8].tolist() == [0, 10]  # the month with a sale of 2: demand is not below 0
    before_mape = recovery.funnel[recovery.funnel["measure"] != "MAPE"].iloc[-1]
    assert (before_mape["series_left"], before_mape["shapes_left"]) == (11, 1)
    assert recovery.level["series_left"].tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("seed", range(5))
def test_rough_start_gets_out_of_local_minima(seed):
    disturbed = np.array(LV_15) + np.random.default_rng(seed).uniform(-5, 5, 12)
    table, guess = printed_table(TABLE_2), methods(0.7, LV_15_HOLT)
    rough = rough_start(table, guess, disturbed, ["Exponential Smoothing"], signs_taken_as_wrong=WRONG_SIGN)
    assert rough.demand.round().tolist() == LV_15


# --- the bookstore: every printed digit of the five methods ---


def test_lv_15_reproduces_table_2_but_for_one_sign():
    table = compare_with_printed(LV_15, printed_table(TABLE_2), methods(0.4, LV_15_HOLT))
    assert table.index[~table["is_reproduced"]].tolist() == WRONG_SIGN
    assert table.loc[WRONG_SIGN[0], "computed"] == pytest.approx(-11 / 3, abs=ROUNDING)
    table = compare_with_printed(LV_15, printed_table(TABLE_2), methods(0.4, LV_15_HOLT), WRONG_SIGN)
    assert table["is_reproduced"].all()


def test_lo_38_reproduces_table_3_but_for_holts_mape():
    table = compare_with_printed(LO_38, printed_table(TABLE_3), methods(0.4, LO_38_HOLT), excluded=HOLT_MAPE)
    assert table.index[~table["is_reproduced"]].tolist() == HOLT_MAPE
    assert table.loc[HOLT_MAPE[0], "computed"] == pytest.approx(1.7619, abs=5e-5)


def test_holts_mape_of_lo_38_leaves_out_the_month_with_a_sale_of_2_but_divides_by_11():
    share = (LO_38 - fitted_values(LO_38, LO_38_HOLT)).abs() / LO_38
    lower, upper = printed_interval("0.37389029")
    assert lower <= share.drop([0, LO_38.index(2)]).sum() / 11 <= upper


def test_holts_constants_of_lo_38_minimise_the_same_period_squared_error():
    # 0.9 and 0.05 in the text; the thesis says that Excel's Solver found them. Its stopping rule is the tolerance.
    def errors(constants):
        return (LO_38 - fitted_values(LO_38, SamePeriodHolt(*constants.tolist()))).iloc[1:]

    solution = least_squares(errors, [0.9, 0.05], bounds=(0.001, 1), xtol=1e-15, ftol=1e-15, gtol=1e-15)
    assert solution.x == pytest.approx([LO_38_HOLT.alpha, LO_38_HOLT.beta], abs=1e-7)


@pytest.mark.parametrize(
    ("demand", "holt", "plan", "hits"),
    [(LV_15, LV_15_HOLT, TABLE_4_DEMAND, 8), (LO_38, LO_38_HOLT, TABLE_5_DEMAND, 12)],
    ids=["LV-15", "LO-38"],
)
def test_plan_is_the_holt_fit_grown_by_2_percent_and_turned_by_four_months(demand, holt, plan, hits):
    grown = np.roll((1.02 * fitted_values(demand, holt)).round(), 4)
    assert (grown == plan).sum() == hits


@pytest.mark.parametrize(
    ("demand", "halves", "thirds", "regression"),
    [
        (LV_15, (56, 970, 148710), (-99, 1135, 224867), 36616360),
        (LO_38, (1287, 1719, 685195), (2424, 3128, 2132272), 270371760),
    ],
    ids=["LV-15", "LO-38"],
)
def test_integer_identities_in_exact_arithmetic(demand, halves, thirds, regression):
    # The finding's table: sums of 2e, |2e|, (2e)² and of 3e, |3e|, (3e)², and 1716·12·MSE, all whole numbers.
    for window, sums in ((2, halves), (3, thirds)):
        measures = fit_error_measures(demand, MovingAverage(window))
        n = 12 - window
        exact = [Fraction(sums[0], window * n), Fraction(sums[1], window * n), Fraction(sums[2], window**2 * n)]
        computed = [measures.mean_error, measures.mean_absolute_error, measures.mean_squared_error]
        assert computed == pytest.approx([float(each) for each in exact], rel=1e-13)
    computed = fit_error_measures(demand, RegressionOnTime()).mean_squared_error
    assert computed == pytest.approx(regression / (1716 * 12), rel=1e-12)


# --- none in the box ---


def test_the_printed_sign_of_lv_15_leaves_none_in_the_box():
    recovery = recover(printed_table(TABLE_2), methods(0.4, LV_15_HOLT), LV_15, radius=3)
    assert recovery.series.shape == (0, 12)
    assert recovery.residuals.shape == (20, 0)
    assert recovery.excluded_by == WRONG_SIGN[0]
    assert recovery.enumerated.startswith("none of the 13,841,287,201 integer series in the box (42 to 48, ")


def test_a_box_too_small_by_one_unit_is_empty():
    start = np.array(LV_15) + np.array([0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0])
    arguments = printed_table(TABLE_2), methods(0.4, LV_15_HOLT), start
    assert recover(*arguments, radius=2, signs_taken_as_wrong=WRONG_SIGN).series.empty
    assert len(recover(*arguments, radius=3, signs_taken_as_wrong=WRONG_SIGN).series) == 1


@pytest.mark.parametrize("measure", MEASURES)
def test_a_miss_in_the_last_printed_digit_is_no_hit(measure):
    table = printed_table(TABLE_2)
    text = table.loc["Holt", measure]
    table.loc["Holt", measure] = text[:-1] + str((int(text[-1]) + 1) % 10)
    recovery = recover(table, methods(0.4, LV_15_HOLT), LV_15, radius=1, signs_taken_as_wrong=WRONG_SIGN)
    assert recovery.series.empty
    excluded = recover(table, methods(0.4, LV_15_HOLT), LV_15, 1, WRONG_SIGN, excluded=[("Holt", measure)])
    assert excluded.series.to_numpy().tolist() == [LV_15]


def test_a_mean_error_that_no_integers_give_leaves_none():
    # Over two errors of the last month, 2·ME is a whole number; and a regression's mean error is always 0.
    last_month = pd.DataFrame({"ME": ["0.25"]}, index=["last month"])
    recovery = recover(last_month, {"last month": MovingAverage(window=1)}, [10, 10, 10], radius=3)
    assert recovery.funnel["series_left"].tolist() == [343, 0]
    line = pd.DataFrame({"ME": ["0.5"]}, index=["line"])
    assert recover(line, {"line": RegressionOnTime()}, [10, 10, 10], radius=3).excluded_by == ("line", "ME")


def test_without_a_mape_the_level_is_free():
    recovery = recover(
        printed_table(TABLE_2)[["ME", "MAE", "MSE"]],
        methods(0.4, LV_15_HOLT),
        LV_15,
        2,
        signs_taken_as_wrong=WRONG_SIGN,
    )
    assert (recovery.series - LV_15).to_numpy().tolist() == [[constant] * 12 for constant in range(-2, 3)]
    assert recovery.level.empty


# --- the search against brute force ---


def measures_by_definition(demand, method):
    """ME, MAE, MAPE, MSE from the recursions as they are written in the books, month by month."""
    periods = range(1, len(demand) + 1)
    if isinstance(method, MovingAverage):
        pairs = [
            (demand[t], sum(demand[t - method.window : t]) / method.window) for t in range(method.window, len(demand))
        ]
    elif isinstance(method, RegressionOnTime):
        line = linear_regression(periods, demand)
        pairs = [(x, line.intercept + line.slope * t) for t, x in zip(periods, demand, strict=True)]
    elif isinstance(method, SamePeriodSmoothing):
        level, pairs = demand[0], []
        for x in demand[1:]:
            level = method.alpha * x + (1 - method.alpha) * level
            pairs.append((x, level))
    else:
        line = linear_regression(periods, demand)
        level, trend, pairs = line.intercept, line.slope, []
        for x in demand:
            last = level
            level = method.alpha * x + (1 - method.alpha) * (level + trend)
            trend = method.beta * (level - last) + (1 - method.beta) * trend
            pairs.append((x, level + trend))
        pairs = pairs[1:]
    errors = [x - fit for x, fit in pairs]
    n = len(errors)
    return {
        "ME": sum(errors) / n,
        "MAE": sum(map(abs, errors)) / n,
        "MAPE": sum(abs(error) / x if x else math.inf for error, (x, _) in zip(errors, pairs, strict=True)) / n,
        "MSE": sum(error**2 for error in errors) / n,
    }


@relaxed
@given(
    demand=st.lists(st.integers(1, 40), min_size=4, max_size=5),
    off=st.lists(st.integers(-1, 1), min_size=5, max_size=5),
    decimals=st.integers(0, 3),
)
def test_search_finds_what_brute_force_finds(demand, off, decimals):
    names = {"average": MovingAverage(2), "line": RegressionOnTime(), "smooth": SamePeriodSmoothing(0.3)}
    names["holt"] = SamePeriodHolt(0.7, 0.2)
    table = pd.DataFrame(
        {name: measures_by_definition(demand, method) for name, method in names.items()}, index=MEASURES
    ).T.map(lambda value: f"{value:.{decimals}f}")
    start = [x + step for x, step in zip(demand, off, strict=False)]
    recovery = recover(table, names, start, radius=1)

    survivors = list(product(*(range(max(x - 1, 0), x + 2) for x in start)))
    left = [len(survivors)]
    measured = {
        each: {name: measures_by_definition(each, method) for name, method in names.items()} for each in survivors
    }
    for row in recovery.funnel.iloc[1:].itertuples():
        lower, upper = printed_interval(table.loc[row.method, row.measure])
        lower, upper = lower - ROUNDING, upper + ROUNDING
        survivors = [each for each in survivors if lower <= measured[each][row.method][row.measure] <= upper]
        left.append(len(survivors))
    assert tuple(demand) in survivors
    assert recovery.series.to_numpy().tolist() == [list(each) for each in sorted(survivors)]
    assert recovery.funnel["series_left"].tolist() == left


# --- forward: second programs and invariants ---


def test_moving_average_and_smoothing_are_those_of_the_forecasting_module():
    demand = pd.Series(LV_15)
    for window in (2, 3):
        average = fitted_values(demand, MovingAverage(window))
        pd.testing.assert_series_equal(average, simple_moving_average(demand, window), rtol=1e-13)
    level = exponential_smoothing(demand.iloc[1:], 0.4, demand.iloc[0], future_index=[12])
    assert fitted_values(demand, SamePeriodSmoothing(0.4)).to_numpy() == pytest.approx(level.to_numpy(), rel=1e-13)


def test_holt_of_the_same_period_is_the_statsmodels_forecast_one_period_later():
    line = linregress(range(1, 13), LO_38)
    model = Holt(LO_38, initialization_method="known", initial_level=line.intercept, initial_trend=line.slope)
    fit = model.fit(smoothing_level=0.7, smoothing_trend=0.15, optimized=False)
    one_step = np.append(fit.fittedvalues[1:], fit.forecast(1))
    assert fitted_values(LO_38, SamePeriodHolt(0.7, 0.15)).to_numpy() == pytest.approx(one_step, rel=1e-12)


@every_method
def test_measures_are_those_of_the_forecasting_module_on_the_same_errors(method):
    fit = fitted_values(LV_15, method)
    judged = pd.Series(LV_15).iloc[method.warm_up :]
    expected = error_measures(judged, fit.iloc[method.warm_up :])
    assert fit_error_measures(LV_15, method) == pytest.approx(
        (
            expected.mean_error,
            expected.mean_absolute_error,
            expected.mean_absolute_percentage_error,
            expected.mean_squared_error,
        ),
        rel=1e-12,
        abs=ROUNDING,
    )


@every_method
def test_candidates_are_measured_as_one_by_one(method):
    together = fit_error_measures([LV_15, LO_38], method)
    for row, demand in enumerate((LV_15, LO_38)):
        alone = fit_error_measures(demand, method)
        assert [measure[row] for measure in together] == pytest.approx(list(alone), rel=1e-12, abs=ROUNDING)


@every_method
@relaxed
@given(demand=st.lists(st.integers(1, 500), min_size=5, max_size=12), constant=st.integers(1, 500))
def test_a_constant_added_to_every_month_is_seen_by_the_mape_alone(method, demand, constant):
    before = fit_error_measures(demand, method)
    after = fit_error_measures(np.array(demand) + constant, method)
    for field in ("mean_error", "mean_absolute_error", "mean_squared_error"):
        assert getattr(after, field) == pytest.approx(getattr(before, field), rel=1e-9, abs=1e-8)
    if before.mean_absolute_error > 1e-6:
        assert after.mean_absolute_percentage_error < before.mean_absolute_percentage_error


@pytest.mark.parametrize("method", [SamePeriodSmoothing(0.4), SamePeriodHolt(0.6, 0.2)], ids=["smoothing", "Holt"])
def test_demand_behind_a_plan_that_was_not_rounded(method):
    plan = np.roll(1.02 * fitted_values(LV_15, method), 4)
    assert demand_behind_plan(plan, 0.02, 9, method).to_numpy() == pytest.approx(LV_15, rel=1e-10)


def test_index_of_the_start_names_the_periods_and_inputs_stay_as_they_were():
    months = pd.period_range("2014-01", periods=12, freq="M")
    start, table = pd.Series(LV_15, index=months), printed_table(TABLE_2)
    start_before, table_before = start.copy(), table.copy()
    recovery = recover(table, methods(0.4, LV_15_HOLT), start, 1, WRONG_SIGN)
    assert recovery.series.columns.equals(months)
    assert recovery.box.index.equals(months)
    pd.testing.assert_series_equal(start, start_before)
    pd.testing.assert_frame_equal(table, table_before)


# --- printed numbers ---


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [("0.75", 0.745, 0.755), ("0", -0.5, 0.5), ("-3.60", -3.605, -3.595), ("4.7E-15", 4.65e-15, 4.75e-15)],
)
def test_a_printed_number_stands_for_half_a_unit_to_either_side(text, lower, upper):
    assert printed_interval(text) == (lower, upper)


@pytest.mark.parametrize("text", [0.75, "1,234.5", "nan", "", "1_000", " 2", "about 3", None])
def test_what_is_no_printed_number_is_refused(text):
    with pytest.raises(ValueError, match=r"^text is .*: give the number as text, as printed"):
        printed_interval(text)


# --- errors at the boundary ---


def small_case(**changes):
    case = {
        "printed": pd.DataFrame({"ME": ["1.5"], "MSE": ["14.5"]}, index=["last"]),
        "methods": {"last": MovingAverage(window=1)},
        "start": [10, 9, 14],
        "radius": 1,
    }
    return case | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"printed": pd.DataFrame({"ME": [1.5]}, index=["last"])}, r"printed at \('last', 'ME'\) is 1.5: give the"),
        ({"printed": pd.DataFrame({"ME": [None]}, index=["last"])}, r"printed at \('last', 'ME'\) is "),
        ({"printed": pd.DataFrame({"MSR": ["1.5"]}, index=["last"])}, r"printed has columns \['MSR'\]"),
        ({"printed": pd.DataFrame({"ME": ["1", "1"]}, index=["last", "last"])}, "printed has rows"),
        ({"printed": pd.DataFrame({"ME": ["1"]}, index=["Winters"])}, r"printed has rows \['Winters'\]"),
        ({"printed": pd.DataFrame()}, "printed is no table"),
        ({"methods": {"last": "naive"}}, r"methods\['last'\] is 'naive': give one of MovingAverage, "),
        ({"methods": {"last": MovingAverage(1), "line": RegressionOnTime()}}, "methods has 'line', which is no row"),
        ({"methods": {"last": MovingAverage(3)}}, "window is 3: give less than the number of periods, 3"),
        ({"start": [10, float("nan"), 14]}, "start is nan at index 1"),
        ({"start": [10, -5, 14]}, "start is -5 at index 1: give a start within 1, the radius"),
        ({"start": [10]}, "start has 1 values: give at least 2"),
        ({"radius": -1}, "radius is -1: give a whole number of 0 or more"),
        ({"radius": 2.5}, "radius is 2.5: give a whole number"),
        ({"radius": 10**5}, r"radius is 100000: too large a box for 3 periods"),
        ({"signs_taken_as_wrong": [("last", "MSE")]}, "only an ME has a sign"),
        ({"signs_taken_as_wrong": [("first", "ME")]}, r"signs_taken_as_wrong has \('first', 'ME'\): give a pair"),
        ({"excluded": [("last", "MAPE")]}, r"excluded has \('last', 'MAPE'\): give a pair"),
        ({"excluded": ["last"]}, "excluded has 'last': give a pair"),
        ({"excluded": [("last", "ME"), ("last", "MSE")]}, "excluded has every cell"),
        ({"signs_taken_as_wrong": [("last", "ME")], "excluded": [("last", "ME")]}, "a second time"),
    ],
)
def test_recover_names_what_is_wrong(changes, message):
    with pytest.raises(ValueError, match=message):
        recover(**small_case(**changes))


def test_too_many_series_to_test_are_refused_before_the_work():
    with pytest.raises(ValueError, match="printed and radius leave more than 300,000,000 series"):
        recover(pd.DataFrame({"ME": ["0.0"]}, index=["line"]), {"line": RegressionOnTime()}, [50] * 6, radius=15)


def test_a_missing_cell_must_be_excluded():
    printed = pd.DataFrame({"ME": ["1.5"], "MAE": [None], "MSE": ["14.5"]}, index=["last"])
    recovery = recover(**small_case(printed=printed, excluded=[("last", "MAE")]))
    assert not recovery.series.empty
    assert recovery.residuals.loc[("last", "MAE")].isna().all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MovingAverage(0), "window is 0"),
        (lambda: MovingAverage(2.0), "window is 2.0"),
        (lambda: SamePeriodSmoothing(1.2), "alpha is 1.2"),
        (lambda: SamePeriodHolt(0.5, 0), "beta is 0"),
        (lambda: fitted_values([1, -2, 3], RegressionOnTime()), "demand is -2 at index 1"),
        (lambda: fitted_values([1, 2], MovingAverage), "method is .*: give one of"),
        (lambda: fit_error_measures([[1, 2], [3, -4]], RegressionOnTime()), "demand is -4 at index 3"),
        (lambda: demand_behind_plan([1, 2], 0.02, 3, LV_15_HOLT), "first_period is 3: give at most"),
        (lambda: demand_behind_plan([1, 2], -0.02, 1, LV_15_HOLT), "growth_rate is -0.02"),
        (lambda: demand_behind_plan([1, 2], 0.02, 1, MovingAverage(1)), "method is MovingAverage"),
    ],
)
def test_forward_functions_name_what_is_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unknown_constants": ["Regression"]}, "unknown_constants has 'Regression'"),
        ({"restarts": -1}, "restarts is -1"),
        ({"spread": -1.0}, "spread is -1"),
        ({"first_guess": [float("inf")] * 12}, "first_guess is inf at index 0"),
    ],
)
def test_rough_start_names_what_is_wrong(changes, message):
    case = {"printed": printed_table(TABLE_2), "methods": methods(0.4, LV_15_HOLT), "first_guess": LV_15}
    with pytest.raises(ValueError, match=message):
        rough_start(**(case | changes))


def test_registry_holds_every_method_of_the_tests():
    assert {type(method) for method in EVERY_METHOD} == set(LINEAR_METHODS)
