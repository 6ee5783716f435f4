"""Learning forecasts: no look ahead, exact laws, second programs in plain loops, closed forms and invariants.

Statistical tests have fixed seeds and bounds of four standard errors, which a right program misses once in 16,000.
"""

import math
import subprocess
import sys
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from casestudy.methods.forecast_errors import error_measures
from casestudy.methods.learning import (
    dynamic_safety_stock,
    features,
    learning_forecast,
    prediction_interval,
    validation_errors,
)
from casestudy.methods.safety_stock import safety_factor, safety_stock

PERIODS, MATERIALS = 16, 4
TRAINING = 10
STANDARD_ERRORS = 4
ROUNDING = 1e-9  # of a least-squares fit to well-conditioned numbers near 1, multiplied by the scale

MONTHS = pd.period_range("2022-01", periods=PERIODS, freq="M", name="month")
NAMES = pd.Index(["shell", "screw", "cable", "board"], name="part")

relaxed = settings(deadline=None, derandomize=True, max_examples=50)
walks = settings(relaxed, max_examples=10)  # each trains a model some ten times
seeds = st.integers(0, 2**32 - 1)

FOREST = RandomForestRegressor(n_estimators=3, max_depth=4, random_state=0)
LINE = LinearRegression()
SCALED_RIDGE = make_pipeline(StandardScaler(), Ridge(alpha=1.0))
every_model = pytest.mark.parametrize("model", [LINE, SCALED_RIDGE, FOREST], ids=["line", "ridge", "forest"])


def panel(seed, periods=PERIODS, materials=MATERIALS):
    """Random demand of materials of very different sizes, some periods of which have none."""
    random = np.random.default_rng(seed)
    values = random.gamma(4, 1, (periods, materials)) * 10.0 ** np.arange(materials)
    values[random.random(values.shape) < 0.1] = 0
    values[0] = 1  # each has some
    return pd.DataFrame(values, MONTHS[:periods], NAMES[:materials])


def drivers_of(demand, seed):
    random = np.random.default_rng([seed, 1])
    return {
        "industry": pd.Series(random.normal(100, 10, len(demand)), demand.index),
        "price": pd.Series(random.normal(5, 1, len(demand)), demand.index),
        "plan": pd.DataFrame(random.gamma(5, 0.2, demand.shape), demand.index, demand.columns),
    }


def known_before(demand, drivers):
    return features(
        demand,
        lags=[1, 2],
        windows=[3],
        drivers=drivers,
        driver_lags={"industry": [2], "price": [1], "plan": [0, 1]},
        known_in_advance=["plan"],
    )


def changed_from(table, position, seed):
    """The table with other numbers from a position on."""
    changed = table.astype(float)
    random = np.random.default_rng([seed, 2])
    changed.iloc[position:] = random.gamma(2, 50, changed.iloc[position:].shape)
    return changed


def assert_same(left, right):
    """Equal to the last bit."""
    pd.testing.assert_frame_equal(left, right, check_exact=True)


def margins(demand, forecast):
    """All that is made from past errors, side by side."""
    interval = prediction_interval(demand, forecast, coverage=0.75, window=4)
    stock = dynamic_safety_stock(demand - forecast, lead_time=2, cycle_service_level=0.95, window=4)
    return pd.concat([interval.lower - forecast, interval.upper - forecast, stock], axis="columns")


# --- No look ahead ------------------------------------------------------------------------------------------


@every_model
@settings(walks, max_examples=8)
@given(seed=seeds, position=st.integers(TRAINING, PERIODS - 1), refit_every=st.sampled_from([1, 3]))
def test_no_leakage_what_happens_from_a_period_on_leaves_its_forecast_unchanged(model, seed, position, refit_every):
    demand = panel(seed)
    drivers = drivers_of(demand, seed)
    later_demand = changed_from(demand, position, seed)
    later_drivers = {name: changed_from(drivers[name], position, seed) for name in ("industry", "price")}

    before = known_before(demand, drivers)
    after = known_before(later_demand, drivers | later_drivers)
    rows = (position + 1) * MATERIALS
    assert_same(after.iloc[:rows], before.iloc[:rows])
    assert not after.iloc[rows:].equals(before.iloc[rows:]) or position == PERIODS - 1

    how = {"training_periods": TRAINING, "refit_every": refit_every}
    forecast = learning_forecast(demand, before, model, **how)
    later_forecast = learning_forecast(later_demand, after, model, **how)
    assert_same(later_forecast.iloc[: position + 1], forecast.iloc[: position + 1])
    if position < PERIODS - 1:
        assert not later_forecast.equals(forecast)  # the change was one that the model sees, afterwards

    later_margins = margins(later_demand, later_forecast).iloc[: position + 1]
    assert_same(later_margins, margins(demand, forecast).iloc[: position + 1])


@every_model
@settings(walks, max_examples=6)
@given(seed=seeds, position=st.integers(TRAINING, PERIODS - 1))
def test_no_leakage_a_driver_known_in_advance_moves_forecasts_from_its_own_period_on_only(model, seed, position):
    demand = panel(seed)
    drivers = drivers_of(demand, seed)
    later_drivers = drivers | {"plan": changed_from(drivers["plan"], position, seed)}
    forecast = learning_forecast(demand, known_before(demand, drivers), model, training_periods=TRAINING)
    later = learning_forecast(demand, known_before(demand, later_drivers), model, training_periods=TRAINING)
    assert_same(later.iloc[:position], forecast.iloc[:position])
    if model is not FOREST:  # a tree need not have split by the plan
        assert not later.iloc[position].equals(forecast.iloc[position])


@walks
@given(seed=seeds, position=st.integers(0, PERIODS - 1))
def test_no_leakage_a_driver_reaches_the_features_at_its_lag_and_not_before(seed, position):
    demand = panel(seed)
    drivers = drivers_of(demand, seed)
    known = known_before(demand, drivers)
    for name, delay in {"industry": 2, "price": 1, "plan": 0}.items():
        later = known_before(demand, drivers | {name: changed_from(drivers[name], position, seed)})
        has_moved = (later.ne(known) & known.notna()).any(axis="columns").to_numpy().reshape(PERIODS, -1).all(axis=1)
        assert has_moved.argmax() == position + delay or (not has_moved.any() and position + delay >= PERIODS)


@every_model
@settings(walks, max_examples=6)
@given(seed=seeds, end=st.integers(TRAINING + 1, PERIODS))
def test_no_leakage_a_history_that_ends_earlier_has_the_same_forecasts(model, seed, end):
    demand = panel(seed)
    drivers = drivers_of(demand, seed)
    forecast = learning_forecast(demand, known_before(demand, drivers), model, training_periods=TRAINING)
    ended = {name: driver.iloc[:end] for name, driver in drivers.items()}
    known = known_before(demand.iloc[:end], ended)
    shorter = learning_forecast(demand.iloc[:end], known, model, training_periods=TRAINING)
    assert_same(shorter, forecast.iloc[:end])


NOISE = pd.DataFrame(np.random.default_rng(20).normal(100, 10, (40, 40)))
GREEDY_MODELS = {
    "line": LINE,
    "nearest neighbour": KNeighborsRegressor(n_neighbors=1),
    "forest": RandomForestRegressor(n_estimators=5, random_state=0),
}


@pytest.mark.parametrize("model", GREEDY_MODELS.values(), ids=GREEDY_MODELS)
def test_no_leakage_pure_noise_is_forecast_no_better_than_by_its_true_mean(model):
    """With f from the past, (X - f)² - (X - m)² has mean (f - m)² and the martingale part -2·(X - m)·(f - m)."""
    drivers = {"noise": pd.Series(np.random.default_rng(21).normal(size=40))}
    known = features(NOISE, lags=[1, 2, 3], windows=[3], drivers=drivers, driver_lags={"noise": [1]})
    forecast = learning_forecast(NOISE, known, model, training_periods=20, refit_every=4)
    judged, made = NOISE.iloc[20:].to_numpy(), forecast.iloc[20:].to_numpy()
    advantage = ((judged - 100) ** 2 - (judged - made) ** 2).mean()
    standard_error = 2 * 10 * math.sqrt(((made - 100) ** 2).mean() / judged.size)
    assert advantage < STANDARD_ERRORS * standard_error


@pytest.mark.parametrize("model", [LINE, KNeighborsRegressor(n_neighbors=1)], ids=["line", "nearest neighbour"])
def test_no_leakage_a_table_with_the_target_in_it_would_be_found_out_by_the_test_before(model):
    leaking = features(NOISE, lags=[1])
    leaking["demand", "lag 0"] = NOISE.to_numpy().ravel()
    forecast = learning_forecast(NOISE, leaking[[("demand", "lag 0")]], model, training_periods=20)
    judged, made = NOISE.iloc[20:].to_numpy(), forecast.iloc[20:].to_numpy()
    advantage = ((judged - 100) ** 2 - (judged - made) ** 2).mean()
    assert advantage > 0.9 * 10**2


def test_no_leakage_a_model_that_was_trained_on_the_future_forgets_it_and_is_left_as_it_was():
    demand = panel(3)
    known = features(demand, lags=[1, 2])
    forecast = learning_forecast(demand, known, LinearRegression(), training_periods=TRAINING)
    seen = LinearRegression().fit(known.dropna().to_numpy(), demand.iloc[2:].to_numpy().ravel())
    coefficients = seen.coef_.copy()
    assert_same(learning_forecast(demand, known, seen, training_periods=TRAINING), forecast)
    assert np.array_equal(seen.coef_, coefficients)
    fresh = LinearRegression()
    learning_forecast(demand, known, fresh, training_periods=TRAINING)
    assert not hasattr(fresh, "coef_")


# --- The table of features ----------------------------------------------------------------------------------


def test_features_are_those_of_a_table_written_by_hand():
    demand = pd.DataFrame({"shell": [10, 14, 12, 20], "screw": [3, 1, 5, 0]}, index=["jan", "feb", "mar", "apr"])
    drivers = {
        "industry": pd.Series([101, 102, 103, 104], index=demand.index),
        "plan": pd.DataFrame({"shell": [1, 2, 3, 4], "screw": [5, 6, 7, 8]}, index=demand.index),
    }
    known = features(
        demand,
        lags=(1, 3),
        windows=(2,),
        drivers=drivers,
        driver_lags={"industry": (2,), "plan": (0, 1)},
        known_in_advance=("plan",),
    )
    nan, half = np.nan, math.sqrt(2) / 2  # the sample deviation of two numbers is half their distance times √2
    by_hand = [
        # lag 1, lag 3, mean of 2, deviation of 2, industry lag 2, plan lag 0, plan lag 1
        ("jan", "shell", nan, nan, nan, nan, nan, 1, nan),
        ("jan", "screw", nan, nan, nan, nan, nan, 5, nan),
        ("feb", "shell", 10, nan, nan, nan, nan, 2, 1),
        ("feb", "screw", 3, nan, nan, nan, nan, 6, 5),
        ("mar", "shell", 14, nan, 12, 4 * half, 101, 3, 2),
        ("mar", "screw", 1, nan, 2, 2 * half, 101, 7, 6),
        ("apr", "shell", 12, 10, 13, 2 * half, 102, 4, 3),
        ("apr", "screw", 5, 3, 3, 4 * half, 102, 8, 7),
    ]
    columns = [("demand", "lag 1"), ("demand", "lag 3"), ("demand", "mean of 2"), ("demand", "deviation of 2")]
    columns += [("industry", "lag 2"), ("plan", "lag 0"), ("plan", "lag 1")]
    expected = pd.DataFrame(
        [row[2:] for row in by_hand],
        index=pd.MultiIndex.from_tuples([row[:2] for row in by_hand], names=["period", "material"]),
        columns=pd.MultiIndex.from_tuples(columns, names=["variable", "feature"]),
    )
    pd.testing.assert_frame_equal(known, expected.astype(float), rtol=1e-15)


def test_the_deviation_of_equal_demands_after_a_huge_one_is_exactly_zero():
    """A running sum would leave a remainder of the huge one."""
    known = features(pd.DataFrame({"shell": [1e12, 0.1, 0.1, 0.1, 0.1]}), lags=(), windows=[3])
    assert known["demand", "deviation of 3"].iloc[-1] < 1e-16


def test_inputs_stay_as_they_are_and_the_index_and_its_names_are_kept():
    demand = panel(5)
    drivers = drivers_of(demand, 5)
    copies = [each.copy() for each in (demand, *drivers.values())]
    known = known_before(demand, drivers)
    assert known.index.names == ["month", "part"]
    table = known.copy()
    forecast = learning_forecast(demand, known, FOREST, training_periods=TRAINING)
    interval = prediction_interval(demand, forecast, coverage=0.5, window=3)
    stock = dynamic_safety_stock(demand - forecast, lead_time=1, cycle_service_level=0.9, window=3)
    for made in (forecast, *interval, stock):
        assert made.index.equals(MONTHS)
        assert made.columns.equals(NAMES)
        assert (made.index.name, made.columns.name) == ("month", "part")
    for original, copy in zip([demand, *drivers.values()], copies, strict=True):
        assert original.equals(copy)
    assert known.equals(table)


def test_shared_drivers_are_taken_as_a_table_or_one_by_one():
    demand = panel(6)
    shared = pd.DataFrame({name: drivers_of(demand, 6)[name] for name in ("industry", "price")})
    lags = {"industry": [2], "price": [1]}
    one_by_one = {name: pd.DataFrame(dict.fromkeys(NAMES, shared[name])).rename_axis(columns="part") for name in shared}
    assert_same(
        features(demand, lags=[1], drivers=shared, driver_lags=lags),
        features(demand, lags=[1], drivers=one_by_one, driver_lags=lags),
    )


# --- Known answers ------------------------------------------------------------------------------------------


def exact_demand(random, periods=24):
    """X_t = 2 + 0.6·X_{t-1} + 0.5·index_{t-1} + 3·plan_t."""
    index, plan = random.uniform(0, 10, periods), random.uniform(0, 2, periods)
    demand = [10.0]
    for t in range(1, periods):
        demand.append(2 + 0.6 * demand[-1] + 0.5 * index[t - 1] + 3 * plan[t])
    return pd.Series(demand), {"index": pd.Series(index), "plan": pd.Series(plan)}


@walks
@given(seed=seeds, refit_every=st.integers(1, 8), sizes=st.lists(st.floats(0.01, 1000), min_size=1, max_size=4))
def test_an_exact_linear_law_is_forecast_without_error_however_often_it_is_learned(seed, refit_every, sizes):
    demand, drivers = exact_demand(np.random.default_rng(seed))
    demand = pd.DataFrame({f"size {place}": size * demand for place, size in enumerate(sizes)})
    lags = {"index": [1], "plan": [0]}
    known = features(demand, lags=[1], drivers=drivers, driver_lags=lags, known_in_advance=["plan"])
    forecast = learning_forecast(demand, known, LINE, training_periods=10, refit_every=refit_every)
    assert forecast.iloc[:10].isna().all(axis=None)
    # Nine rows may be ill-conditioned: five digits of the sixteen are left to the fit.
    pd.testing.assert_frame_equal(forecast.iloc[10:], demand.iloc[10:], rtol=1e-5)


@walks
@given(st.lists(st.integers(1, 1000), min_size=6, max_size=20))
def test_a_model_that_learns_a_mean_gives_the_mean_of_the_complete_periods_so_far(demand):
    panel = pd.DataFrame({"shell": demand})
    forecast = learning_forecast(panel, features(panel, lags=[2]), DummyRegressor(), training_periods=4)
    means = [sum(demand[2:t]) / (t - 2) for t in range(4, len(demand))]
    assert forecast["shell"].tolist() == pytest.approx([np.nan] * 4 + means, rel=1e-12, nan_ok=True)


@walks
@given(seed=seeds, refit_every=st.integers(1, 4))
def test_the_walk_forward_is_that_of_a_second_program_in_plain_loops(seed, refit_every):
    demand = panel(seed)
    demand.iloc[: TRAINING + 2, 1] = 0  # a late starter
    drivers = drivers_of(demand, seed)
    forecast = learning_forecast(
        demand, known_before(demand, drivers), LINE, training_periods=TRAINING, refit_every=refit_every
    )

    values, plan = demand.to_numpy().tolist(), drivers["plan"].to_numpy().tolist()
    industry, price = drivers["industry"].tolist(), drivers["price"].tolist()

    def row(t, m, scale):
        last = [values[t - 3][m], values[t - 2][m], values[t - 1][m]]
        mean = sum(last) / 3
        deviation = math.sqrt(sum((value - mean) ** 2 for value in last) / 2)
        in_units = [last[2] / scale, last[1] / scale, mean / scale, deviation / scale]
        return [1.0, *in_units, industry[t - 2], price[t - 1], plan[t][m], plan[t - 1][m]]

    expected = np.full(demand.shape, np.nan)
    for t in range(TRAINING, PERIODS):
        trained = t - (t - TRAINING) % refit_every
        scales = [sum(values[s][m] for s in range(trained)) / trained for m in range(MATERIALS)]
        seen = [m for m in range(MATERIALS) if scales[m] > 0]
        rows = [row(s, m, scales[m]) for s in range(3, trained) for m in seen]
        targets = [values[s][m] / scales[m] for s in range(3, trained) for m in seen]
        weights = np.linalg.lstsq(np.array(rows), np.array(targets), rcond=None)[0]
        for m in seen:
            expected[t, m] = np.dot(row(t, m, scales[m]), weights) * scales[m]
    assert np.isnan(expected[TRAINING, 1])
    # Two least-squares programs differ by the condition of at most some 1e4 times 1e-16, relative to the scale.
    difference = (forecast - expected) / demand.mean()
    assert forecast.isna().equals(pd.DataFrame(expected, MONTHS, NAMES).isna())
    assert difference.abs().max(axis=None) < 1e-8


def test_a_material_without_demand_has_no_forecast_and_does_not_disturb_the_others():
    demand = panel(8)
    known = features(demand, lags=[1])
    others = learning_forecast(demand, known, LINE, training_periods=TRAINING)
    wider = demand.assign(idle=0.0)
    forecast = learning_forecast(wider, features(wider, lags=[1]), LINE, training_periods=TRAINING)
    assert forecast["idle"].isna().all()
    pd.testing.assert_frame_equal(forecast[NAMES], others, rtol=ROUNDING, check_names=False)


# --- Invariants ---------------------------------------------------------------------------------------------


@every_model
@settings(walks, max_examples=6)
@given(seed=seeds, material=st.integers(0, MATERIALS - 1), power=st.integers(-6, 6))
def test_another_unit_of_a_material_changes_the_unit_of_its_forecast_alone(model, seed, material, power):
    """By powers of two, which do not round: to the last bit, also where a tree would split a tie otherwise."""
    units = np.ones(MATERIALS)
    units[material] = 2.0**power
    demand = panel(seed)
    forecast = learning_forecast(demand, features(demand, lags=[1, 2], windows=[3]), model, training_periods=TRAINING)
    demand *= units
    converted = learning_forecast(demand, features(demand, lags=[1, 2], windows=[3]), model, training_periods=TRAINING)
    assert_same(converted, forecast * units)


@walks
@given(seed=seeds, factor=st.floats(0.001, 1000))
def test_ten_times_the_units_are_ten_times_the_forecast(seed, factor):
    demand = panel(seed)
    forecast = learning_forecast(demand, features(demand, lags=[1, 2]), LINE, training_periods=TRAINING)
    demand["cable"] *= factor
    converted = learning_forecast(demand, features(demand, lags=[1, 2]), LINE, training_periods=TRAINING)
    ratio = (converted / forecast).iloc[TRAINING:]
    assert ratio["cable"].tolist() == pytest.approx([factor] * len(ratio), rel=1e-7)
    assert (ratio.drop(columns="cable") - 1).abs().max(axis=None) < 1e-7


@walks
@given(seed=seeds, order=st.permutations(list(NAMES)))
def test_the_order_of_materials_does_not_matter_to_a_linear_model(seed, order):
    demand = panel(seed)
    forecast = learning_forecast(demand, features(demand, lags=[1, 2]), LINE, training_periods=TRAINING)
    turned = demand[order]
    again = learning_forecast(turned, features(turned, lags=[1, 2]), LINE, training_periods=TRAINING)
    difference = (again[NAMES] - forecast) / demand.mean()
    assert difference.abs().max(axis=None) < ROUNDING


def test_a_longer_and_wider_table_of_features_serves_a_part_of_the_demand():
    demand = panel(9)
    known = features(demand, lags=[1, 2])
    part = demand.loc[MONTHS[:15], ["cable", "shell"]]
    assert_same(
        learning_forecast(part, known, FOREST, training_periods=TRAINING),
        learning_forecast(part, features(part, lags=[1, 2]), FOREST, training_periods=TRAINING),
    )


def test_one_training_serves_the_periods_until_the_next():
    """With one training for all, the forecasts are those of a model fitted by hand at the start."""
    demand = panel(10)
    known = features(demand, lags=[1])
    forecast = learning_forecast(demand, known, LINE, training_periods=TRAINING, refit_every=PERIODS)
    means = demand.iloc[:TRAINING].mean()
    scaled = demand / means
    past = scaled.iloc[: TRAINING - 1].to_numpy().reshape(-1, 1)
    slope, level = np.polyfit(past.ravel(), scaled.iloc[1:TRAINING].to_numpy().ravel(), 1)
    expected = (level + slope * scaled.shift(1).iloc[TRAINING:]) * means
    pd.testing.assert_frame_equal(forecast.iloc[TRAINING:], expected, rtol=ROUNDING)


def test_a_forecast_below_zero_is_returned_as_it_is():
    demand = pd.DataFrame({"shell": [50.0, 40, 30, 20, 10, 0, 0]})
    forecast = learning_forecast(demand, features(demand, lags=[1]), LINE, training_periods=6)
    assert forecast["shell"].iloc[-1] == pytest.approx(-10)


def test_a_forest_gives_the_same_to_the_last_bit_with_one_seed_and_any_number_of_threads():
    demand = panel(11)
    known = features(demand, lags=[1, 2], windows=[3])
    forecast = learning_forecast(demand, known, FOREST, training_periods=TRAINING)
    for threads in (1, 2):
        with threadpool_limits(threads):
            assert_same(learning_forecast(demand, known, FOREST, training_periods=TRAINING), forecast)
    other_seed = RandomForestRegressor(n_estimators=3, max_depth=4, random_state=1)
    assert not learning_forecast(demand, known, other_seed, training_periods=TRAINING).equals(forecast)


def test_scikit_learn_is_loaded_by_the_first_forecast_only():
    program = "import sys, casestudy.methods.learning; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


# --- Choosing a model ---------------------------------------------------------------------------------------


def test_validation_errors_by_hand():
    """Growth by doubling: forecasts 3 and 14/3 for 8 and 16 by the mean; the other material is a multiple."""
    demand = pd.DataFrame({"shell": [1, 2, 4, 8, 16], "screw": [10, 20, 40, 80, 160]})
    candidates = {"mean": DummyRegressor(), "line": LINE}
    errors = validation_errors(demand, features(demand, lags=[1]), candidates, training_periods=3)
    by_mean = (5 + 34 / 3) / 24
    assert errors.loc["mean"].tolist() == pytest.approx([by_mean, by_mean], rel=1e-12)
    assert errors.loc["line"].tolist() == pytest.approx([0, 0], abs=1e-12)
    assert errors.mean(axis="columns").idxmin() == "line"
    assert (errors.index.name, list(errors.columns)) == ("model", ["shell", "screw"])


def test_validation_errors_do_not_see_what_lies_after_the_span_they_are_given():
    demand = panel(12)
    candidates = {"forest": FOREST, "ridge": SCALED_RIDGE}
    span = demand.iloc[:14]
    errors = [
        validation_errors(span, features(whole, lags=[1, 2]), candidates, training_periods=TRAINING)
        for whole in (demand, changed_from(demand, 14, 12))
    ]
    assert_same(*errors)


def test_validation_errors_are_nan_for_a_material_without_demand_or_without_forecast():
    demand = panel(13).assign(idle=0.0)
    demand.iloc[TRAINING:, 0] = 0
    errors = validation_errors(demand, features(demand, lags=[1]), {"line": LINE}, training_periods=TRAINING)
    assert errors.loc["line"].isna().tolist() == [True, False, False, False, True]


# --- Intervals and safety stocks ----------------------------------------------------------------------------

errors_of_two = st.lists(st.tuples(*[st.integers(-50, 50)] * 2), min_size=6, max_size=20)


@relaxed
@given(errors=errors_of_two, window=st.integers(1, 5), warm_up=st.integers(0, 3), data=st.data())
def test_intervals_and_safety_stocks_are_those_of_plain_loops(errors, window, warm_up, data):
    rank = data.draw(st.integers(1, window))
    forecast = pd.DataFrame(100.0, index=range(len(errors)), columns=["shell", "screw"])
    demand = forecast + np.array(errors)
    forecast.iloc[:warm_up, 1] = np.nan
    interval = prediction_interval(demand, forecast, coverage=rank / (window + 1), window=window)
    lead_times = pd.Series([4.0, 2.25], index=demand.columns)
    stock = dynamic_safety_stock(demand - forecast, lead_time=lead_times, cycle_service_level=0.95, window=window)
    z = NormalDist().inv_cdf(0.95)
    for m, (material, start, root) in enumerate([("shell", 0, 2), ("screw", warm_up, 1.5)]):
        for t in range(len(errors)):
            past = [errors[s][m] for s in range(t - window, t)] if t - window >= start else None
            bounds = [interval.lower.loc[t, material], interval.upper.loc[t, material]]
            if past is None:
                assert np.isnan([*bounds, stock.loc[t, material]]).all()
            else:
                half_width = sorted(abs(error) for error in past)[rank - 1]
                assert bounds == [100 - half_width, 100 + half_width]
                deviation = math.sqrt(sum(error**2 for error in past) / window)
                assert stock.loc[t, material] == pytest.approx(z * deviation * root, rel=1e-12)


NORMAL = np.random.default_rng(30).normal(size=(20, 5000))
SHAPES = {"normal": NORMAL, "heavy tails": NORMAL / np.random.default_rng(31).random(NORMAL.shape), "skew": NORMAL**2}


@pytest.mark.parametrize("errors", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(("coverage", "window"), [(0.9, 9), (0.95, 19), (0.8, 4), (0.5, 10)])
def test_the_interval_covers_by_the_closed_form_whatever_the_distribution(errors, coverage, window):
    """k / (n + 1) by exchangeability; one period of 5,000 independent materials, so the count is binomial."""
    forecast = pd.DataFrame(np.full(errors.shape, 10_000_000.0))
    demand = forecast + errors
    lower, upper = prediction_interval(demand, forecast, coverage=coverage, window=window)
    last = demand.iloc[-1]
    covered = ((lower.iloc[-1] <= last) & (last <= upper.iloc[-1])).mean()
    nominal = {(0.9, 9): 9 / 10, (0.95, 19): 19 / 20, (0.8, 4): 4 / 5, (0.5, 10): 6 / 11}[coverage, window]
    assert abs(covered - nominal) < STANDARD_ERRORS * math.sqrt(nominal * (1 - nominal) / errors.shape[1])


def test_the_rank_of_a_coverage_that_binary_numbers_cannot_hold_is_the_decimal_one():
    """100 x 0.55 is 55.00000000000001 in floating point; the 55th of the errors 1 ... 99 is 55."""
    demand = pd.DataFrame({"shell": np.arange(1.0, 101)})
    forecast = demand * 0
    assert prediction_interval(demand, forecast, coverage=0.55, window=99).upper["shell"].iloc[-1] == 55


@pytest.mark.parametrize(("level", "window"), [(0.95, 5), (0.9, 19), (0.99, 10)])
def test_the_service_of_a_dynamic_stock_is_that_of_student_t(level, window):
    """e / sqrt(mean of n squared errors) has Student's t distribution with n degrees of freedom."""
    errors = pd.DataFrame(SHAPES["normal"])
    stock = dynamic_safety_stock(errors, lead_time=1, cycle_service_level=level, window=window)
    served = (errors.iloc[-1] <= stock.iloc[-1]).mean()
    nominal = student.cdf(NormalDist().inv_cdf(level), df=window)
    assert abs(served - nominal) < STANDARD_ERRORS * math.sqrt(nominal * (1 - nominal) / errors.shape[1])


def test_a_dynamic_stock_over_all_past_errors_is_the_static_one():
    errors = pd.DataFrame({"shell": [3.0, -8, 5, 1, 0, -2, 9]})
    past = errors["shell"].iloc[:6]
    deviation = error_measures(past + 100, past * 0 + 100).root_mean_squared_error
    static = safety_stock(safety_factor=safety_factor(0.95), demand_deviation=deviation, lead_time=3)
    dynamic = dynamic_safety_stock(errors, lead_time=3, cycle_service_level=0.95, window=6)
    assert dynamic["shell"].iloc[-1] == pytest.approx(static, rel=1e-12)


def test_a_dynamic_stock_has_doubled_a_window_after_the_errors_have():
    errors = pd.DataFrame({"shell": [5.0, -5] * 6 + [10.0, -10] * 6})
    stock = dynamic_safety_stock(errors, lead_time=1, cycle_service_level=0.95, window=4)["shell"]
    assert (stock.iloc[4:13] == stock.iloc[4]).all()  # the first double error is seen in the period after it
    assert stock.iloc[13:17].is_monotonic_increasing
    assert stock.iloc[16:].tolist() == pytest.approx([2 * stock.iloc[4]] * 8, rel=1e-12)


def test_with_normal_errors_interval_and_stock_agree():
    """Both estimate z·sigma; four standard errors of the sample quantile and of the root mean square, n = 4,000."""
    n, level = 4000, 0.95
    errors = pd.DataFrame({"shell": np.random.default_rng(32).normal(0, 10, n + 1)})
    forecast = errors * 0 + 1000
    upper = prediction_interval(forecast + errors, forecast, coverage=2 * level - 1, window=n).upper - forecast
    stock = dynamic_safety_stock(errors, lead_time=1, cycle_service_level=level, window=n)
    z = NormalDist().inv_cdf(level)
    of_quantile = 10 * math.sqrt(0.9 * 0.1 / n) / (2 * NormalDist().pdf(z))
    of_deviation = 10 * z / math.sqrt(2 * n)
    assert abs(upper.iloc[-1, 0] - 10 * z) < STANDARD_ERRORS * of_quantile
    assert abs(stock.iloc[-1, 0] - 10 * z) < STANDARD_ERRORS * of_deviation


# --- Refusals -----------------------------------------------------------------------------------------------

DEMAND = pd.DataFrame({"shell": [4.0, 5, 6, 7, 8, 9], "screw": [1.0, 0, 2, 1, 3, 1]})
KNOWN = features(DEMAND, lags=[1, 2])
INDEX = pd.Series([1.0, 2, 3, 4, 5, 6])
PLAN = {"drivers": {"plan": INDEX}}


def with_cell(table, row, column, value):
    changed = table.copy()
    changed.iloc[row, column] = value
    return changed


@pytest.mark.parametrize(
    ("demand", "options", "message"),
    [
        ([1, 2, 3], {}, "demand is no table with numbers: give a DataFrame"),
        (DEMAND.iloc[:0], {}, "demand is no table with numbers: give a DataFrame"),
        (with_cell(DEMAND, 2, 1, -1), {}, r"demand is -1 at index \(2, 'screw'\): give a number 0 or more"),
        (with_cell(DEMAND, 3, 0, np.nan), {}, r"demand is nan at index \(3, 'shell'\): give a finite number"),
        (DEMAND.set_axis(["a", "a"], axis="columns"), {}, "demand has a twice in its columns"),
        (DEMAND.set_axis([0, 1, 2, 3, 4, 4]), {}, "demand has 4 twice in its index"),
        (DEMAND, {"lags": 3}, "lags is 3: give a list of whole numbers"),
        (DEMAND, {"drivers": [1, 2]}, r"drivers is \[1, 2\]: give a dict by name"),
        (DEMAND, {"lags": [0]}, r"lags\[0\] is 0: give a whole number of 1 or more"),
        (DEMAND, {"lags": [1, 2, 1]}, "'lag 1'.* is asked for twice"),
        (DEMAND, {"lags": []}, "lags, windows and driver_lags are all empty"),
        (DEMAND, {"windows": [1]}, r"windows\[0\] is 1: give a whole number of 2 or more"),
        (DEMAND, PLAN, "driver_lags has no 'plan'"),
        (DEMAND, {"driver_lags": {"plan": [1]}}, "drivers has no 'plan'"),
        (DEMAND, {"known_in_advance": ["plan"]}, "drivers has no 'plan'"),
        (DEMAND, PLAN | {"driver_lags": {"plan": [0]}}, "has a lag 0: give 1 or more, or name it in known_in_advance"),
        (DEMAND, PLAN | {"driver_lags": {"plan": [-1]}}, r"driver_lags\['plan'\]\[0\] is -1"),
        (DEMAND, {"drivers": {"demand": INDEX}, "driver_lags": {"demand": [1]}}, "'demand', .*give it another name"),
        (DEMAND, {"drivers": {"plan": INDEX.iloc[:5]}, "driver_lags": {"plan": [1]}}, "other periods or materials"),
        (DEMAND, {"drivers": {"plan": DEMAND[["shell"]]}, "driver_lags": {"plan": [1]}}, "other periods or materials"),
        (
            DEMAND,
            {"drivers": {"plan": INDEX.replace(3, np.inf)}, "driver_lags": {"plan": [1]}},
            r"drivers\['plan'\] is inf at index 2: give a finite number",
        ),
    ],
)
def test_features_refuse(demand, options, message):
    with pytest.raises(ValueError, match=message):
        features(demand, **({"lags": [1]} | options))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"demand": with_cell(DEMAND, 5, 0, -2)}, r"demand is -2 at index \(5, 'shell'\)"),
        ({"demand": DEMAND * np.array([[0], [0], [0], [0], [1], [1]])}, "demand is 0 throughout the first 4 periods"),
        ({"features": DEMAND}, "give the table that features"),
        ({"features": KNOWN.droplevel(0, axis="columns")}, "give the table that features"),
        ({"features": KNOWN.iloc[:-1]}, "features has no row for screw in 5: make it from this demand"),
        ({"features": with_cell(KNOWN, 9, 1, np.nan)}, r"features is nan at index \(\(4, 'screw'\), .*'lag 2'\)\)"),
        ({"features": with_cell(KNOWN, 9, 1, np.inf)}, "features is inf at index"),
        ({"model": LinearRegression}, "model is .*give a scikit-learn regressor"),
        ({"model": LogisticRegression()}, "model is .*give a scikit-learn regressor"),
        ({"model": "ridge"}, "model is 'ridge': give a scikit-learn regressor"),
        ({"training_periods": 0}, "training_periods is 0: give a whole number of 1 or more"),
        ({"training_periods": 6}, "training_periods is 6: give less than the 6 periods of demand"),
        ({"training_periods": 2}, "training_periods is 2: features is complete from period number 3 on"),
        ({"refit_every": 0}, "refit_every is 0: give a whole number of 1 or more"),
    ],
)
def test_learning_forecast_refuses(changes, message):
    call = {"demand": DEMAND, "features": KNOWN, "model": LINE, "training_periods": 4} | changes
    with pytest.raises(ValueError, match=message):
        learning_forecast(**call)


def test_learning_forecast_takes_one_period_of_training():
    """Three training periods, of which lags of 1 and 2 leave one."""
    forecast = learning_forecast(DEMAND, KNOWN, DummyRegressor(), training_periods=3, refit_every=9)
    scaled = (6 / 5 + 2 / 1) / 2
    assert forecast.iloc[3:].to_numpy().tolist() == [pytest.approx([scaled * 5, scaled * 1])] * 3


def test_validation_errors_refuse_to_choose_from_nothing():
    with pytest.raises(ValueError, match="candidates is empty: give at least one model"):
        validation_errors(DEMAND, KNOWN, {}, training_periods=4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"forecast": DEMAND.iloc[1:]}, "forecast has other periods or materials than demand"),
        ({"forecast": DEMAND[["screw", "shell"]]}, "forecast has other periods or materials than demand"),
        ({"forecast": with_cell(DEMAND, 2, 1, np.nan)}, r"forecast is nan at index \(2, 'screw'\)"),
        ({"demand": with_cell(DEMAND, 0, 0, np.nan)}, r"demand is nan at index \(0, 'shell'\)"),
        ({"coverage": 1}, "coverage is 1: give a number between 0 and 1, both excluded"),
        ({"window": 2}, "window is 2: give 3 or more, a coverage of 0.75"),
        ({"window": 8, "coverage": 0.9}, "window is 8: give 9 or more, a coverage of 0.9"),
        ({"window": 3.0}, "window is 3.0: give a whole number"),
    ],
)
def test_prediction_interval_refuses(changes, message):
    call = {"demand": DEMAND, "forecast": DEMAND, "coverage": 0.75, "window": 3} | changes
    with pytest.raises(ValueError, match=message):
        prediction_interval(**call)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"errors": DEMAND["shell"]}, "errors is no table with numbers: give a DataFrame"),
        ({"errors": with_cell(DEMAND, 4, 0, np.nan)}, r"errors is nan at index \(4, 'shell'\)"),
        ({"lead_time": -1}, "lead_time is -1: give a number 0 or more"),
        ({"lead_time": [1, 2]}, r"lead_time is \[1, 2\]: give one number"),
        ({"lead_time": pd.Series({"screw": 1, "shell": 2})}, "lead_time has another index than the columns of errors"),
        ({"lead_time": pd.Series({"shell": 1, "screw": -2})}, "lead_time is -2 at index screw"),
        ({"cycle_service_level": 1.5}, "cycle_service_level is 1.5"),
        ({"window": 0}, "window is 0: give a whole number of 1 or more"),
    ],
)
def test_dynamic_safety_stock_refuses(changes, message):
    call = {"errors": DEMAND, "lead_time": 1, "cycle_service_level": 0.95, "window": 3} | changes
    with pytest.raises(ValueError, match=message):
        dynamic_safety_stock(**call)


def test_a_material_without_any_forecast_has_neither_interval_nor_stock():
    forecast = DEMAND.assign(shell=np.nan)
    upper = prediction_interval(DEMAND, forecast, coverage=0.5, window=2).upper
    stock = dynamic_safety_stock(DEMAND - forecast, lead_time=1, cycle_service_level=0.9, window=2)
    for made in (upper, stock):
        assert made.notna().sum().tolist() == [0, 4]


def test_a_lag_or_window_longer_than_the_history_is_never_known():
    known = features(DEMAND, lags=[10**30], windows=[10**12])
    assert known.shape == (DEMAND.size, 3)
    assert known.isna().all(axis=None)


def test_features_with_a_row_twice_are_refused():
    known = features(DEMAND, lags=[1])
    doubled = pd.concat([known, known.iloc[:1]])
    with pytest.raises(ValueError, match=r"features has .* twice: give one row a period and material"):
        learning_forecast(DEMAND, doubled, LinearRegression(), training_periods=3)


def test_candidates_without_names_are_refused():
    with pytest.raises(ValueError, match=r"candidates is .*: give a dict by name"):
        validation_errors(DEMAND, features(DEMAND, lags=[1]), [LinearRegression()], training_periods=3)
