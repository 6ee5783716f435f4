"""The Peruvian tech SME: a diagnosis of overstock, a forecast, two lots, and the stock that they would imply."""

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from pydantic import model_validator

from casestudy import datasets
from casestudy.methods import classification, forecasting, kpi, lot_sizing, process_flow, safety_stock, simulation
from casestudy.parameters import CaseParameters, parameter

TITLE = "Peruvian tech SME"
CITATION = (
    "Ccopa-Torbisco, R. N., Palomino-Pérez, H. J., & Calderón-Gonzales, W. D. (2025). Lean Logistics and BPM Applied "
    "to Inventory Management in a Peruvian SME: Evidence from a Technology Sector Case. Universidad de Lima."
)
SUMMARY = "A seller of notebooks and desktops in Lima forecasts demand, sets safety stocks and orders by EOQ"

PRODUCTS = ("notebook", "desktop")
MONTHS = 48
SIMULATED_CYCLES = 4
LONGEST_CYCLE_YEARS = 10
# Peruvian retail's school start (March), national holidays (July) and Christmas; illustrative.
SEASON = np.array([-0.2, 0.2, 0.9, 0.1, -0.1, 0.0, 0.6, -0.2, -0.5, -0.6, -0.6, 0.4])
# The paper's Figure 1 was a picture; these are the phases that section 3.2 names, in our words.
PROPOSED_MODEL = [
    "Diagnose: turnover, coverage, habits",
    "Phase 0: manage the change",
    "Phase 1: redesign planning; forecast",
    "Phase 2: set policies: safety stock, reorder point, EOQ",
    "Phase 3: verify, document, feed back",
]


class Parameters(CaseParameters):
    """Inputs of the study; money in Peruvian soles (PEN)."""

    annual_demand_notebook: float = parameter(
        5575, "units/year", "annual demand for notebooks", claim="t1_demand_notebook", gt=0
    )
    annual_demand_desktop: float = parameter(
        3254, "units/year", "annual demand for desktops", claim="t1_demand_desktop", gt=0
    )
    ordering_cost_notebook: float = parameter(
        294, "PEN/order", "ordering cost of notebooks [K]", claim="t1_ordering_cost_notebook", gt=0
    )
    ordering_cost_desktop: float = parameter(
        588, "PEN/order", "ordering cost of desktops [K]", claim="t1_ordering_cost_desktop", gt=0
    )
    holding_cost_notebook: float = parameter(
        231,
        "PEN/unit/year",
        "holding cost of a notebook [h]; no period given",
        claim="t1_holding_cost_notebook",
        gt=0,
    )
    holding_cost_desktop: float = parameter(
        356, "PEN/unit/year", "holding cost of a desktop [h]; no period given", claim="t1_holding_cost_desktop", gt=0
    )
    safety_stock_notebook: float = parameter(
        34, "units", "safety stock of Notebook A", claim="s434_ss_notebook_new", ge=0
    )
    safety_stock_desktop: float = parameter(
        21, "units", "safety stock of Desktop Computer B", claim="s434_ss_desktop_new", ge=0
    )
    previous_safety_stock_notebook: float = parameter(
        70, "units", "former safety stock of Notebook A", claim="s434_ss_notebook_old", gt=0
    )
    previous_safety_stock_desktop: float = parameter(
        48, "units", "former safety stock of Desktop Computer B", claim="s434_ss_desktop_old", gt=0
    )
    lead_time_working_days: int = parameter(
        15, "working days", "supplier lead time [L]", claim="s434_lead_time", ge=1, le=250
    )
    cycle_service_level_percent: float = parameter(
        95, "percent", "cycles without a stockout", claim="s434_service_level", gt=50, lt=100
    )
    working_days_per_year: int = parameter(
        250, "working days/year", "working days in a year; not printed", ge=200, le=366
    )
    days_per_year: int = parameter(
        365, "days/year", "days in the paper's coverage formula", claim="s332_const_365", ge=360, le=366
    )
    overstock_loss: float = parameter(1249506, "PEN/year", "loss from overstock", claim="s42_monetary_loss", gt=0)
    overstock_units: float = parameter(2096, "units", "excess units", claim="s42_excess_units", gt=0)
    overstock_share_of_revenue_percent: float = parameter(
        5.98, "percent", "loss as a share of revenue", claim="s42_overstock_impact", gt=0, le=100
    )
    cause_estimation_percent: float = parameter(
        33, "percent", "cause: demand estimation methods", claim="s42_cause_estimation_methods", ge=0, le=100
    )
    cause_delay_percent: float = parameter(
        18, "percent", "cause: delays in consolidating information", claim="s42_cause_information_delay", ge=0, le=100
    )
    cause_safety_stock_percent: float = parameter(
        36, "percent", "cause: fluctuating safety stocks", claim="s42_cause_safety_stock", ge=0, le=100
    )
    cause_other_percent: float = parameter(13, "percent", "cause: other factors", claim="s42_cause_other", gt=0, le=100)
    turnover_notebook_as_is: float = parameter(
        0.75, "turns/year", "turnover of notebooks, before", claim="t2_turnover_notebook_asis", gt=0
    )
    turnover_notebook_to_be: float = parameter(
        1.67, "turns/year", "turnover of notebooks, target", claim="t2_turnover_notebook_tobe", gt=0
    )
    turnover_notebook_result: float = parameter(
        1.51, "turns/year", "turnover of notebooks, after", claim="t2_turnover_notebook_results", gt=0
    )
    turnover_desktop_as_is: float = parameter(
        0.69, "turns/year", "turnover of desktops, before", claim="t2_turnover_desktop_asis", gt=0
    )
    turnover_desktop_to_be: float = parameter(
        1.84, "turns/year", "turnover of desktops, target", claim="t2_turnover_desktop_tobe", gt=0
    )
    turnover_desktop_result: float = parameter(
        1.67, "turns/year", "turnover of desktops, after", claim="t2_turnover_desktop_results", gt=0
    )
    average_inventory_notebook_as_is: float = parameter(
        7817, "units", "average inventory of notebooks, before", claim="t2_avg_inventory_notebook_asis", gt=0
    )
    average_inventory_notebook_to_be: float = parameter(
        3490, "units", "average inventory of notebooks, target", claim="t2_avg_inventory_notebook_tobe", gt=0
    )
    average_inventory_notebook_result: float = parameter(
        3879, "units", "average inventory of notebooks, after", claim="t2_avg_inventory_notebook_results", gt=0
    )
    average_inventory_desktop_as_is: float = parameter(
        8550, "units", "average inventory of desktops, before", claim="t2_avg_inventory_desktop_asis", gt=0
    )
    average_inventory_desktop_to_be: float = parameter(
        3195, "units", "average inventory of desktops, target", claim="t2_avg_inventory_desktop_tobe", gt=0
    )
    average_inventory_desktop_result: float = parameter(
        3547, "units", "average inventory of desktops, after", claim="t2_avg_inventory_desktop_results", gt=0
    )
    test_months: int = parameter(4, "months", "length of the test", claim="s43_test_months", ge=1, le=12)
    planning_days_before: float = parameter(
        8, "working days", "planning time before", claim="s432_planning_days_before", gt=0
    )
    planning_days_after: float = parameter(
        5, "working days", "planning time after", claim="s432_planning_days_after", gt=0
    )
    window_months: int = parameter(
        12, "months", "window of the averages; printed for the weighted one", claim="s433_window_months", ge=2, le=24
    )
    recent_months: int = parameter(
        3, "months", "latest months of the window that weigh more", claim="s433_heavier_weight_months", ge=1, le=23
    )
    recent_weight: float = parameter(0.5, "1", "weight of those months together; not printed", gt=0, lt=1)
    smoothing_constant: float = parameter(0.3, "1", "smoothing constant [alpha]; not printed", gt=0, le=1)
    hunch_percent: float = parameter(
        10.0, "percent", "what the as-is habit adds to last month's sales; not printed", ge=-50, le=100
    )
    growth_percent_per_year: float = parameter(5.0, "percent/year", "growth of the illustrative demand", ge=-50, le=100)
    season_percent: float = parameter(20.0, "percent", "strength of the illustrative season", ge=0, le=90)
    noise_percent: float = parameter(15.0, "percent", "month-to-month noise of the illustrative demand", ge=0, le=60)
    drift_percent: float = parameter(5.0, "percent", "monthly drift of the illustrative level", ge=0, le=30)
    demand_deviation_multiple: float = parameter(
        2.0, "1", "larger swings of demand, times sigma; illustrative", ge=1, le=4
    )
    demand_error_percent: float = parameter(10.0, "percent", "demand above the plan; illustrative", ge=-30, le=30)
    lead_time_deviation_working_days: float = parameter(
        2.0, "working days", "spread of the lead time; illustrative", ge=0, le=20
    )
    holding_rate_percent_per_year: float = parameter(25.0, "percent/year", "holding rate; illustrative", ge=1, le=200)
    gross_margin_percent: float = parameter(
        15.0, "percent", "gross margin, as a share of sales; illustrative", ge=1, le=90
    )
    replications: int = parameter(200, "1", "runs of the policy that are simulated; illustrative", ge=20, le=300)
    seed: int = parameter(2025, "1", "seed of the illustrative demand and lead times", ge=0)

    @model_validator(mode="after")
    def _recent_months_leave_others(self):
        if self.recent_months >= self.window_months:
            raise ValueError(
                f"recent_months = {self.recent_months} leaves no earlier month in a window of {self.window_months}: "
                "choose recent_months below window_months"
            )
        return self

    @model_validator(mode="after")
    def _lead_time_stays_above_0(self):
        deviation, lead_time = self.lead_time_deviation_working_days, self.lead_time_working_days
        if deviation > lead_time / 2:
            raise ValueError(
                f"lead_time_deviation_working_days = {deviation:g} is more than half of lead_time_working_days = "
                f"{lead_time}, so that normal lead times would fall below 0: choose at most {lead_time / 2:g}, or a "
                "longer lead_time_working_days"
            )
        return self

    @model_validator(mode="after")
    def _lots_are_sold_within_years(self):
        for product in PRODUCTS:
            demand, ordering_cost, holding_cost = _eoq_inputs(self, product)
            years = lot_sizing.economic_order_quantity(demand, ordering_cost, holding_cost) / demand
            if years > LONGEST_CYCLE_YEARS:
                raise ValueError(
                    f"ordering_cost_{product} = {ordering_cost:g} gives a lot of {years:.3g} years' demand, more than "
                    f"the simulation plays ({LONGEST_CYCLE_YEARS}): lower it, or raise holding_cost_{product} or "
                    f"annual_demand_{product}"
                )
        return self

    @model_validator(mode="after")
    def _causes_sum_to_100(self):
        total = (
            self.cause_estimation_percent
            + self.cause_delay_percent
            + self.cause_safety_stock_percent
            + self.cause_other_percent
        )
        if abs(total - 100) > 1e-6:
            raise ValueError(f"the four cause_..._percent add up to {total:g}: change them so that they make 100")
        return self


def _by_product(p, name):
    """The pair of parameters `<name>_notebook` and `<name>_desktop` (with any suffix) as a Series."""
    return pd.Series({product: getattr(p, name.format(product)) for product in PRODUCTS}, dtype=float)


def bottom_line(p):
    """What the paper prints beside what its inputs give, for the numbers that the conclusions hang on."""
    printed = datasets.claims("peru_tech_sme")["printed"]
    lots, stock, change = economic_lots(p)["order_quantity_units"], policy_inventory(p), indicator_changes(p)
    rows = [
        ("EOQ of notebooks, units", printed["t1_eoq_notebook"], lots["notebook"]),
        ("EOQ of desktops, units", printed["t1_eoq_desktop"], lots["desktop"]),
        (
            "turnover of desktops, change in per cent",
            printed["t2_turnover_desktop_variation"],
            change.loc[("turnover", "desktop")],
        ),
        (
            "average inventory of notebooks, change in per cent",
            printed["t2_avg_inventory_notebook_variation"],
            change.loc[("average inventory", "notebook")],
        ),
        (
            "average inventory of notebooks, units: printed, and Q/2 + SS",
            printed["t2_avg_inventory_notebook_results"],
            stock.loc["notebook", "implied_average_inventory_units"],
        ),
        (
            "average inventory of desktops, units: printed, and Q/2 + SS",
            printed["t2_avg_inventory_desktop_results"],
            stock.loc["desktop", "implied_average_inventory_units"],
        ),
    ]
    return pd.DataFrame(rows, columns=["quantity", "printed", "recomputed"]).set_index("quantity")


def overstock(p):
    """The overstock in money, units and share of revenue, and what the three imply together (section 4.2)."""
    return pd.DataFrame(
        [
            ("loss from overstock", p.overstock_loss, "PEN/year", "given"),
            ("excess units", p.overstock_units, "units", "given"),
            ("loss as a share of revenue", p.overstock_share_of_revenue_percent, "percent", "given"),
            ("implied loss per excess unit", p.overstock_loss / p.overstock_units, "PEN/unit", "implied"),
            ("implied revenue", 100 * p.overstock_loss / p.overstock_share_of_revenue_percent, "PEN/year", "implied"),
            ("as-is less to-be inventory, both products", _excess_over(p, "to_be"), "units", "implied"),
            ("as-is less result inventory, both products", _excess_over(p, "result"), "units", "implied"),
        ],
        columns=["quantity", "value", "unit", "source"],
    ).set_index("quantity")


def _excess_over(p, stage):
    return float((_by_product(p, "average_inventory_{}_as_is") - _by_product(p, "average_inventory_{}_" + stage)).sum())


def coverage(p):
    """Coverage time as-is, to-be and as a result, days, from the printed turnovers (Table 2)."""
    return pd.DataFrame(
        {
            stage: kpi.coverage_days_from_turnover(_by_product(p, "turnover_{}_" + stage), p.days_per_year)
            for stage in ("as_is", "to_be", "result")
        }
    ).rename_axis("product")


def causes(p):
    """The root causes of the overstock as a Pareto table, per cent (section 4.2)."""
    return classification.pareto_table(
        pd.Series(
            {
                "fluctuating safety stocks": p.cause_safety_stock_percent,
                "demand estimation": p.cause_estimation_percent,
                "late information": p.cause_delay_percent,
                "other": p.cause_other_percent,
            }
        )
    )


def process(p, stage):
    """The planning process as activities: an illustrative split of the printed total time (section 4.3.2).

    Parameters
    ----------
    stage : str
        "as_is" or "to_be".
    """
    days = {"as_is": p.planning_days_before, "to_be": p.planning_days_after}[stage]
    table = datasets.illustrative_table("peru_tech_sme", f"process_{stage}")
    return table.assign(duration_working_days=table["share_of_time"] * days).drop(columns="share_of_time")


def process_comparison(p):
    """Totals of the planning process before and after, and their change."""
    table = process_flow.compare_flows(process(p, "as_is"), process(p, "to_be"))
    return table.rename(index=lambda measure: measure.replace("_", " ").replace("duration", "duration, working days"))


def demand(p):
    """Illustrative monthly demand of both products, units: 48 months, the last 12 at the printed annual demand.

    A level that grows and drifts, times a season, times lognormal noise; seeded. Whole units, and each year's sum
    is exact, but for the 1 unit that each month has at least, since no percentage error exists without demand.
    The paper prints no series: nothing here is evidence about the firm.
    """
    random = np.random.default_rng(p.seed)
    months = pd.period_range("2021-01", periods=MONTHS, freq="M", name="month")
    growth = (1 + p.growth_percent_per_year / 100) ** (np.arange(MONTHS) / 12)
    season = 1 + p.season_percent / 100 * np.tile(SEASON, MONTHS // 12)
    series = {}
    for product, annual in _by_product(p, "annual_demand_{}").items():
        drift = np.exp(p.drift_percent / 100 * random.standard_normal(MONTHS).cumsum())
        noise = np.exp(p.noise_percent / 100 * random.standard_normal(MONTHS))
        shape = growth * season * drift * noise
        scaled = shape * annual / shape[-12:].sum()
        whole = np.diff(np.round(np.append(0, scaled[::-1].cumsum())))[::-1]
        series[product] = np.maximum(whole, 1)
    return pd.DataFrame(series, index=months)


def demand_by_year(p):
    """`demand` with the months as rows and each product's years as columns, units."""
    series = demand(p)
    table = {
        f"{product} units {year}": series.loc[str(year), product].to_numpy()
        for product in PRODUCTS
        for year in series.index.year.unique()
    }
    months = pd.DataFrame(table, index=[f"{month:02d}" for month in range(1, 13)]).rename_axis("month")
    return pd.concat([months, months.sum().to_frame("year").T.rename_axis("month")]).astype(int)


METHODS = ("last month plus a hunch", "simple moving average", "weighted moving average", "exponential smoothing")


def _forecasting_methods(p, sold):
    """The as-is habit and the paper's three methods (section 4.3.3), ready for a backtest.

    Smoothing starts from the first month's demand; the first window's forecasts count for no method.
    """
    weights = forecasting.recency_weights(p.window_months, p.recent_months, p.recent_weight)
    methods = (
        partial(forecasting.last_value_plus_hunch, markup=p.hunch_percent / 100),
        partial(forecasting.simple_moving_average, window=p.window_months),
        partial(forecasting.weighted_moving_average, weights=weights),
        partial(forecasting.exponential_smoothing, alpha=p.smoothing_constant, initial_level=float(sold.iloc[0])),
    )
    return dict(zip(METHODS, methods, strict=True))


def forecasts(p, product):
    """One-month-ahead forecasts of every method by rolling origin, after the first window, with the demand.

    Parameters
    ----------
    product : str
        "notebook" or "desktop".
    """
    sold = demand(p)[product]
    made = forecasting.rolling_origin_backtest(
        sold, _forecasting_methods(p, sold), first_origin=sold.index[p.window_months - 1]
    )
    return made.assign(demand=sold).dropna()


def recent_forecasts(p, product):
    """The last two years of `forecasts` by calendar date, for drawing."""
    table = forecasts(p, product).tail(24)
    return table.set_axis(table.index.to_timestamp())


def forecast_errors(p):
    """Errors of every method and product over the same months."""
    rows = []
    for product in PRODUCTS:
        table = forecasts(p, product)
        for method in METHODS:
            errors = forecasting.error_measures(table["demand"], table[method])
            rows.append(
                {
                    "product": product,
                    "method": method,
                    "months": errors.n,
                    "mean_error_units_per_month": errors.mean_error,
                    "mean_absolute_error_units_per_month": errors.mean_absolute_error,
                    "mape_percent": 100 * errors.mean_absolute_percentage_error,
                    "wape_percent": 100 * errors.weighted_absolute_percentage_error,
                }
            )
    return pd.DataFrame(rows).set_index("product")


def safety_stocks(p):
    """Safety stock old and new, its reduction, and the daily demand deviation that it implies (section 4.3.4)."""
    new, old = _by_product(p, "safety_stock_{}"), _by_product(p, "previous_safety_stock_{}")
    deviation = safety_stock.implied_demand_deviation(new, p.lead_time_working_days, safety_factor(p))
    daily_demand = _by_product(p, "annual_demand_{}") / p.working_days_per_year
    return pd.DataFrame(
        {
            "previous_units": old,
            "new_units": new,
            "change_percent": kpi.percentage_change(old, new),
            "implied_deviation_units_per_day": deviation,
            "family_demand_units_per_day": daily_demand,
            "implied_deviation_percent_of_family_demand": 100 * deviation / daily_demand,
        }
    ).rename_axis("product")


def safety_factor(p):
    """The safety factor z of the service level, exact."""
    return safety_stock.safety_factor(p.cycle_service_level_percent / 100)


def forecast_based_safety_stocks(p):
    """Safety stock for the family from the weighted moving average's errors on the illustrative series, units.

    The monthly error's root mean square stands for the deviation, spread over the working days of a month.
    """
    days_per_month = p.working_days_per_year / 12
    rows = {}
    for product in PRODUCTS:
        table = forecasts(p, product)
        errors = forecasting.error_measures(table["demand"], table["weighted moving average"])
        daily = errors.root_mean_squared_error / days_per_month**0.5
        rows[product] = {
            "forecast_error_units_per_month": errors.root_mean_squared_error,
            "deviation_units_per_day": daily,
            "safety_stock_units": safety_stock.safety_stock(
                safety_factor=safety_factor(p), demand_deviation=daily, lead_time=p.lead_time_working_days
            ),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("product")


def economic_lots(p):
    """The economic order quantity of both products with its costs, orders and cycle (Table 1)."""
    rows = {}
    for product in PRODUCTS:
        annual_demand, fixed_cost, holding_cost = _eoq_inputs(p, product)
        lot = lot_sizing.economic_order_quantity(annual_demand, fixed_cost, holding_cost)
        cost = lot_sizing.lot_size_cost(lot, annual_demand, fixed_cost, holding_cost)
        rows[product] = {
            "order_quantity_units": lot,
            "ordering_cost_pen_per_year": cost.ordering_cost,
            "holding_cost_pen_per_year": cost.holding_cost,
            "total_cost_pen_per_year": cost.total_cost,
            "orders_per_year": cost.orders_per_period,
            "working_days_between_orders": cost.cycle_time * p.working_days_per_year,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("product")


def _eoq_inputs(p, product):
    return tuple(getattr(p, f"{name}_{product}") for name in ("annual_demand", "ordering_cost", "holding_cost"))


def cost_curves(p):
    """Yearly ordering plus holding cost of both products over the order quantity, PEN/year."""
    lots = np.linspace(0.2, 4.0, 191) * float(economic_lots(p)["order_quantity_units"].max())
    return pd.DataFrame(
        {product: lot_sizing.cost_curve(lots, *_eoq_inputs(p, product))["total_cost"] for product in PRODUCTS}
    )


def reorder_points(p):
    """The reorder point that the paper speaks of but does not print, and the orders it keeps under way."""
    rate = _by_product(p, "annual_demand_{}") / p.working_days_per_year
    lot = economic_lots(p)["order_quantity_units"]
    return pd.DataFrame(
        {
            "demand_units_per_working_day": rate,
            "lead_time_demand_units": rate * p.lead_time_working_days,
            "reorder_point_units": safety_stock.reorder_point(
                rate, p.lead_time_working_days, _by_product(p, "safety_stock_{}")
            ),
            "order_quantity_units": lot,
            "mean_orders_under_way": rate * p.lead_time_working_days / lot,
        }
    ).rename_axis("product")


def indicators(p):
    """Turnover, coverage and average inventory as-is, to-be and as a result, with the change (Table 2)."""
    measures = {
        "turnover": ("times", lambda stage: _by_product(p, "turnover_{}_" + stage)),
        "coverage": ("days", lambda stage: coverage(p)[stage]),
        "average inventory": ("units", lambda stage: _by_product(p, "average_inventory_{}_" + stage)),
    }
    rows = []
    for indicator, (unit, at) in measures.items():
        for product in PRODUCTS:
            as_is, to_be, result = (float(at(stage)[product]) for stage in ("as_is", "to_be", "result"))
            changes = kpi.percentage_change(as_is, result), kpi.percentage_change(to_be, result)
            rows.append((indicator, product, unit, as_is, to_be, result, *changes))
    columns = [
        "indicator",
        "product",
        "unit",
        "as_is",
        "to_be",
        "result",
        "change_percent",
        "result_against_target_percent",
    ]
    return pd.DataFrame(rows, columns=columns).set_index("indicator")


def indicator(p, name):
    """One indicator of Table 2, products as rows and stages as columns."""
    return indicators(p).loc[name].set_index("product")[["as_is", "to_be", "result"]]


def indicator_changes(p):
    """The change of every indicator and product from as-is to result, per cent."""
    return indicators(p).set_index("product", append=True)["change_percent"]


def policy_inventory(p):
    """The average inventory that the paper's own Q and safety stock imply, against the printed result."""
    lot, buffer = economic_lots(p)["order_quantity_units"], _by_product(p, "safety_stock_{}")
    implied = kpi.cycle_average_inventory(lot, buffer)
    reported = _by_product(p, "average_inventory_{}_result")
    return pd.DataFrame(
        {
            "implied_average_inventory_units": implied,
            "reported_average_inventory_units": reported,
            "reported_over_implied": reported / implied,
            "target_over_implied": _by_product(p, "average_inventory_{}_to_be") / implied,
            "implied_turnover_per_year": kpi.inventory_turnover(_by_product(p, "annual_demand_{}"), implied),
            "reported_turnover_per_year": _by_product(p, "turnover_{}_result"),
            "products_that_would_explain_it": (reported - lot / 2) / buffer.where(buffer > 0),
        }
    ).rename_axis("product")


def implied_sales(p):
    """Yearly sales that turnover times average inventory imply, against the printed annual demand, units."""
    table = pd.DataFrame(
        {
            f"{stage}_units_per_year": _by_product(p, "turnover_{}_" + stage)
            * _by_product(p, "average_inventory_{}_" + stage)
            for stage in ("as_is", "to_be", "result")
        }
    )
    return table.assign(annual_demand_units_per_year=_by_product(p, "annual_demand_{}")).rename_axis("product")


def stock_without_purchases(p):
    """How far the stock could fall in the test if nothing at all were bought, at the printed annual demand, units."""
    before, after = _by_product(p, "average_inventory_{}_as_is"), _by_product(p, "average_inventory_{}_result")
    sold = _by_product(p, "annual_demand_{}") * p.test_months / 12
    ending = (before - sold).clip(lower=0)
    return pd.DataFrame(
        {
            "average_inventory_before_units": before,
            "sold_in_the_test_units": sold,
            "ending_inventory_without_purchases_units": ending,
            "average_of_beginning_and_ending_units": kpi.average_inventory(before, ending),
            "reported_average_inventory_after_units": after,
            "ending_inventory_needed_units": 2 * after - before,
        }
    ).rename_axis("product")


class _Scenario(NamedTuple):
    """Daily demand and lead time that a product's policy meets."""

    demand_rate: float
    demand_deviation: float
    lead_time_deviation: float = 0.0


def _scenarios(p, product):
    stocks = safety_stocks(p).loc[product]
    rate, deviation = stocks["family_demand_units_per_day"], stocks["implied_deviation_units_per_day"]
    larger, higher = p.demand_deviation_multiple * deviation, (1 + p.demand_error_percent / 100) * rate
    return {
        "as assumed": _Scenario(rate, deviation),
        f"deviation of demand times {p.demand_deviation_multiple:g}": _Scenario(rate, larger),
        f"demand {p.demand_error_percent:+g} per cent": _Scenario(higher, deviation),
        "lead time varies": _Scenario(rate, deviation, p.lead_time_deviation_working_days),
        "all three": _Scenario(higher, larger, p.lead_time_deviation_working_days),
    }


def _compared(p, product, scenario, stocks):
    """Simulated policies on the same demand, a safety stock each: a year's warm-up, then a year or more that counts.

    The reorder point is that of the annual demand, whatever demand the policy meets. Whole cycles count, of a year and
    `SIMULATED_CYCLES` at least: a part of one holds more or less than the mean stock, and each run starts with a full
    lot.
    """
    planned, lot = reorder_points(p).loc[product, ["lead_time_demand_units", "order_quantity_units"]]
    cycle = lot / scenario.demand_rate
    cycles = max(np.ceil(p.working_days_per_year / cycle), SIMULATED_CYCLES)
    varying = simulation.Normal(p.lead_time_working_days, scenario.lead_time_deviation)
    return {
        stock: simulation.simulate(
            simulation.ReorderPointPolicy(planned + stock, lot),
            simulation.Normal(scenario.demand_rate, scenario.demand_deviation),
            periods=int(np.ceil(cycles * cycle)),
            warm_up=p.working_days_per_year,
            replications=p.replications,
            lead_time=varying if scenario.lead_time_deviation else p.lead_time_working_days,
            periods_per_year=p.working_days_per_year,
            seed=p.seed,
        ).summary
        for stock in stocks
    }


def _expected_service(p, product, scenario, stock, *, is_checked_daily):
    """Cycle service level and fill rate of a safety stock by the normal formulas, per cent."""
    below, variance = (
        safety_stock.undershoot(scenario.demand_rate, scenario.demand_deviation) if is_checked_daily else (0, 0)
    )
    planned, lot = reorder_points(p).loc[product, ["lead_time_demand_units", "order_quantity_units"]]
    deviation = safety_stock.lead_time_demand_deviation(
        demand_deviation=scenario.demand_deviation,
        lead_time=p.lead_time_working_days,
        lead_time_deviation=scenario.lead_time_deviation,
        demand_rate=scenario.demand_rate,
    )
    deviation = max(np.hypot(deviation, np.sqrt(variance)), 1e-9)  # no safety factor exists without any spread
    left = stock - below + planned - scenario.demand_rate * p.lead_time_working_days
    return (
        100 * safety_stock.implied_cycle_service_level(left, deviation),
        100 * safety_stock.fill_rate(left / deviation, lot, deviation, is_shortage_always_cleared=False),
    )


def robustness(p):
    """The policy under each scenario: textbook formula, the same with a daily check, and simulated, per cent.

    The textbook orders at the reorder point; where stock is checked when the day is over, an order is placed below
    it, by an undershoot. low and high are the limits of the 95 % confidence interval of the simulated mean.
    """
    measures = {"cycle service": "cycle_service_level", "fill rate": "fill_rate"}
    rows = []
    for product, stock in _by_product(p, "safety_stock_{}").items():
        for name, scenario in _scenarios(p, product).items():
            reached = _compared(p, product, scenario, [stock])[stock]
            textbook = _expected_service(p, product, scenario, stock, is_checked_daily=False)
            daily = _expected_service(p, product, scenario, stock, is_checked_daily=True)
            for place, (measure, row) in enumerate(measures.items()):
                rows.append((measure, product, name, textbook[place], daily[place], *100 * reached.loc[row]))
    columns = ["textbook_percent", "checked_daily_percent", "simulated_percent", "low_percent", "high_percent"]
    table = pd.DataFrame(rows, columns=["measure", "product", "scenario", *columns]).set_index("measure")
    return table.loc[list(measures)]


def safety_stocks_compared(p):
    """The former and the new safety stock on the same demand: simulated service, and mean stock, units.

    Demand varies as the new safety stock implies; the lead time is fixed or varies.
    """
    rows = []
    for product in PRODUCTS:
        scenarios, stocks = _scenarios(p, product), safety_stocks(p).loc[product]
        by_name = {"new": stocks["new_units"], "former": stocks["previous_units"]}
        fixed, varying = (
            _compared(p, product, scenarios[name], by_name.values()) for name in ("as assumed", "lead time varies")
        )
        for name, stock in by_name.items():
            steady, unsteady = fixed[stock]["mean"], varying[stock]["mean"]
            rows.append(
                {
                    "product": product,
                    "safety_stock": name,
                    "safety_stock_units": stock,
                    "cycle_service_percent": 100 * steady["cycle_service_level"],
                    "fill_rate_percent": 100 * steady["fill_rate"],
                    "cycle_service_lead_time_varies_percent": 100 * unsteady["cycle_service_level"],
                    "fill_rate_lead_time_varies_percent": 100 * unsteady["fill_rate"],
                    "mean_stock_units": steady["mean_on_hand"],
                    "mean_stock_lead_time_varies_units": unsteady["mean_on_hand"],
                }
            )
    return pd.DataFrame(rows).set_index("product")


def exchange_curve(p, product):
    """Service over the safety stock by the normal formulas with a daily check, per cent; Q stays.

    Parameters
    ----------
    product : str
        "notebook" or "desktop".
    """
    stocks = np.linspace(0, _largest_safety_stock(p, product), 120)
    scenarios = _scenarios(p, product)
    columns = {}
    for name, lead_time in (("as assumed", "lead time fixed"), ("lead time varies", "lead time varies")):
        service, fill = _expected_service(p, product, scenarios[name], stocks, is_checked_daily=True)
        columns |= {f"fill rate, {lead_time}": fill, f"cycle service, {lead_time}": service}
    return pd.DataFrame(columns, index=pd.Index(stocks, name="safety_stock_units"))


def exchange_simulated(p, product):
    """Service over five safety stocks with a varying lead time, simulated on the same demand, per cent.

    Parameters
    ----------
    product : str
        "notebook" or "desktop".
    """
    stocks = np.linspace(0, _largest_safety_stock(p, product), 5)
    reached = _compared(p, product, _scenarios(p, product)["lead time varies"], stocks)
    measures = {"cycle_service_level": "cycle_service_percent", "fill_rate": "fill_rate_percent"}
    table = pd.DataFrame({stock: 100 * summary.loc[list(measures), "mean"] for stock, summary in reached.items()}).T
    return table.rename(columns=measures).rename_axis(index="safety_stock_units", columns=None)


def _largest_safety_stock(p, product):
    stocks = safety_stocks(p).loc[product]
    return 1.5 * max(stocks["previous_units"], stocks["new_units"])


def money_tied_up(p):
    """Stock that the policy implies and stock as reported, what it costs to hold, the money in it and its return.

    A unit's cost is the printed holding cost over the holding rate; the return is a year's gross margin over the
    money tied up (GMROI), which is turnover times margin / (1 - margin).
    """
    lot, demand_per_year = economic_lots(p)["order_quantity_units"], _by_product(p, "annual_demand_{}")
    holding_cost = _by_product(p, "holding_cost_{}")
    stocks = {
        "policy, new safety stock": kpi.cycle_average_inventory(lot, _by_product(p, "safety_stock_{}")),
        "policy, former safety stock": kpi.cycle_average_inventory(lot, _by_product(p, "previous_safety_stock_{}")),
        "reported before": _by_product(p, "average_inventory_{}_as_is"),
        "reported after": _by_product(p, "average_inventory_{}_result"),
    }
    tables = {
        name: pd.DataFrame(
            {
                "mean_stock_units": stock,
                "holding_cost_pen_per_year": holding_cost * stock,
                "money_tied_up_pen": 100 * holding_cost / p.holding_rate_percent_per_year * stock,
                "turnover_per_year": kpi.inventory_turnover(demand_per_year, stock),
            }
        )
        for name, stock in stocks.items()
    }
    table = pd.concat(tables, names=["stock", "product"]).swaplevel().loc[list(PRODUCTS)].reset_index("stock")
    margin = p.gross_margin_percent / (100 - p.gross_margin_percent)
    return table.assign(gross_margin_return_percent_per_year=100 * margin * table["turnover_per_year"])


def solve(p):
    """The study's named results as a flat dict; of the robustness only what needs no simulation."""
    lots, points, stock = economic_lots(p), reorder_points(p), policy_inventory(p)
    stocks, errors = safety_stocks(p), forecast_errors(p).set_index("method", append=True)
    change, flow = indicator_changes(p), process_comparison(p)
    money = money_tied_up(p).set_index("stock", append=True)
    results = {
        "implied_revenue_pen_per_year": float(overstock(p).at["implied revenue", "value"]),
        "implied_loss_pen_per_excess_unit": float(overstock(p).at["implied loss per excess unit", "value"]),
        "planning_time_change_percent": float(flow.at["total duration, working days", "percentage_change"]),
        "safety_factor": safety_factor(p),
    }
    for product in PRODUCTS:
        scenario, buffer = _scenarios(p, product)["as assumed"], float(stocks.at[product, "new_units"])
        service, _ = _expected_service(p, product, scenario, buffer, is_checked_daily=True)
        results |= {
            f"eoq_{product}_units": float(lots.at[product, "order_quantity_units"]),
            f"eoq_cost_{product}_pen_per_year": float(lots.at[product, "total_cost_pen_per_year"]),
            f"orders_{product}_per_year": float(lots.at[product, "orders_per_year"]),
            f"reorder_point_{product}_units": float(points.at[product, "reorder_point_units"]),
            f"implied_deviation_{product}_units_per_day": float(stocks.at[product, "implied_deviation_units_per_day"]),
            f"safety_stock_change_{product}_percent": float(stocks.at[product, "change_percent"]),
            f"coverage_as_is_{product}_days": float(coverage(p).at[product, "as_is"]),
            f"coverage_result_{product}_days": float(coverage(p).at[product, "result"]),
            f"turnover_change_{product}_percent": float(change.loc[("turnover", product)]),
            f"average_inventory_change_{product}_percent": float(change.loc[("average inventory", product)]),
            f"implied_average_inventory_{product}_units": float(stock.at[product, "implied_average_inventory_units"]),
            f"wape_last_month_plus_hunch_{product}_percent": _wape(errors, product, "last month plus a hunch"),
            f"wape_simple_moving_average_{product}_percent": _wape(errors, product, "simple moving average"),
            f"wape_weighted_moving_average_{product}_percent": _wape(errors, product, "weighted moving average"),
            f"wape_exponential_smoothing_{product}_percent": _wape(errors, product, "exponential smoothing"),
            f"cycle_service_checked_daily_{product}_percent": float(service),
            f"money_tied_up_policy_{product}_pen": float(
                money.at[(product, "policy, new safety stock"), "money_tied_up_pen"]
            ),
        }
    return results


def _wape(errors, product, method):
    return float(errors.at[(product, method), "wape_percent"])


def _reduction(before, after):
    return -kpi.percentage_change(before, after)


def _least_increase(notebook_before, notebook_after, desktop_before, desktop_after):
    return min(
        kpi.percentage_change(notebook_before, notebook_after), kpi.percentage_change(desktop_before, desktop_after)
    )


_STAGES = ("asis", "tobe", "results")
_REDUCTIONS = [
    "abstract_avg_inventory_decrease",
    "s431_avg_inventory_reduction",
    "s434_ss_notebook_reduction",
    "s44_coverage_notebook_reduction",
    "s44_avg_inventory_notebook_decrease",
    "s44_coverage_avg_inventory_desktop_reduction",
    "s5_avg_inventory_reduction",
    "s52_avg_inventory_reduction",
    "conclusion_avg_inventory_reduction",
]
_CHANGES = [
    "abstract_turnover_improvement",
    "s44_turnover_notebook_change",
    "s44_turnover_desktop_change",
    "s5_turnover_desktop_increase",
    "conclusion_turnover_improvement",
    *(f"t2_{name}_{product}_variation" for name in ("turnover", "coverage", "avg_inventory") for product in PRODUCTS),
]


def _coverage(days_per_year, turnover):
    return kpi.coverage_days_from_turnover(turnover, days_per_year)


RECOMPUTE = {
    **dict.fromkeys(_REDUCTIONS, _reduction),
    **dict.fromkeys(_CHANGES, kpi.percentage_change),
    **{f"t2_coverage_{product}_{stage}": _coverage for product in PRODUCTS for stage in _STAGES},
    **{f"t1_eoq_{product}": lot_sizing.economic_order_quantity for product in PRODUCTS},
    "s42_cause_demand_overestimation": lambda methods, delays: methods + delays,
    "s42_cause_other": lambda overestimation, safety_stocks: 100 - overestimation - safety_stocks,
    "s431_unsold_units_per_type": lambda notebook, desktop: (notebook + desktop) / 2,
    "s431_turnover_increase": _least_increase,
}
