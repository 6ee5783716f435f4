"""Company Z's illustration: closed forms, brute force, what a longer history may change, and what the prose says."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, poisson

from casestudy.cases import company_z
from casestudy.cases.company_z import STAGES, Parameters

# Small enough to be simulated in a test, and unlike the defaults.
SMALL = Parameters(replications=20, simulated_years=2, seed=7)


@pytest.fixture(scope="module")
def p():
    return Parameters()


# What the printed numbers say of each other.


def test_the_implied_holding_rate_is_the_cost_share_times_turnover(p):
    rates = company_z.implied_holding_rates(p).loc["holding rate, per cent a year"]
    assert rates["before"] == pytest.approx(18 * 3.5)
    assert rates["after"] == pytest.approx(12 * 4.5)


def test_each_reading_of_the_cost_gives_back_its_shares(p):
    table = company_z.saving_readings(p)
    ends = ["before_million_cny_per_year", "after_million_cny_per_year"]
    assert table.loc["shares of procurement", ends].tolist() == [90, 60]
    before, after = table.loc["shares of procurement plus holding", ends]
    assert before / (before + 500) == pytest.approx(0.18)
    assert after / (after + 500) == pytest.approx(0.12)
    assert table.at["turnover alone, holding rate unchanged", "saving_million_cny_per_year"] == pytest.approx(20)


def test_the_milestones_are_the_printed_months():
    assert company_z.milestones().index.tolist() == [1, 3, 6, 9]


# The catalogue and its demand.


def test_a_longer_history_changes_no_material_and_no_month_before():
    short, long = Parameters(), Parameters(months=72)
    pd.testing.assert_frame_equal(company_z.catalogue(short), company_z.catalogue(long))
    pd.testing.assert_frame_equal(company_z.drivers(short), company_z.drivers(long).iloc[:60])


def test_orders_are_poisson_around_what_the_drivers_say():
    p = Parameters(driver_strength=0, months=120)
    materials = company_z.catalogue(p)
    orders = company_z.demand(p) / materials["units_per_order"]
    expected = materials["orders_per_month"]
    # 48 means of 120 months and their spread: chi-squared with 48 degrees of freedom, 99.9 % between 20 and 90.
    distance = ((orders.mean() - expected) ** 2 / (expected / 120)).sum()
    assert 20 < distance < 90
    dispersion = orders.var(ddof=1) / orders.mean()
    assert dispersion.mean() == pytest.approx(1, abs=4 * math.sqrt(2 / 119 / 48))


def test_the_orders_for_an_error_give_just_that_error():
    counts = np.arange(0, 1000)
    for error, orders in company_z.orders_for_an_error()["orders_per_month"].items():
        assert 100 * (poisson.pmf(counts, orders) * abs(counts - orders)).sum() / orders == pytest.approx(
            error, rel=1e-9
        )


# Forecasts.


def test_no_forecast_knows_the_future():
    """Demand of another future, from the same past: forecasts of the common months are the same to the last bit."""
    p = Parameters(months=72)
    longer, shorter = company_z.learned_forecasts(p).iloc[:60], company_z.learned_forecasts(Parameters())
    same = (company_z.demand(p).iloc[:60] == company_z.demand(Parameters())).all()
    kinds = company_z.catalogue(p)["kind"]
    whole_kinds = [kind for kind in "ABCDEF" if same[kinds.index[kinds == kind]].all()]
    columns = [code for code in shorter if kinds[code] in whole_kinds]
    assert columns
    pd.testing.assert_frame_equal(longer[columns], shorter[columns], check_exact=True)


def test_the_errors_are_the_sum_of_absolute_errors_over_demand(p):
    table = company_z.errors_by_material(p)
    sold = company_z.demand(p)["C2"].to_numpy()
    average = [sold[t - 3 : t].mean() for t in range(36, 60)]
    by_hand = 100 * abs(sold[36:] - average).sum() / sold[36:].sum()
    assert table.at["C2", "moving_average"] == pytest.approx(by_hand)


# Stock.


def test_the_formulas_are_those_of_the_textbook(p):
    table, z = company_z.stocked_materials(p, STAGES[0]), 0.5
    sigma, lot, value = table["lead_time_deviation_units"], table["lot_units"], table["unit_value_cny"]
    loss = norm.pdf(z) - z * norm.sf(z)
    point = company_z.formula_points(p, STAGES[0]).loc[z]
    assert point["order_fulfilment_percent"] == pytest.approx(100 * np.prod(1 - sigma * loss / lot))
    turnover = (52 * value * table["demand_units_per_week"]).sum() / (value * (lot / 2 + z * sigma)).sum()
    assert point["turnover_per_year"] == pytest.approx(turnover)


def test_the_fitting_lot_gives_back_the_printed_pair(p):
    for row in company_z.lots_that_fit(p).itertuples():
        table = company_z.stocked_materials(p, row.stage)
        lot = table["demand_units_per_week"] * row.lot_weeks
        sigma, value = table["lead_time_deviation_units"], table["unit_value_cny"]
        loss = norm.pdf(row.safety_factor) - row.safety_factor * norm.sf(row.safety_factor)
        assert 100 * np.prod(1 - sigma * loss / lot) == pytest.approx(row.order_fulfilment_percent, rel=1e-7)
        stock = (value * (lot / 2 + row.safety_factor * sigma)).sum()
        used = (52 * value * table["demand_units_per_week"]).sum()
        assert used / stock == pytest.approx(row.turnover_per_year, rel=1e-7)


def test_a_pair_that_no_lot_gives_is_left_open():
    table = company_z.lots_that_fit(Parameters(turnover_after=500))
    assert table["lot_weeks"].isna().tolist() == [False, True, True, True]


def test_more_safety_stock_means_fewer_turns_and_more_fulfilment():
    for stage in STAGES:
        means = company_z.simulated_means(SMALL, stage)
        assert means["turnover_per_year"].is_monotonic_decreasing
        assert means["order_fulfilment_percent"].is_monotonic_increasing


def test_an_order_is_fulfilled_when_all_six_are_on_hand():
    history = company_z.simulated_histories(SMALL, STAGES[2])["fill_rate"]
    by_hand = math.prod(history.xs(code) for code in history.index.unique("code"))
    points = company_z.simulated_points(SMALL, STAGES[2])["order_fulfilment_percent"] / 100
    pd.testing.assert_series_equal(points, by_hand, check_names=False)


def test_simulation_and_formulas_tell_the_same_story_at_the_reorder_point_for_mean_demand(p):
    """At z = 0, where the formula's neglect of skewed demand and of what follows a shortage weighs least."""
    for stage in STAGES:
        simulated, formula = company_z.simulated_means(p, stage).loc[0.0], company_z.formula_points(p, stage).loc[0.0]
        assert simulated["order_fulfilment_percent"] == pytest.approx(formula["order_fulfilment_percent"], abs=2)
        # The formula neglects backorders and counts stock at the middle of a week, the simulation at its end.
        assert simulated["turnover_per_year"] == pytest.approx(formula["turnover_per_year"], rel=0.07)


def test_the_curves_run_through_the_simulated_means(p):
    """Log-odds are no exact parabola: to three points, and from 95 % on, where the balance lies, to half a point."""
    for stage, means in company_z.mean_points(p).groupby(level="stage"):
        fitted = 100 * company_z.mean_tradeoff(p, stage).fulfilment(means["turnover_per_year"].to_numpy())
        off = abs(fitted - means["order_fulfilment_percent"])
        assert off.max() < 3
        assert off[means["order_fulfilment_percent"] >= 95].max() < 0.5


def test_the_balance_is_the_best_of_the_simulated_turnovers():
    for stage, row in company_z.equilibria(SMALL).iterrows():
        curve = company_z.mean_tradeoff(SMALL, stage)
        turnover = np.linspace(curve.lowest_turnover, curve.highest_turnover, 2001)
        benefit = 100 * SMALL.value_of_service_point * curve.fulfilment(turnover) - 0.25 * 500 / turnover
        assert row["turnover_per_year"] == pytest.approx(turnover[benefit.argmax()], abs=0.01)


def test_one_factor_for_each_reaches_the_target_with_no_more_stock_than_one_for_all():
    table = company_z.strategies(SMALL)
    assert (table["order_fulfilment_percent"] >= SMALL.service_target - 1e-9).all()
    turnover = table["turnover_per_year"]
    assert (turnover.xs("one for each", level=1) >= turnover.xs("one for all", level=1)).all()


# What the notebook's prose says, at the default parameters.


def test_the_prose_on_materials_holds(p):
    assert (company_z.top_six(p)["material"] == "controllers").all()
    assert company_z.representatives(p)["rank_by_score"].iloc[-1] > 24
    assert company_z.judgement_consistency(p).at["Saaty 1980", "consistency_ratio"] < 0.1


def test_the_prose_on_forecasts_holds(p):
    kinds = company_z.errors_by_kind(p)
    assert kinds.at["all", "exponential_smoothing"] == pytest.approx(20, abs=1)  # the calibration
    assert (kinds["fall_in_points"] > 0).all()
    assert kinds["fall_in_points"].drop("all").between(10, 15).idxmax() == "B"
    assert kinds["fall_in_points"].drop("all").between(10, 15).sum() == 1
    validation = company_z.learner_validation(p)
    assert (validation["ridge"] < validation.drop(columns="ridge").min(axis=1)).all()
    assert (company_z.sparse_forecasts(p)["error_percent"] > 75).all()


def test_the_prose_on_safety_stock_holds(p):
    table = company_z.dynamic_safety_stocks(p)
    stock = table["safety_stock_percent_of_demand"]
    by_forecast = stock["smoothing"] - stock["learned"]
    by_rule = stock.xs("dynamic", level=1) - stock.xs("static", level=1)
    assert by_rule.min() > 0
    assert by_forecast.min() > 2 * by_rule.max()
    served = table["months_without_shortage_percent"]
    assert served.drop("prediction interval", level=1).max() < 95
    for forecast in ("smoothing", "learned"):
        assert served[forecast].is_monotonic_increasing
        assert stock[forecast].is_monotonic_increasing


def test_the_prose_on_lots_holds(p):
    table = company_z.lots_that_fit(p)
    assert table.at[0, "lot_weeks"] == pytest.approx(p.lot_weeks, abs=0.5)  # the calibration
    smaller = 1 - table["lot_weeks"].iloc[1:] / table.at[0, "lot_weeks"]
    assert smaller.between(0.22, 0.34).all()
    means = {stage: company_z.simulated_means(p, stage).sort_values("turnover_per_year") for stage in STAGES}
    at_before = [np.interp(3.5, m["turnover_per_year"], m["order_fulfilment_percent"]) for m in means.values()]
    assert at_before[1] - at_before[0] > 2
    assert at_before[2] - at_before[1] > 1
    turnover = company_z.strategies(p).xs("one for all", level=1)["turnover_per_year"]
    assert turnover["smaller lots"] - turnover["faster suppliers"] > 5 * (
        turnover["faster suppliers"] - turnover["as is"]
    )
    assert table["safety_factor"].iloc[1:].is_monotonic_decreasing


def test_the_prose_on_strategies_holds(p):
    turnover = company_z.strategies(p)["turnover_per_year"]
    gain = turnover["as is", "one for each"] - turnover["as is", "one for all"]
    assert gain > turnover["learned forecasts", "one for all"] - turnover["as is", "one for all"]
    factors = company_z.strategies(p).xs("one for each", level=1).filter(like="factor_")
    assert (factors.idxmin(axis=1).str[:8] == "factor_A").all()
    assert (factors.idxmax(axis=1).str[:8] == "factor_F").all()


def test_the_prose_on_the_bullwhip_effect_holds(p):
    table = company_z.bullwhip_effect(p)
    assert (
        table.at["Company Z", "each_forecasts_from_orders_measured"] == table.at["Company Z", "demand_shared_measured"]
    )
    others = table.drop("Company Z")
    assert (others["each_forecasts_from_orders_measured"] > others["demand_shared_measured"]).all()
    # 4,000 weeks: the ratio of two variances of correlated demand, within 5 %.
    assert table["demand_shared_measured"].to_numpy() == pytest.approx(
        table["demand_shared_bound"].to_numpy(), rel=0.05
    )
