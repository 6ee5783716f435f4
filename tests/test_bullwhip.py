"""The bullwhip effect: the formulas of Chen et al. worked by hand, derived again, and met by long simulated paths.

Chen, Drezner, Ryan & Simchi-Levi (2000), Management Science 46(3).
"""

from fractions import Fraction
from math import prod

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from casestudy.methods.bullwhip import (
    bullwhip_lower_bound,
    bullwhip_ratio,
    order_up_to_orders,
    supply_chain_lower_bounds,
    supply_chain_orders,
)

check = settings(deadline=None, derandomize=True, max_examples=50)
ROUNDING = 1e-12  # a handful of floating-point operations
STANDARD_ERRORS = 4  # one in 16,000 by chance; the seeds are fixed

windows = st.integers(1, 8)
lead_times = st.lists(st.integers(1, 6), min_size=1, max_size=4)
demands = st.lists(st.integers(0, 200), min_size=1, max_size=40)


def level(demand, period, window, lead_time):
    """Order-up-to level at a period's end: lead_time times the mean of the last demands, and a safety stock of 7."""
    return Fraction(lead_time * sum(demand[period - window + 1 : period + 1]), window) + 7


def second_program(demand, stages, window, shared):
    """The chain stage by stage and period by period, from levels, in fractions; None where there is no order."""
    chain, received = [], [Fraction(units) for units in demand]
    for lead_time in stages:
        seen = demand if shared else received
        orders = []
        for period, units in enumerate(received):
            known = seen[max(period - window, 0) : period + 1]
            if period < window or units is None or None in known:
                orders.append(None)
            else:
                rise = level(seen, period, window, lead_time) - level(seen, period - 1, window, lead_time)
                orders.append(units + rise)
        chain.append(orders)
        received = orders
    return chain


def exact_ratios(stages, window):
    """Var(O_k)/Var(D) without shared demand: the sum of squared weights of the polynomial that each stage multiplies.

    A stage turns what it receives into (1 + L/p) times it, less L/p times that of p periods ago.
    """
    weights, ratios = np.ones(1), []
    for lead_time in stages:
        weights = np.convolve(weights, [1 + lead_time / window, -lead_time / window])
        ratios.append((weights**2).sum())
    return ratios


def autoregressive(correlation, paths, periods, seed):
    """Paths of demand with mean 100, deviation 10 and the correlation from one period to the next; no warm-up."""
    shocks = np.random.default_rng(seed).normal(size=(paths, periods))
    shocks[:, 1:] *= np.sqrt(1 - correlation**2)
    return 100 + 10 * lfilter([1], [1, -correlation], shocks)


def assert_mean_is(expected, ratios):
    """The mean over independent paths is the expected one, within the standard error that the paths show."""
    error = np.std(ratios, ddof=1) / np.sqrt(len(ratios))
    assert error < 0.01 * expected  # else the test would hold on to little
    assert abs(np.mean(ratios) - expected) < STANDARD_ERRORS * error


# --- One stage --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "lead_time", "correlation", "by_hand"),
    [
        (5, 1, 0, 1.48),  # 1 + 2/5 + 2/25
        (5, 3, 0, 2.92),  # 1 + 6/5 + 18/25
        (1, 1, 0, 5),  # 1 + 2 + 2: the forecast is the last demand
        (10, 1, 0, 1.22),  # 1 + 2/10 + 2/100
        (4, 2, 0.5, 2.40625),  # 1 + (1 + 1/2)·(1 - 1/16)
        (3, 1, -0.5, 2),  # 1 + (2/3 + 2/9)·(1 + 1/8)
        (2, 1, -0.5, 2.125),  # 1 + (1 + 1/2)·(1 - 1/4)
    ],
)
def test_formula_of_chen_et_al_by_hand(window, lead_time, correlation, by_hand):
    assert bullwhip_lower_bound(window, lead_time, correlation) == pytest.approx(by_hand, rel=ROUNDING)


@check
@given(windows, st.integers(1, 6), st.floats(-0.99, 0.99))
def test_formula_is_the_variance_of_a_weighted_sum_of_correlated_demands(window, lead_time, correlation):
    """w'Rw, with the weight of each demand read from the orders that a single unit of demand sets off."""
    impulse = [0.0] * window + [1.0] + [0.0] * window
    weights = order_up_to_orders(impulse, window=window, lead_time=lead_time).to_numpy()[window:]
    lags = np.abs(np.subtract.outer(np.arange(window + 1), np.arange(window + 1)))
    variance = weights @ np.power(correlation, lags) @ weights
    assert bullwhip_lower_bound(window, lead_time, correlation) == pytest.approx(variance, rel=1e-9)


@pytest.mark.parametrize(
    ("window", "lead_time", "correlation"), [(5, 1, 0), (2, 4, 0), (4, 2, 0.7), (3, 2, -0.6), (4, 2, -0.6)]
)
def test_simulated_ratio_is_that_of_the_formula(window, lead_time, correlation):
    ratios = [
        bullwhip_ratio(order_up_to_orders(path, window=window, lead_time=lead_time), path)
        for path in autoregressive(correlation, paths=60, periods=4000, seed=11)
    ]
    assert_mean_is(bullwhip_lower_bound(window, lead_time, correlation), ratios)


def test_safety_stock_that_follows_the_forecast_error_only_adds_to_the_ratio():
    """A second program with a level of L·mean + 2·(deviation of the last p one-period errors): above the bound."""
    window, lead_time = 4, 2
    ratios = []
    for path in autoregressive(0, paths=60, periods=4000, seed=12):
        mean = pd.Series(path).rolling(window).mean()
        error = pd.Series(path) - mean.shift()
        level = lead_time * mean + 2 * np.sqrt((error**2).rolling(window).mean())
        ratios.append(bullwhip_ratio(path + level.diff(), path))
    error = np.std(ratios, ddof=1) / np.sqrt(len(ratios))
    assert np.mean(ratios) - STANDARD_ERRORS * error > bullwhip_lower_bound(window, lead_time)


@check
@given(windows, st.integers(1, 6))
def test_ratio_is_above_1_rises_with_the_lead_time_and_falls_with_the_window(window, lead_time):
    ratio = bullwhip_lower_bound(window, lead_time)
    assert 1 < ratio < bullwhip_lower_bound(window, lead_time + 1)
    assert bullwhip_lower_bound(window + 1, lead_time) < ratio


@check
@given(demands, windows, st.integers(1, 6))
def test_orders_are_demand_and_the_change_of_the_level(demand, window, lead_time):
    """Summed over any span of orders: what was ordered is what was asked for, and the rise of the level."""
    orders = order_up_to_orders(demand, window=window, lead_time=lead_time)
    assert orders.iloc[:window].isna().all()
    for end in range(window, len(demand)):
        rise = level(demand, end, window, lead_time) - level(demand, window - 1, window, lead_time)
        ordered = orders.iloc[window : end + 1].sum()
        assert ordered == pytest.approx(float(sum(demand[window : end + 1]) + rise), abs=1e-9)


@check
@given(demands, windows, st.integers(1, 6))
def test_level_covers_the_demands_between_an_order_and_its_receipt(demand, window, lead_time):
    """Net stock at the end of t + L is the level of t less L demands, if O_t is received at the start of t + L."""
    orders = order_up_to_orders(demand, window=window, lead_time=lead_time)
    stock = None
    for period, units in enumerate(demand):
        if period == window:  # nothing on order yet: what is on hand is the last level less today's demand
            stock = float(level(demand, period - 1, window, lead_time)) - units
        elif period > window:
            received = orders[period - lead_time] if period - lead_time >= window else 0
            stock += received - units
        ordered = period - lead_time
        if ordered >= window:
            covered = sum(demand[ordered + 1 : period + 1])
            assert stock == pytest.approx(float(level(demand, ordered, window, lead_time) - covered), abs=1e-9)


# --- A chain ----------------------------------------------------------------------------------------------


@check
@given(demands, lead_times, windows, st.booleans())
def test_chain_is_that_of_a_second_program(demand, stages, window, shared):
    orders = supply_chain_orders(demand, lead_times=stages, window=window, shared=shared)
    expected = pd.DataFrame(second_program(demand, stages, window, shared)).T.astype(float)
    np.testing.assert_allclose(orders, expected, rtol=1e-9, atol=1e-6)


@check
@given(lead_times, windows, st.booleans(), st.integers(1, 1000))
def test_constant_demand_gives_constant_orders(stages, window, shared, units):
    orders = supply_chain_orders([units] * (window * 4 + 3), lead_times=stages, window=window, shared=shared)
    warm_up = [window if shared else window * (stage + 1) for stage in range(len(stages))]
    assert orders.isna().sum().tolist() == warm_up
    assert (orders.isna() | orders.eq(units)).all(axis=None)


@check
@given(demands, st.integers(1, 6), windows, st.booleans())
def test_chain_of_one_stage_is_that_stage(demand, lead_time, window, shared):
    chain = supply_chain_orders(demand, lead_times=[lead_time], window=window, shared=shared)
    alone = order_up_to_orders(demand, window=window, lead_time=lead_time)
    pd.testing.assert_series_equal(chain[0], alone, check_names=False)
    bound = supply_chain_lower_bounds([lead_time], window=window, shared=shared)
    assert bound.tolist() == [bullwhip_lower_bound(window, lead_time)]


@check
@given(demands, lead_times, windows)
def test_shared_demand_makes_the_chain_one_stage_with_the_sum_of_the_lead_times(demand, stages, window):
    chain = supply_chain_orders(demand, lead_times=stages, window=window, shared=True)
    alone = order_up_to_orders(demand, window=window, lead_time=sum(stages))
    np.testing.assert_allclose(chain.iloc[:, -1], alone, rtol=1e-9, atol=1e-9)


def test_bounds_of_chen_et_al_by_hand():
    """p = 5, L = 1, 2, 2. Shared: 1 + 2·s + 2·s² at s = 1/5, 3/5, 5/5; not: 1.48, and twice a factor of 2.12."""
    stages = pd.Series({"retailer": 1, "wholesaler": 2, "factory": 2})
    shared = supply_chain_lower_bounds(stages, window=5, shared=True)
    alone = supply_chain_lower_bounds(stages, window=5, shared=False)
    assert shared.to_dict() == pytest.approx({"retailer": 1.48, "wholesaler": 2.92, "factory": 5}, rel=ROUNDING)
    assert alone.to_dict() == pytest.approx({"retailer": 1.48, "wholesaler": 3.1376, "factory": 6.651712}, rel=ROUNDING)


@check
@given(lead_times, windows)
def test_shared_demand_is_never_above_and_its_advantage_grows_along_the_chain(stages, window):
    shared = supply_chain_lower_bounds(stages, window=window, shared=True)
    alone = supply_chain_lower_bounds(stages, window=window, shared=False)
    assert shared.iloc[0] == alone.iloc[0]
    assert (alone - shared).is_monotonic_increasing
    assert (shared.iloc[1:] < alone.iloc[1:]).all()
    assert alone.iloc[-1] == pytest.approx(
        prod(1 + 2 * lead_time / window + 2 * lead_time**2 / window**2 for lead_time in stages), rel=ROUNDING
    )


@check
@given(lead_times, windows)
def test_product_of_the_factors_is_below_the_exact_ratio_from_the_second_stage_on(stages, window):
    bounds = supply_chain_lower_bounds(stages, window=window, shared=False).to_numpy()
    exact = exact_ratios(stages, window)
    assert bounds[0] == pytest.approx(exact[0], rel=ROUNDING)
    assert (bounds[1:] < exact[1:]).all()


@pytest.mark.parametrize("shared", [True, False])
def test_simulated_chain_meets_its_bounds(shared):
    """Shared demand: the bound is the ratio. Not shared: the exact ratio is met, and lies above the bound."""
    stages, window = [1, 2, 2], 5
    bounds = supply_chain_lower_bounds(stages, window=window, shared=shared)
    expected = bounds.tolist() if shared else exact_ratios(stages, window)
    ratios = []
    for path in autoregressive(0, paths=60, periods=4000, seed=13):
        orders = supply_chain_orders(path, lead_times=stages, window=window, shared=shared)
        ratios.append([bullwhip_ratio(orders[stage], path) for stage in orders])
    for stage, measured in enumerate(np.transpose(ratios)):
        assert_mean_is(expected[stage], measured)


# --- The ratio, and the boundary --------------------------------------------------------------------------


@check
@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 50)), min_size=2, max_size=30), st.integers(0, 5))
def test_ratio_is_that_of_population_variances_over_the_periods_with_both(pairs, warm_up):
    orders, demand = map(list, zip(*pairs, strict=True))
    if len(set(demand)) == 1:
        demand[0] += 1
    measured = bullwhip_ratio([np.nan] * warm_up + orders, [1000] * warm_up + demand)
    assert measured == pytest.approx(np.var(orders) / np.var(demand), rel=1e-9, abs=1e-12)


def test_index_is_kept_and_inputs_are_not_changed():
    months = pd.period_range("2022-01", periods=6, freq="M", name="month")
    demand = pd.Series([10, 12, 9, 14, 10, 11], index=months)
    stages = pd.Series({"shop": 1, "plant": 2})
    before = demand.copy(), stages.copy()
    orders = supply_chain_orders(demand, lead_times=stages, window=2, shared=False)
    pd.testing.assert_index_equal(orders.index, months)
    assert orders.columns.tolist() == ["shop", "plant"]
    pd.testing.assert_index_equal(order_up_to_orders(demand, window=2, lead_time=1).index, months)
    pd.testing.assert_index_equal(supply_chain_lower_bounds(stages, window=2, shared=True).index, stages.index)
    pd.testing.assert_series_equal(demand, before[0])
    pd.testing.assert_series_equal(stages, before[1])


def test_bounds_take_arrays():
    assert bullwhip_lower_bound([1, 5], lead_time=1).tolist() == pytest.approx([5, 1.48], rel=ROUNDING)


MONTHS = pd.Series([10.0, np.nan], index=["Jan", "Feb"])
NAN = float("nan")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: order_up_to_orders(MONTHS, window=1, lead_time=1), "demand is nan at index Feb: give a finite number"),
        (lambda: order_up_to_orders([1], window=0, lead_time=1), "window is 0: give a whole number of 1 or more"),
        (lambda: order_up_to_orders([1], window=1, lead_time=0), "lead_time is 0: give a whole number of 1 or more"),
        (
            lambda: supply_chain_orders([1], lead_times=pd.Series({"shop": 1.5}), window=1, shared=True),
            "lead_times is 1.5 at index shop: give a whole number of 1 or more",
        ),
        (
            lambda: supply_chain_orders([1], lead_times=pd.Series([1, 2], index=["a", "a"]), window=1, shared=True),
            "lead_times is 'a' at index a: give each stage a name of its own",
        ),
        (
            lambda: supply_chain_orders([1], lead_times=[1], window=1, shared="no"),
            "shared is 'no': give True or False",
        ),
        (
            lambda: supply_chain_lower_bounds([1], window=1, shared=1),
            "shared is 1: give True or False",
        ),
        (
            lambda: supply_chain_orders([1], lead_times=[], window=1, shared=True),
            "lead_times has 0 values: give at least 1",
        ),
        (
            lambda: supply_chain_orders([1], lead_times=[1], window=1.5, shared=True),
            "window is 1.5: give a whole number of 1 or more",
        ),
        (
            lambda: supply_chain_lower_bounds([2, 0], window=1, shared=True),
            "lead_times is 0 at index 1: give a whole number of 1 or more",
        ),
        (
            lambda: supply_chain_lower_bounds([2], window=0, shared=False),
            "window is 0: give a whole number of 1 or more",
        ),
        (lambda: bullwhip_lower_bound(2.5, 1), "window is 2.5: give a whole number of 1 or more"),
        (lambda: bullwhip_lower_bound(2, 0.5), "lead_time is 0.5: give a whole number of 1 or more"),
        (lambda: bullwhip_lower_bound(2, 1, -1), "correlation is -1.0: give a number between -1 and 1, both excluded"),
        (
            lambda: bullwhip_ratio([1, 2], pd.Series([1, 2], index=["Jan", "Feb"])),
            "orders has another index than demand: give a Series with the index of demand",
        ),
        (lambda: bullwhip_ratio([NAN, 2], [1, 2]), "orders has 1 values after the warm-up: give at least 2"),
        (lambda: bullwhip_ratio([NAN, 2, NAN], [1, 2, 3]), "orders is nan at index 2: give a finite number"),
        (lambda: bullwhip_ratio([NAN, 2, 3], [1, 2, NAN]), "demand is nan at index 2: give a finite number"),
        (
            lambda: bullwhip_ratio([1, 2, 3], [0.1 + 0.2, 0.3, 0.3]),
            "demand is 0.3 in every period with an order: give a demand that varies",
        ),
        (
            lambda: bullwhip_ratio([NAN, 2, 3], [1, 2, 2]),
            "demand is 2 in every period with an order: give a demand that varies",
        ),
    ],
)
def test_errors_name_the_argument_the_value_and_the_index(call, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        call()
