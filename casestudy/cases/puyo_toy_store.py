"""The Puyo toy store: a lot of ninety days' sales, its safety levels, and what the printed costs say of them."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from pydantic import model_validator

from casestudy import datasets
from casestudy.methods import classification, kpi, lot_sizing, safety_stock, simulation
from casestudy.parameters import CaseParameters, parameter

TITLE = "Puyo toy store"
CITATION = (
    "Bermudes del Sol, A., Sablón-Cossío, N., Escobar Barroso, E. I., Castro Coello, R. L., & Suárez-Mella, R. (2022). "
    "Diseño de un sistema de control de inventario de una tienda de juguetes. Ingeniería Industrial, 43. "
    "https://doi.org/10.26439/ing.ind2022.n43.6109"
)
SUMMARY = "A toy store in Ecuador without stock records gets a lot size, reserves and a reorder point"

# Both procedures were printed as pictures; these are the steps that the text names, in our words.
CESPON_PROCEDURE = [
    "Characterise the company",
    "Analyse the articles in stock",
    "Classify them by ABC",
    "Preselect an inventory model",
]
ACEVEDO_PROCEDURE = [
    "Study the organisation: Cf, I, L",
    "Study the demand: Cd, SIG, p",
    "Preselect the type of system",
    "Set the lot size Q",
    "Set the service level; SS and RE follow",
    "Compute Emax, Em, Emin, NE",
    "Select the system",
]
SIMULATED_YEARS = 2
SIMULATED_CYCLES = 4


class Parameters(CaseParameters):
    """Inputs of the study; money in US dollars, stock and demand valued in dollars too, as in the paper."""

    articles_toys: int = parameter(2435, "articles", "articles in the family of toys", claim="t2_articles_toys", ge=0)
    articles_newborn: int = parameter(346, "articles", "articles for newborns", claim="t2_articles_newborn", ge=0)
    articles_other: int = parameter(257, "articles", "other articles", claim="t2_articles_other", ge=0)
    stock_value_toys: float = parameter(50020.00, "USD", "stock value of toys", claim="t2_value_toys", ge=0)
    stock_value_newborn: float = parameter(
        7297.45, "USD", "stock value of articles for newborns", claim="t2_value_newborn", ge=0
    )
    stock_value_other: float = parameter(9567.03, "USD", "stock value of other articles", claim="t2_value_other", gt=0)
    ordering_cost: float = parameter(
        1396.00, "USD/order", "cost of placing an order [Cf], printed per month", claim="s3_order_cost", gt=0
    )
    premises_cost: float = parameter(100.00, "USD/month", "holding cost: premises", claim="t3_premises", ge=0)
    bank_interest: float = parameter(3653.27, "USD/month", "holding cost: bank interest", claim="t3_interest", ge=0)
    shrinkage_cost: float = parameter(100.00, "USD/month", "holding cost: shrinkage", claim="t3_shrinkage", ge=0)
    theft_cost: float = parameter(231.00, "USD/month", "holding cost: losses and theft", claim="t3_theft", ge=0)
    electricity_cost: float = parameter(253.00, "USD/month", "holding cost: electricity", claim="t3_light", ge=0)
    water_cost: float = parameter(50.00, "USD/month", "holding cost: water", claim="t3_water", ge=0)
    staff_cost: float = parameter(1338.00, "USD/month", "holding cost: staff", claim="t3_salaries", gt=0)
    lead_time_days: int = parameter(15, "days", "order management cycle [L]", claim="t4_l", ge=1, le=365)
    reserve_days: float = parameter(30, "days", "period that the strategic reserve covers [PC]", claim="t4_pc", ge=0)
    reserve_daily_consumption: float = parameter(
        400.00, "USD/day", "mean consumption in that period [Ce]", claim="t4_ce", ge=0
    )
    annual_sales: float = parameter(370577.00, "USD/year", "annual sales [D]", claim="t4_d", gt=0)
    daily_sales: float = parameter(1029.00, "USD/day", "mean daily sales [Cd]", claim="t4_daily_sales", gt=0)
    sales_monday_to_thursday: float = parameter(
        850.00, "USD/day", "mean daily sales, Monday to Thursday", claim="s3_sales_mon_thu", gt=0
    )
    sales_friday_to_sunday: float = parameter(
        1073.00, "USD/day", "mean daily sales, Friday to Sunday", claim="s3_sales_fri_sun", gt=0
    )
    sales_deviation: float = parameter(
        119.29, "USD/day", "standard deviation of daily sales [SIG]", claim="s3_sig", ge=0
    )
    safety_coefficient: float = parameter(
        0.8,
        "1",
        "safety coefficient [Ks]; enters no calculation here",
        claim="s3_ks_min",
        gt=0,
        lt=1,
    )
    category_a_monday_to_thursday: float = parameter(
        722.5, "USD/day", "sales of category A, Monday to Thursday", claim="t6_usd_a_mon_thu", ge=0
    )
    category_b_monday_to_thursday: float = parameter(
        85.00, "USD/day", "sales of category B, Monday to Thursday", claim="t6_usd_b_mon_thu", ge=0
    )
    category_c_monday_to_thursday: float = parameter(
        42.5, "USD/day", "sales of category C, Monday to Thursday", claim="t6_usd_c_mon_thu", ge=0
    )
    category_a_friday_to_sunday: float = parameter(
        912.05, "USD/day", "sales of category A, Friday to Sunday", claim="t6_usd_a_fri_sun", ge=0
    )
    category_b_friday_to_sunday: float = parameter(
        53.65, "USD/day", "sales of category B, Friday to Sunday", claim="t6_usd_b_fri_sun", ge=0
    )
    category_c_friday_to_sunday: float = parameter(
        107.3, "USD/day", "sales of category C, Friday to Sunday", claim="t6_usd_c_fri_sun", ge=0
    )
    supply_interval_days: float = parameter(
        90, "days", "interval between replenishments [NE]", claim="s3_ne", gt=0, le=3650
    )
    safety_stock: float = parameter(3308.14, "USD", "safety stock [SS] of Table 7", claim="t7_emin_ss", ge=0)
    strategic_reserve: float = parameter(1200.00, "USD", "strategic reserve [RE] as printed", claim="s3_re", ge=0)
    days_per_year: int = parameter(
        360, "days/year", "days that the paper counts in a year", claim="t8_const360", ge=300, le=366
    )
    turnover_target: float = parameter(
        12.0, "turns/year", "turnover that the paper asks for", claim="s3_rotation_threshold", gt=0
    )
    worker_cost: float = parameter(
        350.0, "USD/month", "cost of the stock worker to be hired", claim="s3_worker_wage", ge=0
    )
    worker_months: int = parameter(12, "months", "months of that cost", claim="s3_worker_months", ge=0)
    computers: int = parameter(3, "computers", "computers to be bought", claim="s3_computers", ge=0)
    computer_price: float = parameter(500.00, "USD/computer", "price of a computer", claim="s3_computer_price", ge=0)
    trace_days: int = parameter(360, "days", "length of the stock trace", ge=30, le=3650)
    sales_deviation_multiple: float = parameter(4.0, "1", "larger swings of sales, times SIG; illustrative", ge=1, le=6)
    lead_time_deviation_days: float = parameter(
        5.0, "days", "deviation of a varying lead time; illustrative", ge=0, le=30
    )
    cycle_service_level_percent: float = parameter(
        99.0, "percent", "cycles without a stockout; illustrative", ge=60, le=99.99
    )
    gross_margin_percent: float = parameter(
        30.0, "percent", "gross margin, as a share of sales; illustrative", ge=1, le=90
    )
    replications: int = parameter(200, "1", "runs of the policy that are simulated; illustrative", ge=20, le=300)
    seed: int = parameter(2022, "1", "seed of the random sales and lead times", ge=0)

    @model_validator(mode="after")
    def _lead_time_stays_above_0(self):
        if self.lead_time_deviation_days > self.lead_time_days / 2:
            raise ValueError(
                f"lead_time_deviation_days = {self.lead_time_deviation_days:g} is more than half of lead_time_days = "
                f"{self.lead_time_days}, so that normal lead times would fall below 0: choose at most "
                f"{self.lead_time_days / 2:g}, or a longer lead_time_days"
            )
        return self


def bottom_line(p):
    """What the paper prints beside what its inputs give, for the numbers that the policy hangs on."""
    printed = datasets.claims("puyo_toy_store")["printed"]
    rows = [
        ("lot size, USD", printed["s3_q"], lot_size(p)),
        ("reorder point, USD", printed["s3_pp"], reorder_point(p)),
        ("safety stock in the text, against Table 7, USD", printed["s3_ss"], p.safety_stock),
        ("strategic reserve, Ce · PC, USD", printed["s3_re"], strategic_reserve_from_inputs(p)),
        (
            "mean daily sales, against the weekday averages beside it, USD",
            printed["s3_daily_sales"],
            sales_spread(p)["mean of the seven days"],
        ),
        ("turnover a year, D / Em", printed["s3_rotation"], turnover(p)),
        (
            "category A's share of sales, per cent",
            printed["s3_pct_a"],
            float(category_sales(p)["category_a_percent"].mean()),
        ),
    ]
    return pd.DataFrame(rows, columns=["quantity", "printed", "compared_with"]).set_index("quantity")


def symbols():
    """The paper's symbols with their meaning, translated (Table 1)."""
    return datasets.printed_table("puyo_toy_store", "table_1").set_index("symbol")


def families_pareto(p):
    """The families by stock value, largest first, with cumulative shares."""
    return classification.pareto_table(families(p)["stock_value_usd"])


def families(p):
    """Articles and stock value by family, with shares (Table 2)."""
    table = pd.DataFrame(
        {
            "articles": [p.articles_toys, p.articles_newborn, p.articles_other],
            "stock_value_usd": [p.stock_value_toys, p.stock_value_newborn, p.stock_value_other],
        },
        index=pd.Index(["toys", "articles for newborns", "other"], name="family"),
    )
    table.insert(1, "articles_percent", 100 * table["articles"] / table["articles"].sum())
    table["stock_value_percent"] = 100 * table["stock_value_usd"] / table["stock_value_usd"].sum()
    return table


def holding_costs(p):
    """The elements of the monthly holding cost, largest first (Table 3)."""
    elements = pd.Series(
        {
            "premises": p.premises_cost,
            "bank interest": p.bank_interest,
            "shrinkage": p.shrinkage_cost,
            "losses and theft": p.theft_cost,
            "electricity": p.electricity_cost,
            "water": p.water_cost,
            "staff": p.staff_cost,
        },
        name="holding_cost_usd_per_month",
    ).rename_axis("element")
    return elements.sort_values(ascending=False, kind="stable")


def demand_parameters(p):
    """The parameters of planning (Table 4), with monthly and daily sales recomputed from the year's."""
    return pd.DataFrame(
        [
            ("L, order management cycle", p.lead_time_days, "days"),
            ("PC, period that the reserve covers", p.reserve_days, "days"),
            ("Ce, mean consumption in that period", p.reserve_daily_consumption, "USD/day"),
            ("D, annual sales", p.annual_sales, "USD/year"),
            ("monthly sales, D/12", p.annual_sales / 12, "USD/month"),
            (f"daily sales, D/{p.days_per_year}", p.annual_sales / p.days_per_year, "USD/day"),
            ("Cd, daily sales as used", p.daily_sales, "USD/day"),
        ],
        columns=["parameter", "value", "unit"],
    ).set_index("parameter")


def weekday_sales(p):
    """Sales of each weekday and their distance from the mean daily sales (Figure 3)."""
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    sales = [p.sales_monday_to_thursday] * 4 + [p.sales_friday_to_sunday] * 3
    table = pd.DataFrame({"sales_usd_per_day": sales}, index=pd.Index(days, name="weekday"))
    return table.assign(distance_from_daily_sales_usd=table["sales_usd_per_day"] - p.daily_sales)


def sales_spread(p):
    """Mean and spread of the seven weekday averages, around their own mean and around Cd, USD/day."""
    sales = weekday_sales(p)["sales_usd_per_day"]
    around_daily_sales = ((sales - p.daily_sales) ** 2).sum()
    return pd.Series(
        {
            "mean of the seven days": sales.mean(),
            "Cd, daily sales as used": p.daily_sales,
            "sample deviation, around their mean": sales.std(ddof=1),
            "population deviation, around their mean": sales.std(ddof=0),
            "deviation around Cd, divisor 6": np.sqrt(around_daily_sales / 6),
            "deviation around Cd, divisor 7": np.sqrt(around_daily_sales / 7),
            "SIG, deviation as used": p.sales_deviation,
        },
        name="usd_per_day",
    ).rename_axis("measure")


def inventory_classification():
    """The inventory under each criterion, as printed and translated (Table 5)."""
    return datasets.printed_table("puyo_toy_store", "table_5").set_index("criterion")


def category_sales(p):
    """Daily sales by category and part of the week, with the shares that the amounts give (Table 6)."""
    table = pd.DataFrame(
        {
            "category_a_usd": [p.category_a_monday_to_thursday, p.category_a_friday_to_sunday],
            "category_b_usd": [p.category_b_monday_to_thursday, p.category_b_friday_to_sunday],
            "category_c_usd": [p.category_c_monday_to_thursday, p.category_c_friday_to_sunday],
            "all_usd": [p.sales_monday_to_thursday, p.sales_friday_to_sunday],
        },
        index=pd.Index(["Monday to Thursday", "Friday to Sunday"], name="days"),
    )
    for category in "abc":
        table[f"category_{category}_percent"] = 100 * table[f"category_{category}_usd"] / table["all_usd"]
    return table


def category_shares(p):
    """The shares of `category_sales` alone, a row a part of the week, per cent."""
    shares = category_sales(p).filter(like="percent")
    return shares.rename(columns=lambda name: name.removesuffix("_percent"))


def lot_size(p):
    """The lot Q: mean daily sales over the supply interval, USD."""
    return p.daily_sales * p.supply_interval_days


def strategic_reserve_from_inputs(p):
    """The strategic reserve that the printed consumption and period give, USD."""
    return safety_stock.strategic_reserve(p.reserve_daily_consumption, p.reserve_days)


def levels(p):
    """Minimum, maximum and mean stock (Table 7)."""
    return safety_stock.stock_levels(p.strategic_reserve, p.safety_stock, lot_size(p))


def inventory_levels(p):
    """The levels of the policy in one table: Q, SS, RE, Table 7, and the reorder point."""
    stock = levels(p)
    return pd.DataFrame(
        [
            ("lot size", "Q = Cd · NE", lot_size(p)),
            ("safety stock", "SS, given", p.safety_stock),
            ("strategic reserve", "RE, given", p.strategic_reserve),
            ("strategic reserve from its inputs", "RE = Ce · PC", strategic_reserve_from_inputs(p)),
            ("minimum stock", "Emin = RE + SS", stock.minimum_stock),
            ("maximum stock", "Emax = RE + SS + Q", stock.maximum_stock),
            ("mean stock", "Em = RE + SS + Q/2", stock.mean_stock),
            ("reorder point", "PP = Cd · L + SS", reorder_point(p)),
        ],
        columns=["level", "formula", "usd"],
    ).set_index("level")


def reorder_point(p):
    """The reorder point PP, USD."""
    return safety_stock.reorder_point(p.daily_sales, p.lead_time_days, p.safety_stock)


def annual_ordering_cost(p):
    """Orders a year (days a year over the supply interval) times the cost of one, USD/year."""
    return p.ordering_cost * p.days_per_year / p.supply_interval_days


def requirements(p):
    """The three requirements of a lot as checks (Table 8)."""
    checks = safety_stock.lot_size_requirements(
        lot_size(p),
        p.annual_sales,
        p.lead_time_days,
        supply_interval=p.supply_interval_days,
        days_per_year=p.days_per_year,
    )
    return checks.replace({"unit": {"units": "USD"}})


def turnover(p):
    """Sales over mean stock, turns a year."""
    return kpi.inventory_turnover(p.annual_sales, levels(p).mean_stock)


def turnover_ceiling(p):
    """Turnover with neither reserve nor safety stock, turns a year."""
    return kpi.inventory_turnover(p.annual_sales, lot_size(p) / 2)


def proposed_actions(p):
    """The cost of the two actions that the paper prices, USD in the first year."""
    return pd.Series(
        {"worker for the stock": p.worker_cost * p.worker_months, "computers": p.computers * p.computer_price},
        name="first_year_cost_usd",
    ).rename_axis("action")


def holding_rate_readings(p):
    """The economic order quantity under each reading of the holding rate, and what the lot costs beside it.

    Table 3 adds up to a cost that the text calls monthly and the caption yearly; a rate needs a stock value to
    divide it by, and the paper offers two: the stock found (Table 2) and the policy's mean stock (Table 7).
    """
    cost = holding_costs(p).sum()
    found, planned = families(p)["stock_value_usd"].sum(), levels(p).mean_stock
    table = pd.DataFrame(
        [
            ("monthly cost, stock found", 12 * cost, found),
            ("monthly cost, planned mean stock", 12 * cost, planned),
            ("yearly cost, stock found", cost, found),
            ("yearly cost, planned mean stock", cost, planned),
        ],
        columns=["reading", "holding_cost_usd_per_year", "stock_value_usd"],
    ).set_index("reading")
    rate = kpi.holding_rate(table["holding_cost_usd_per_year"], table["stock_value_usd"])
    optimum = lot_sizing.economic_order_quantity(p.annual_sales, p.ordering_cost, rate)
    return table.assign(
        holding_rate_percent_per_year=100 * rate,
        eoq_usd=optimum,
        eoq_supply_interval_days=safety_stock.supply_interval(optimum, p.annual_sales, p.days_per_year),
        extra_cost_of_lot_percent=100 * lot_sizing.cost_penalty(lot_size(p), optimum),
    )


def period_check(p):
    """What interest and staff would come to in a year if Table 3 were monthly, and if it were yearly."""
    found = families(p)["stock_value_usd"].sum()
    months = pd.Series({"monthly, as the text says": 12, "yearly, as the caption says": 1}).rename_axis("table_3_is")
    return pd.DataFrame(
        {
            "interest_percent_of_stock_per_year": 100 * months * p.bank_interest / found,
            "staff_usd_per_year": months * p.staff_cost,
            "new_worker_usd_per_year": float(p.worker_cost * p.worker_months),
        }
    )


def cost_curves(p):
    """Yearly ordering plus holding cost over the lot size, a column a reading of the holding rate, USD/year."""
    readings = holding_rate_readings(p)
    lots = np.linspace(10_000, 1.6 * max(lot_size(p), readings["eoq_usd"].max()), 200)
    rates = readings["holding_rate_percent_per_year"] / 100
    return pd.DataFrame(
        {
            reading: lot_sizing.cost_curve(lots, p.annual_sales, p.ordering_cost, rate)["total_cost"]
            for reading, rate in rates.items()
        }
    )


def implied_holding_rate(p):
    """The yearly holding rate at which the lot would be the economic order quantity, a fraction."""
    return lot_sizing.implied_holding_cost(lot_size(p), p.annual_sales, p.ordering_cost)


def stock_trace(p):
    """A year of the policy against illustrative daily sales: normal around Cd with deviation SIG, none below 0.

    Starts at the maximum stock; the reorder point is held against all stock, the reserve included.
    """
    draws = np.random.default_rng(p.seed).normal(p.daily_sales, p.sales_deviation, p.trace_days)
    sales = pd.Series(np.maximum(draws, 0), index=pd.RangeIndex(1, p.trace_days + 1, name="day"))
    policy = simulation.ReorderPointPolicy(reorder_point(p), lot_size(p))
    return simulation.simulate(policy, sales, lead_time=p.lead_time_days, initial_stock=levels(p).maximum_stock).trace


class _Scenario(NamedTuple):
    """Uncertainty that the policy meets."""

    sales: simulation.Distribution | np.ndarray
    sales_deviation: float
    lead_time_deviation: float = 0.0


def _scenarios(p):
    steady = simulation.Normal(p.daily_sales, p.sales_deviation)
    larger = p.sales_deviation_multiple * p.sales_deviation
    name = f"SIG times {p.sales_deviation_multiple:g}"
    unsteady = simulation.Normal(p.daily_sales, larger)
    return {
        "as printed": _Scenario(steady, p.sales_deviation),
        name: _Scenario(unsteady, larger),
        "lead time varies": _Scenario(steady, p.sales_deviation, p.lead_time_deviation_days),
        f"{name}, lead time varies": _Scenario(unsteady, larger, p.lead_time_deviation_days),
    }


def _sales_with_weekdays(p):
    """Days from a Monday on x replications: the weekday averages, brought to the mean Cd, and noise of SIG."""
    averages = weekday_sales(p)["sales_usd_per_day"]
    days = p.days_per_year + _counted_days(p)
    means = np.resize(averages * p.daily_sales / averages.mean(), days)
    draws = np.random.default_rng(p.seed).normal(means[:, None], p.sales_deviation, (days, p.replications))
    return np.maximum(draws, 0)


def _counted_days(p):
    """Whole cycles: those of `SIMULATED_YEARS`, and `SIMULATED_CYCLES` at least.

    A part of a cycle holds more or less than the mean stock, and each run starts with a full lot.
    """
    cycles = max(np.ceil(SIMULATED_YEARS * p.days_per_year / p.supply_interval_days), SIMULATED_CYCLES)
    return int(np.ceil(cycles * p.supply_interval_days))


def _conditions(p, scenario):
    """What `simulation.simulate` takes beside the policy: a year's warm-up, then the days that count."""
    is_random = isinstance(scenario.sales, simulation.Distribution)
    varying = simulation.Normal(p.lead_time_days, scenario.lead_time_deviation)
    return {
        "demand": scenario.sales,
        "periods": _counted_days(p) if is_random else None,
        "warm_up": p.days_per_year,
        "replications": p.replications,
        "lead_time": varying if scenario.lead_time_deviation else p.lead_time_days,
        "fixed_cost": p.ordering_cost,
        "periods_per_year": p.days_per_year,
        "seed": p.seed,
    }


def _lead_time_sales_deviation(p, scenario):
    return safety_stock.lead_time_demand_deviation(
        demand_deviation=scenario.sales_deviation,
        lead_time=p.lead_time_days,
        lead_time_deviation=scenario.lead_time_deviation,
        demand_rate=p.daily_sales,
    )


def _expected_service(p, scenario, stock, *, is_checked_daily):
    """Cycle service level and fill rate of a safety stock by the normal formulas, per cent."""
    below, variance = safety_stock.undershoot(p.daily_sales, scenario.sales_deviation) if is_checked_daily else (0, 0)
    deviation = np.hypot(_lead_time_sales_deviation(p, scenario), np.sqrt(variance))
    deviation = max(deviation, 1e-9)  # no safety factor exists without any spread
    return (
        100 * safety_stock.implied_cycle_service_level(stock - below, deviation),
        100
        * safety_stock.fill_rate((stock - below) / deviation, lot_size(p), deviation, is_shortage_always_cleared=False),
    )


def robustness(p):
    """The printed policy under each scenario, per measure: textbook formula, the same with a daily check, simulated.

    The reserve is kept apart: no stock here contains it. The textbook orders at the reorder point; where stock is
    checked when the day is over, an order is placed below it, by an undershoot. low and high are the limits of the
    95 % confidence interval of the simulated mean.
    """
    policy = simulation.ReorderPointPolicy(reorder_point(p), lot_size(p))
    mean_stock = kpi.cycle_average_inventory(lot_size(p), p.safety_stock)
    scenarios = {**_scenarios(p), "weekday pattern": _Scenario(_sales_with_weekdays(p), p.sales_deviation)}
    rows = []
    for name, scenario in scenarios.items():
        reached = simulation.simulate(policy, **_conditions(p, scenario)).summary
        textbook = _expected_service(p, scenario, p.safety_stock, is_checked_daily=False)
        daily = _expected_service(p, scenario, p.safety_stock, is_checked_daily=True)
        for measure, unit, row, *closed_forms in (
            ("cycle service", "percent", 100 * reached.loc["cycle_service_level"], textbook[0], daily[0]),
            ("fill rate", "percent", 100 * reached.loc["fill_rate"], textbook[1], daily[1]),
            ("days that end in stock", "percent", 100 * reached.loc["ready_rate"], np.nan, np.nan),
            ("mean stock", "USD", reached.loc["mean_on_hand"], mean_stock, mean_stock - p.daily_sales),
        ):
            rows.append((measure, name, unit, *closed_forms, *row))
    columns = ["measure", "scenario", "unit", "textbook", "checked_daily", "simulated", "low", "high"]
    table = pd.DataFrame(rows, columns=columns).set_index("measure")
    return table.loc[list(dict.fromkeys(table.index))]


def exchange_curve(p):
    """Service over the safety stock by the normal formulas with a daily check, per cent; Q stays as printed.

    The index goes from no safety stock to twice the printed one or what the service level needs with a varying lead
    time, whichever is more, USD.
    """
    stocks = np.linspace(0, _largest_safety_stock(p), 120)
    scenarios = _scenarios(p)
    columns = {}
    for name, lead_time in (("as printed", "lead time fixed"), ("lead time varies", "lead time varies")):
        service, fill = _expected_service(p, scenarios[name], stocks, is_checked_daily=True)
        columns |= {f"fill rate, {lead_time}": fill, f"cycle service, {lead_time}": service}
    return pd.DataFrame(columns, index=pd.Index(stocks, name="safety_stock_usd"))


def exchange_simulated(p):
    """Service over five safety stocks with a varying lead time, simulated on the same sales, per cent."""
    stocks = np.linspace(0, _largest_safety_stock(p), 5)
    reached = _compared(p, {stock: (lot_size(p), stock) for stock in stocks})
    measures = {"cycle_service_level": "cycle_service_percent", "fill_rate": "fill_rate_percent"}
    return (100 * reached[list(measures)]).rename(columns=measures).rename_axis("safety_stock_usd")


def _largest_safety_stock(p):
    return max(2 * p.safety_stock, safety_stocks_needed(p).at["lead time varies", "checked_daily_usd"])


def _compared(p, policies):
    """Means of policies by name, each a lot and a safety stock, with a varying lead time on the same sales."""
    made = {
        name: simulation.ReorderPointPolicy(p.daily_sales * p.lead_time_days + stock, lot)
        for name, (lot, stock) in policies.items()
    }
    return simulation.compare(made, **_conditions(p, _scenarios(p)["lead time varies"])).means


def safety_stocks_needed(p):
    """The safety stock that the service level takes under each scenario, beside that of the policy, USD."""
    factor = safety_stock.safety_factor(p.cycle_service_level_percent / 100)
    rows = {}
    for name, scenario in _scenarios(p).items():
        deviation = _lead_time_sales_deviation(p, scenario)
        below, variance = safety_stock.undershoot(p.daily_sales, scenario.sales_deviation)
        rows[name] = {
            "lead_time_sales_deviation_usd": deviation,
            "textbook_usd": factor * deviation,
            "checked_daily_usd": below + factor * np.hypot(deviation, np.sqrt(variance)),
            "safety_stock_usd": p.safety_stock,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("scenario")
    return table.assign(surplus_when_checked_daily_usd=table["safety_stock_usd"] - table["checked_daily_usd"])


def lead_time_deviation_covered(p):
    """The lead time's standard deviation that the safety stock covers at the service level, textbook formula, days."""
    factor = safety_stock.safety_factor(p.cycle_service_level_percent / 100)
    of_sales = safety_stock.lead_time_demand_deviation(demand_deviation=p.sales_deviation, lead_time=p.lead_time_days)
    return float(np.sqrt(max((p.safety_stock / factor) ** 2 - of_sales**2, 0)) / p.daily_sales)


def money_tied_up(p):
    """Four policies with a varying lead time, on the same sales: service, stock, money in it and the return on it.

    Stock is counted at selling prices, as the paper counts it, without the reserve. The money tied up is that stock
    and the reserve at cost, 1 - margin; the return is a year's gross margin over it (GMROI).
    """
    needed = safety_stocks_needed(p).at["lead time varies", "checked_daily_usd"]
    policies = {
        "as printed": (lot_size(p), p.safety_stock),
        "safety stock for the service level": (lot_size(p), needed),
        "half the lot": (lot_size(p) / 2, p.safety_stock),
        "half the lot, safety stock for the level": (lot_size(p) / 2, needed),
    }
    reached = _compared(p, policies)
    cost_share = 1 - p.gross_margin_percent / 100
    money = cost_share * (reached["mean_on_hand"] + p.strategic_reserve)
    return pd.DataFrame(
        {
            "lot_usd": [lot for lot, _ in policies.values()],
            "safety_stock_usd": [stock for _, stock in policies.values()],
            "cycle_service_percent": 100 * reached["cycle_service_level"],
            "fill_rate_percent": 100 * reached["fill_rate"],
            "mean_stock_usd": reached["mean_on_hand"],
            "money_tied_up_usd": money,
            "gross_margin_return_percent_per_year": _gross_margin_return(p, money),
            "ordering_cost_usd_per_year": reached["ordering_cost_per_year"],
        },
        index=reached.index,
    )


def _gross_margin_return(p, money):
    """A year's gross margin over the money tied up in stock, per cent."""
    return p.gross_margin_percent * p.annual_sales / money


def solve(p):
    """The study's named results as a flat dict; of the robustness only what needs no simulation."""
    spread, stock, readings = sales_spread(p), levels(p), holding_rate_readings(p)
    return {
        "articles_total": float(families(p)["articles"].sum()),
        "stock_value_total_usd": float(families(p)["stock_value_usd"].sum()),
        "holding_cost_usd_per_month": float(holding_costs(p).sum()),
        "weekday_mean_sales_usd_per_day": float(spread["mean of the seven days"]),
        "weekday_sample_deviation_usd_per_day": float(spread["sample deviation, around their mean"]),
        "lot_size_usd": lot_size(p),
        "strategic_reserve_from_inputs_usd": strategic_reserve_from_inputs(p),
        "minimum_stock_usd": stock.minimum_stock,
        "maximum_stock_usd": stock.maximum_stock,
        "mean_stock_usd": stock.mean_stock,
        "reorder_point_usd": reorder_point(p),
        "annual_ordering_cost_usd": annual_ordering_cost(p),
        "requirements_met": float(requirements(p)["passes"].sum()),
        "turnover_per_year": turnover(p),
        "first_year_cost_of_actions_usd": float(proposed_actions(p).sum()),
        "implied_holding_rate_per_year": implied_holding_rate(p),
        "eoq_monthly_cost_stock_found_usd": float(readings.at["monthly cost, stock found", "eoq_usd"]),
        "eoq_yearly_cost_stock_found_usd": float(readings.at["yearly cost, stock found", "eoq_usd"]),
        "eoq_monthly_cost_planned_stock_usd": float(readings.at["monthly cost, planned mean stock", "eoq_usd"]),
        "eoq_yearly_cost_planned_stock_usd": float(readings.at["yearly cost, planned mean stock", "eoq_usd"]),
        "safety_stock_for_service_level_usd": float(safety_stocks_needed(p).at["as printed", "textbook_usd"]),
        "lead_time_deviation_covered_days": lead_time_deviation_covered(p),
        "gross_margin_return_percent_per_year": float(
            _gross_margin_return(p, (1 - p.gross_margin_percent / 100) * stock.mean_stock)
        ),
    }


def _total(*parts):
    return sum(parts)


def _percent(part, whole):
    return 100 * part / whole


def _checks_met(interval, twice_lead_time, interval_from_demand, twice_lead_time_again, lot, lead_time_sales):
    return (interval > twice_lead_time) + (interval_from_demand > twice_lead_time_again) + (lot > lead_time_sales)


RECOMPUTE = {
    **{f"t2_{kind}_total": _total for kind in ("articles", "value", "articles_pct", "value_pct")},
    **{
        f"t2_{kind}_pct_{family}": _percent for kind in ("articles", "value") for family in ("toys", "newborn", "other")
    },
    "s3_holding_cost": _total,
    "t4_monthly_sales": lambda annual_sales: annual_sales / 12,
    "t4_daily_sales": lambda annual_sales, days_per_year: annual_sales / days_per_year,
    "s3_daily_sales": lambda weekdays, weekend: (4 * weekdays + 3 * weekend) / 7,
    "s3_ks_now": lambda percent: percent / 100,
    **{f"t6_pct_{category}_{days}": _percent for category in "abc" for days in ("mon_thu", "fri_sun")},
    "s3_pct_a": lambda a_weekdays, weekdays, a_weekend, weekend: _percent(
        4 * a_weekdays + 3 * a_weekend, 4 * weekdays + 3 * weekend
    ),
    "s3_q": lambda interval, daily_sales: interval * daily_sales,
    "s3_re": safety_stock.strategic_reserve,
    "t7_emin": _total,
    "t7_emax": _total,
    "t7_em_half_q": lambda lot, divisor: lot / divisor,
    "s3_pp": safety_stock.reorder_point,
    "s3_annual_order_cost": lambda cost, interval, days_per_year: cost * days_per_year / interval,
    "t8_2l_1": lambda factor, lead_time: factor * lead_time,
    "t8_2l_2": lambda factor, lead_time: factor * lead_time,
    "t8_q360d": lambda lot, days_per_year, annual_sales: lot * days_per_year / annual_sales,
    "t8_ld180": lambda lead_time, annual_sales, days: lead_time * annual_sales / days,
    "s3_checks_met": _checks_met,
    "s3_rotation": lambda annual_sales, *mean_stock_parts: kpi.inventory_turnover(annual_sales, sum(mean_stock_parts)),
    "s3_computers_cost": lambda computers, price: computers * price,
    "s3_security_level": lambda coefficient: 100 * coefficient,
}
