"""The Quito bookstore: demand recovered from error tables, eight forecasts, two purchase plans, two p charts."""

from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from casestudy import datasets
from casestudy.methods import classification, control_charts, dynamic_lot_sizing, forecasting, kpi, recovery, simulation
from casestudy.methods import safety_stock as buffers
from casestudy.parameters import CaseParameters, parameter

TITLE = "Quito bookstore"
CITATION = (
    "García-Esquettini, M. (2015). Improving Inventory Management: A Case-Study in a Non-Profit Organization. "
    "Universidad San Francisco de Quito."
)
SUMMARY = "A non-profit bookstore in Ecuador gets forecasts, lot sizes and control charts; its demand is recovered"

CASE = "quito_bookstore"
ITEMS = {"LV-15": "lv_15", "LO-38": "lo_38"}  # the item's code: its suffix in names of parameters and series
PLANNED_GROWTH_PERCENT = 2.0  # contained in the demand rows of Tables 4 and 5

# Both diagrams were printed as pictures; this is what sections 4.1 to 4.3 name, in our words.
VALUE_CHAIN = [
    "Decide what to buy (by experience)",
    "Buy from five suppliers",
    "Receive and store in one warehouse",
    "Supply the sales points",
    "Sell in Quito; deliver to other cities",
    "Review stock against the records each month",
]
SIPOC = [
    "Suppliers: five suppliers",
    "Inputs: books and other items; the managers' experience",
    "Process: decide, buy, store, supply, sell, review",
    "Outputs: items sold; stock records; the monthly mismatch",
    "Customers: buyers in Quito and in other cities of Ecuador",
]

# The weights of Table 1 were in a picture (Figure 3). This is one set that gives the printed columns; others do too.
IMPACT_WEIGHTS = {"return_over_investment": 1, "client_satisfaction": 2, "alignment_with_strategy": 1}
PRACTICALITY_WEIGHTS = {
    "time": 4, "methodology": 4, "other_efforts_in_course": 2, "resources_availability": 3, "previous_projects": 3
}  # fmt: skip

# How each row of Tables 2 and 3 came about, as far as its digits tell.
_NOT_IDENTIFIED = ("Dynamic-Holt", "Holt-Winters", "Winters")
CONVENTIONS = {
    "Moving Average (2)": "mean of the 2 months before",
    "Moving Average (3)": "mean of the 3 months before",
    "Regression": "one line through all 12 months",
    "Exponential Smoothing": "same month, α = 0.4 (not printed), start at the first sale",
    "Holt": "same month, start at the regression line",
    **dict.fromkeys(_NOT_IDENTIFIED, "not identified"),
}
IDENTIFIED = [name for name in CONVENTIONS if name not in _NOT_IDENTIFIED]
# The text prints 0.9 and 0.05 for LO-38; Table 3 was made with more digits.
HOLT_BEHIND_TABLES = {"LV-15": (0.6, 0.2), "LO-38": (0.935882539, 0.054480845)}
SIGNS_TAKEN_AS_WRONG = {"LV-15": (("Moving Average (3)", "ME"),), "LO-38": ()}
EXCLUDED = {"LV-15": (), "LO-38": (("Holt", "MAPE"),)}


class Parameters(CaseParameters):
    """Inputs of the study. Money in US dollars, demand and stock in books, periods in months."""

    items_for_sale: int = parameter(476, "articles", "items for sale", claim="s41_items", ge=3, le=1_000_000)
    items_studied: int = parameter(2, "articles", "items that the study follows", claim="s2_items_studied", ge=1, le=2)
    revenue_share_studied: float = parameter(
        60.0, "percent", "share of revenue of the items studied", claim="s2_items_share", gt=0, lt=100
    )
    holt_alpha_lv_15: float = parameter(
        0.6, "1", "Holt's constant of the level [α], LV-15", claim="s44_alpha_lv15", gt=0, le=1
    )
    holt_beta_lv_15: float = parameter(
        0.2, "1", "Holt's constant of the trend [β], LV-15", claim="s44_beta_lv15", ge=0, le=1
    )
    holt_alpha_lo_38: float = parameter(
        0.9, "1", "Holt's constant of the level [α], LO-38", claim="s44_alpha_lo38", gt=0, le=1
    )
    holt_beta_lo_38: float = parameter(
        0.05, "1", "Holt's constant of the trend [β], LO-38", claim="s44_beta_lo38", ge=0, le=1
    )
    smoothing_alpha: float = parameter(
        0.4, "1", "constant of exponential smoothing [α]; implied by Tables 2 and 3", gt=0, le=1
    )
    alignment: Literal["same_period", "one_step_ahead"] = parameter(
        "same_period", "1", "smoothing and Holt: same_period or one_step_ahead"
    )
    growth_percent: float = parameter(
        2.0, "percent", "growth of demand over the forecast", claim="s45_growth", ge=0, le=100
    )
    service_level_percent: float = parameter(
        90.0, "percent", "cycle service level of the safety stock", claim="s45_service_level", ge=50, lt=100
    )
    lead_time_days: float = parameter(
        30.0, "days", "lead time for the safety stock; the suppliers' is not printed", gt=0, le=365
    )
    ordering_cost: float = parameter(
        25.0, "USD/order", "cost of placing an order [K]; implied by Tables 4 and 5", gt=0, le=10_000
    )
    unit_cost_lv_15: float = parameter(
        8.5, "USD/unit", "purchase price [c], LV-15; implied by Table 4", gt=0, le=10_000
    )
    unit_cost_lo_38: float = parameter(
        2.5, "USD/unit", "purchase price [c], LO-38; implied by Table 5", gt=0, le=10_000
    )
    holding_cost_lv_15: float = parameter(
        2.22612, "USD/unit/month", "holding cost [h], LV-15; implied by Table 4", gt=0, le=1_000
    )
    holding_cost_lo_38: float = parameter(
        0.16674, "USD/unit/month", "holding cost [h], LO-38; implied by Table 5", gt=0, le=1_000
    )
    safety_stock_lv_15: int = parameter(
        21, "units", "least stock at a month's end [SS], LV-15; from Table 4", ge=0, le=100_000
    )
    safety_stock_lo_38: int = parameter(
        164, "units", "least stock at a month's end [SS], LO-38; from Table 5", ge=0, le=100_000
    )
    rule: Literal[
        "wagner_whitin",
        "silver_meal",
        "least_unit_cost",
        "least_total_cost_nearest",
        "least_total_cost_not_above",
        "periodic_order_quantity",
        "economic_order_quantity",
        "lot_for_lot",
    ] = parameter("wagner_whitin", "1", "lot-sizing rule of the plan shown month by month")
    cost_before: float = parameter(
        2772.0, "USD/year", "cost of inventory management before", claim="impl_cost_before", gt=0, le=10_000_000
    )
    expected_revenue: float = parameter(
        8868.01, "USD/year", "expected revenue of both items", claim="s45_expected_revenue", ge=0, le=10_000_000
    )
    tolerated_mismatch_percent: float = parameter(
        5.0, "percent", "largest mismatch that the managers tolerate", claim="s46_max_mismatch", gt=0, lt=100
    )
    sample_size_lv_15: int = parameter(
        600, "units", "books inspected in a weekly review [n], LV-15", claim="s46_sample_lv15", ge=10, le=100_000
    )
    sample_size_lo_38: int = parameter(
        1000, "units", "books inspected in a weekly review [n], LO-38", claim="s46_sample_lo38", ge=10, le=100_000
    )
    chart_weeks: int = parameter(16, "weeks", "weeks on the control charts; illustrative", ge=4, le=520)
    careless_weeks: int = parameter(5, "weeks", "first weeks, before reviews improve; illustrative", ge=0, le=520)
    careless_mismatch_percent: float = parameter(
        6.5, "percent", "true mismatch in the first weeks; illustrative", ge=0, le=100
    )
    careful_mismatch_percent: float = parameter(2.5, "percent", "true mismatch after that; illustrative", ge=0, le=100)
    months_kept_together: int = parameter(
        3, "months", "neighbouring months of a resampled block; illustrative", ge=1, le=12
    )
    resampled_years: int = parameter(
        1000, "years", "years drawn from the recovered sales; illustrative", ge=10, le=2_000
    )
    seed: int = parameter(2015, "1", "seed of the weekly counts and of the resampled years", ge=0, le=2**32 - 1)


def _of(p, name, item):
    return getattr(p, f"{name}_{ITEMS[item]}")


def _printed(claim_id):
    return datasets.claims(CASE).at[claim_id, "printed"]


# --- The store and its problems ---------------------------------------------------------------------------


def bottom_line(p):
    """What the thesis prints beside what its tables, and the recovered sales, give."""
    check = summary_check(p)["recomputed"]
    first = {item: ranking(item, p).loc[IDENTIFIED, "MAE_one_step_ahead"].idxmin() for item in ITEMS}
    plans = printed_plans_against_optimum(p)
    again = {item: _played(item, sales_in_plan_order(item), p).trace for item in ITEMS}
    saving = check["reduction, per cent"]
    error, limit = _printed("impl_accuracy_error"), "from the tolerated mismatch"
    one_step = "the best of the five identified methods, one step ahead"
    rows = [
        ("accuracy error of Holt, LV-15, per cent", error, _holt_mape("LV-15"), "Holt's MAPE in Table 2"),
        ("accuracy error of Holt, LO-38, per cent", error, _holt_mape("LO-38"), "Holt's MAPE in Table 3"),
        ("best forecast, LV-15", "Holt", first["LV-15"], one_step),
        ("best forecast, LO-38", "Holt", first["LO-38"], one_step),
        (
            "ordering and holding cost of the plan, LO-38, USD/year",
            f"{plans.at['LO-38', 'printed']:,.2f}",
            plans.at["LO-38", "optimum"],
            "the least at the same costs and the lowest printed stock",
        ),
        (
            "unsatisfied demand, LV-15, books",
            "Not Allowed",
            float(again["LV-15"]["lost_sales"].sum()),
            "the printed plan, if last year's sales come again",
        ),
        (
            "stock at the plan's end, LO-38, books",
            _printed("t5_p12_ending"),
            float(again["LO-38"]["net_stock"].iloc[-1]),
            "the printed plan, if last year's sales come again",
        ),
        ("cost reduction, per cent", _printed("impl_reduction_pct"), saving, "from the sum of both holding costs"),
        ("target for the chart of LV-15, per cent", _printed("s46_target_lv15"), _target(p, "LV-15"), limit),
        ("target for the chart of LO-38, per cent", _printed("s46_target_lo38"), _target(p, "LO-38"), limit),
    ]
    table = pd.DataFrame(rows, columns=["quantity", "printed", "compared_with", "which_is"]).set_index("quantity")
    return table.map(lambda value: value if isinstance(value, str) else f"{value:,.2f}")


def _holt_mape(item):
    return 100 * float(printed_errors(item).at["Holt", "MAPE"])


def prioritization(impact_weights=IMPACT_WEIGHTS, practicality_weights=PRACTICALITY_WEIGHTS):
    """The prioritization matrix recomputed from its scores and weights, beside the printed columns (Table 1)."""
    table = datasets.printed_table(CASE, "table_1").set_index("project")
    matrix = classification.prioritization_matrix(
        table[[*impact_weights, *practicality_weights, "measure_benefits"]].astype(float),
        impact_weights,
        practicality_weights,
        multipliers=["measure_benefits"],
    )
    for position, column in enumerate(["impact", "practicality", "total"]):
        matrix.insert(2 * position, f"{column}_printed", table[column])
    return matrix


def prioritization_scores():
    """The scores of Table 1 as printed, a column a project."""
    return datasets.printed_table(CASE, "table_1").set_index("project").T.rename_axis("criterion")


def revenue_shares(p):
    """The items studied and all others: share of the items and share of revenue, per cent (after Figure 5)."""
    studied = 100 * p.items_studied / p.items_for_sale
    return pd.DataFrame(
        {
            "of_the_items": [studied, 100 - studied],
            "of_the_revenue": [p.revenue_share_studied, 100 - p.revenue_share_studied],
        },
        index=pd.Index(["LV-15 and LO-38", "all other items"], name="items"),
    )


# --- The recovery -----------------------------------------------------------------------------------------


def sales():
    """The twelve monthly sales of both books, recovered from Tables 2 and 3; not printed anywhere."""
    recovered = datasets.recovered_series(CASE)
    table = pd.DataFrame({item: recovered[f"recovered_{suffix}"] for item, suffix in ITEMS.items()})
    return table.astype(int).set_index(pd.RangeIndex(1, len(table) + 1, name="month"))


def printed_errors(item):
    """The error measures of the eight methods as text, as printed (Tables 2 and 3; MSR is the mean squared error)."""
    name = {"LV-15": "table_2", "LO-38": "table_3"}[item]
    table = datasets.printed_table(CASE, name).set_index("method")
    return table.rename(columns={"me": "ME", "mae": "MAE", "mape": "MAPE", "msr": "MSE"})


def whole_number_sums(item):
    """What the moving averages' printed errors say of whole sales: sums of 2e or 3e, and of their squares."""
    rows = []
    for months in (2, 3):
        printed = printed_errors(item).loc[f"Moving Average ({months})"].astype(float)
        errors = 12 - months
        rows += [
            (f"{months}·Σe", printed["ME"] * months * errors),
            (f"{months}·Σ|e|", printed["MAE"] * months * errors),
            (f"{months}²·Σe²", printed["MSE"] * months**2 * errors),
        ]
    table = pd.DataFrame(rows, columns=["sum", "from_the_printed_digits"]).set_index("sum")
    return table.assign(nearest_whole_number=table["from_the_printed_digits"].round().astype(int))


def linear_methods(item):
    """The five identified methods with the constants behind the item's error table."""
    alpha, beta = HOLT_BEHIND_TABLES[item]
    return {
        "Moving Average (2)": recovery.MovingAverage(2),
        "Moving Average (3)": recovery.MovingAverage(3),
        "Regression": recovery.RegressionOnTime(),
        "Exponential Smoothing": recovery.SamePeriodSmoothing(0.4),
        "Holt": recovery.SamePeriodHolt(alpha, beta),
    }


def recover_in_box(item, radius=2):
    """All whole-number series within `radius` of the stored one that meet the errors of averages and regression.

    These three methods need no smoothing constant, so nothing about the series is assumed but that its months are
    whole numbers in the box. The stored series is only the centre of the box; the tests recover it without knowing
    it, from the error tables and the plan's demand row.
    """
    names = IDENTIFIED[:3]
    methods = linear_methods(item)
    return recovery.recover(
        printed_errors(item).loc[names], {name: methods[name] for name in names}, sales()[item], radius,
        SIGNS_TAKEN_AS_WRONG[item],
    )  # fmt: skip


def funnel(item, radius=2):
    """How many series of the box each further printed number leaves; a shape is a series up to a constant."""
    table = recover_in_box(item, radius).funnel
    table.insert(
        0, "after", (table["method"] + ", " + table["measure"]).where(table["measure"] != "box", "the whole box")
    )
    return table.drop(columns=["method", "measure"]).set_index("after")


def funnel_magnitudes(table):
    """The steps of a funnel that leave fewer series, as decimal logarithms of how many."""
    left = table["series_left"]
    return np.log10(left[left.ne(left.shift())])


def residuals(item):
    """Every printed cell of the five identified methods beside what the recovered sales give.

    The distance is in units of the last printed digit: up to a half, the cell is reproduced.
    """
    compared = recovery.compare_with_printed(
        sales()[item], printed_errors(item).loc[IDENTIFIED], linear_methods(item),
        SIGNS_TAKEN_AS_WRONG[item], EXCLUDED[item],
    )  # fmt: skip
    decimals = [9 if "E" in text else len(text.partition(".")[2]) for text in compared["printed"]]
    shown = [f"{value:.{places}f}" for value, places in zip(compared["computed"], decimals, strict=True)]
    table = compared.assign(
        recomputed=[text.removeprefix("-") if not text.strip("-0.") else text for text in shown],
        distance_in_last_digits=(compared["residual"].abs() * 10.0 ** np.array(decimals)).round(2).abs(),
    ).rename(columns={"is_reproduced": "reproduced"})
    table["distance_in_last_digits"] = table["distance_in_last_digits"].where(table["reproduced"])
    return table[["printed", "recomputed", "distance_in_last_digits", "reproduced", "reading"]].reset_index()


def identification():
    """Each of the eight methods: how its row came about, and how many errors it averages."""
    counts = {name: method.warm_up for name, method in linear_methods("LV-15").items()}
    table = pd.Series(CONVENTIONS, name="how_the_printed_row_came_about").rename_axis("method").to_frame()
    errors = {name: str(12 - warm_up) for name, warm_up in counts.items()}
    return table.assign(months_judged=[errors.get(name, "") for name in table.index])


def holt_mape_readings():
    """Holt's percentage error for LO-38: with and without the month in which two books were sold."""
    demand = sales()["LO-38"]
    fit = recovery.fitted_values(demand, linear_methods("LO-38")["Holt"])
    shares = ((demand - fit).abs() / demand).iloc[1:]
    without = shares[demand != demand.min()]
    return pd.Series(
        {
            "as printed": _holt_mape("LO-38"),
            "all 11 months": 100 * shares.mean(),
            "smallest month left out of the sum, divisor 11": 100 * without.sum() / len(shares),
            "smallest month left out, divisor 10": 100 * without.mean(),
        },
        name="percentage_error",
    ).rename_axis("reading")


# --- The forecasts ----------------------------------------------------------------------------------------


def _holt(p, item, alignment, **changes):
    demand = sales()[item]
    line = forecasting.trend_line(demand)
    start = {"initial_level": line.intercept, "initial_trend": line.slope} | changes
    alpha, beta = _of(p, "holt_alpha", item), _of(p, "holt_beta", item)
    return forecasting.holt(demand, alpha, beta, **start, alignment=alignment)


def forecasts(item, p, alignment=None):
    """What each method sets against each month; a fit where the alignment is "same_period", units/month.

    As printed, the moving averages are forecasts anyway and the regression is one line through all months. One step
    ahead the line is drawn anew each month, and two methods are added: the last month's sale, and Holt started from
    the first two months instead of a line that knows all twelve. None takes the alignment of p.
    """
    alignment = alignment or p.alignment
    demand = sales()[item]
    first, second = demand.iloc[0], demand.iloc[1]
    smoothed = forecasting.exponential_smoothing(demand.iloc[1:], p.smoothing_alpha, first, alignment=alignment)
    methods = {
        "Moving Average (2)": forecasting.simple_moving_average(demand, 2),
        "Moving Average (3)": forecasting.simple_moving_average(demand, 3),
        "Regression": forecasting.trend_line(demand).fitted_values,
        "Exponential Smoothing": smoothed.reindex(demand.index),
        "Holt": _holt(p, item, alignment).where(demand.index > 1),
    }
    if alignment == "one_step_ahead":
        methods["Regression"] = forecasting.regression_on_time(demand)
        own_start = {"initial_level": 2 * first - second, "initial_trend": second - first}
        methods["Holt, own start"] = _holt(p, item, alignment, **own_start).where(demand.index > 2)
        methods["Last month's sale"] = forecasting.naive(demand)
    return pd.DataFrame(methods)


def errors(item, p, alignment=None):
    """The thesis's four measures of each method, over all months that the method can judge."""
    fits, demand = forecasts(item, p, alignment), sales()[item]
    measures = {name: forecasting.error_measures(demand, fits[name]) for name in fits}
    return pd.DataFrame(
        {
            name: {
                "months": each.n,
                "ME_units": each.mean_error if abs(each.mean_error) > 1e-9 else 0.0,  # a regression's is rounding noise
                "MAE_units": each.mean_absolute_error,
                "MAPE": each.mean_absolute_percentage_error,
                "MSE_units_squared": each.mean_squared_error,
            }
            for name, each in measures.items()
        }
    ).T.rename_axis("method").astype({"months": int})  # fmt: skip


def ranking(item, p):
    """Rank by mean absolute error: as printed, same month, and one step ahead over the months that all can judge."""
    demand = sales()[item]
    ahead = forecasts(item, p, "one_step_ahead")
    table = pd.DataFrame(
        {
            "MAE_printed": printed_errors(item)["MAE"].astype(float),
            "MAE_same_month": errors(item, p, "same_period")["MAE_units"],
            "MAE_one_step_ahead": forecasting.compare_methods(demand, ahead)["mean_absolute_error"],
        }
    ).reindex([*CONVENTIONS, *ahead.columns.difference(CONVENTIONS)])
    for column in ("printed", "one_step_ahead"):
        table[f"rank_{column}"] = table[f"MAE_{column}"].rank(method="min").astype("Int64")
    return table.rename_axis("method")


def ranking_bars(item, p):
    """Mean absolute errors of the identified methods, same month beside one step ahead, units."""
    table = ranking(item, p).loc[IDENTIFIED]
    table = table[["MAE_same_month", "MAE_one_step_ahead"]].rename(columns=lambda name: name.removeprefix("MAE_"))
    return table.rename(index=lambda name: name.replace("Moving Average", "Mean of").replace("(", "").replace(")", ""))


def holt_lines(item, p):
    """Recovered sales with Holt's line of the same month and of one step ahead (after Figures 6 and 7)."""
    return pd.DataFrame(
        {
            "sales": sales()[item],
            "Holt, same month": _holt(p, item, "same_period"),
            "Holt, one step ahead": _holt(p, item, "one_step_ahead"),
        }
    )


def holt_constants(p):
    """Holt's constants: in the text, behind the table, and those that minimise the squared error from month 2 on."""
    rows = {}
    for item in ITEMS:
        demand = sales()[item]
        line = forecasting.trend_line(demand)
        alternatives = {
            "in the text, or as set above": (_of(p, "holt_alpha", item), _of(p, "holt_beta", item)),
            "behind the error table": HOLT_BEHIND_TABLES[item],
        }
        for alignment, name in (("same_period", "same month"), ("one_step_ahead", "one step ahead")):
            fitted = forecasting.fit_constants(
                demand,
                _holt_from(line),
                {"alpha": (0.001, 1.0), "beta": (0.0, 1.0)},
                alignment=alignment,
                first_period=2,
            )
            alternatives[f"least squared error, {name}"] = tuple(round(value, 4) for value in fitted.constants.values())
        for name, (alpha, beta) in alternatives.items():
            mse = [_holt_error(demand, line, alpha, beta, way) for way in ("same_period", "one_step_ahead")]
            rows[item, name] = (alpha, beta, *mse)
    table = pd.DataFrame(rows, index=["alpha", "beta", "MSE_same_month", "MSE_one_step_ahead"]).T
    return table.rename_axis(["item", "constants"])


def _holt_from(line):
    def method(demand, alpha, beta, **options):
        return forecasting.holt(demand, alpha, beta, line.intercept, line.slope, **options)

    return method


def _holt_error(demand, line, alpha, beta, alignment):
    fit = _holt_from(line)(demand, alpha, beta, alignment=alignment)
    return forecasting.error_measures(demand.iloc[1:], fit.iloc[1:]).mean_squared_error


# --- The purchase policy ----------------------------------------------------------------------------------


def printed_plan(item):
    """The plan month by month as printed, with its balance carried from period to period (Tables 4 and 5)."""
    rows = _plan_lines(item)
    table = rows.loc[["DEMAND", "ORDER", "ENDING INVENTORY"]].filter(like="period_").T.astype(int)
    table.columns = ["demand", "order", "ending_inventory"]
    table.index = pd.RangeIndex(1, len(table) + 1, name="period")
    opening = table["ending_inventory"].shift(fill_value=0)
    balance = opening + table["order"] - table["demand"]
    return table.assign(balance=balance, difference=table["ending_inventory"] - balance)


def _plan_lines(item):
    return datasets.printed_table(CASE, {"LV-15": "table_4", "LO-38": "table_5"}[item]).set_index("line")


def printed_costs(item):
    """The plan's yearly costs as printed: ordering, purchase, holding and their total, USD/year."""
    year = _plan_lines(item)["year"].iloc[3:].map(lambda text: datasets.printed_number(text).value)
    return year.set_axis(["ordering", "purchase", "holding", "total"]).rename("usd_per_year").rename_axis("cost")


def implied_costs():
    """Costs that the plans imply: total over number of orders, over units ordered, over the stock carried."""
    rows = {}
    for item in ITEMS:
        plan, costs = printed_plan(item), printed_costs(item)
        holding, price = costs["holding"] / plan["ending_inventory"].sum(), costs["purchase"] / plan["order"].sum()
        mean_stock = plan["ending_inventory"] + plan["demand"] / 2
        rows[item] = {
            "orders": (plan["order"] > 0).sum(),
            "units_ordered": plan["order"].sum(),
            "unit_months_carried": plan["ending_inventory"].sum(),
            "cost_per_order_usd": costs["ordering"] / (plan["order"] > 0).sum(),
            "unit_cost_usd": price,
            "holding_cost_usd_per_unit_month": holding,
            "holding_rate_percent_per_month": 100 * holding / price,
            "holding_rate_on_mean_stock_percent_per_month": 100 * costs["holding"] / mean_stock.sum() / price,
        }
    return pd.DataFrame(rows).rename_axis("implied")


def plan_demand_check(item, p):
    """The plan's demand row beside the grown Holt line, turned by four months: period 1 is month 9."""
    line = np.roll((1 + p.growth_percent / 100) * _holt(p, item, p.alignment), 4)
    alpha, beta = HOLT_BEHIND_TABLES[item]
    behind = 1.02 * recovery.fitted_values(sales()[item], recovery.SamePeriodHolt(alpha, beta))
    plan = printed_plan(item)[["demand"]].rename(columns={"demand": "printed_demand"})
    turned = np.roll(behind, 4)
    return plan.assign(
        month=np.roll(np.arange(1, 13), 4),
        same_month_at_the_table_s_constants=turned,
        equal_when_rounded=np.rint(turned) == plan["printed_demand"],
        at_the_parameters=line,
    )


def planned_demand(item, p):
    """The demand row of the plan, scaled if the growth is not the 2 % that it contains, units/month."""
    growth = (1 + p.growth_percent / 100) / (1 + PLANNED_GROWTH_PERCENT / 100)
    return printed_plan(item)["demand"] * growth


def _costs(item, p):
    return {"fixed_cost": p.ordering_cost, "holding_cost": _of(p, "holding_cost", item)}


def rules(item, p):
    """Ordering and holding cost of every rule for the planned demand, cheapest first, the printed plan among them."""
    demand, floor = planned_demand(item, p), _of(p, "safety_stock", item)
    table = dynamic_lot_sizing.compare_rules(demand, **_costs(item, p), safety_stock=floor)
    optimum = table.at["wagner_whitin", "total_cost"]
    given = _given(item, p)
    table.loc["as printed"] = {
        "number_of_orders": given.number_of_orders,
        "ordering_cost": given.ordering_cost,
        "holding_cost": given.holding_cost,
        "purchase_cost": 0.0,
        "total_cost": given.total_cost,
        "percent_above_optimum": 100 * (given.total_cost / optimum - 1),
    }
    table = table.drop(columns="purchase_cost").astype({"number_of_orders": int})
    table = table.rename(columns=lambda name: name.replace("_cost", "_cost_usd") if name.endswith("_cost") else name)
    return table.sort_values("total_cost_usd", kind="stable").rename_axis("rule")


def _given(item, p):
    orders, demand = printed_plan(item)["order"], planned_demand(item, p)
    return dynamic_lot_sizing.evaluate_plan(orders, demand, **_costs(item, p), allow_shortage=True)


def plan(item, p):
    """The plan of the chosen rule month by month, with the printed orders beside it."""
    demand, floor = planned_demand(item, p), _of(p, "safety_stock", item)
    made = dynamic_lot_sizing.RULES[p.rule](demand, **_costs(item, p), safety_stock=floor).plan
    table = made[["demand", "order_quantity", "ending_inventory"]].astype(float)
    return table.assign(
        printed_order=printed_plan(item)["order"], printed_ending=printed_plan(item)["ending_inventory"]
    )


def needless_orders(item, p):
    """For each printed order: the stock before it, what the period required, and what was ordered beyond that."""
    table = printed_plan(item)
    opening = table["ending_inventory"].shift(fill_value=0)
    required = (table["demand"] + _of(p, "safety_stock", item) - opening).clip(lower=0)
    return pd.DataFrame(
        {
            "opening_inventory": opening,
            "demand": table["demand"],
            "required": required,
            "ordered": table["order"],
            "ordered_though_nothing_was_required": (table["order"] > 0) & (required == 0),
        }
    )


def plan_lines(item, p):
    """Ending inventory of the printed plan, of the chosen rule and the floor, units."""
    table = plan(item, p)
    return pd.DataFrame(
        {
            "as printed": printed_plan(item)["ending_inventory"],
            p.rule: table["ending_inventory"],
            "safety stock": float(_of(p, "safety_stock", item)),
        }
    )


def printed_plans_against_optimum(p):
    """Ordering and holding cost of the printed plans against the least that the same costs allow, USD/year."""
    rows = {}
    for item in ITEMS:
        costs, table = printed_costs(item), rules(item, p)
        optimum = table.at["wagner_whitin", "total_cost_usd"]
        printed = costs["ordering"] + costs["holding"]
        rows[item] = {
            "printed": printed,
            "printed_orders_evaluated": table.at["as printed", "total_cost_usd"],
            "optimum": optimum,
            "above_optimum": printed - optimum,
            "above_optimum_percent": 100 * (printed / optimum - 1),
        }
    return pd.DataFrame(rows).T.rename_axis("item")


def crossed_costs(p):
    """The least cost of each item at its own holding cost and at the other item's monthly rate, USD/year."""
    price = {item: _of(p, "unit_cost", item) for item in ITEMS}
    rate = {item: _of(p, "holding_cost", item) / price[item] for item in ITEMS}
    rows = []
    for item in ITEMS:
        for source in ITEMS:
            best = dynamic_lot_sizing.wagner_whitin(
                planned_demand(item, p), p.ordering_cost, rate[source] * price[item],
                safety_stock=_of(p, "safety_stock", item),
            )  # fmt: skip
            rows.append((item, source, 100 * rate[source], best.number_of_orders, best.total_cost))
    columns = ["item", "rate_of", "holding_rate_percent_per_month", "orders", "ordering_and_holding_cost_usd"]
    return pd.DataFrame(rows, columns=columns).set_index(["item", "rate_of"])


def safety_stock_readings(p):
    """Safety stock under readings of "the variation of the forecasted demand" at the service level, units."""
    z = buffers.safety_factor(p.service_level_percent / 100)
    months = p.lead_time_days / 30
    table = {}
    for item in ITEMS:
        demand, planned = sales()[item], planned_demand(item, p)
        same, ahead = (_holt(p, item, way) for way in ("same_period", "one_step_ahead"))
        spread = {
            "planned demand, sample deviation": planned.std(),
            "planned demand, population deviation": planned.std(ddof=0),
            "recovered sales, sample deviation": demand.std(),
            "Holt's errors, same month": (demand - same).iloc[1:].std(),
            "Holt's errors, one step ahead": (demand - ahead).iloc[1:].std(),
        }
        table[item] = {
            name: buffers.safety_stock(safety_factor=z, demand_deviation=deviation, lead_time=months)
            for name, deviation in spread.items()
        }
        table[item]["lowest ending inventory of the plan"] = float(printed_plan(item)["ending_inventory"].min())
    return pd.DataFrame(table).rename_axis("reading").add_suffix("_units")


# --- The plans in use --------------------------------------------------------------------------------------


def sales_in_plan_order(item):
    """The recovered sales from month 9 on, then 1 to 8: period 1 of the plan is month 9, a year later."""
    return pd.Series(np.roll(sales()[item], 4), pd.RangeIndex(1, 13, name="period"), dtype=float)


def _grown(sold, p):
    return sold * (1 + p.growth_percent / 100)


def _conditions(item, p):
    return {"lost_sales": True, "periods_per_year": 12, **_costs(item, p)}


def _played(item, demand, p):
    policy = simulation.OrderSchedule(printed_plan(item)["order"])
    return simulation.simulate(policy, demand.astype(float), **_conditions(item, p))


def plans_played(p):
    """The printed orders against the demand that they were made for, and against last year's sales come again.

    The plan begins with an empty shelf, as printed; what is not on the shelf is not sold, and not asked for later.
    """
    rows = {}
    for item in ITEMS:
        sold, plan = sales_in_plan_order(item), printed_plan(item)
        years = {
            "the plan's own": plan["demand"],
            "last year's sales": sold,
            "last year's sales, grown": _grown(sold, p),
        }
        for name, demand in years.items():
            played = _played(item, demand, p)
            measures = played.replications.iloc[0]
            rows[item, name] = {
                "demand_units": demand.sum(),
                "ordered_units": plan["order"].sum(),
                "lost_units": played.trace["lost_sales"].sum(),
                "fill_rate_percent": 100 * measures["fill_rate"],
                "months_sold_out": round(12 * (1 - measures["ready_rate"])),
                "mean_stock_units": measures["mean_on_hand"],
                "stock_at_the_end_units": played.trace["net_stock"].iloc[-1],
                "ordering_and_holding_cost_usd": measures["total_cost_per_year"],
            }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(["item", "demand"])
    return table.astype({"months_sold_out": int, "ordered_units": int})


def played_lines(item, p):
    """Stock at each month's end: as printed, and where last year's sales come again, units."""
    again = _played(item, sales_in_plan_order(item), p).trace["net_stock"]
    return pd.DataFrame({"as printed": printed_plan(item)["ending_inventory"], "last year again": again})


def resampled_demand(item, p):
    """Illustrative years, 12 months x years: blocks of neighbouring months of the grown sales, put together anew.

    A block may begin in any month and stand anywhere in the year; month 12 is followed by month 1. Both items draw
    the same months.
    """
    source = simulation.Resampled(_grown(sales()[item].astype(float), p), block=p.months_kept_together)
    return source.draw(np.random.default_rng(p.seed), (12, p.resampled_years))


def policies(item, p):
    """By name: the printed orders, two rules' orders at the same costs and floor, and an order-up-to level.

    The stock is raised to the level at each month's end, with the lead time rounded to whole months. The level, in
    whole books, is the one that keeps the printed plan's mean stock in the resampled years.
    """
    plans = {"as printed": printed_plan(item)["order"]}
    for rule in ("lot_for_lot", "wagner_whitin"):
        made = dynamic_lot_sizing.RULES[rule](
            planned_demand(item, p), **_costs(item, p), safety_stock=_of(p, "safety_stock", item)
        )
        plans[rule] = made.plan["order_quantity"]
    chosen = {name: simulation.OrderSchedule(orders) for name, orders in plans.items()}
    demand, lead_time = resampled_demand(item, p), _lead_time_months(p)

    def mean_stock(policy):
        run = simulation.simulate(policy, demand, lead_time=lead_time, **_conditions(item, p))
        return run.replications["mean_on_hand"].mean()

    # Stock is the level less what was sold in the lead time and the month: it lies between these two.
    lowest = mean_stock(chosen["as printed"])
    highest = lowest + (lead_time + 1) * demand.max()
    level = brentq(lambda level: mean_stock(simulation.BaseStockPolicy(level)) - lowest, lowest, highest, xtol=0.05)
    return chosen | {"order up to a level": simulation.BaseStockPolicy(round(level))}


def _lead_time_months(p):
    return round(p.lead_time_days / 30)


def order_up_to_levels(p):
    """The level of each item that keeps the printed plan's mean stock in the resampled years, units."""
    levels = {item: policies(item, p)["order up to a level"].base_stock_level for item in ITEMS}
    return pd.Series(levels, name="order_up_to_level_units").rename_axis("item")


_RESAMPLED_MEASURES = {
    "fill_rate_percent": ("fill_rate", 100),
    "months_sold_out": ("ready_rate", -12),
    "mean_stock_units": ("mean_on_hand", 1),
    "cost_usd": ("total_cost_per_year", 1),
}


def plans_resampled(p):
    """Means over the resampled years, each with its margin: half of the 95 % confidence interval."""
    rows = {}
    for item in ITEMS:
        demand = resampled_demand(item, p)
        for name, policy in policies(item, p).items():
            run = simulation.simulate(policy, demand, lead_time=_lead_time_months(p), **_conditions(item, p))
            rows[item, name] = {}
            for column, (measure, unit) in _RESAMPLED_MEASURES.items():
                mean, low, high = run.summary.loc[measure, ["mean", "low", "high"]]
                rows[item, name][column] = 12 * (1 - mean) if measure == "ready_rate" else unit * mean
                rows[item, name][f"{column.rpartition('_')[0]}_margin"] = abs(unit) * (high - low) / 2
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["item", "policy"])


def plan_differences(p):
    """Each policy less the printed plan in the same resampled years, with the 95 % confidence interval."""
    tables = {}
    for item in ITEMS:
        compared = simulation.compare(
            policies(item, p), resampled_demand(item, p), lead_time=_lead_time_months(p), **_conditions(item, p)
        )
        fill, cost = (
            scale * compared.differences.xs(measure, level="measure")
            for measure, scale in (("fill_rate", 100), ("total_cost_per_year", 1))
        )
        tables[item] = fill.add_prefix("fill_rate_points_").join(cost.add_prefix("cost_usd_"))
    return pd.concat(tables, names=["item"])


# --- The control charts -----------------------------------------------------------------------------------


def chart_targets(p):
    """The standard that puts the upper limit at the tolerated mismatch, and the limits at the printed target."""
    rows = {}
    for item, claim in (("LV-15", "s46_target_lv15"), ("LO-38", "s46_target_lo38")):
        n, printed = _of(p, "sample_size", item), _printed(claim)
        centre = datasets.printed_number(printed).value / 100
        rows[item] = {
            "sample_size_units": n,
            "target_percent": _target(p, item),
            "target_printed_percent": printed,
            "lower_limit_at_printed_percent": 100 * control_charts.lower_control_limit(centre, n),
            "upper_limit_at_printed_percent": 100 * control_charts.upper_control_limit(centre, n),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("item")


def _target(p, item):
    return 100 * control_charts.standard_for_upper_limit(
        p.tolerated_mismatch_percent / 100, _of(p, "sample_size", item)
    )


def weekly_counts(p):
    """Illustrative weekly reviews: binomial counts, a higher mismatch in the first weeks, a lower one after."""
    random = np.random.default_rng(p.seed)
    weeks = np.arange(1, p.chart_weeks + 1)
    mismatch = np.where(weeks <= p.careless_weeks, p.careless_mismatch_percent, p.careful_mismatch_percent) / 100
    tables = []
    for item in ITEMS:
        n = _of(p, "sample_size", item)
        counts = random.binomial(n, mismatch)
        tables.append(pd.DataFrame({"item": item, "week": weeks, "sample_size": n, "nonconforming": counts}))
    return pd.concat(tables, ignore_index=True)


def control_chart(item, p):
    """The p chart of an item on illustrative counts, its centre the derived target; proportions in per cent."""
    counts = weekly_counts(p)
    counts = counts[counts["item"] == item].set_index("week")
    chart = control_charts.p_chart(counts["nonconforming"], counts["sample_size"], standard=_target(p, item) / 100)
    percent = 100 * chart.samples[["proportion", "lower", "centre", "upper"]]
    return percent.add_suffix("_percent").assign(out_of_control=chart.samples["out_of_control"])


def chart_power(p):
    """How soon each chart signals, for true mismatches from the target up: chance a week, mean weeks to a signal."""
    rows = []
    for item in ITEMS:
        n, centre = _of(p, "sample_size", item), _target(p, item) / 100
        limits = (control_charts.lower_control_limit(centre, n), control_charts.upper_control_limit(centre, n))
        for name, true in (
            ("the target", 100 * centre),
            ("the tolerated mismatch", p.tolerated_mismatch_percent),
            ("the first weeks", p.careless_mismatch_percent),
        ):
            inside = control_charts.operating_characteristic(true / 100, n, *limits)
            rows.append((item, name, true, 100 * (1 - inside), control_charts.average_run_length(inside)))
    columns = ["item", "true_mismatch", "percent", "chance_of_a_signal_percent", "mean_weeks_to_a_signal"]
    return pd.DataFrame(rows, columns=columns).set_index(["item", "true_mismatch"])


# --- The summary ------------------------------------------------------------------------------------------


def summary():
    """Before, implementation and results, as printed (Table 6)."""
    return datasets.printed_table(CASE, "table_6").set_index("tool")


def summary_check(p):
    """The statements of the results section against the thesis's own tables."""
    costs = {item: printed_costs(item) for item in ITEMS}
    holding, ordering, total = (
        sum(each[name] for each in costs.values()) for name in ("holding", "ordering", "total")
    )  # fmt: skip
    with_ordering = holding + ordering
    rows = [
        ("cost with the policy, USD: holding alone", _printed("impl_cost_after"), holding),
        ("the same with the ordering cost, USD", "", with_ordering),
        ("reduction, USD", _printed("t6_cost_reduction"), p.cost_before - holding),
        ("reduction, per cent", _printed("impl_reduction_pct"), -kpi.percentage_change(p.cost_before, holding)),
        (
            "reduction, per cent, with the ordering cost",
            "",
            -kpi.percentage_change(p.cost_before, with_ordering),
        ),
        ("Holt's MAPE of LV-15 in Table 2, per cent", _printed("impl_accuracy_error"), _holt_mape("LV-15")),
        ("Holt's MAPE of LO-38 in Table 3, per cent", _printed("t6_accuracy_error"), _holt_mape("LO-38")),
        ("total cost of both plans, USD", "", total),
        ("expected revenue less total cost, USD", "", p.expected_revenue - total),
    ]
    return pd.DataFrame(rows, columns=["statement", "printed", "recomputed"]).set_index("statement")


def solve(p):
    """The study's named results as a flat dict."""
    results = {"recovered_sales_lv_15_units": float(sales()["LV-15"].sum())}
    results["recovered_sales_lo_38_units"] = float(sales()["LO-38"].sum())
    for name, total in prioritization()["total"].items():
        results[f"priority_{name.lower().replace(' ', '_')}_points"] = float(total)
    for item, suffix in ITEMS.items():
        demand = sales()[item]
        for alignment in ("same_period", "one_step_ahead"):
            fit = _holt(p, item, alignment)
            measures = forecasting.error_measures(demand.iloc[1:], fit.iloc[1:])
            results[f"holt_mae_{alignment}_{suffix}_units"] = measures.mean_absolute_error
            results[f"holt_mape_{alignment}_{suffix}_percent"] = 100 * measures.mean_absolute_percentage_error
        table = rules(item, p)
        made = dynamic_lot_sizing.RULES[p.rule](
            planned_demand(item, p), **_costs(item, p), unit_cost=_of(p, "unit_cost", item),
            safety_stock=_of(p, "safety_stock", item),
        )  # fmt: skip
        results[f"planned_demand_{suffix}_units"] = float(planned_demand(item, p).sum())
        results[f"plan_{suffix}_orders"] = float(made.number_of_orders)
        results[f"plan_total_cost_{suffix}_usd"] = float(made.total_cost)
        results[f"plan_ordering_and_holding_cost_{suffix}_usd"] = float(made.ordering_cost + made.holding_cost)
        results[f"least_ordering_and_holding_cost_{suffix}_usd"] = float(table.at["wagner_whitin", "total_cost_usd"])
        results[f"printed_plan_ordering_and_holding_cost_{suffix}_usd"] = float(
            table.at["as printed", "total_cost_usd"]
        )
        holding_rate = _of(p, "holding_cost", item) / _of(p, "unit_cost", item)
        results[f"holding_rate_{suffix}_percent_per_month"] = 100 * holding_rate
        again = _played(item, sales_in_plan_order(item), p).trace
        results[f"last_year_again_lost_{suffix}_units"] = float(again["lost_sales"].sum())
        results[f"last_year_again_stock_at_the_end_{suffix}_units"] = float(again["net_stock"].iloc[-1])
        results[f"chart_target_{suffix}_percent"] = float(_target(p, item))
    results["cost_reduction_percent"] = float(summary_check(p).at["reduction, per cent", "recomputed"])
    results["revenue_less_cost_usd"] = float(summary_check(p).at["expected revenue less total cost, USD", "recomputed"])
    return {name: float(value) for name, value in results.items()}


def _measure(name, method):
    """A printed error measure from the recovered sales and the smoothing constants, if the method has any."""

    def recomputed(sales, *constants):
        return float(getattr(recovery.fit_error_measures(pd.Series(sales), method(*constants)), name))

    return recomputed


def _planned_demand(month):
    """The plan's demand of a calendar month: the same-month Holt fit, raised by the growth in per cent."""

    def recomputed(sales, alpha, beta, growth_percent):
        fit = recovery.fitted_values(pd.Series(sales), recovery.SamePeriodHolt(alpha, beta))
        return float(fit.iloc[month - 1]) * (1 + growth_percent / 100)

    return recomputed


def _ending_stock(before, order, planned_demand):
    return before + order - planned_demand


def _smaller_mape_percent(*mapes):
    return 100 * min(mapes)


def _control_target_percent(tolerated_percent, sample_size):
    return 100 * control_charts.standard_for_upper_limit(tolerated_percent / 100, sample_size)


_MEASURES = {
    "me": "mean_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msr": "mean_squared_error",
}
_FITTED_METHODS = {
    "ma2": partial(recovery.MovingAverage, 2),
    "ma3": partial(recovery.MovingAverage, 3),
    "reg": recovery.RegressionOnTime,
    "es": partial(recovery.SamePeriodSmoothing, 0.4),
    "holt": recovery.SamePeriodHolt,
}
RECOMPUTE = {
    **{
        f"{table}_{name}_{measure}": _measure(field, method)
        for table in ("t2", "t3")
        for name, method in _FITTED_METHODS.items()
        for measure, field in _MEASURES.items()
    },
    **{
        f"{table}_p{period}_demand": _planned_demand((period + 7) % 12 + 1)
        for table in ("t4", "t5")
        for period in range(1, 13)
    },
    **{f"{table}_p{period}_ending": _ending_stock for table in ("t4", "t5") for period in range(2, 13)},
    **{f"{table}_p1_ending": lambda order, planned_demand: order - planned_demand for table in ("t4", "t5")},
    **{f"{table}_total": lambda *costs: sum(costs) for table in ("t4", "t5")},
    **{f"t1_{project}_impact": lambda *scores: sum(scores) / 3 for project in ("lead_time", "mismatch")},
    **{
        f"t1_{project}_total": lambda impact, practicality, benefits: impact * practicality * benefits
        for project in ("lead_time", "demand", "mismatch")
    },
    "s44_data_year": lambda months: months / 12,
    "s46_months_to_estimate": lambda samples, samples_per_week: samples / samples_per_week / (365.25 / 7 / 12),
    **{f"s46_target_{item}": _control_target_percent for item in ("lv15", "lo38")},
    "impl_accuracy_error": _smaller_mape_percent,
    "t6_accuracy_error": _smaller_mape_percent,
    "impl_cost_after": lambda *holding_costs: sum(holding_costs),
    "impl_reduction_pct": lambda before, after: -kpi.percentage_change(before, after),
    "t6_cost_reduction": lambda before, after: before - after,
}
