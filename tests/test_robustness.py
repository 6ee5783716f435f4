"""The robustness of the Puyo and Peru policies: exact stationary formulas, balances of the (s, Q) system, hand sums.

Under (s, Q) the position after ordering is uniform between s and s + Q in the long run, independent of the demand to
come (Zipkin 2000, *Foundations of Inventory Management*), so that net stock and shortages have exact formulas for
a fixed lead time; how far below s an order is placed is, for lots of many days, spread with density (1 - F(u)) / E[d]
(renewal theory). Both are integrated here and asked to lie in 99.9 % intervals of the simulated values.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from casestudy.cases import peru_tech_sme as peru
from casestudy.cases import puyo_toy_store as puyo
from casestudy.errors import CasestudyError

invariant = settings(deadline=None, derandomize=True, max_examples=50)
WIDER = stats.norm.ppf(0.9995) / stats.norm.ppf(0.975)  # from the 95 % intervals of the tables to 99.9 %
ROUNDING = 1e-9  # of sums of some hundred thousand floating-point numbers, relative
PUYO, PERU = puyo.Parameters(), peru.Parameters()


def exact_cycle_service(reorder_point, mean, deviation, lead_times):
    """Share of cycles without a shortage: the undershoot and the demand of the lead time together stay below s.

    lead_times: probability by lead time, in periods; no order overtakes another.
    """
    demand = stats.norm(mean, deviation)

    below = np.linspace(0, mean + 8 * deviation, 10_001)

    def given(lead_time):
        if lead_time == 0:
            return 1.0  # an order placed a few units below s is there before the next demand
        left = stats.norm(lead_time * mean, deviation * np.sqrt(lead_time))
        return np.trapezoid(demand.sf(below) / mean * left.cdf(reorder_point - below), below)

    return sum(probability * given(lead_time) for lead_time, probability in lead_times.items())


def exact_fill_rate(reorder_point, lot, mean, deviation, lead_time):
    """1 - what is backordered in a period over its demand, from the backorders before and after it."""

    def mean_backorders(periods):
        demand = stats.norm(periods * mean, deviation * np.sqrt(periods))

        def short(position):
            z = (position - demand.mean()) / demand.std()
            return demand.std() * (stats.norm.pdf(z) - z * stats.norm.sf(z))

        points = [point for point in [demand.mean()] if reorder_point < point < reorder_point + lot]
        return quad(short, reorder_point, reorder_point + lot, points=points or None, limit=200)[0] / lot

    return 1 - (mean_backorders(lead_time + 1) - mean_backorders(lead_time)) / mean


def rounded_normal(mean, deviation):
    """Probabilities of a normal variable, cut at 0 and rounded to whole numbers."""
    numbers = np.arange(0, int(mean + 8 * deviation) + 1)
    cuts = stats.norm(mean, deviation).cdf(np.append(numbers + 0.5, -np.inf))[:-1]
    return dict(zip(numbers.tolist(), np.diff(cuts, prepend=0.0).tolist(), strict=True))


def is_inside(exact, row):
    simulated, low, high = row
    half_width = WIDER * (high - low) / 2
    assert half_width < 0.1 * simulated  # or nearly anything would lie inside
    return abs(simulated - exact) <= half_width


def puyo_row(table, measure, scenario):
    return table.loc[measure].set_index("scenario").loc[scenario, ["simulated", "low", "high"]]


def peru_row(table, measure, product, scenario):
    rows = table.loc[measure].set_index(["product", "scenario"])
    return rows.loc[(product, scenario), ["simulated_percent", "low_percent", "high_percent"]]


@pytest.fixture(scope="module")
def toy_store():
    return puyo.robustness(PUYO)


@pytest.fixture(scope="module")
def sme():
    return peru.robustness(PERU)


# The simulated values against exact formulas.


def test_cycle_service_of_the_toy_store_is_the_exact_one(toy_store):
    multiple, fixed = PUYO.sales_deviation_multiple, {PUYO.lead_time_days: 1.0}
    varying = rounded_normal(PUYO.lead_time_days, PUYO.lead_time_deviation_days)
    for scenario, deviation, lead_times in (
        (f"SIG times {multiple:g}", multiple * PUYO.sales_deviation, fixed),
        ("lead time varies", PUYO.sales_deviation, varying),
        (f"SIG times {multiple:g}, lead time varies", multiple * PUYO.sales_deviation, varying),
    ):
        exact = exact_cycle_service(puyo.reorder_point(PUYO), PUYO.daily_sales, deviation, lead_times)
        assert is_inside(100 * exact, puyo_row(toy_store, "cycle service", scenario)), scenario


def test_fill_rate_of_the_toy_store_is_the_exact_one(toy_store):
    scenario, deviation = "SIG times 4", 4 * PUYO.sales_deviation
    exact = exact_fill_rate(puyo.reorder_point(PUYO), puyo.lot_size(PUYO), PUYO.daily_sales, deviation, 15)
    assert is_inside(100 * exact, puyo_row(toy_store, "fill rate", scenario))


@pytest.mark.parametrize("scenario", ["as printed", "SIG times 4", "weekday pattern"])
def test_mean_stock_at_the_days_end_is_half_a_lot_and_the_safety_stock_less_a_days_sales(toy_store, scenario):
    half_lot, a_day = 92610 / 2, 1029
    row = puyo_row(toy_store, "mean stock", scenario)
    assert is_inside(half_lot + 3308.14 - a_day, row)
    assert not is_inside(half_lot + 3308.14 + 1200, row)  # the reserve is in no stock here


def test_the_printed_safety_stock_of_seven_deviations_meets_no_shortage(toy_store):
    """SS / (SIG · sqrt(L)) is 7.16: a shortage once in 10^12 cycles, or with the undershoot in some 10^6."""
    for scenario in ("as printed", "weekday pattern"):
        for measure in ("cycle service", "fill rate", "days that end in stock"):
            assert puyo_row(toy_store, measure, scenario).tolist() == [100, 100, 100]


@pytest.mark.parametrize(("product", "demand", "lot_inputs"), [
    ("notebook", 5575, (294, 231)), ("desktop", 3254, (588, 356)),
])  # fmt: skip
def test_service_of_the_sme_is_the_exact_one(sme, product, demand, lot_inputs):
    stock = {"notebook": 34, "desktop": 21}[product]
    rate, lot = demand / 250, np.sqrt(2 * demand * lot_inputs[0] / lot_inputs[1])
    deviation = stock / (stats.norm.ppf(0.95) * np.sqrt(15))
    reorder_point = 15 * rate + stock
    for scenario, mean, spread in (
        ("as assumed", rate, deviation),
        ("deviation of demand times 2", rate, 2 * deviation),
        ("demand +10 per cent", 1.1 * rate, deviation),
    ):
        fill = exact_fill_rate(reorder_point, lot, mean, spread, 15)
        assert is_inside(100 * fill, peru_row(sme, "fill rate", product, scenario)), scenario
        cycle = exact_cycle_service(reorder_point, mean, spread, {15: 1.0})
        assert is_inside(100 * cycle, peru_row(sme, "cycle service", product, scenario)), scenario


# The formulas beside them.


def test_textbook_formulas_of_the_toy_store_against_scipys_normal_distribution(toy_store):
    deviation = np.sqrt(15 * 119.29**2 + (1029 * 5) ** 2)
    shortage = quad(lambda x: (x - 3308.14) * stats.norm.pdf(x, 0, deviation), 3308.14, 10 * deviation)[0]
    found = toy_store.set_index("scenario", append=True)["textbook"]
    expected = 100 * stats.norm.cdf(3308.14, 0, deviation)
    assert found["cycle service", "lead time varies"] == pytest.approx(expected, rel=ROUNDING)
    assert found["fill rate", "lead time varies"] == pytest.approx(100 * (1 - shortage / 92610), rel=1e-7)


@pytest.mark.parametrize("scenario", ["SIG times 4", "lead time varies"])
def test_checked_daily_is_nearer_to_the_exact_value_than_the_textbook(toy_store, scenario):
    """The normal formula with the undershoot's two moments against the convolution, to half a point of per cent."""
    deviation, lead_times = {
        "SIG times 4": (4 * 119.29, {15: 1.0}),
        "lead time varies": (119.29, rounded_normal(15, 5)),
    }[scenario]
    exact = 100 * exact_cycle_service(18743.14, 1029, deviation, lead_times)
    row = toy_store.loc["cycle service"].set_index("scenario").loc[scenario]
    assert row["checked_daily"] == pytest.approx(exact, abs=0.5)
    assert abs(row["textbook"] - exact) > 2


@invariant
@given(stock=st.floats(1, 500), level=st.floats(60, 99.9), lead_time=st.integers(1, 60))
def test_the_textbook_service_of_the_sme_is_the_level_that_its_deviation_was_implied_from(stock, level, lead_time):
    p = peru.Parameters(
        safety_stock_notebook=stock,
        cycle_service_level_percent=level,
        lead_time_working_days=lead_time,
        lead_time_deviation_working_days=0.0,
    )
    scenario = peru._scenarios(p, "notebook")["as assumed"]
    service, _ = peru._expected_service(p, "notebook", scenario, stock, is_checked_daily=False)
    assert service == pytest.approx(level, rel=1e-6)  # lead-time demand of thousands is taken off and added again


# Safety stocks.


def test_the_safety_stock_for_the_level_reaches_it_in_the_simulation():
    needed = puyo.safety_stocks_needed(PUYO)
    for scenario in ("SIG times 4", "lead time varies"):
        p = puyo.Parameters(safety_stock=needed.at[scenario, "checked_daily_usd"], replications=300)
        simulated, low, high = puyo_row(puyo.robustness(p), "cycle service", scenario)
        assert abs(simulated - PUYO.cycle_service_level_percent) <= max(WIDER * (high - low) / 2, 0.5), scenario


def test_safety_stocks_needed_by_hand():
    """z of 99 % is 2.3263 in every table of the normal distribution; SIG·sqrt(15) = 462.008, 1029·5 = 5145."""
    needed = puyo.safety_stocks_needed(PUYO)
    assert needed["textbook_usd"].tolist() == pytest.approx(
        [2.3263 * np.hypot(sales, days) for days in (0, 5145) for sales in (462.008, 4 * 462.008)], rel=1e-4
    )
    surplus = needed["safety_stock_usd"] - needed["checked_daily_usd"]
    pd.testing.assert_series_equal(needed["surplus_when_checked_daily_usd"], surplus, check_names=False)
    assert surplus["as printed"] > 0 > surplus["lead time varies"]


@invariant
@given(stock=st.floats(1, 50_000), level=st.floats(60, 99.9))
def test_the_lead_time_deviation_covered_needs_just_the_safety_stock(stock, level):
    p = puyo.Parameters(safety_stock=stock, cycle_service_level_percent=level)
    covered = puyo.lead_time_deviation_covered(p)
    if covered == 0:
        assert puyo.safety_stocks_needed(p).at["as printed", "textbook_usd"] >= stock * (1 - ROUNDING)
    elif covered <= 30:
        again = p.model_copy(update={"lead_time_deviation_days": covered})
        needed = puyo.safety_stocks_needed(again).at["lead time varies", "textbook_usd"]
        assert needed == pytest.approx(stock, rel=1e-6)


# Exchange curves: backorders shift the whole path of net stock by what the reorder point moves.


EXCHANGES = {
    "toy store": (lambda: puyo.exchange_curve(PUYO), lambda: puyo.exchange_simulated(PUYO)),
    "notebook": (lambda: peru.exchange_curve(PERU, "notebook"), lambda: peru.exchange_simulated(PERU, "notebook")),
    "desktop": (lambda: peru.exchange_curve(PERU, "desktop"), lambda: peru.exchange_simulated(PERU, "desktop")),
}


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_more_safety_stock_serves_better_on_the_same_demand_and_as_the_curve_says(exchange):
    curve, points = (step() for step in EXCHANGES[exchange])
    assert len(points) == 5
    assert points.index.is_monotonic_increasing
    assert (points.diff().iloc[1:] > 0).all(axis=None)
    assert (curve.diff().iloc[1:] >= 0).all(axis=None)
    for simulated, column in (("cycle_service_percent", "cycle service"), ("fill_rate_percent", "fill rate")):
        formula = np.interp(points.index, curve.index, curve[f"{column}, lead time varies"])
        # Some 1,600 to 9,000 cycles: an error of about a point; rounding of the lead times and crossing add to it.
        np.testing.assert_allclose(points[simulated], formula, atol=3)


def test_a_lot_and_safety_stock_move_the_mean_stock_by_at_most_half_the_one_and_all_of_the_other():
    table = puyo.money_tied_up(PUYO)
    printed, safer, halved, both = table["mean_stock_usd"]
    more = table["safety_stock_usd"].iloc[1] - 3308.14
    assert 0 < safer - printed <= more
    assert 0 < both - halved <= more
    # On hand is net stock plus backorders; backorders are under a per cent of a lot.
    assert printed - halved == pytest.approx(92610 / 4, rel=0.02)


# Money.


def test_money_tied_up_in_the_toy_store_by_hand():
    """At a margin of 30 % a dollar of stock costs 0.70; the reserve of 1,200 lies beside it."""
    table = puyo.money_tied_up(PUYO)
    assert table["money_tied_up_usd"].tolist() == pytest.approx(0.7 * (table["mean_stock_usd"] + 1200), rel=ROUNDING)
    returned = table["gross_margin_return_percent_per_year"] / 100 * table["money_tied_up_usd"]
    assert returned.tolist() == pytest.approx([0.3 * 370577] * 4, rel=ROUNDING)
    solved = puyo.solve(PUYO)["gross_margin_return_percent_per_year"]
    assert solved == pytest.approx(100 * 0.3 / 0.7 * puyo.turnover(PUYO), rel=ROUNDING)  # GMROI = turnover·m/(1 - m)


def test_no_margin_changes_the_order_of_the_policies():
    orders = {
        tuple(
            puyo.money_tied_up(puyo.Parameters(gross_margin_percent=margin, replications=20))[
                "money_tied_up_usd"
            ].rank()
        )
        for margin in (5.0, 50.0, 85.0)
    }
    assert len(orders) == 1


def test_orders_of_half_the_lot_cost_twice_as_much():
    """Orders a year are sales over the lot: 4 of 92,610 in 360 days of 1,029."""
    cost = puyo.money_tied_up(PUYO)["ordering_cost_usd_per_year"]
    assert cost.tolist() == pytest.approx([4 * 1396, 4 * 1396, 8 * 1396, 8 * 1396], rel=0.01)


def test_money_tied_up_in_the_sme_by_hand():
    """231 / 0.25 = 924 and 356 / 0.25 = 1,424 PEN a unit; a margin of 15 % is 0.17647 of the cost."""
    table = peru.money_tied_up(PERU).set_index("stock", append=True)
    expected = {
        ("notebook", "reported before"): 7817 * 924,
        ("notebook", "reported after"): 3879 * 924,
        ("desktop", "reported before"): 8550 * 1424,
        ("desktop", "reported after"): 3547 * 1424,
        ("notebook", "policy, new safety stock"): (np.sqrt(2 * 5575 * 294 / 231) / 2 + 34) * 924,
        ("desktop", "policy, former safety stock"): (np.sqrt(2 * 3254 * 588 / 356) / 2 + 48) * 1424,
    }
    for place, money in expected.items():
        assert table.at[place, "money_tied_up_pen"] == pytest.approx(money, rel=ROUNDING)
        assert table.at[place, "holding_cost_pen_per_year"] == pytest.approx(money / 4, rel=ROUNDING)
    after = table.loc[("notebook", "reported after")]
    assert after["gross_margin_return_percent_per_year"] == pytest.approx(100 * 5575 / 3879 * 15 / 85, rel=ROUNDING)


# New and former safety stock of the SME.


def test_the_former_safety_stock_serves_better_and_holds_at_most_the_difference_more():
    table = peru.safety_stocks_compared(PERU).set_index("safety_stock", append=True)
    for product, difference in (("notebook", 70 - 34), ("desktop", 48 - 21)):
        more = table.loc[(product, "former")] - table.loc[(product, "new")]
        assert more["safety_stock_units"] == difference
        for column in more.index.drop("safety_stock_units"):
            assert more[column] > 0, column
        assert more["mean_stock_units"] <= difference
        assert more["mean_stock_lead_time_varies_units"] <= difference


def test_new_safety_stocks_are_the_policy_of_the_scenarios(sme):
    """Two tables of the same runs: the first scenario and the new safety stock."""
    table = peru.safety_stocks_compared(PERU).set_index("safety_stock", append=True)
    for product in peru.PRODUCTS:
        row = table.loc[(product, "new")]
        for measure, column in (("cycle service", "cycle_service"), ("fill rate", "fill_rate")):
            assert row[f"{column}_percent"] == peru_row(sme, measure, product, "as assumed").iloc[0]
            varying = row[f"{column}_lead_time_varies_percent"]
            assert varying == peru_row(sme, measure, product, "lead time varies").iloc[0]


# Inputs far from the printed ones.


@pytest.mark.parametrize("days", [37.0, 540.0, 1000.0, 3600.0])
def test_mean_stock_of_the_toy_store_does_not_hang_on_where_its_long_cycles_begin(days):
    """Whole cycles hold half a lot and the safety stock at the end of a day, less a day's sales."""
    p = puyo.Parameters(supply_interval_days=days, lead_time_deviation_days=0.0, replications=20)
    exact = 1029 * days / 2 + 3308.14 - 1029
    for scenario in ("as printed", "SIG times 4", "weekday pattern"):
        simulated, _, _ = puyo_row(puyo.robustness(p), "mean stock", scenario)
        assert simulated == pytest.approx(exact, rel=0.01), scenario  # a cycle too few or too many moves it by more
    printed, _, halved, _ = puyo.money_tied_up(p)["mean_stock_usd"]
    assert printed - halved == pytest.approx(1029 * days / 4, rel=0.02)  # no lead time is random: next to no backorders


@pytest.mark.parametrize("ordering_cost", [294.0, 3e5, 1.2e6, 2e7])
def test_mean_stock_of_the_sme_does_not_hang_on_where_its_long_cycles_begin(ordering_cost):
    p = peru.Parameters(ordering_cost_notebook=ordering_cost, replications=20)
    table = peru.safety_stocks_compared(p).set_index("safety_stock", append=True)
    lot = np.sqrt(2 * 5575 * ordering_cost / 231)
    exact = lot / 2 + 70 - 5575 / 250  # the former safety stock meets next to no shortage
    assert table.at[("notebook", "former"), "mean_stock_units"] == pytest.approx(exact, rel=0.02)


def test_the_fill_rates_of_a_stock_that_cannot_serve_are_shares():
    """Four times the deviation, demand 30 per cent above the plan and the lead time at half its mean."""
    p = peru.Parameters(
        lead_time_working_days=2,
        lead_time_deviation_working_days=1.0,
        demand_deviation_multiple=4.0,
        demand_error_percent=30.0,
        ordering_cost_notebook=1.0,
        ordering_cost_desktop=1.0,
    )
    fill = peru.robustness(p).loc["fill rate"].filter(like="percent")
    assert ((fill >= 0) & (fill <= 100)).all(axis=None)
    assert (fill["textbook_percent"] < 80).any()


@pytest.mark.parametrize("module", [puyo, peru])
def test_a_lead_time_that_would_fall_below_zero_is_refused_with_the_mend(module):
    deviation, lead_time = {
        puyo: ("lead_time_deviation_days", "lead_time_days"),
        peru: ("lead_time_deviation_working_days", "lead_time_working_days"),
    }[module]
    assert module.Parameters.of({lead_time: 8, deviation: 4.0})
    with pytest.raises(CasestudyError) as caught:
        module.Parameters.of({lead_time: 8, deviation: 4.5})
    assert f"{deviation} = 4.5 is more than half of {lead_time} = 8" in str(caught.value)
    assert "choose at most 4" in str(caught.value)


def test_a_lot_of_more_than_ten_years_is_refused_with_the_mend():
    """Q / D = sqrt(2 K / (h D)): 10 years at K = 50·231·5575 = 64,391,250."""
    assert peru.Parameters.of({"ordering_cost_notebook": 64_391_000.0})
    with pytest.raises(CasestudyError, match=r"^ordering_cost_notebook = 6\.\d+e\+07 gives a lot of 10 years"):
        peru.Parameters.of({"ordering_cost_notebook": 64_392_000.0})


@pytest.mark.parametrize("swings", [{}, {"season_percent": 90.0, "noise_percent": 60.0, "drift_percent": 30.0}])
@pytest.mark.parametrize("annual", [0.5, 10.0, 200.0])
def test_every_illustrative_month_has_demand(annual, swings):
    for seed in range(5):
        p = peru.Parameters(annual_demand_notebook=annual, growth_percent_per_year=100.0, seed=seed, **swings)
        sold = peru.demand(p)["notebook"]
        assert (sold >= 1).all()
        assert (sold % 1 == 0).all()
        assert np.isfinite(list(peru.solve(p).values())).all()


def test_the_illustrative_years_add_up_to_the_annual_demand():
    for product, annual in (("notebook", 5575), ("desktop", 3254)):
        assert peru.demand(PERU)[product].tail(12).sum() == annual


# What the notebooks say holds with other seeds too.


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_readings_hold_with_other_seeds(seed):
    p = puyo.Parameters(seed=seed)
    toy_store = puyo.robustness(p).set_index("scenario", append=True)["simulated"]
    cycle, fill = toy_store["cycle service"], toy_store["fill rate"]
    assert cycle["weekday pattern"] == cycle["as printed"] == 100
    assert cycle["lead time varies"] < cycle["SIG times 4"] < 100
    assert (fill > 98).all()
    money = puyo.money_tied_up(p)
    printed, halved, both = (money.iloc[place] for place in (0, 2, 3))
    assert halved["fill_rate_percent"] < printed["fill_rate_percent"] < both["fill_rate_percent"]
    assert both["cycle_service_percent"] > printed["cycle_service_percent"]
    assert both["money_tied_up_usd"] < printed["money_tied_up_usd"]
    q = peru.Parameters(seed=seed)
    sme = peru.robustness(q).set_index(["product", "scenario"], append=True)["simulated_percent"].sort_index()
    assert (sme["cycle service"] < 95).all()
    assert (sme["fill rate"] > sme["cycle service"]).all()
    for product in peru.PRODUCTS:
        alone = sme["cycle service", product].drop("all three")
        assert alone.idxmax() == "as assumed"
        assert alone.idxmin() == "demand +10 per cent"
    former = peru.safety_stocks_compared(q).set_index("safety_stock").loc["former"]
    assert (former["cycle_service_percent"] > 95).all()
