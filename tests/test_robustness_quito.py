"""The bookstore's printed plans in use: played by hand, against closed identities, and on common random numbers.

The orders and demands are those of Tables 4 and 5 of García-Esquettini (2015); the sales are the recovered ones, from
month 9 on, which is period 1 of the plans.
"""

import numpy as np
import pytest

from casestudy.cases import quito_bookstore as quito
from casestudy.methods import dynamic_lot_sizing, recovery

ORDERS = {
    "LV-15": [99, 93, 84, 87, 61, 65, 116, 156, 72, 89, 56, 22],
    "LO-38": [459, 594, 524, 638, 112, 91, 73, 54, 20, 28, 0, 0],
}
SALES = {
    "LV-15": [112, 96, 75, 85, 45, 72, 137, 160, 22, 100, 43, 17],
    "LO-38": [141, 412, 372, 557, 73, 63, 68, 63, 98, 57, 44, 2],
}
# By hand: what is left is stock before + order - sales, or nothing; what is short is lost.
STOCK = {
    "LV-15": [0, 0, 9, 11, 27, 20, 0, 0, 50, 39, 52, 57],
    "LO-38": [318, 500, 652, 733, 772, 800, 805, 796, 718, 689, 645, 643],
}
LOST = {"LV-15": {1: 13, 2: 3, 7: 1, 8: 4}, "LO-38": {}}

P = quito.Parameters()
ITEMS = pytest.mark.parametrize("item", ["LV-15", "LO-38"])
YEARS = ["the plan's own", "last year's sales", "last year's sales, grown"]


def changed(**values):
    return quito.Parameters.of(values)


def played_by_hand(orders, demand):
    """Stock at each month's end and sales lost, one month after the other."""
    stock, stocks, lost = 0.0, [], []
    for order, wanted in zip(orders, demand, strict=True):
        available = stock + order
        stock = max(available - wanted, 0.0)
        stocks.append(stock)
        lost.append(max(wanted - available, 0.0))
    return stocks, lost


# --- The printed plans, played by hand ---


@ITEMS
def test_the_orders_and_the_sales_are_those_of_the_thesis_in_the_plans_order(item):
    assert quito.printed_plan(item)["order"].tolist() == ORDERS[item]
    assert quito.sales_in_plan_order(item).tolist() == SALES[item]
    assert sorted(SALES[item]) == sorted(quito.sales()[item])
    assert quito.sales_in_plan_order(item).loc[1] == quito.sales().at[9, item]


@ITEMS
def test_stock_by_hand_where_last_years_sales_come_again(item):
    lines = quito.played_lines(item, P)
    assert lines["last year again"].tolist() == STOCK[item]
    assert lines["as printed"].tolist() == quito.printed_plan(item)["ending_inventory"].tolist()
    row = quito.plans_played(P).loc[(item, "last year's sales")]
    lost = sum(LOST[item].values())
    assert row["lost_units"] == lost
    assert row["months_sold_out"] == len(LOST[item]) == STOCK[item].count(0)
    assert row["fill_rate_percent"] == pytest.approx(100 * (1 - lost / sum(SALES[item])), rel=1e-12)
    assert row["mean_stock_units"] == pytest.approx(sum(STOCK[item]) / 12, rel=1e-12)
    assert row["stock_at_the_end_units"] == STOCK[item][-1]


@ITEMS
def test_the_plan_against_its_own_demand_is_the_lot_sizing_module_s_evaluation(item):
    row = quito.plans_played(P).loc[(item, "the plan's own")]
    given = dynamic_lot_sizing.evaluate_plan(
        ORDERS[item], quito.printed_plan(item)["demand"], P.ordering_cost, quito.printed_costs(item)["holding"] / 12
    )
    assert row["lost_units"] == 0
    assert row["fill_rate_percent"] == 100
    assert row["mean_stock_units"] == pytest.approx(given.plan["ending_inventory"].mean(), rel=1e-12)
    # Table 4 prints 21 at the end and Table 5 prints 164, from numbers that were not rounded.
    assert row["stock_at_the_end_units"] == {"LV-15": 25, "LO-38": 164}[item]


@ITEMS
@pytest.mark.parametrize("growth", [0.0, 2.0, 37.5, 100.0])
def test_books_are_kept_or_sold_and_cost_is_orders_and_stock(item, growth):
    p = changed(growth_percent=growth)
    table = quito.plans_played(p).loc[item]
    assert table.index.tolist() == YEARS
    for name, row in table.iterrows():
        assert row["stock_at_the_end_units"] == pytest.approx(
            row["ordered_units"] - row["demand_units"] + row["lost_units"], abs=1e-9
        ), name
        orders = sum(order > 0 for order in ORDERS[item])
        holding = getattr(p, f"holding_cost_{quito.ITEMS[item]}")
        assert row["ordering_and_holding_cost_usd"] == pytest.approx(
            orders * p.ordering_cost + 12 * holding * row["mean_stock_units"], rel=1e-12
        ), name
    grown = np.array(SALES[item]) * (1 + growth / 100)
    stocks, lost = played_by_hand(ORDERS[item], grown)
    row = table.loc["last year's sales, grown"]
    assert row["lost_units"] == pytest.approx(sum(lost), abs=1e-9)
    assert row["mean_stock_units"] == pytest.approx(np.mean(stocks), rel=1e-12)
    assert row["demand_units"] == pytest.approx(grown.sum(), rel=1e-12)


def test_holts_line_of_lo_38_lies_above_the_sales_in_every_month_as_its_printed_errors_say():
    printed = quito.printed_errors("LO-38").loc["Holt"]
    assert printed["ME"] == f"-{printed['MAE']}"
    line = recovery.fitted_values(quito.sales()["LO-38"], quito.linear_methods("LO-38")["Holt"])
    assert (line > quito.sales()["LO-38"]).iloc[1:].all()


@pytest.mark.parametrize(("start", "equal"), [((90.8, 0.8), 12), (None, 8)])
def test_the_demand_row_of_table_4_follows_in_all_months_from_another_start(start, equal):
    demand = SALES["LV-15"][4:] + SALES["LV-15"][:4]
    slope, intercept = np.polyfit(range(1, 13), demand, 1)
    level, trend = start or (intercept, slope)
    line = []
    for sold in demand:
        before = level
        level = 0.6 * sold + 0.4 * (level + trend)
        trend = 0.2 * (level - before) + 0.8 * trend
        line.append(1.02 * (level + trend))
    rounded = np.rint(line[8:] + line[:8])
    assert (rounded == quito.printed_plan("LV-15")["demand"]).sum() == equal


def test_solve_tells_what_last_year_again_would_leave():
    results = quito.solve(P)
    assert results["last_year_again_lost_lv_15_units"] == 21
    assert results["last_year_again_lost_lo_38_units"] == 0
    assert results["last_year_again_stock_at_the_end_lv_15_units"] == 57
    assert results["last_year_again_stock_at_the_end_lo_38_units"] == 643


# --- Resampled years ---


@ITEMS
@pytest.mark.parametrize("block", [1, 3, 5, 12])
def test_resampled_years_are_neighbouring_months_of_the_grown_sales(item, block):
    drawn = quito.resampled_demand(item, changed(months_kept_together=block, resampled_years=200))
    grown = 1.02 * quito.sales()[item].to_numpy()
    assert drawn.shape == (12, 200)
    # No two months of a book sold alike but LO-38's two with 63 books; those two are told apart by their neighbours.
    follows = {(now, after) for now, after in zip(grown, np.roll(grown, -1), strict=True)}
    for start in range(0, 12, block):
        inside = drawn[start : start + block]
        assert {pair for pair in zip(inside[:-1].ravel(), inside[1:].ravel(), strict=True)} <= follows
    assert set(drawn.ravel()) == set(grown)
    # 2,400 draws of twelve months, at least 200 blocks: the mean within four standard errors of blocks.
    assert drawn.mean() == pytest.approx(grown.mean(), abs=4 * grown.std() / np.sqrt(200 * 12 / block))


def test_both_items_draw_the_same_months():
    lv, lo = (quito.resampled_demand(item, P) for item in ("LV-15", "LO-38"))
    lo_of = dict(zip(1.02 * quito.sales()["LV-15"], 1.02 * quito.sales()["LO-38"], strict=True))
    assert [lo_of[sold] for sold in lv.ravel()] == lo.ravel().tolist()


def test_a_year_of_twelve_months_kept_together_sells_what_last_year_sold():
    p = changed(months_kept_together=12, growth_percent=0.0)
    for item in quito.ITEMS:
        np.testing.assert_allclose(quito.resampled_demand(item, p).sum(axis=0), sum(SALES[item]), rtol=1e-12)


def test_another_seed_gives_other_years():
    assert (quito.resampled_demand("LV-15", P) != quito.resampled_demand("LV-15", changed(seed=1))).any()


@ITEMS
def test_the_printed_plan_in_resampled_years_played_by_hand(item):
    p = changed(resampled_years=40)
    demand = quito.resampled_demand(item, p)
    years = [played_by_hand(ORDERS[item], year) for year in demand.T]
    fill = np.array([1 - sum(lost) / sum(year) for (_, lost), year in zip(years, demand.T, strict=True)])
    stock = np.array([np.mean(stocks) for stocks, _ in years])
    sold_out = np.array([sum(left == 0 for left in stocks) for stocks, _ in years])
    row = quito.plans_resampled(p).loc[(item, "as printed")]
    assert row["fill_rate_percent"] == pytest.approx(100 * fill.mean(), rel=1e-12)
    assert row["mean_stock_units"] == pytest.approx(stock.mean(), rel=1e-12)
    assert row["months_sold_out"] == pytest.approx(sold_out.mean(), abs=1e-9)
    # Student's quantile for 39 degrees of freedom, from a printed table: 2.0227.
    for column, values in (("fill_rate", 100 * fill), ("mean_stock", stock), ("months_sold", sold_out)):
        assert row[f"{column}_margin"] == pytest.approx(2.0227 * values.std(ddof=1) / np.sqrt(40), rel=1e-4)


@ITEMS
def test_the_level_in_resampled_years_played_by_hand(item):
    """Order-up-to with a lead time of one month: what is ordered at a month's end comes at the month after next."""
    p = changed(resampled_years=30)
    level = quito.order_up_to_levels(p)[item]
    demand = quito.resampled_demand(item, p)
    fills, stocks = [], []
    for year in demand.T:
        stock, next_month, month_after, lost, kept = level, 0.0, 0.0, 0.0, []
        for wanted in year:
            stock, next_month = stock + next_month, month_after
            lost += max(wanted - stock, 0.0)
            stock = max(stock - wanted, 0.0)
            month_after = level - stock - next_month
            kept.append(stock)
        fills.append(1 - lost / year.sum())
        stocks.append(np.mean(kept))
    row = quito.plans_resampled(p).loc[(item, "order up to a level")]
    assert row["fill_rate_percent"] == pytest.approx(100 * np.mean(fills), rel=1e-12)
    assert row["mean_stock_units"] == pytest.approx(np.mean(stocks), rel=1e-12)


@ITEMS
@pytest.mark.parametrize("lead_time_days", [1.0, 30.0, 100.0, 365.0])
def test_the_level_keeps_the_printed_plans_mean_stock_to_a_book(item, lead_time_days):
    p = changed(lead_time_days=lead_time_days, resampled_years=100)
    table = quito.plans_resampled(p).loc[item]
    aim, reached = table.loc[["as printed", "order up to a level"], "mean_stock_units"]
    # A whole number is off by half a book at most, and a book more of the level is at most a book more of stock.
    assert reached == pytest.approx(aim, abs=0.6)


@ITEMS
def test_without_lead_time_the_levels_mean_stock_has_a_closed_form(item):
    """Each month starts with S on the shelf, whatever came before: the mean stock is the mean of max(S - x, 0)."""
    p = changed(lead_time_days=10.0)
    table = quito.plans_resampled(p).loc[(item, "order up to a level")]
    level, drawn = quito.order_up_to_levels(p)[item], quito.resampled_demand(item, p)
    assert table["mean_stock_units"] == pytest.approx(np.maximum(level - drawn, 0).mean(), rel=1e-12)
    assert level > drawn.max()  # the answer to exercise 6: never short
    assert table["fill_rate_percent"] == 100


@ITEMS
def test_differences_are_those_of_the_means_in_the_same_years(item):
    p = changed(resampled_years=300)
    means, differences = quito.plans_resampled(p).loc[item], quito.plan_differences(p).loc[item]
    assert differences.index.tolist() == [name for name in means.index if name != "as printed"]
    for name, row in differences.iterrows():
        less = means.loc[name] - means.loc["as printed"]
        assert row["fill_rate_points_mean"] == pytest.approx(less["fill_rate_percent"], abs=1e-9)
        assert row["cost_usd_mean"] == pytest.approx(less["cost_usd"], abs=1e-8)
        assert row["fill_rate_points_low"] <= row["fill_rate_points_mean"] <= row["fill_rate_points_high"]


def test_common_random_numbers_make_the_difference_of_two_plans_far_surer_than_either():
    means, differences = quito.plans_resampled(P), quito.plan_differences(P)
    for item in quito.ITEMS:
        row = differences.loc[(item, "wagner_whitin")]
        margin = (row["fill_rate_points_high"] - row["fill_rate_points_low"]) / 2
        alone = means.loc[item, "fill_rate_margin"]
        apart = np.hypot(alone["as printed"], alone["wagner_whitin"])  # of two independent runs
        assert margin < apart / 2


def test_lot_for_lot_is_wagner_whitin_for_lv_15_only():
    lv, lo = (quito.policies(item, P) for item in ("LV-15", "LO-38"))
    assert lv["lot_for_lot"] == lv["wagner_whitin"]
    assert lo["lot_for_lot"] != lo["wagner_whitin"]
    for item, chosen in (("LV-15", lv), ("LO-38", lo)):
        assert list(chosen["as printed"].quantities) == ORDERS[item]
        demand = quito.printed_plan(item)["demand"].sum()
        floor = {"LV-15": P.safety_stock_lv_15, "LO-38": P.safety_stock_lo_38}[item]
        for rule in ("lot_for_lot", "wagner_whitin"):
            assert sum(chosen[rule].quantities) == pytest.approx(demand + floor, rel=1e-12), rule


# --- What the notebook says of them, for more than one seed ---


@pytest.mark.parametrize("seed", [2015, 1, 2, 3, 4])
def test_the_readings_do_not_hang_on_the_seed(seed):
    p = changed(seed=seed)
    means, differences = quito.plans_resampled(p), quito.plan_differences(p)
    own = quito.plans_played(p).xs("the plan's own", level="demand")["mean_stock_units"]
    for item in quito.ITEMS:
        assert differences.loc[(item, "order up to a level"), "fill_rate_points_low"] > 0
        fixed = means.loc[item].drop("order up to a level")
        assert (fixed["mean_stock_units"] > 2 * own[item]).all()
    optimum = differences.loc[("LO-38", "wagner_whitin")]
    assert optimum["cost_usd_high"] < 0
    assert optimum["fill_rate_points_high"] < 0


@pytest.mark.parametrize("seed", [2015, 1, 2])
def test_the_answer_to_exercise_6(seed):
    lead = {}
    for block in (1, 3, 6, 12):
        p = changed(seed=seed, months_kept_together=block)
        lead[block] = quito.plan_differences(p).loc[("LV-15", "order up to a level")]
    means = [lead[block]["fill_rate_points_mean"] for block in (1, 3, 6, 12)]
    assert means == sorted(means, reverse=True)
    assert lead[3]["fill_rate_points_low"] > 0 > lead[12]["fill_rate_points_high"]
    assert lead[6]["fill_rate_points_mean"] < 0


@pytest.mark.parametrize(
    "values",
    [
        {"growth_percent": 100.0, "lead_time_days": 365.0, "seed": 2**32 - 1},
        {"growth_percent": 0.0, "lead_time_days": 1.0, "months_kept_together": 12, "seed": 0},
        {"safety_stock_lv_15": 100_000, "safety_stock_lo_38": 100_000, "months_kept_together": 1},
        {"safety_stock_lv_15": 0, "safety_stock_lo_38": 0, "holding_cost_lv_15": 1_000.0},
    ],
)
def test_every_table_is_finite_at_the_ends_of_the_parameters(values):
    p = changed(resampled_years=10, **values)
    for table in (quito.plans_played(p), quito.plans_resampled(p), quito.plan_differences(p)):
        assert np.isfinite(table.to_numpy()).all()
    assert (quito.order_up_to_levels(p) >= 0).all()
