"""The core process: seven steps of inventory management, played through a stock ledger for a year of a small shop."""

from collections import defaultdict
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from casestudy import datasets
from casestudy.methods import (
    classification,
    control_charts,
    forecast_errors,
    forecasting,
    kpi,
    lot_sizing,
    safety_stock,
    valuation,
)
from casestudy.methods.stock_ledger import EFFECTS, StockLedger
from casestudy.parameters import CaseParameters, parameter

TITLE = "Core process"
CITATION = "Core Business Process: Inventory Management (n.d.). Unpublished process description, without an author."
SUMMARY = "Seven steps of inventory management, played through a stock ledger for an illustrative year of a small shop"

CASE = "core_process"
DAYS, DAYS_PER_MONTH = 360, 30
AGE_BOUNDARIES = (30, 90, 180)  # days
_METHOD_NAMES = {"fifo": "FIFO", "lifo": "LIFO", "weighted_average": "weighted average"}
_PURCHASES = ["ordered", "received", "received_over", "rejected", "delivered_short"]
_RETURN_DAYS = 10  # from shipment to the return, where there is one

# What enters (+1) and leaves (-1) the stock that the shop owns, by the records; goods are sold when they are shipped.
OWNED = {
    "opening": 1, "received": 1, "received_over": 1, "returned": 1, "found": 1,
    "shipped": -1, "scrapped": -1, "written_off": -1,
}  # fmt: skip


class Parameters(CaseParameters):
    """The illustrative shop: demand, supply, what goes wrong, and how it is planned; money in US dollars."""

    articles: int = parameter(30, "articles", "articles that the shop sells", ge=10, le=60)
    daily_demand: float = parameter(
        4.0, "units/day", "mean demand of the best-selling article in the year before", ge=0.5, le=20
    )
    demand_steepness: float = parameter(
        0.7, "1", "fall of demand with the rank of an article: the exponent", ge=0, le=2
    )
    lumpy_share: float = parameter(0.3, "1", "share of articles that sell rarely and then several at once", ge=0, le=1)
    lumpy_interval_days: float = parameter(
        12.0, "days", "mean days between two customers of such an article", ge=1, le=60
    )
    season_amplitude: float = parameter(0.3, "1", "swing of the season around the year's mean", ge=0, le=0.9)
    season_peak_month: int = parameter(12, "month", "month of the season's peak", ge=1, le=12)
    weekend_factor: float = parameter(1.4, "1", "demand on days 5 to 7 of a week relative to days 1 to 4", ge=0.2, le=5)
    growth_percent: float = parameter(10.0, "percent/year", "growth of demand against the year before", ge=-50, le=100)
    dying_articles: int = parameter(
        3, "articles", "articles that nobody buys any more from a day of the year on", ge=0, le=5
    )
    dying_day: int = parameter(100, "day", "the day from which nobody buys them", ge=1, le=360)
    unit_cost: float = parameter(8.0, "USD/unit", "median cost price at the start of the year", ge=0.1, le=10_000)
    unit_cost_spread: float = parameter(
        0.8, "1", "spread of cost prices: standard deviation of their logarithm", ge=0, le=1.5
    )
    cost_inflation_percent: float = parameter(
        12.0, "percent/year", "rise of suppliers' prices over the year", ge=-50, le=100
    )
    markup_percent: float = parameter(
        60.0, "percent", "sales price above the cost price at the start of the year", ge=0, le=300
    )
    cycle_service_level: float = parameter(
        0.9, "1", "planned probability of no stockout in a replenishment cycle", ge=0.5, le=0.999
    )
    smoothing_constant: float = parameter(0.2, "1", "weight of the latest month in the forecast's level", gt=0, le=1)
    ordering_cost: float = parameter(4.0, "USD/order", "cost of placing and receiving an order", gt=0, le=1000)
    holding_rate_percent: float = parameter(
        25.0, "percent/year", "cost of holding stock, per cent of its value", ge=1, le=100
    )
    lot_factor: float = parameter(1.0, "1", "lot relative to the economic order quantity", ge=0.1, le=5)
    just_in_time_days: float = parameter(7.0, "days", "days of demand in a lot just in time", ge=0.5, le=60)
    just_in_time_ordering_cost: float = parameter(
        1.0, "USD/order", "cost of an order once ordering is easy", gt=0, le=1000
    )
    opening_days: float = parameter(30.0, "days", "days of demand in stock at the start", ge=0, le=180)
    suppliers: int = parameter(4, "suppliers", "suppliers, the first the fastest", ge=1, le=8)
    lead_time_days: float = parameter(8.0, "days", "mean days from order to delivery", ge=1, le=60)
    lead_time_deviation_days: float = parameter(3.0, "days", "standard deviation of the days to delivery", ge=0, le=20)
    short_delivery_rate: float = parameter(0.06, "1", "share of deliveries that come short", ge=0, le=0.5)
    over_delivery_rate: float = parameter(0.02, "1", "share of deliveries with too many units", ge=0, le=0.5)
    discrepancy_share: float = parameter(0.2, "1", "units off in such a delivery, share of the order", ge=0, le=1)
    defect_rate: float = parameter(0.01, "1", "share of delivered units that inspection rejects", ge=0, le=0.5)
    put_away_days: int = parameter(1, "days", "days from receipt to the shelf", ge=0, le=10)
    backorder_share: float = parameter(
        0.5, "1", "share of customers who wait for what is short; the others go", ge=0, le=1
    )
    return_rate: float = parameter(0.01, "1", "share of shipped units that customers return", ge=0, le=0.3)
    unsaleable_share: float = parameter(0.3, "1", "share of returned units that have to be scrapped", ge=0, le=1)
    mispick_rate: float = parameter(
        0.005, "1", "share of picked units that are another article than recorded", ge=0, le=0.2
    )
    shrinkage_percent: float = parameter(
        5.0, "percent/year", "units lost from the shelf without a record", ge=0, le=100
    )
    counts_per_year_a: int = parameter(12, "counts/year", "cycle counts of an article of class A", ge=1, le=52)
    counts_per_year_b: int = parameter(4, "counts/year", "cycle counts of an article of class B", ge=0, le=52)
    counts_per_year_c: int = parameter(2, "counts/year", "cycle counts of an article of class C", ge=0, le=52)
    count_tolerance_percent: float = parameter(2.0, "percent", "difference that counts as accurate", ge=0, le=50)
    class_a_share: float = parameter(0.8, "1", "cumulative share of value at which class A ends", ge=0.3, le=0.9)
    class_b_share: float = parameter(0.95, "1", "cumulative share of value at which class B ends", gt=0.9, lt=1)
    zone_a_distance: float = parameter(5.0, "m", "way to a shelf of zone A", gt=0)
    zone_b_distance: float = parameter(15.0, "m", "way to a shelf of zone B", gt=0)
    zone_c_distance: float = parameter(30.0, "m", "way to a shelf of zone C", gt=0)
    valuation_method: Literal["fifo", "lifo", "weighted_average"] = parameter(
        "fifo", "method", "how the indicators value stock"
    )
    dead_after_days: int = parameter(
        90, "days", "days without a shipment after which stock counts as dead", ge=10, le=359
    )
    clearance_percent: float = parameter(40.0, "percent", "clearance price of dead stock, of its cost", ge=0, le=100)
    target_accuracy_percent: float = parameter(
        90.0, "percent", "target: counts that find the records accurate", ge=50, le=99.9
    )
    target_fill_rate_percent: float = parameter(
        98.0, "percent", "target: units shipped from the shelf at once", ge=50, le=100
    )
    target_turnover: float = parameter(8.0, "turns/year", "target: turnover at least", gt=0)
    target_carrying_cost_percent: float = parameter(3.0, "percent", "target: carrying cost at most, of COGS", gt=0)
    target_dead_stock_percent: float = parameter(
        3.0, "percent", "target: dead stock at most, of stock value", ge=0, le=100
    )
    seed: int = parameter(2, "1", "seed of everything that is drawn", ge=0)


class Order(NamedTuple):
    """A customer's order of one article, as it stands on the evening of its day, units."""

    day: int
    article: str
    ordered_units: int
    filled_units: int  # picked at once
    backordered_units: int
    lost_units: int
    not_found_units: int  # promised by the records, and not on the shelf


class Count(NamedTuple):
    """A count of one article: what the records had, and what lay on the shelf, units."""

    day: int
    article: str
    recorded_units: int
    counted_units: int
    is_scheduled: bool  # or made because a picker did not find what the records promised


class Year(NamedTuple):
    """The year as it was played: the ledger, and what stands beside it."""

    ledger: StockLedger
    movements: pd.DataFrame
    orders: pd.DataFrame  # rows of Order
    counts: pd.DataFrame  # rows of Count
    on_hand: pd.DataFrame  # days x articles, by the records, on the evening
    position: pd.DataFrame  # days x articles, after ordering
    purchase_costs: dict  # purchase order: cost price, USD/unit
    lots: pd.Series


# The text, and the shop before its year begins.


def process_steps():
    """The seven steps and what the text asks of each, in our words."""
    return datasets.redrawn_table(CASE, "process_steps").set_index("step")


def step_names():
    """The names of the seven steps, in order."""
    return process_steps()["name"].tolist()


def catalogue(p):
    """The articles: supplier, cost and sales price at the start of the year, USD/unit, and the pattern of demand."""
    return _catalogue(p).copy()


@lru_cache(maxsize=8)
def _catalogue(p):
    draw = _stream(p, "catalogue")
    names = pd.Index([f"A{number:02d}" for number in range(1, p.articles + 1)], name="article")
    unit_cost = np.round(np.maximum(0.05, p.unit_cost * np.exp(p.unit_cost_spread * draw.normal(size=p.articles))), 2)
    is_lumpy = draw.permutation(np.arange(p.articles) < round(p.lumpy_share * p.articles))
    # The articles that die are ordinary sellers from the middle of the ranks.
    dying = names[p.articles // 3 :][: p.dying_articles]
    pattern = np.where(names.isin(dying), "dies", np.where(is_lumpy, "lumpy", "steady"))
    return pd.DataFrame(
        {
            "supplier": [f"S{1 + place % p.suppliers}" for place in range(p.articles)],
            "unit_cost_usd": unit_cost,
            "sales_price_usd": np.round(unit_cost * (1 + p.markup_percent / 100), 2),
            "pattern": pattern,
        },
        index=names,
    )


def demand(p):
    """Daily demand by article over two years, units/day; day 1 begins the simulated year, day 0 ends the one before.

    Poisson with season and weekday; a lumpy article has few customers and each buys several.
    """
    return _demand(p).copy()


@lru_cache(maxsize=8)
def _demand(p):
    draw, articles = _stream(p, "demand"), catalogue(p)
    days = np.arange(1 - DAYS, DAYS + 1)
    month = (days - 0.5) / DAYS_PER_MONTH
    season = 1 + p.season_amplitude * np.cos(2 * np.pi * (month - (p.season_peak_month - 0.5)) / 12)
    weekday = np.where((days - 1) % 7 < 4, 1.0, p.weekend_factor) * 7 / (4 + 3 * p.weekend_factor)
    growth = np.where(days > 0, 1 + p.growth_percent / 100, 1.0)
    base = p.daily_demand * np.arange(1, p.articles + 1.0) ** -p.demand_steepness
    mean = np.outer(season * weekday * growth, base)
    pattern = articles["pattern"].to_numpy()
    mean[np.ix_(days >= p.dying_day, pattern == "dies")] = 0
    size = np.where(pattern == "lumpy", np.maximum(1, np.round(base * p.lumpy_interval_days)), 1.0)
    units = draw.poisson(mean / size) * size
    return pd.DataFrame(units.astype(int), index=pd.Index(days, name="day"), columns=articles.index)


# Step 1: planning.


def targets(p):
    """The indicators that have a target: the target in words, its unit, and the step that has to reach it."""
    rows = [
        (text, step, f"at {'least' if sense > 0 else 'most'} {getattr(p, parameter_name):g}", unit)
        for name, (step, text, unit) in _INDICATORS.items()
        if name in _TARGETS
        for parameter_name, sense in [_TARGETS[name]]
    ]
    return pd.DataFrame(rows, columns=["indicator", "step", "target", "unit"]).set_index("indicator")


def season_indices(p):
    """Each month's demand of the year before relative to the mean month; a unit is added to every month."""
    monthly = _monthly(demand(p)).loc[-11:0].sum(axis=1) + 1
    return pd.Series((monthly / monthly.mean()).to_numpy(), index=pd.RangeIndex(1, 13, name="month"), name="index")


def forecast(p):
    """Demand forecast of every month and article, units/month: a smoothed level, times the month's index.

    The level starts at the mean of the year before; the forecast for a month uses demand up to the month before.
    """
    return _forecast(p).copy()


@lru_cache(maxsize=8)
def _forecast(p):
    season, monthly = season_indices(p), _monthly(demand(p))
    starts, year = monthly.loc[-11:0].mean(), monthly.loc[1:]
    levels = {
        article: forecasting.exponential_smoothing(sold / season, p.smoothing_constant, starts[article])
        for article, sold in year.items()
    }
    return pd.DataFrame(levels).rename_axis(index="month", columns="article").mul(season, axis=0)


def demand_and_forecasts(p):
    """Demand of the whole shop by month, and four forecasts one month ahead, units/month."""
    monthly = _monthly(demand(p)).sum(axis=1)
    forecasts = {
        "last month": forecasting.naive(monthly),
        "mean of 3 months": forecasting.simple_moving_average(monthly, window=3),
        "same month last year": forecasting.seasonal_naive(monthly, season_length=12),
        "level times season": forecast(p).sum(axis=1),
    }
    return pd.DataFrame({"demand": monthly, **forecasts}).loc[1:].rename_axis("month")


def forecast_ranking(p):
    """Errors of the four forecasts over the year, least weighted percentage error first."""
    table = demand_and_forecasts(p)
    errors = forecast_errors.compare_methods(
        table["demand"], table.drop(columns="demand"), allow_zero_demand=True
    ).sort_values("mean_absolute_error", kind="stable")
    return pd.DataFrame(
        {
            "mean_error_units": errors["mean_error"],
            "mean_absolute_error_units": errors["mean_absolute_error"],
            "wape_percent": 100 * errors["weighted_absolute_percentage_error"],
        }
    )


def safety_stocks(p):
    """Safety stock by article, units, from last year's spread of daily demand and the supplier's lead time."""
    before = demand(p).loc[:0]
    return safety_stock.safety_stock(
        safety_factor=safety_stock.safety_factor(p.cycle_service_level),
        demand_deviation=before.std(ddof=1),
        lead_time=_lead_times(p),
        lead_time_deviation=p.lead_time_deviation_days,
        demand_rate=before.mean(),
    ).rename("safety_stock_units")


def reorder_points(p):
    """Reorder point by month and article, whole units: forecast demand over the lead time, and the safety stock."""
    rates = forecast(p) / DAYS_PER_MONTH
    points = safety_stock.reorder_point(rates.to_numpy(), _lead_times(p).to_numpy(), safety_stocks(p).to_numpy())
    return pd.DataFrame(np.ceil(points).astype(int), index=rates.index, columns=rates.columns)


def lots(p):
    """Lot by article, whole units of 1 or more: the economic order quantity of last year's demand, times the factor."""
    return _whole_lots(p.lot_factor * economic_lots(p))


def economic_lots(p):
    """Economic order quantity by article, from the demand of the year before, units."""
    return lot_sizing.economic_order_quantity(_annual_demand(p), p.ordering_cost, _holding_costs(p))


def plan(p):
    """The plan of every article at the start of the year, most valuable first.

    The target stock is the mean on hand to expect: the safety stock and half a lot.
    """
    planned_lots, buffers = lots(p), safety_stocks(p)
    table = catalogue(p)[["supplier", "unit_cost_usd", "pattern"]].assign(
        zone=abc_classes(p),
        demand_units_per_year=_annual_demand(p).astype(int),
        safety_stock_units=buffers,
        reorder_point_units=reorder_points(p).loc[1],
        lot_units=planned_lots,
        target_stock_units=buffers + planned_lots / 2,
    )
    order = (table["demand_units_per_year"] * table["unit_cost_usd"]).sort_values(ascending=False, kind="stable").index
    return table.loc[order]


# The year itself.


def played_year(p, policy="planned lots"):
    """The simulated year as a `Year`, under the planned lots or "just in time"; to be read, not to be changed."""
    return _played(p, policy)


def stock_trace(p, article=None):
    """Stock of one article on each evening, with its position and reorder point, units; by default the most valuable.

    Raises
    ------
    ValueError
        If the shop has no such article.
    """
    year, article = played_year(p), _known_article(p, article)
    days = year.on_hand.index
    points = reorder_points(p)[article].to_numpy()[(days - 1) // DAYS_PER_MONTH]
    return pd.DataFrame(
        {"on hand": year.on_hand[article], "position": year.position[article], "reorder point": points}, index=days
    )


def ledger_lines(p, article=None, lines=12):
    """The ledger's first lines of one article; by default of the most valuable.

    Raises
    ------
    ValueError
        If the shop has no such article.
    """
    movements = played_year(p).movements
    own = movements[movements["article"] == _known_article(p, article)]
    return own.head(lines).rename(columns={"kind": "movement"}).set_index("day")


def unit_balance(p):
    """All units that the year's movements brought and took: by the records, and on the shelf, with the sum and what
    is there at the end. The records hold what the shop owns; the shelf leaves out what is unpacked or packed.
    """
    year = played_year(p)
    units = year.movements.groupby("kind")["units"].sum()
    shelf = {kind: effects.get("physical", 0) for kind, effects in EFFECTS.items()}
    rows = {
        kind: (OWNED.get(kind, 0) * units.get(kind, 0), shelf[kind] * units.get(kind, 0))
        for kind in EFFECTS
        if OWNED.get(kind) or shelf[kind]
    }
    sums = tuple(sum(row[place] for row in rows.values()) for place in (0, 1))
    there = year.ledger.balances.sum()
    rows |= {"sum": sums, "there at the end": (there[["receiving", "on_hand", "packed"]].sum(), there["physical"])}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["records_units", "shelf_units"])
    return table.rename(lambda kind: kind.replace("_", " ")).rename_axis("movement").astype(int)


# Step 2: procurement and receiving.


def deliveries(p):
    """Units ordered from each supplier and what inspection made of the deliveries."""
    movements = played_year(p).movements
    bought = movements[movements["kind"].isin(_PURCHASES)]
    supplier = bought["article"].map(catalogue(p)["supplier"]).rename("supplier")
    units = bought.pivot_table(index=supplier, columns="kind", values="units", aggfunc="sum", fill_value=0)
    units = units.reindex(columns=_PURCHASES, fill_value=0)
    table = units.rename(columns={kind: f"{kind}_units" for kind in units})
    table.insert(0, "orders", bought[bought["kind"] == "ordered"].groupby(supplier).size())
    done = units.drop(columns=["ordered", "received_over"]).sum(axis=1)
    table["still_on_order_units"] = units["ordered"] - done
    return table.sort_index()


def delivery_quality(p):
    """Purchase orders that were delivered in full without a defect, and units by what happened to them."""
    is_perfect = _perfect_orders(p)
    total = deliveries(p).sum()
    delivered = total["received_units"] + total["received_over_units"] + total["rejected_units"]
    closed = total["ordered_units"] - total["still_on_order_units"]
    return pd.Series(
        {
            "exactly as ordered and without defect, per cent of orders": _percent(is_perfect.sum(), len(is_perfect)),
            "rejected, per cent of delivered units": _percent(total["rejected_units"], delivered),
            "short, per cent of units ordered and no longer awaited": _percent(total["delivered_short_units"], closed),
            "too many, per cent of units ordered and no longer awaited": _percent(total["received_over_units"], closed),
        },
        name="value",
    ).rename_axis("measure")


# Step 3: storage and organization.


def abc_classes(p):
    """Class A, B or C of every article, by the value of last year's demand at cost."""
    value = _annual_demand(p) * catalogue(p)["unit_cost_usd"]
    return classification.abc_classes(value, boundaries=(p.class_a_share, p.class_b_share))


def value_curve(p):
    """Cumulative share of articles and of value, per cent, the most valuable article first."""
    table = classification.pareto_table(_annual_demand(p) * catalogue(p)["unit_cost_usd"])
    return pd.DataFrame(
        {"value": 100 * table["cumulative_share"].to_numpy()},
        index=pd.Index(100 * table["rank"].to_numpy() / len(table), name="articles_percent"),
    )


def zones(p):
    """Articles, value, picks and stock of each class, and the way to its zone."""
    year, classes = played_year(p), abc_classes(p)
    value = _annual_demand(p) * catalogue(p)["unit_cost_usd"]
    picks = year.movements[year.movements["kind"] == "picked"]["article"].value_counts().reindex(classes.index)
    by_article = pd.DataFrame({"articles": 1, "value": value, "picks": picks.fillna(0), "units": year.on_hand.iloc[-1]})
    sums = by_article.groupby(classes.rename("zone")).sum().reindex(list("ABC"), fill_value=0)
    return pd.DataFrame(
        {
            "articles": sums["articles"].astype(int),
            "articles_percent": 100 * sums["articles"] / sums["articles"].sum(),
            "value_percent": 100 * sums["value"] / sums["value"].sum(),
            "picks_percent": 100 * sums["picks"] / max(1, sums["picks"].sum()),
            "units_on_hand": sums["units"].astype(int),
            "way_m": [p.zone_a_distance, p.zone_b_distance, p.zone_c_distance],
        }
    )


def zone_shares(p):
    """The shares of `zones` alone, per cent."""
    return zones(p)[["articles_percent", "value_percent", "picks_percent"]].rename(
        columns=lambda name: name.removesuffix("_percent")
    )


def walking(p):
    """Mean way to a pick, m: articles in the zone of their class, anywhere, and in zones by the year's own picks.

    The last is known only when the year is over: no layout of as many places has a shorter way.
    """
    table = zones(p)
    year = played_year(p)
    picks = year.movements[year.movements["kind"] == "picked"]["article"].value_counts()
    places = np.repeat(table["way_m"].to_numpy(), table["articles"].to_numpy())
    most_picked = np.sort(picks.reindex(catalogue(p).index, fill_value=0).to_numpy())[::-1]
    return pd.Series(
        {
            "zones by class of value": (table["picks_percent"] * table["way_m"]).sum() / 100,
            "articles anywhere": places.mean(),
            "zones by number of picks": float((most_picked * np.sort(places)).sum() / max(1, most_picked.sum())),
        },
        name="way_m_per_pick",
    ).rename_axis("layout")


def stock_values(p):
    """Cost and value of the year's stock under each valuation method, with the balance that has to close, USD."""
    rows = {}
    for method, name in _METHOD_NAMES.items():
        by_kind = _valued(p, method).by_kind
        came = by_kind["opening"] + by_kind["received"] + by_kind["received_over"] + by_kind["found"]
        sold = by_kind["shipped"] - by_kind["returned"]
        gone = by_kind["scrapped"] + by_kind["written_off"]
        closing = by_kind["closing"]
        rows[name] = {
            "opening_usd": by_kind["opening"],
            "purchases_usd": by_kind["received"] + by_kind["received_over"],
            "found_usd": by_kind["found"],
            "cost_of_goods_sold_usd": sold,
            "scrapped_and_written_off_usd": gone,
            "closing_usd": closing,
            # In whole cents; what is left beyond them is floating-point error of the sums.
            "difference_usd": abs(round(came - sold - gone - closing, 2)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def method_gaps(p):
    """Value of the stock at the start and at each month's end under each method, less that under FIFO, USD."""
    base = _valued(p, "fifo").month_ends
    gaps = {name: _valued(p, method).month_ends - base for method, name in _METHOD_NAMES.items()}
    return pd.DataFrame(gaps, index=pd.Index(DAYS_PER_MONTH * np.arange(13), name="day"))


# Step 4: monitoring and auditing.


def count_results(p):
    """Every count of the year: class, records, shelf, difference, and whether the records were accurate."""
    counts = played_year(p).counts
    difference = counts["counted_units"] - counts["recorded_units"]
    allowed = p.count_tolerance_percent / 100 * counts["recorded_units"]
    return counts.assign(
        abc_class=counts["article"].map(abc_classes(p)),
        difference_units=difference,
        is_accurate=difference.abs() <= allowed,
    )


def counts_by_class(p):
    """Counts of each class, scheduled and called, what they found, and the accuracy of the scheduled ones."""
    results = count_results(p)
    rows = {}
    for name in "ABC":
        of_class = results[results["abc_class"] == name]
        scheduled = of_class[of_class["is_scheduled"]]
        difference = of_class["difference_units"]
        rows[name] = {
            "scheduled_counts": len(scheduled),
            "accurate_percent": 100 * scheduled["is_accurate"].mean() if len(scheduled) else np.nan,
            "called_counts": len(of_class) - len(scheduled),
            "found_units": int(difference.clip(lower=0).sum()),
            "missing_units": int(-difference.clip(upper=0).sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("class")


def accuracy_chart(p):
    """p chart of the months' scheduled counts that found the records wrong, against the target."""
    results = count_results(p)
    scheduled = results[results["is_scheduled"]]
    by_month = (~scheduled["is_accurate"]).groupby(_months(scheduled["day"])).agg(["sum", "size"])
    chart = control_charts.p_chart(by_month["sum"], by_month["size"], standard=1 - p.target_accuracy_percent / 100)
    return chart.samples


def accuracy_chart_percent(p):
    """The columns of `accuracy_chart` that a control chart draws, in per cent of counts."""
    samples = accuracy_chart(p)
    percent = 100 * samples[["proportion", "lower", "centre", "upper"]]
    return percent.assign(out_of_control=samples["out_of_control"])


def unseen_differences(p):
    """Units by which records and shelf parted in the year, by cause, and what of it is still unseen at its end."""
    year = played_year(p)
    units = year.movements.groupby("kind")["units"].sum()
    books = year.ledger.balances
    apart = books["physical"] - books["on_hand"]
    return pd.Series(
        {
            "lost from the shelf, units": int(units.get("lost", 0)),
            "picked in place of another article, units": int(units.get("mispick_taken", 0)),
            "put right by counts, units": int(units.get("found", 0) + units.get("written_off", 0)),
            "still apart at the end, units": int(apart.abs().sum()),
            "apart at the end, articles": int((apart != 0).sum()),
        },
        name="number",
    ).rename_axis("difference")


# Step 5: order fulfilment.


def orders_by_month(p):
    """Units ordered by customers in each month, filled at once, backordered, lost; and units shipped."""
    year = played_year(p)
    units = ["ordered_units", "filled_units", "backordered_units", "lost_units", "not_found_units"]
    months = pd.RangeIndex(1, 13, name="month")
    table = year.orders.groupby(_months(year.orders["day"]))[units].sum().reindex(months, fill_value=0)
    shipped = year.movements[year.movements["kind"] == "shipped"]
    table["shipped_units"] = shipped.groupby(_months(shipped["day"]))["units"].sum().reindex(months, fill_value=0)
    return table.assign(fill_rate_percent=100 * table["filled_units"] / table["ordered_units"])


def order_flow(p):
    """What became of all units that customers ordered in the year: promised, picked, shipped, waiting, lost."""
    year = played_year(p)
    units = year.movements.groupby("kind")["units"].sum()
    units = units.reindex(list(EFFECTS), fill_value=0)
    there = year.ledger.balances.sum()
    return pd.Series(
        {
            "ordered by customers": year.orders["ordered_units"].sum(),
            "promised at once": units["promised"],
            "of these not found on the shelf": units["released"],
            "picked at once": year.orders["filled_units"].sum(),
            "short, and waited for": units["backordered"],
            "short, and lost": units["lost_sale"],
            "of those waited for, promised and picked later": units["backorder_promised"],
            "still waited for at the end": there["backordered"],
            "picked in all": units["picked"],
            "shipped": units["shipped"],
            "packed at the end": there["packed"],
        },
        name="units",
    ).rename_axis("stage")


def short_lines(p):
    """Units short in each month: of customers who waited, and of those who left."""
    table = orders_by_month(p)
    return table[["backordered_units", "lost_units"]].set_axis(["waiting", "lost"], axis="columns")


# Step 6: optimization.


def trends(p):
    """Each article's demand in the two halves of the year, the change, the spread, and its classes."""
    monthly = _monthly(demand(p)).loc[1:]
    sold = monthly.loc[:, monthly.sum() > 0]
    first, second = sold.loc[:6].sum(), sold.loc[7:].sum()
    xyz = classification.xyz_classes(sold.T)
    return pd.DataFrame(
        {
            "first_half_units": first.astype(int),
            "second_half_units": second.astype(int),
            "change_units": (second - first).astype(int),
            "coefficient_of_variation": classification.coefficient_of_variation(sold.T),
            "class": classification.abc_xyz_classes(abc_classes(p)[sold.columns], xyz),
        }
    ).sort_values("change_units", kind="stable")


def abc_xyz(p):
    """Number of articles by value (A to C) and steadiness of monthly demand (X to Z)."""
    classes = trends(p)["class"]
    return classification.abc_xyz_matrix(classes.str[0], classes.str[1]).rename_axis("class")


def age_of_stock(p):
    """Units and value on hand at the end of the year by age, from FIFO layers."""
    return valuation.age_of_stock(_valued(p, "fifo").layers, DAYS, AGE_BOUNDARIES)


def dead_stock(p):
    """Articles with stock that have not been shipped for long: units, value, and what clearing them would bring."""
    year = played_year(p)
    shipped = year.movements[year.movements["kind"] == "shipped"].groupby("article")["day"].max()
    layers = _valued(p, p.valuation_method).layers.groupby("article")[["units", "value"]].sum()
    idle = DAYS - shipped.reindex(year.on_hand.columns).fillna(0)
    table = layers.assign(days_without_shipment=idle.reindex(layers.index).astype(int))
    table = table[table["days_without_shipment"] >= p.dead_after_days].rename(columns={"value": "value_usd"})
    holding = table["value_usd"] * p.holding_rate_percent / 100
    return table.astype({"units": int}).assign(
        holding_cost_usd_per_year=holding, clearance_usd=table["value_usd"] * p.clearance_percent / 100
    )


def lots_against_just_in_time(p):
    """Orders, stock and cost of a year by formula: planned lots, small lots at the same and at a lower ordering cost.

    The safety stock is the same in all three and left out.
    """
    rows = {}
    for name, quantities, cost in _lot_variants(p):
        sold = _annual_demand(p) > 0
        each = lot_sizing.lot_size_cost(quantities[sold], _annual_demand(p)[sold], cost, _holding_costs(p)[sold])
        rows[name] = {
            "orders_per_year": float(each.orders_per_period.sum()),
            "mean_lot_stock_units": float(quantities[sold].sum() / 2),
            "ordering_cost_usd": float(each.ordering_cost.sum()),
            "holding_cost_usd": float(each.holding_cost.sum()),
            "total_cost_usd": float(each.total_cost.sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("policy")


def lot_cost_bars(p):
    """The costs of `lots_against_just_in_time`, USD/year."""
    return lots_against_just_in_time(p).filter(like="cost").rename(columns=lambda name: name.removesuffix("_usd"))


def break_even_ordering_cost(p):
    """Ordering cost at which the small lot is an article's economic order quantity, USD/order: least, median, most."""
    annual = _annual_demand(p)
    sold = annual > 0
    small = _just_in_time_lots(p)
    implied = lot_sizing.implied_fixed_cost(small[sold], annual[sold], _holding_costs(p)[sold])
    return pd.Series(
        {"least": implied.min(), "median": implied.median(), "most": implied.max()}, name="usd_per_order"
    ).rename_axis("article")


def lots_played(p):
    """The same year's demand under planned and under small lots: orders, stock as planned, stock and service as
    they came out.
    """
    rows = {}
    for policy, lots_of in _POLICIES.items():
        year = played_year(p, policy)
        rows[policy] = {
            "purchase_orders": int((year.movements["kind"] == "ordered").sum()),
            "target_stock_units": float(safety_stocks(p).sum() + lots_of(p).sum() / 2),
            "mean_stock_units": float(year.on_hand.sum(axis=1).mean()),
            "fill_rate_percent": _fill_rate(year),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("policy")


def lot_traces(p):
    """Stock of all articles on each evening under planned and under small lots, units."""
    return pd.DataFrame({policy: played_year(p, policy).on_hand.sum(axis=1) for policy in _POLICIES})


# Step 7: reporting.


def indicators(p):
    """The year's key indicators with unit, step, target, and whether the target is met."""
    values, wanted = _indicator_values(p), targets(p)["target"]
    met = {
        name: bool(sense * values[name] >= sense * getattr(p, parameter_name))
        for name, (parameter_name, sense) in _TARGETS.items()
    }
    rows = [
        (text, step, values[name], unit, wanted.get(text, ""), met.get(name, ""))
        for name, (step, text, unit) in _INDICATORS.items()
    ]
    return pd.DataFrame(rows, columns=["indicator", "step", "value", "unit", "target", "met"]).set_index("indicator")


def studies_by_step():
    """Which study speaks to which step: worked (method and result on its own data), stated (a number), or named."""
    wide = _studies().pivot_table(index="step", columns="case", values="treatment", aggfunc="first").fillna("")
    wide.insert(0, "name", step_names())
    return wide.rename_axis(columns=None)


def evidence_by_step():
    """Where each study speaks to each step: section and content."""
    table = _studies()
    table.insert(1, "name", table["step"].map(dict(enumerate(step_names(), start=1))))
    return table.assign(case=table["case"].str.replace("_", " ")).rename(columns={"case": "study"}).set_index("step")


def _studies():
    return datasets.redrawn_table(CASE, "studies_by_step").astype({"step": int})


def solve(p):
    """The year's named results as a flat dict."""
    year, values = played_year(p), _indicator_values(p)
    of_methods, quality, ways = stock_values(p).set_axis(list(_METHOD_NAMES)), delivery_quality(p), walking(p)
    lots_compared, dead, months = lots_against_just_in_time(p), dead_stock(p), orders_by_month(p)
    unseen = unseen_differences(p)
    results = {
        "demand_units_per_year": months["ordered_units"].sum(),
        "lost_sales_units": months["lost_units"].sum(),
        "backordered_units": months["backordered_units"].sum(),
        "shipped_units": months["shipped_units"].sum(),
        "not_found_by_pickers_units": months["not_found_units"].sum(),
        "safety_stock_total_units": safety_stocks(p).sum(),
        "lots_total_units": lots(p).sum(),
        "purchase_orders_count": (year.movements["kind"] == "ordered").sum(),
        "perfect_deliveries_percent": quality["exactly as ordered and without defect, per cent of orders"],
        "rejected_percent_of_units": quality["rejected, per cent of delivered units"],
        "delivered_short_percent_of_units": quality["short, per cent of units ordered and no longer awaited"],
        "delivered_over_percent_of_units": quality["too many, per cent of units ordered and no longer awaited"],
        "walked_m_per_year": ways["zones by class of value"] * (year.movements["kind"] == "picked").sum(),
        "scheduled_counts_total": counts_by_class(p)["scheduled_counts"].sum(),
        "lost_from_shelf_units": unseen["lost from the shelf, units"],
        "mispicked_units": unseen["picked in place of another article, units"],
        "records_and_shelf_apart_units": unseen["still apart at the end, units"],
        "stock_end_of_year_units": year.on_hand.iloc[-1].sum(),
        **{f"cost_of_goods_sold_{method}_usd": cost for method, cost in of_methods["cost_of_goods_sold_usd"].items()},
        **{f"closing_stock_{method}_usd": value for method, value in of_methods["closing_usd"].items()},
        "dead_stock_usd": dead["value_usd"].sum(),
        "clearance_proceeds_usd": dead["clearance_usd"].sum(),
        "lots_total_cost_usd": lots_compared.at["planned lots", "total_cost_usd"],
        "just_in_time_total_cost_usd": lots_compared.at["just in time", "total_cost_usd"],
        "just_in_time_easy_ordering_total_cost_usd": lots_compared.at["just in time, easy ordering", "total_cost_usd"],
        **values,
        "targets_met_count": sum(met is True for met in indicators(p)["met"]),
    }
    return {name: float(value) for name, value in results.items()}


# Name in solve(): step, text, unit.
_INDICATORS = {
    "forecast_wape_percent": (1, "error of the monthly forecast, all articles together", "percent"),
    "supplier_fill_percent": (2, "units received good, of those ordered and no longer awaited", "percent"),
    "stock_accuracy_percent": (4, "scheduled counts that found the records accurate", "percent"),
    "shrinkage_percent_of_cogs": (4, "written off after counts, less found, of cost of goods sold", "percent"),
    "fill_rate_percent": (5, "units filled at once, of those ordered by customers", "percent"),
    "lost_sales_percent": (5, "units lost, of those ordered by customers", "percent"),
    "gross_margin_percent": (5, "gross margin, of net sales", "percent"),
    "turnover_per_year": (6, "turnover", "per year"),
    "coverage_days": (6, "coverage", "days"),
    "dead_stock_percent_of_value": (6, "dead stock, of stock value", "percent"),
    "carrying_cost_usd_per_year": (7, "carrying cost", "USD per year"),
    "carrying_cost_percent_of_cogs": (7, "carrying cost, of cost of goods sold", "percent"),
}

# Name in solve(): parameter, and whether the target is a least (1) or a most (-1).
_TARGETS = {
    "stock_accuracy_percent": ("target_accuracy_percent", 1),
    "fill_rate_percent": ("target_fill_rate_percent", 1),
    "turnover_per_year": ("target_turnover", 1),
    "dead_stock_percent_of_value": ("target_dead_stock_percent", -1),
    "carrying_cost_percent_of_cogs": ("target_carrying_cost_percent", -1),
}


class _Valued(NamedTuple):
    """The year's stock under one method: USD by kind of movement and closing, value at month ends, layers left."""

    by_kind: dict
    month_ends: np.ndarray
    layers: pd.DataFrame


class _Shop:
    """The shop while its year is played: day by day, from the morning's shipments to the evening's orders."""

    def __init__(self, p, lots):
        self.p, self.lots = p, lots.to_dict()
        self.articles = catalogue(p)
        self.names = list(self.articles.index)
        self.classes = abc_classes(p).to_dict()
        self.points = {article: points.tolist() for article, points in reorder_points(p).items()}
        self.lead_times = (_lead_times(p) - p.put_away_days).to_dict()
        self.supply, self.floor = _stream(p, "supply"), _stream(p, "floor")
        self.ledger = StockLedger(self.names)
        self.packed, self.waiting, self.not_found = [], defaultdict(list), set()
        self.deliveries, self.put_aways, self.returns = defaultdict(list), defaultdict(list), defaultdict(list)
        self.orders, self.counts, self.purchase_costs = [], [], {}
        self.on_hand, self.position = [], []

    def play(self):
        """All days of the year; returns a `Year`."""
        for article, rate in (_annual_demand(self.p) / DAYS).items():
            units = round(rate * self.p.opening_days)
            if units:
                self.ledger.record(0, "opening", article, units)
        year_demand = demand(self.p).loc[1:]
        for day, wanted in zip(year_demand.index.tolist(), year_demand.to_numpy().tolist(), strict=True):
            self.ship(day)
            self.receive(day)
            self.put_away(day)
            self.take_back(day)
            self.serve_waiting(day)
            for article, units in zip(self.names, wanted, strict=True):
                if units:
                    self.sell(day, article, units)
            self.lose(day)
            self.count(day)
            self.reorder(day)
            self.on_hand.append([self.ledger.balance(article, "on_hand") for article in self.names])
            self.position.append([self.ledger.position(article) for article in self.names])
        table = {"index": year_demand.index, "columns": year_demand.columns}
        return Year(
            self.ledger,
            self.ledger.movements,
            pd.DataFrame(self.orders, columns=Order._fields),
            pd.DataFrame(self.counts, columns=Count._fields),
            pd.DataFrame(self.on_hand, **table),
            pd.DataFrame(self.position, **table),
            self.purchase_costs,
            pd.Series(self.lots),
        )

    def ship(self, day):
        """What was packed the day before leaves; some of it will come back."""
        for article, units, order in self.packed:
            self.ledger.record(day, "shipped", article, units, order)
            returned = int(self.floor.binomial(units, self.p.return_rate))
            if returned:
                self.returns[day + _RETURN_DAYS].append((article, returned, order))
        self.packed = []

    def receive(self, day):
        """Deliveries are compared with their orders and inspected."""
        p = self.p
        for article, ordered, purchase in self.deliveries.pop(day, []):
            chance, off = self.supply.random(), int(np.ceil(p.discrepancy_share * ordered))
            short = min(off, ordered) if chance < p.short_delivery_rate else 0
            over = off if p.short_delivery_rate <= chance < p.short_delivery_rate + p.over_delivery_rate else 0
            rejected = int(self.supply.binomial(ordered - short, p.defect_rate))
            over -= int(self.supply.binomial(over, p.defect_rate))
            good = ordered - short - rejected
            kinds = {"received": good, "received_over": over, "rejected": rejected, "delivered_short": short}
            for kind, units in kinds.items():
                if units:
                    self.ledger.record(day, kind, article, units, purchase)
            if good + over:
                self.put_aways[day + p.put_away_days].append((article, good + over, purchase))

    def put_away(self, day):
        """Accepted goods come to the shelf."""
        for article, units, purchase in self.put_aways.pop(day, []):
            self.ledger.record(day, "put_away", article, units, purchase)

    def take_back(self, day):
        """Returned units go back to the shelf, or are scrapped."""
        for article, units, order in self.returns.pop(day, []):
            self.ledger.record(day, "returned", article, units, order)
            unsaleable = int(self.floor.binomial(units, self.p.unsaleable_share))
            if unsaleable:
                self.ledger.record(day, "scrapped", article, unsaleable, order)

    def serve_waiting(self, day):
        """Waiting customers come before new ones, in the order in which they came."""
        ledger = self.ledger
        for article in [article for article, queue in self.waiting.items() if queue]:
            still_waiting = []
            for units, order in self.waiting[article]:
                served = min(units, ledger.available(article), ledger.balance(article, "physical"))
                if served:
                    ledger.record(day, "backorder_promised", article, served, order)
                    self.pick(day, article, served, order)
                if served < units:
                    still_waiting.append((units - served, order))
            self.waiting[article] = still_waiting

    def sell(self, day, article, units):
        """A customer's order: promised by the records, picked from the shelf; what is short waits or is lost."""
        ledger, order = self.ledger, f"C{day}-{article}"
        promised = min(units, ledger.available(article))
        found = min(promised, ledger.balance(article, "physical"))
        if promised:
            ledger.record(day, "promised", article, promised, order)
        if found:
            self.pick(day, article, found, order)
        if promised > found:
            ledger.record(day, "released", article, promised - found, order)
        short = units - found
        waits = bool(short) and self.floor.random() < self.p.backorder_share
        if short:
            ledger.record(day, "backordered" if waits else "lost_sale", article, short, order)
        if waits:
            self.waiting[article].append((short, order))
        backordered = short if waits else 0
        self.orders.append(Order(day, article, units, found, backordered, short - backordered, promised - found))
        if promised > found:
            self.not_found.add(article)

    def pick(self, day, article, units, order):
        """Picked and packed; now and then another article is taken from the shelf."""
        self.ledger.record(day, "picked", article, units, order)
        self.packed.append((article, units, order))
        mixed_up = int(self.floor.binomial(units, self.p.mispick_rate))
        if mixed_up:
            taken = self.names[int(self.floor.integers(len(self.names)))]
            if taken != article and self.ledger.balance(taken, "physical") >= mixed_up:
                self.ledger.mispick(day, article, taken, mixed_up, order)

    def lose(self, day):
        """Shrinkage: each unit on the shelf with the same small chance."""
        physical = [self.ledger.balance(article, "physical") for article in self.names]
        lost = self.floor.binomial(physical, self.p.shrinkage_percent / 100 / DAYS)
        for place in np.flatnonzero(lost).tolist():
            self.ledger.record(day, "lost", self.names[place], int(lost[place]))

    def count(self, day):
        """Counts by class, spread over the year, and of what a picker did not find today."""
        p = self.p
        per_year = {"A": p.counts_per_year_a, "B": p.counts_per_year_b, "C": p.counts_per_year_c}
        for place, article in enumerate(self.names):
            times = per_year[self.classes[article]]
            # Evenly over the year, as many times as asked; staggered, so that each article has its own days.
            is_scheduled = (day + 7 * place) * times % DAYS < times
            if is_scheduled or article in self.not_found:
                recorded = self.ledger.balance(article, "on_hand")
                difference = self.ledger.count(day, article)
                self.counts.append(Count(day, article, recorded, recorded + difference, is_scheduled))
        self.not_found.clear()

    def reorder(self, day):
        """As many lots as lift the position above the reorder point of the month."""
        month = (day - 1) // DAYS_PER_MONTH
        for article in self.names:
            gap = self.points[article][month] - self.ledger.position(article)
            if gap < 0:
                continue
            units = (gap // self.lots[article] + 1) * self.lots[article]
            purchase = f"P{len(self.purchase_costs) + 1}"
            self.ledger.record(day, "ordered", article, units, purchase)
            self.purchase_costs[purchase] = float(_prices(self.p, self.articles.at[article, "unit_cost_usd"], day))
            lead_time = self.supply.normal(self.lead_times[article], self.p.lead_time_deviation_days)
            self.deliveries[day + max(1, round(lead_time))].append((article, units, purchase))


@lru_cache(maxsize=8)
def _played(p, policy):
    return _Shop(p, _POLICIES[policy](p)).play()


@lru_cache(maxsize=8)
def _valued(p, method):
    year, articles = played_year(p), catalogue(p)
    lines = year.movements[year.movements["kind"].isin(list(OWNED))]
    costs = lines["document"].map(year.purchase_costs)
    of_the_day = _prices(p, lines["article"].map(articles["unit_cost_usd"]), lines["day"])
    lines = lines.assign(unit_cost=costs.fillna(of_the_day), signed=lines["units"] * lines["kind"].map(OWNED))
    on_days = lines.set_index("day")
    valued = valuation.value_stock(
        on_days["signed"], on_days["unit_cost"], method, articles=on_days["article"], returns_of=_shipments(lines)
    )
    received, issued = valued.lines["units"] * valued.lines["unit_cost"], valued.lines["cost_issued"]
    amounts = received.where(valued.lines["units"] > 0, issued)
    by_kind = dict.fromkeys(OWNED, 0.0) | amounts.groupby(on_days["kind"].to_numpy()).sum().to_dict()
    value = amounts.mul(np.sign(on_days["signed"])).groupby(level="day").sum().cumsum()
    month_ends = value.reindex(range(DAYS + 1), method="ffill").fillna(0.0).loc[::DAYS_PER_MONTH].to_numpy()
    return _Valued(by_kind | {"closing": valued.stock_value}, month_ends, valued.layers)


def _shipments(lines):
    """Of each line that is a return, the place of the shipment from which it came; None for the others."""
    places, shipments = [], {}
    for place, (day, kind, document) in enumerate(zip(lines["day"], lines["kind"], lines["document"], strict=True)):
        if kind == "shipped":
            shipments[day, document] = place
        places.append(shipments[day - _RETURN_DAYS, document] if kind == "returned" else None)
    return places


def _stream(p, name):
    """A random stream of its own, so that what is drawn for one purpose does not move another."""
    return np.random.default_rng([p.seed, ["catalogue", "demand", "supply", "floor"].index(name)])


def _prices(p, unit_cost, day):
    """Suppliers' prices of a day, in whole cents."""
    return np.round(unit_cost * (1 + p.cost_inflation_percent / 100) ** (day / DAYS), 2)


def _months(days):
    return ((days - 1) // DAYS_PER_MONTH + 1).rename("month")


def _monthly(daily):
    """Sums over months of 30 days: -11 to 0 the year before, 1 to 12 the year."""
    return daily.groupby(_months(daily.index.to_series())).sum()


def _annual_demand(p):
    return demand(p).loc[:0].sum().astype(float)


def _holding_costs(p):
    """USD per unit and year."""
    return catalogue(p)["unit_cost_usd"] * p.holding_rate_percent / 100


def _lead_times(p):
    """Mean days from an order to the shelf, by article: the first supplier is the fastest."""
    factors = np.linspace(0.7, 1.3, p.suppliers) if p.suppliers > 1 else np.array([1.0])
    number = catalogue(p)["supplier"].str[1:].astype(int) - 1
    return pd.Series(p.lead_time_days * factors[number] + p.put_away_days, index=number.index)


def _known_article(p, article):
    """The article, or the most valuable one for None."""
    if article is None:
        return plan(p).index[0]
    names = catalogue(p).index
    if article not in names:
        raise ValueError(f"article is {article!r}: give one of {', '.join(names)}")
    return article


def _whole_lots(quantities):
    return quantities.round().clip(lower=1).astype(int).rename("lot_units")


def _just_in_time_lots(p):
    return _whole_lots(_annual_demand(p) / DAYS * p.just_in_time_days)


def _lot_variants(p):
    """Name, lots and ordering cost of the policies that are compared."""
    small = _just_in_time_lots(p)
    return [
        ("planned lots", lots(p), p.ordering_cost),
        ("just in time", small, p.ordering_cost),
        ("just in time, easy ordering", small, p.just_in_time_ordering_cost),
    ]


def _perfect_orders(p):
    """Whether each delivered purchase order came exactly as ordered and without a defect."""
    movements = played_year(p).movements
    arrived = movements[movements["kind"].isin(_PURCHASES[1:])]
    return (arrived["kind"] == "received").groupby(arrived["document"]).all()


def _percent(part, whole):
    return 100 * float(part) / float(whole) if whole else 0.0


def _fill_rate(year):
    return _percent(year.orders["filled_units"].sum(), year.orders["ordered_units"].sum())


@lru_cache(maxsize=8)
def _indicator_values(p):
    year, valued = played_year(p), _valued(p, p.valuation_method)
    sold = valued.by_kind["shipped"] - valued.by_kind["returned"]
    mean_value = float(valued.month_ends.mean())
    carrying_cost = mean_value * p.holding_rate_percent / 100
    movements = year.movements
    revenue = movements["units"] * movements["article"].map(catalogue(p)["sales_price_usd"])
    by_kind = revenue.groupby(movements["kind"]).sum()
    net_sales = by_kind.get("shipped", 0.0) - by_kind.get("returned", 0.0)
    bought = deliveries(p).sum()
    results = count_results(p)
    ordered = year.orders["ordered_units"].sum()
    return {
        "forecast_wape_percent": float(forecast_ranking(p).at["level times season", "wape_percent"]),
        "supplier_fill_percent": _percent(
            bought["received_units"], bought["ordered_units"] - bought["still_on_order_units"]
        ),
        "stock_accuracy_percent": 100 * float(results[results["is_scheduled"]]["is_accurate"].mean()),
        "shrinkage_percent_of_cogs": _percent(valued.by_kind["written_off"] - valued.by_kind["found"], sold),
        "fill_rate_percent": _fill_rate(year),
        "lost_sales_percent": _percent(year.orders["lost_units"].sum(), ordered),
        "gross_margin_percent": _percent(net_sales - sold, net_sales),
        "turnover_per_year": kpi.inventory_turnover(sold, mean_value),
        "coverage_days": kpi.coverage_days(mean_value, sold, days_per_year=DAYS),
        "dead_stock_percent_of_value": _percent(dead_stock(p)["value_usd"].sum(), valued.by_kind["closing"]),
        "carrying_cost_usd_per_year": carrying_cost,
        "carrying_cost_percent_of_cogs": _percent(carrying_cost, sold),
    }


_POLICIES = {"planned lots": lots, "just in time": _just_in_time_lots}

RECOMPUTE = {}
