"""Indicators held to the paper's Table 2, textbook exercises, closed forms and brute force."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from casestudy.methods import kpi

invariant = settings(deadline=None, derandomize=True, max_examples=50)
amounts = st.floats(0.01, 1e9)

# Ccopa-Torbisco et al. (2025), Table 2: indicator, product, as-is, results, variation in per cent.
TABLE_2 = [
    ("turnover", "notebook", 0.75, 1.51, 101),
    ("coverage", "notebook", 488, 241, -51),
    ("inventory", "notebook", 7817, 3879, -50),
    ("turnover", "desktop", 0.69, 1.67, 142),
    ("coverage", "desktop", 526, 218, -59),
    ("inventory", "desktop", 8550, 3547, -59),
]


@pytest.mark.parametrize(("indicator", "product", "before", "after", "printed"), TABLE_2)
def test_ccopa_torbisco_2025_table_2_variations(indicator, product, before, after, printed):
    assert round(kpi.percentage_change(before, after)) == printed


def test_ccopa_torbisco_2025_safety_stock_reduction():
    # Section 4.3.4: from 70 to 34 units, "a 51.4% reduction".
    assert round(kpi.percentage_change(70, 34), 1) == -51.4


@pytest.mark.parametrize(("turnover", "printed"), [(1.67, 219), (1.84, 198)])
def test_ccopa_torbisco_2025_table_2_to_be_coverage_follows_from_turnover(turnover, printed):
    assert round(kpi.coverage_days_from_turnover(turnover)) == printed


@pytest.mark.parametrize(("turnover", "printed"), [(0.75, 488), (0.69, 526), (1.51, 241), (1.67, 218)])
def test_ccopa_torbisco_2025_table_2_coverage_is_within_the_rounding_of_turnover(turnover, printed):
    assert round(kpi.coverage_days_from_turnover(turnover)) != printed
    fewest = kpi.coverage_days_from_turnover(turnover + 0.005)
    most = kpi.coverage_days_from_turnover(turnover - 0.005)
    assert fewest < printed + 0.5
    assert printed - 0.5 < most


def test_three_quarters_of_a_turn_cover_486_and_two_thirds_days():
    assert kpi.coverage_days_from_turnover(0.75) == pytest.approx(486 + 2 / 3, rel=1e-15)


# Kimmel, Weygandt & Kieso, Financial Accounting, exercise on PepsiCo, Inc. (2015 to 2017), in millions of USD:
# beginning and ending inventory, cost of goods sold; published solution: average inventory, turnover, days in
# inventory (365 / the turnover as rounded to one decimal).
PEPSICO = [
    (1926, 2290, 18_038, 2108, 8.6, 42),
    (2290, 2522, 20_351, 2406, 8.5, 43),
    (2522, 2618, 20_099, 2570, 7.8, 47),
]


@pytest.mark.parametrize(("beginning", "ending", "cost", "average", "turnover", "days"), PEPSICO)
def test_kimmel_weygandt_kieso_pepsico_exercise(beginning, ending, cost, average, turnover, days):
    assert kpi.average_inventory(beginning, ending) == average
    assert round(kpi.inventory_turnover(cost, average), 1) == turnover
    assert round(kpi.coverage_days_from_turnover(turnover)) == days


def test_chopra_meindl_average_inventory_and_flow_time():
    # Chopra & Meindl, Supply Chain Management, B&M Office Products: lots of 10,000, safety inventory 1,000,
    # demand 2,500 a week; average inventory 6,000, average flow time 2.4 weeks.
    average = kpi.cycle_average_inventory(10_000, 1_000)
    assert average == 6_000
    assert kpi.coverage_days(average, 2_500, days_per_year=1) == pytest.approx(2.4, rel=1e-15)


@pytest.mark.parametrize(("order_quantity", "safety_stock"), [(119, 34), (104, 21), (10, 0)])
def test_cycle_average_inventory_equals_the_integral_of_the_sawtooth(order_quantity, safety_stock):
    mean, _ = quad(lambda elapsed: safety_stock + order_quantity * (1 - elapsed), 0, 1)
    assert kpi.cycle_average_inventory(order_quantity, safety_stock) == pytest.approx(mean, rel=1e-12)


def test_heizer_render_holding_costs_sum_to_26_percent():
    # Operations Management, Ch. 12, "Determining inventory holding costs": housing, material handling, labor,
    # investment, and pilferage, scrap and obsolescence, as per cent of the inventory value.
    inventory_value = 100_000
    annual_holding_cost = sum(share / 100 * inventory_value for share in (6, 3, 3, 11, 3))
    assert kpi.holding_rate(annual_holding_cost, inventory_value) == pytest.approx(0.26, rel=1e-12)


def test_stock_outs_from_18_to_12_percent_are_a_third_fewer_and_6_percentage_points():
    assert kpi.percentage_change(18, 12) == pytest.approx(-100 / 3, rel=1e-15)
    assert kpi.percentage_point_change(18, 12) == -6


def test_company_z_holding_cost_saves_percentage_points_of_procurement():
    # Cheng, section 6.1: 18 % to 12 % of procurement of 500 million yuan saves 30 million yuan a year; service
    # from 85 % to 92 % (section 5.2) is 7 percentage points; delivery in 10 days, not 15, is 33 % shorter.
    assert kpi.percentage_point_change(18, 12) / 100 * 500 == pytest.approx(-30, rel=1e-15)
    assert kpi.percentage_point_change(85, 92) == 7
    assert round(kpi.percentage_change(15, 10)) == -33


@invariant
@given(amounts, amounts, st.floats(1, 366))
def test_turnover_times_coverage_is_the_days_of_the_year(cost, inventory, days):
    turnover = kpi.inventory_turnover(cost, inventory)
    assert turnover * kpi.coverage_days(inventory, cost, days) == pytest.approx(days, rel=1e-12)
    assert kpi.coverage_days_from_turnover(turnover, days) == pytest.approx(
        kpi.coverage_days(inventory, cost, days), rel=1e-12
    )


@invariant
@given(amounts, st.floats(1, 366))
def test_turnover_and_coverage_invert_each_other(turnover, days):
    coverage = kpi.coverage_days_from_turnover(turnover, days)
    assert kpi.turnover_from_coverage_days(coverage, days) == pytest.approx(turnover, rel=1e-12)


@invariant
@given(amounts, amounts)
def test_percentage_change_leads_from_before_to_after(before, after):
    factor = 1 + kpi.percentage_change(before, after) / 100
    # before * factor cancels when after is far below before: the error is relative to the larger of the two.
    assert before * factor == pytest.approx(after, abs=1e-12 * max(before, after))


@invariant
@given(st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_percentage_points_are_antisymmetric(before, after):
    assert kpi.percentage_point_change(before, after) == -kpi.percentage_point_change(after, before)
    assert before + kpi.percentage_point_change(before, after) == pytest.approx(after, abs=1e-12 * 1000)


@invariant
@given(amounts, amounts)
def test_average_inventory_lies_midway(beginning, ending):
    average = kpi.average_inventory(beginning, ending)
    assert average - beginning == pytest.approx(ending - average, abs=1e-12 * max(beginning, ending))


TWO_ARGUMENTS = [
    (kpi.inventory_turnover, "cost_of_goods_sold", "average_inventory"),
    (kpi.coverage_days, "average_inventory", "cost_of_goods_sold"),
    (kpi.coverage_days_from_turnover, "turnover", "days_per_year"),
    (kpi.turnover_from_coverage_days, "coverage_days", "days_per_year"),
    (kpi.average_inventory, "beginning", "ending"),
    (kpi.cycle_average_inventory, "order_quantity", "safety_stock"),
    (kpi.holding_rate, "annual_holding_cost", "average_inventory_value"),
    (kpi.percentage_change, "before", "after"),
    (kpi.percentage_point_change, "before_percent", "after_percent"),
]
every_indicator = pytest.mark.parametrize(("indicator", "first", "second"), TWO_ARGUMENTS)


@every_indicator
def test_scalars_arrays_and_series_give_the_same_numbers(indicator, first, second):
    products = ["notebook", "desktop"]
    firsts, seconds = pd.Series([6, 8], index=products), pd.Series([3, 5], index=products)
    kept = firsts.copy()
    scalars = [indicator(6, 3), indicator(8, 5)]
    assert all(isinstance(value, float) for value in scalars)
    result = indicator(firsts, seconds)
    pd.testing.assert_series_equal(result, pd.Series(scalars, index=products), rtol=1e-15)
    pd.testing.assert_series_equal(firsts, kept)
    np.testing.assert_allclose(indicator(firsts.to_numpy(), seconds.to_numpy()), scalars, rtol=1e-15)
    np.testing.assert_allclose(indicator(firsts, 3), [indicator(6, 3), indicator(8, 3)], rtol=1e-15)


@every_indicator
@pytest.mark.parametrize("wrong", [np.nan, np.inf, "3", None, True])
def test_what_is_not_a_finite_number_is_refused_by_name(indicator, first, second, wrong):
    with pytest.raises(ValueError, match=f"^{first} is {wrong!r}"):
        indicator(wrong, 3)
    with pytest.raises(ValueError, match=f"^{second} is {wrong!r}"):
        indicator(3, wrong)


@every_indicator
def test_series_of_different_items_are_refused(indicator, first, second):
    one, other = pd.Series({"pen": 1, "book": 2}), pd.Series({"pen": 1, "clip": 2})
    with pytest.raises(ValueError, match="differ at index book: give them the same index"):
        indicator(one, other)
    with pytest.raises(ValueError, match="differ at index pen"):
        indicator(one, one.iloc[::-1])
    with pytest.raises(ValueError, match=rf"{first} \(2,\), {second} \(3,\) do not match: give arrays of one length"):
        indicator(np.array([1, 2]), np.array([1, 2, 3]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kpi.inventory_turnover(-1, 2), "cost_of_goods_sold is -1: give a number 0 or more"),
        (lambda: kpi.inventory_turnover(1, 0), "average_inventory is 0: give a number greater than 0"),
        (lambda: kpi.coverage_days(-1, 2), "average_inventory is -1"),
        (lambda: kpi.coverage_days(1, 0), "cost_of_goods_sold is 0: give a number greater than 0"),
        (lambda: kpi.coverage_days(1, 2, 0), "days_per_year is 0"),
        (lambda: kpi.coverage_days_from_turnover(0), "turnover is 0"),
        (lambda: kpi.coverage_days_from_turnover(1, -365), "days_per_year is -365"),
        (lambda: kpi.turnover_from_coverage_days(0), "coverage_days is 0"),
        (lambda: kpi.turnover_from_coverage_days(1, 0), "days_per_year is 0"),
        (lambda: kpi.average_inventory(-1, 2), "beginning is -1"),
        (lambda: kpi.average_inventory(1, -2), "ending is -2"),
        (lambda: kpi.cycle_average_inventory(0, 2), "order_quantity is 0"),
        (lambda: kpi.cycle_average_inventory(1, -2), "safety_stock is -2"),
        (lambda: kpi.holding_rate(-1, 2), "annual_holding_cost is -1"),
        (lambda: kpi.holding_rate(1, 0), "average_inventory_value is 0"),
        (lambda: kpi.percentage_change(0, 2), "before is 0: give a number greater than 0"),
        (lambda: kpi.percentage_change(-1, 2), "before is -1"),
        (
            lambda: kpi.percentage_change(pd.Series({"pen": 4, "book": 0}), 2),
            "before is 0 at index book: give a number greater than 0",
        ),
    ],
)
def test_arguments_out_of_range_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
