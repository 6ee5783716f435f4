"""Safety stock held on to textbooks, printed tables, integrals, enumeration, simulation and the toy store."""

import itertools
import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from casestudy.methods import safety_stock as methods

invariant = settings(deadline=None, derandomize=True, max_examples=50)
NORMAL = NormalDist()


def loss_by_integration(z):
    return quad(lambda x: (x - z) * NORMAL.pdf(x), z, math.inf, epsabs=0, epsrel=1e-12)[0]


# --- safety factor and cycle service level -------------------------------------------------------


@pytest.mark.parametrize(("level", "factor"), [(0.90, 1.28), (0.97, 1.88), (0.975, 1.96), (0.98, 2.05), (0.99, 2.33)])
def test_two_decimal_safety_factors_printed_in_stevenson_and_in_heizer_render(level, factor):
    assert methods.safety_factor(level, decimals=2) == factor


def test_two_decimal_factor_of_95_percent_is_the_nearest_number_not_the_165_that_textbooks_print():
    assert NORMAL.inv_cdf(0.95) == pytest.approx(1.644854, abs=5e-7)
    assert methods.safety_factor(0.95, decimals=2) == 1.64
    assert methods.safety_factor(0.95, decimals=3) == 1.645


@pytest.mark.parametrize("level", [1e-6, 0.05, 0.5, 0.8, 0.95, 0.999999])
def test_exact_safety_factor_agrees_with_the_standard_library(level):
    assert methods.safety_factor(level) == pytest.approx(NORMAL.inv_cdf(level), rel=1e-12, abs=1e-15)


@invariant
@given(st.floats(0.001, 0.999), st.integers(0, 4))
def test_rounded_safety_factor_is_symmetric_and_within_half_a_step_of_the_exact_one(level, decimals):
    rounded = methods.safety_factor(level, decimals=decimals)
    step = 10.0**-decimals
    assert rounded / step == pytest.approx(round(rounded / step), abs=1e-9)
    assert abs(rounded - methods.safety_factor(level)) <= 0.5 * step + 1e-12
    assert methods.safety_factor(1 - level, decimals=decimals) == pytest.approx(-rounded, abs=1e-12)


@invariant
@given(st.floats(-5, 5))
def test_safety_factor_inverts_cycle_service_level(z):
    # Near Phi = 1 a float resolves 1.1e-16, which is 1.1e-16 / phi(5) = 7.5e-11 in z.
    assert methods.safety_factor(methods.cycle_service_level(z)) == pytest.approx(z, abs=1.5e-10)


# --- deviation of lead-time demand ---------------------------------------------------------------


def test_lead_time_demand_deviation_by_enumerating_every_demand_path():
    """Every path of a demand of 0, 10 or 40 a period in a lead time of 1, 2 or 5 periods, equally likely."""
    demands, lead_times = np.array([0.0, 10.0, 40.0]), np.array([1, 2, 5])
    totals, weights = [], []
    for lead_time in lead_times:
        for path in itertools.product(demands, repeat=int(lead_time)):
            totals.append(sum(path))
            weights.append(1 / 3 / 3.0**lead_time)
    mean = np.dot(weights, totals)
    variance = np.dot(weights, (np.array(totals) - mean) ** 2)
    assert methods.lead_time_demand_deviation(
        demand_deviation=demands.std(),
        lead_time=lead_times.mean(),
        lead_time_deviation=lead_times.std(),
        demand_rate=demands.mean(),
    ) == pytest.approx(math.sqrt(variance), rel=1e-12)


def test_lead_time_demand_deviation_by_monte_carlo():
    """200 000 lead times of 2 to 8 days, normal daily demand 100 ± 30, seed 1."""
    generator = np.random.default_rng(1)
    lead_times = generator.integers(2, 9, size=200_000)
    daily = generator.normal(100, 30, size=(200_000, 8))
    totals = np.where(np.arange(8) < lead_times[:, None], daily, 0).sum(axis=1)
    centred = totals - totals.mean()
    variance = np.mean(centred**2)
    standard_error = math.sqrt((np.mean(centred**4) - variance**2) / (4 * variance * totals.size))
    expected = methods.lead_time_demand_deviation(
        demand_deviation=30, lead_time=5, lead_time_deviation=2, demand_rate=100
    )
    assert standard_error < 0.002 * expected
    assert math.sqrt(variance) == pytest.approx(expected, abs=3 * standard_error)


@invariant
@given(st.floats(0, 1e4), st.floats(0, 100), st.floats(0, 30), st.floats(0, 1e4))
def test_variances_of_demand_alone_and_lead_time_alone_add_up(deviation, lead_time, lead_time_deviation, rate):
    def sigma(**varying):
        return methods.lead_time_demand_deviation(lead_time=lead_time, demand_rate=rate, **varying)

    demand_alone = sigma(demand_deviation=deviation)
    lead_time_alone = sigma(demand_deviation=0, lead_time_deviation=lead_time_deviation)
    both = sigma(demand_deviation=deviation, lead_time_deviation=lead_time_deviation)
    # abs: below 1e-150 a square underflows.
    assert demand_alone == pytest.approx(deviation * math.sqrt(lead_time), rel=1e-12, abs=1e-140)
    assert lead_time_alone == pytest.approx(rate * lead_time_deviation, rel=1e-12, abs=1e-140)
    assert both == pytest.approx(math.hypot(demand_alone, lead_time_alone), rel=1e-12, abs=1e-140)


def test_demand_rate_is_not_needed_at_a_constant_lead_time():
    known = {"demand_deviation": 7.0, "lead_time": 3.0}
    assert methods.lead_time_demand_deviation(**known) == pytest.approx(
        methods.lead_time_demand_deviation(**known, demand_rate=50), rel=1e-14
    )


# --- textbook examples ---------------------------------------------------------------------------


def test_stevenson_chapter_12_example_8_sand():
    """Stevenson, Operations Management, 14th ed., p. 528, Example 8: 50 ± 5 tons in the lead time, 3 % risk."""
    factor = methods.safety_factor(0.97, decimals=2)
    stock = methods.safety_stock(safety_factor=factor, demand_deviation=5, lead_time=1)
    assert (factor, round(stock, 2)) == (1.88, 9.40)
    assert round(methods.reorder_point(50, 1, stock), 2) == 59.40


def test_stevenson_restaurant_sauce():
    """Stevenson, Operations Management: 50 ± 3 jars a week, lead time 2 weeks, 10 % risk: ROP 105.43."""
    factor = methods.safety_factor(0.90, decimals=2)
    stock = methods.safety_stock(safety_factor=factor, demand_deviation=3, lead_time=2)
    assert round(methods.reorder_point(50, 2, stock), 2) == 105.43


def test_heizer_render_surgery_packs_with_variable_lead_time_alone():
    """Heizer & Render, chapter 12, solved problem: 60 a week, 6 ± 2 weeks, 90 %: ROP 513.6."""
    stock = methods.safety_stock(
        safety_factor=1.28, demand_deviation=0, lead_time=6, lead_time_deviation=2, demand_rate=60
    )
    assert round(stock, 1) == 153.6
    assert round(methods.reorder_point(60, 6, stock), 1) == 513.6


def test_heizer_render_batteries_with_both_variable():
    """Heizer & Render, chapter 12, example: 150 ± 16 packs a day, 5 ± 1 days, 95 %: 750 + 254 = 1004."""
    stock = methods.safety_stock(
        safety_factor=1.65,
        demand_deviation=16,
        lead_time=5,
        lead_time_deviation=1,
        demand_rate=150,
    )
    assert (round(stock), round(methods.reorder_point(150, 5, stock))) == (254, 1004)


def test_chopra_meindl_example_12_1_and_those_that_follow_it_office_supplies():
    """Chopra & Meindl, chapter 12: phones, 2500 ± 500 a week, L = 2 weeks, Q = 10 000, s = 6000."""
    sigma = methods.lead_time_demand_deviation(demand_deviation=500, lead_time=2)
    stock = methods.implied_safety_stock(6000, demand_rate=2500, lead_time=2)
    assert (round(sigma), stock) == (707, 1000)
    assert round(methods.implied_cycle_service_level(stock, sigma), 2) == 0.92
    assert round(methods.expected_shortage_per_cycle(stock / sigma, sigma)) == 25
    assert round(methods.fill_rate(stock / sigma, 10_000, sigma), 4) == 0.9975
    ninety_percent = methods.safety_factor(0.90)
    assert round(methods.safety_stock(safety_factor=ninety_percent, demand_deviation=500, lead_time=2)) == 906
    assert round(sigma * methods.safety_factor_for_fill_rate(0.975, 10_000, sigma)) == 67


def test_chopra_meindl_exercise_11_4_printers():
    """Chopra & Meindl, exercise and its solution: 250 ± 150 a week, L = 2 weeks, Q = 1000, s = 600."""
    sigma = methods.lead_time_demand_deviation(demand_deviation=150, lead_time=2)
    stock = methods.implied_safety_stock(600, demand_rate=250, lead_time=2)
    assert (round(sigma), stock) == (212, 100)
    assert round(methods.implied_cycle_service_level(stock, sigma), 2) == 0.68
    assert round(methods.expected_shortage_per_cycle(stock / sigma, sigma), 2) == 43.86
    assert round(methods.fill_rate(stock / sigma, 1000, sigma), 2) == 0.96


def test_chopra_meindl_example_lead_time_uncertainty():
    """Chopra & Meindl, chapter 12: 2500 ± 500 a day, L = 7 ± 7 days, 90 %: sigma 17 550, stock 22 491."""
    variability = {"demand_deviation": 500, "lead_time": 7, "lead_time_deviation": 7, "demand_rate": 2500}
    assert round(methods.lead_time_demand_deviation(**variability)) == 17_550
    assert round(methods.safety_stock(safety_factor=methods.safety_factor(0.90), **variability)) == 22_491


def test_chopra_meindl_example_periodic_review():
    """Chopra & Meindl, chapter 12: 2500 ± 500 a week, L = 2, R = 4 weeks, 90 %: stock 1570, level 16 570."""
    stock = methods.safety_stock(safety_factor=methods.safety_factor(0.90), demand_deviation=500, lead_time=2 + 4)
    assert round(stock) == 1570
    assert round(methods.order_up_to_level(2500, lead_time=2, review_period=4, safety_stock=stock)) == 16_570


# --- normal loss, shortage, fill rate ------------------------------------------------------------


@pytest.mark.parametrize(("z", "loss"), [(0, 0.3989), (1, 0.0833), (1.28, 0.0475), (1.64, 0.0211), (2, 0.0085)])
def test_unit_normal_loss_table_silver_pyke_thomas(z, loss):
    assert round(methods.standard_normal_loss(z), 4) == loss


@pytest.mark.parametrize(
    ("z", "loss"),
    [(-2.4, 2.403), (-1.8, 1.814), (-0.8, 0.920), (-0.4, 0.630), (0.8, 0.120), (1.2, 0.056), (2.4, 0.003)],
)
def test_unit_normal_loss_table_stevenson(z, loss):
    """Stevenson, table of service levels and the unit normal loss E(z)."""
    assert round(methods.standard_normal_loss(z), 3) == loss


def test_cachon_terwiesch_loss_of_a_normal_demand():
    """Cachon & Terwiesch, statistics tutorial: demand 1000 ± 300, threshold 1600, loss 2.55 units."""
    assert round(methods.expected_shortage_per_cycle((1600 - 1000) / 300, 300), 2) == 2.55


@pytest.mark.parametrize("z", [-6.0, -1.0, 0.0, 0.5, 1.645, 3.0, 5.0])
def test_normal_loss_is_the_integral_of_the_excess(z):
    # The integral is asked for 1e-12; at z = 5 the closed form loses a factor phi(5)/G(5) = 28 of precision.
    assert methods.standard_normal_loss(z) == pytest.approx(loss_by_integration(z), rel=1e-11)


@invariant
@given(st.floats(-8, 8))
def test_loss_of_minus_z_exceeds_loss_of_z_by_z(z):
    difference = methods.standard_normal_loss(-z) - methods.standard_normal_loss(z)
    assert difference == pytest.approx(z, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("z", "order_quantity", "sigma"), [(0.5, 300, 200), (1.0, 100, 80), (-0.5, 500, 100)])
def test_fill_rate_ignores_the_backorders_that_an_order_does_not_clear(z, order_quantity, sigma):
    """The exact fill rate (backorders at the end less those at the start of a cycle) by integration."""
    at_end, at_start = loss_by_integration(z), loss_by_integration(z + order_quantity / sigma)
    exact = 1 - sigma * (at_end - at_start) / order_quantity
    value = methods.fill_rate(z, order_quantity, sigma)
    assert value < exact
    assert exact - value == pytest.approx(sigma * at_start / order_quantity, rel=1e-6)


def test_fill_rate_is_not_clipped_where_its_convention_does_not_fit():
    # G(-3) > 3, so more than three deviations are short of an order of one.
    assert methods.fill_rate(-3, order_quantity=10, lead_time_demand_deviation=10) < -2


@pytest.mark.parametrize(
    ("z", "order_quantity", "sigma"), [(0.5, 300, 200), (1.0, 20, 80), (-2, 50, 100), (-0.5, 500, 100), (2, 4000, 10)]
)
def test_fill_rate_that_may_leave_backorders_is_the_probability_of_stock_over_the_uniform_position(
    z, order_quantity, sigma
):
    """In the long run the position is uniform between s and s + Q (Zipkin 2000); a sale is met where stock is left."""
    stock = quad(lambda above: NormalDist(0, sigma).cdf(z * sigma + above), 0, order_quantity, epsabs=1e-12)[0]
    value = methods.fill_rate(z, order_quantity, sigma, is_shortage_always_cleared=False)
    assert value == pytest.approx(stock / order_quantity, rel=1e-9)


@invariant
@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e6), st.floats(0, 1e6))
def test_fill_rate_that_may_leave_backorders_is_a_share_between_its_two_bounds(z, order_quantity, sigma):
    """The stock at the least and at the highest position, s and s + Q, bound it; so does the textbook from below."""
    value = methods.fill_rate(z, order_quantity, sigma, is_shortage_always_cleared=False)
    assert 0 <= value <= 1
    rounding = 1e-14 * (1 + (1 + abs(z)) * sigma / order_quantity)  # the two G are of the size of 1 or |z|
    assert value >= methods.fill_rate(z, order_quantity, sigma) - rounding
    if sigma:
        assert NormalDist().cdf(z) - rounding <= value <= NormalDist().cdf(z + order_quantity / sigma) + rounding


def test_limits_of_the_fill_rate_that_may_leave_backorders():
    def value(z, order_quantity, sigma):
        return methods.fill_rate(z, order_quantity, sigma, is_shortage_always_cleared=False)

    assert value(0.5, 1e-6, 1) == pytest.approx(NormalDist().cdf(0.5), abs=1e-6)  # a lot of next to nothing: base stock
    assert value(0.5, 1e6, 1) == pytest.approx(methods.fill_rate(0.5, 1e6, 1), abs=1e-15)  # a huge one: the textbook
    assert value(-3, 100, 0) == 1
    mixed = value(pd.Series([-3.0, 0.0], index=["a", "b"]), 100, pd.Series([0.0, 100.0], index=["a", "b"]))
    assert mixed.index.tolist() == ["a", "b"]
    assert mixed.tolist() == pytest.approx([1, value(0, 100, 100)], rel=1e-12)
    assert value([0, -9], [100, 10], 100).tolist() == pytest.approx([value(0, 100, 100), 0], abs=1e-12)


@invariant
@given(st.floats(0.001, 0.9999), st.floats(1, 1e5), st.floats(0.1, 1e4))
def test_safety_factor_for_fill_rate_inverts_fill_rate(target, order_quantity, sigma):
    z = methods.safety_factor_for_fill_rate(target, order_quantity, sigma)
    assert methods.fill_rate(z, order_quantity, sigma) == pytest.approx(target, abs=1e-12)


@invariant
@given(st.floats(1e-3, 1e4), st.floats(0.1, 1e4))
def test_safety_factor_for_expected_shortage_inverts_expected_shortage(shortage, sigma):
    z = methods.safety_factor_for_expected_shortage(shortage, sigma)
    assert methods.expected_shortage_per_cycle(z, sigma) == pytest.approx(shortage, rel=1e-9)


# --- inverses ------------------------------------------------------------------------------------


@invariant
@given(st.floats(0.01, 1e4), st.floats(0.1, 100), st.floats(0.01, 5))
def test_implied_demand_deviation_inverts_safety_stock(deviation, lead_time, z):
    stock = methods.safety_stock(safety_factor=z, demand_deviation=deviation, lead_time=lead_time)
    assert methods.implied_demand_deviation(stock, lead_time, z) == pytest.approx(deviation, rel=1e-12)


@invariant
@given(st.floats(0.01, 0.99), st.floats(0.1, 1e4))
def test_implied_cycle_service_level_inverts_safety_stock(level, deviation):
    stock = methods.safety_stock(safety_factor=methods.safety_factor(level), demand_deviation=deviation, lead_time=1)
    assert methods.implied_cycle_service_level(stock, deviation) == pytest.approx(level, rel=1e-12)


@invariant
@given(st.floats(0, 1e4), st.floats(0, 100), st.floats(0, 1e4))
def test_implied_safety_stock_inverts_reorder_point(rate, lead_time, stock):
    point = methods.reorder_point(rate, lead_time, stock)
    # abs: the sum d·L + SS of at most 1e6 resolves 1.2e-10.
    assert methods.implied_safety_stock(point, rate, lead_time) == pytest.approx(stock, abs=2.5e-10)


@invariant
@given(st.floats(0, 1e4), st.floats(0, 50), st.floats(0, 50), st.floats(0, 1e4))
def test_implied_safety_stock_inverts_order_up_to_level(rate, lead_time, review_period, stock):
    level = methods.order_up_to_level(rate, lead_time, review_period, stock)
    assert methods.implied_safety_stock(level, rate, lead_time, review_period) == pytest.approx(stock, abs=2.5e-10)


@invariant
@given(st.floats(0, 1e4), st.floats(0, 100), st.floats(0, 1e4))
def test_reorder_point_is_the_order_up_to_level_of_a_continuous_review(rate, lead_time, stock):
    assert methods.order_up_to_level(rate, lead_time, 0, stock) == methods.reorder_point(rate, lead_time, stock)


# --- the toy store: Bermudes del Sol et al. (2022) -----------------------------------------------


def test_toy_store_reorder_point_below_table_7():
    assert methods.reorder_point(1029, 15, 3308.14) == 18743.14
    assert methods.implied_safety_stock(18743.14, 1029, 15) == pytest.approx(3308.14, abs=1e-9)


def test_toy_store_table_7_stock_levels():
    levels = methods.stock_levels(strategic_reserve=1200, safety_stock=3308.14, order_quantity=92_610)
    assert [round(level, 2) for level in levels] == [4508.14, 97118.14, 50813.14]
    assert levels._fields == ("minimum_stock", "maximum_stock", "mean_stock")


def test_toy_store_prints_a_tenth_of_the_strategic_reserve_of_its_own_table_4():
    assert methods.strategic_reserve(daily_consumption=400, coverage_days=30) == 10 * 1200


def test_toy_store_table_8_requirements_with_the_printed_interval():
    table = methods.lot_size_requirements(92_610, 370_577, 15, supply_interval=90)
    assert list(table.columns) == ["requirement", "left", "right", "unit", "passes"]
    assert table["requirement"].tolist() == ["NE > 2·L", "Q·360/D > 2·L", "Q > L·D/180"]
    assert table["unit"].tolist() == ["days", "days", "units"]
    assert table["passes"].tolist() == [True, True, True]
    assert table["right"].round(1).tolist() == [30, 30, 30881.4]
    assert table["left"].tolist()[::2] == [90, 92_610]
    # Printed as 89,9, which is the value cut off, not rounded, after one decimal.
    assert math.floor(table["left"][1] * 10) / 10 == 89.9


def test_toy_store_supply_interval_is_the_printed_90_days():
    assert round(methods.supply_interval(92_610, 370_577)) == 90


@pytest.mark.parametrize("year", [360, 365, 252])
@pytest.mark.parametrize("factor", [0.5, 0.999, 1.001, 2.0])
def test_three_requirements_are_one_at_the_smallest_lot_they_allow(year, factor):
    lead_time, demand = 15, 370_577
    smallest = 2 * lead_time * demand / year
    table = methods.lot_size_requirements(factor * smallest, demand, lead_time, days_per_year=year)
    assert table["passes"].tolist() == [factor > 1] * 3


@invariant
@given(st.floats(1, 1e6), st.floats(1, 1e7), st.floats(0, 365), st.sampled_from([252, 360, 365]))
def test_three_requirements_are_one_inequality(order_quantity, demand, lead_time, year):
    assume(not math.isclose(order_quantity * year, 2 * lead_time * demand, rel_tol=1e-9))
    table = methods.lot_size_requirements(order_quantity, demand, lead_time, days_per_year=year)
    assert len(set(table["passes"])) == 1
    # Rearranged: both sides of the second, times D / days_per_year, are those of the third.
    np.testing.assert_allclose(
        table.loc[1, ["left", "right"]].astype(float) * demand / year,
        table.loc[2, ["left", "right"]].astype(float),
        rtol=1e-12,
    )


def test_requirements_are_strict():
    # Q·360/D = 30 = 2·15 exactly.
    table = methods.lot_size_requirements(30, 360, 15)
    assert table["passes"].tolist() == [False, False, False]


# --- shapes and errors ---------------------------------------------------------------------------


def test_series_keep_their_index_and_are_not_changed():
    level = pd.Series([0.9, 0.95], index=["A", "B"])
    quantity = pd.Series([100, 2000], index=["A", "B"])
    before = level.copy(), quantity.copy()
    results = [
        methods.safety_factor(level, decimals=2),
        methods.safety_factor_for_fill_rate(level, quantity, 40),
        methods.reorder_point(quantity, 2),
        methods.stock_levels(10, 5, quantity).maximum_stock,
    ]
    for result in results:
        assert isinstance(result, pd.Series)
        assert result.index.tolist() == ["A", "B"]
    assert results[0].tolist() == [1.28, 1.64]
    pd.testing.assert_series_equal(level, before[0])
    pd.testing.assert_series_equal(quantity, before[1])


def test_arrays_and_lists_give_the_values_of_their_elements():
    levels, quantities = [0.8, 0.99], np.array([50.0, 5000.0])
    result = methods.safety_factor_for_fill_rate(levels, quantities, 40)
    assert isinstance(result, np.ndarray)
    one_by_one = [methods.safety_factor_for_fill_rate(f, q, 40) for f, q in zip(levels, quantities, strict=True)]
    np.testing.assert_allclose(result, one_by_one, rtol=1e-12)


def test_a_column_and_a_row_give_a_grid():
    grid = methods.reorder_point(np.array([[10], [20]]), np.array([1, 2, 3]))
    assert grid.tolist() == [[10, 20, 30], [20, 40, 60]]


def test_small_integer_columns_do_not_overflow():
    assert methods.reorder_point(np.array([100], dtype=np.int8), np.array([100], dtype=np.int8)).tolist() == [10_000]


@pytest.mark.parametrize(
    "call",
    [
        lambda: methods.safety_factor(0.9),
        lambda: methods.cycle_service_level(1),
        lambda: methods.reorder_point(10, 3),
        lambda: methods.standard_normal_loss(np.float64(1)),
        lambda: methods.safety_factor_for_fill_rate(0.9, 100, 10),
        lambda: methods.stock_levels(1, 2, 3).minimum_stock,
    ],
)
def test_scalars_give_a_plain_float(call):
    assert type(call()) is float


NAN, INFINITY = math.nan, math.inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: methods.safety_factor(1.0), "cycle_service_level is 1.0"),
        (lambda: methods.safety_factor(0), "cycle_service_level is 0"),
        (lambda: methods.safety_factor("95 %"), "cycle_service_level is '95 %'"),
        (
            lambda: methods.safety_factor(pd.Series([0.9, 95], index=["A", "B"])),
            "cycle_service_level is 95 at index B",
        ),
        (lambda: methods.safety_factor(0.9, decimals=-1), "decimals is -1"),
        (lambda: methods.safety_factor(0.9, decimals=2.0), "decimals is 2.0"),
        (lambda: methods.safety_factor(0.9, decimals=True), "decimals is True"),
        (lambda: methods.cycle_service_level(NAN), "safety_factor is nan"),
        (lambda: methods.cycle_service_level([]), "safety_factor is empty"),
        (
            lambda: methods.lead_time_demand_deviation(demand_deviation=-1, lead_time=2),
            "demand_deviation is -1",
        ),
        (
            lambda: methods.lead_time_demand_deviation(demand_deviation=1, lead_time=INFINITY),
            "lead_time is inf",
        ),
        (
            lambda: methods.lead_time_demand_deviation(demand_deviation=1, lead_time=2, lead_time_deviation=-0.5),
            "lead_time_deviation is -0.5",
        ),
        (
            lambda: methods.lead_time_demand_deviation(demand_deviation=1, lead_time=2, lead_time_deviation=1),
            "demand_rate is None: give the mean demand per period",
        ),
        (
            lambda: methods.safety_stock(safety_factor=1, demand_deviation=1, lead_time=2, lead_time_deviation=[0, 1]),
            "demand_rate is None",
        ),
        (
            lambda: methods.safety_stock(safety_factor=1, demand_deviation=1, lead_time=2, demand_rate=-3),
            "demand_rate is -3",
        ),
        (
            lambda: methods.safety_stock(safety_factor=INFINITY, demand_deviation=1, lead_time=2),
            "safety_factor is inf",
        ),
        (lambda: methods.implied_demand_deviation(-1, 2, 1), "safety_stock is -1"),
        (lambda: methods.implied_demand_deviation(1, 0, 1), "lead_time is 0"),
        (lambda: methods.implied_demand_deviation(1, 2, 0), "safety_factor is 0"),
        (lambda: methods.implied_cycle_service_level(1, 0), "lead_time_demand_deviation is 0"),
        (lambda: methods.implied_cycle_service_level(NAN, 1), "safety_stock is nan"),
        (lambda: methods.reorder_point(-1, 2), "demand_rate is -1"),
        (lambda: methods.reorder_point(True, 2), "demand_rate is True"),
        (lambda: methods.reorder_point(1, 2, -3), "safety_stock is -3"),
        (
            lambda: methods.reorder_point(pd.Series([1, NAN], index=["Jan", "Feb"]), 2),
            "demand_rate is nan at index Feb",
        ),
        (lambda: methods.implied_safety_stock(-1, 2, 3), "level is -1"),
        (lambda: methods.order_up_to_level(1, 2, -3, 4), "review_period is -3"),
        (lambda: methods.standard_normal_loss(-INFINITY), "safety_factor is -inf"),
        (lambda: methods.expected_shortage_per_cycle(1, -2), "lead_time_demand_deviation is -2"),
        (lambda: methods.fill_rate(1, 0, 2), "order_quantity is 0"),
        (lambda: methods.safety_factor_for_fill_rate(1, 10, 2), "fill_rate is 1"),
        (lambda: methods.safety_factor_for_fill_rate(0.9, 10, 0), "lead_time_demand_deviation is 0"),
        (lambda: methods.strategic_reserve(400, -30), "coverage_days is -30"),
        (lambda: methods.stock_levels(-1, 2, 3), "strategic_reserve is -1"),
        (lambda: methods.stock_levels(1, 2, 0), "order_quantity is 0"),
        (lambda: methods.supply_interval(1, 0), "demand_per_year is 0"),
        (lambda: methods.lot_size_requirements(1, 2, -3), "lead_time is -3"),
        (lambda: methods.lot_size_requirements(1, 2, 3, supply_interval=0), "supply_interval is 0"),
        (lambda: methods.lot_size_requirements(1, 2, 3, days_per_year=0), "days_per_year is 0"),
        (
            lambda: methods.lot_size_requirements([1, 2], 2, 3),
            "order_quantity is [1, 2]: give one number",
        ),
        (lambda: methods.reorder_point([1, 2], [1, 2, 3]), "do not match: give arrays of one length"),
        (
            lambda: methods.reorder_point(pd.Series([1, 2]), [[1], [2]]),
            "do not match: give arrays of one length",
        ),
        (
            lambda: methods.reorder_point(pd.Series([1, 2]), pd.Series([1, 2], index=[1, 2])),
            "lead_time has another index than demand_rate: they differ at index 0: give them the same index",
        ),
    ],
)
def test_errors_name_the_argument_and_the_value(call, message):
    with pytest.raises(ValueError, match=r"^.+$") as error:
        call()
    assert message in str(error.value)


# The undershoot of a periodic check.


def test_undershoot_has_the_moments_of_its_density():
    """The density of the excess of a renewal process is the share of demand that exceeds it, over the mean."""
    rate, deviation = 1029.0, 4 * 119.29
    first, second = (
        quad(lambda u, k=k: u**k * (1 - NormalDist(rate, deviation).cdf(u)) / rate, 0, 6000)[0] for k in (1, 2)
    )
    below = methods.undershoot(rate, deviation)
    # The draws below 0 that the formula of E[d^k] leaves in weigh less than a thousandth at 2.2 deviations from 0.
    assert (below.mean, below.variance) == pytest.approx((first, second - first**2), rel=5e-3)


def test_undershoot_of_constant_demand_is_uniform():
    assert methods.undershoot(12.0, 0.0) == pytest.approx((6, 144 / 12))


def test_undershoot_of_exponential_demand_is_on_average_a_whole_demand():
    assert methods.undershoot(7.0, 7.0).mean == pytest.approx(7)


def test_undershoot_where_the_three_moments_fit_no_demand_has_no_negative_variance():
    assert methods.undershoot(1.0, 5.0).variance == 0


def test_undershoot_needs_a_demand():
    with pytest.raises(ValueError, match="demand_rate is 0"):
        methods.undershoot(0, 1)
