"""Company Z: what its printed results say of each other, and a calibrated illustration of what could produce them."""

import functools
import itertools
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd
from pydantic import model_validator
from scipy.optimize import brentq

from casestudy import datasets
from casestudy.methods import (
    ahp,
    bullwhip,
    classification,
    forecast_errors,
    forecasting,
    kpi,
    learning,
    safety_stock,
    simulation,
    tradeoff,
)
from casestudy.parameters import CaseParameters, parameter

TITLE = "Company Z"
CITATION = (
    "Cheng, P. (n.d.). Study on Balanced Inventory and Supply Management of Small Quantities of Materials. Wuhan "
    "Technical College of Communications. The text prints no year; its latest reference is of February 2025."
)
SUMMARY = "A maker of custom electronics balances stock against service; its results are printed, its data are not"

CRITERIA = ("criticality", "value", "volatility", "purchasing_cycle", "holding_cost", "stability")
# What section 5.1 says was completed, in our words, by the claim that prints its month.
MILESTONES = {
    "s51_month_data_model": "data collected, models trained, demand forecasts at work",
    "s51_month_strategy": "differentiated strategies, dynamic safety stock",
    "s51_month_vmi_cpfr": "VMI and CPFR with suppliers",
    "s51_month_erp": "ERP upgraded, platform for analysis",
}
STAGES = ("as is", "learned forecasts", "faster suppliers", "smaller lots")
SAFETY_FACTORS = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5)
PLANS = 3  # product families, each with its production plan
WEEKS_PER_YEAR = 52
WEEKS_PER_MONTH = WEEKS_PER_YEAR / 12


def _judgement(default, first, second):
    return parameter(default, "1", f"{first} : {second}; illustrative", ge=0.11, le=9)


class Parameters(CaseParameters):
    """Inputs of the study; money in Chinese yuan (CNY) unless a name says otherwise."""

    cost_before: float = parameter(
        18, "percent", "inventory cost before; of total costs or of procurement", claim="s52_cost_before", gt=0, lt=100
    )
    cost_after: float = parameter(12, "percent", "inventory cost after", claim="s52_cost_after", gt=0, lt=100)
    service_before: float = parameter(
        85, "percent", "order fulfilment before", claim="s52_service_before", gt=0, lt=100
    )
    service_after: float = parameter(92, "percent", "order fulfilment after", claim="s52_service_after", gt=0, lt=100)
    turnover_before: float = parameter(
        3.5, "turns/year", "inventory turnover before", claim="s52_turnover_before", gt=0
    )
    turnover_after: float = parameter(4.5, "turns/year", "inventory turnover after", claim="s52_turnover_after", gt=0)
    efficiency_before: float = parameter(
        80, "percent", "production efficiency before", claim="s53_efficiency_before", gt=0, le=100
    )
    efficiency_after: float = parameter(
        90, "percent", "production efficiency after", claim="s53_efficiency_after", gt=0, le=100
    )
    cycle_before: float = parameter(15, "days", "order delivery cycle before", claim="s53_cycle_before", gt=0)
    cycle_after: float = parameter(10, "days", "order delivery cycle after", claim="s53_cycle_after", gt=0)
    matching_before: float = parameter(
        70, "percent", "production plan matching before", claim="s53_matching_before", gt=0, le=100
    )
    matching_after: float = parameter(
        90, "percent", "production plan matching after", claim="s53_matching_after", gt=0, le=100
    )
    procurement: float = parameter(500, "million CNY/year", "annual procurement", claim="s61_procurement", gt=0)
    shell_turnover_before: float = parameter(
        3, "turns/year", "turnover of metal shell B before", claim="s44_b_turnover_before", gt=0
    )
    shell_turnover_after: float = parameter(
        4.2, "turns/year", "turnover of metal shell B after", claim="s44_b_turnover_after", gt=0
    )
    shell_cost_fall: float = parameter(
        15, "percent", "fall of the holding cost of metal shell B", claim="s44_b_holding_cost_decrease", ge=0, lt=100
    )
    on_time_before: float = parameter(
        85,
        "percent",
        "deliveries on time from core suppliers before",
        claim="s61_supplier_on_time_before",
        gt=0,
        le=100,
    )
    on_time_after: float = parameter(
        95, "percent", "deliveries on time from core suppliers after", claim="s61_supplier_on_time_after", gt=0, le=100
    )
    response_time_fall: float = parameter(
        40, "percent", "fall of the supply chain's response time", claim="s61_response_time_reduction", ge=0, lt=100
    )
    service_target: float = parameter(
        92, "percent", "order fulfilment to reach with least stock", claim="s61_fulfilment_range_high", gt=50, lt=100
    )
    criticality_over_value: float = _judgement(2, "criticality", "value")
    criticality_over_volatility: float = _judgement(3, "criticality", "volatility")
    criticality_over_purchasing_cycle: float = _judgement(2, "criticality", "purchasing cycle")
    criticality_over_holding_cost: float = _judgement(3, "criticality", "holding cost")
    criticality_over_stability: float = _judgement(7, "criticality", "stability")
    value_over_volatility: float = _judgement(2, "value", "volatility")
    value_over_purchasing_cycle: float = _judgement(2, "value", "purchasing cycle")
    value_over_holding_cost: float = _judgement(3, "value", "holding cost")
    value_over_stability: float = _judgement(5, "value", "stability")
    volatility_over_purchasing_cycle: float = _judgement(1, "volatility", "purchasing cycle")
    volatility_over_holding_cost: float = _judgement(2, "volatility", "holding cost")
    volatility_over_stability: float = _judgement(4, "volatility", "stability")
    purchasing_cycle_over_holding_cost: float = _judgement(2, "purchasing cycle", "holding cost")
    purchasing_cycle_over_stability: float = _judgement(4, "purchasing cycle", "stability")
    holding_cost_over_stability: float = _judgement(3, "holding cost", "stability")
    materials_per_kind: int = parameter(8, "materials", "illustrative materials of each kind A to F", ge=3, le=20)
    months: int = parameter(60, "months", "length of the illustrative demand", ge=54, le=120)
    training_months: int = parameter(24, "months", "months before the first learned forecast", ge=12, le=60)
    evaluation_months: int = parameter(24, "months", "last months, in which errors are measured", ge=6, le=60)
    orders_per_month: float = parameter(
        60.0, "orders/month", "orders a material; calibrated on the error before", ge=10, le=1000
    )
    sparse_materials_per_kind: int = parameter(
        2, "materials", "of each kind, in sparse demand; illustrative", ge=1, le=19
    )
    sparse_orders_per_month: float = parameter(0.8, "orders/month", "orders in sparse demand; illustrative", gt=0, le=5)
    driver_strength: float = parameter(
        20.0, "percent", "variation by drivers; calibrated on the error before", ge=0, le=60
    )
    moving_average_months: int = parameter(3, "months", "window of the moving average; not printed", ge=1, le=12)
    smoothing_constant: float = parameter(0.3, "1", "smoothing constant [alpha]; not printed", gt=0, le=1)
    learner: Literal["ridge", "random_forest", "gradient_boosting"] = parameter(
        "ridge", "name", "what learns the forecasts; not printed"
    )
    cycle_service_level: float = parameter(
        95.0, "percent", "service level behind the safety stocks; illustrative", gt=50, lt=100
    )
    safety_stock_months: int = parameter(12, "months", "errors that a dynamic safety stock looks at", ge=6, le=24)
    lot_weeks: float = parameter(
        30.0, "weeks", "weeks of demand in a lot; calibrated on the state before", ge=1, le=104
    )
    delay_weeks: int = parameter(3, "weeks", "delay of a delivery that is late; illustrative", ge=0, le=26)
    holding_rate: float = parameter(25.0, "percent/year", "holding cost of a yuan of stock; illustrative", gt=0, le=200)
    value_of_service_point: float = parameter(
        1.0, "million CNY/year", "worth of a point of service; illustrative", gt=0, le=100
    )
    replications: int = parameter(40, "replications", "simulated histories of each policy", ge=5, le=200)
    simulated_years: int = parameter(3, "years", "length of each, after a year of warm-up", ge=1, le=10)
    bullwhip_window: int = parameter(8, "weeks", "demands in the moving average of the supply chain", ge=2, le=52)
    bullwhip_lead_time: int = parameter(4, "weeks", "lead time of each stage of the supply chain", ge=1, le=26)
    bullwhip_weeks: int = parameter(4000, "weeks", "length of the supply chain's demand", ge=500, le=100_000)
    seed: int = parameter(1, "1", "seed of everything illustrative", ge=0)

    @model_validator(mode="after")
    def _some_are_regular(self):
        if self.sparse_materials_per_kind >= self.materials_per_kind - 1:
            raise ValueError(
                f"sparse_materials_per_kind = {self.sparse_materials_per_kind} leaves fewer than two of "
                f"{self.materials_per_kind} materials of a kind in regular demand: lower it or raise materials_per_kind"
            )
        return self

    @model_validator(mode="after")
    def _errors_suffice_for_the_interval(self):
        beyond = 1 - self.cycle_service_level / 100
        if (1 - 2 * beyond) / (2 * beyond) > self.safety_stock_months + 1e-9:
            raise ValueError(
                f"cycle_service_level = {self.cycle_service_level:g} asks more of a prediction interval than "
                f"safety_stock_months = {self.safety_stock_months} errors tell: lower the level or look at more months"
            )
        return self

    @model_validator(mode="after")
    def _months_suffice(self):
        needed = self.training_months + self.safety_stock_months + self.evaluation_months
        if needed > self.months:
            raise ValueError(
                f"training_months + safety_stock_months + evaluation_months = {needed} exceeds months = {self.months}: "
                "lengthen months or shorten one of the three"
            )
        return self


# --- What the printed numbers say of each other ------------------------------------------------------------


def bottom_line(p):
    """What the paper prints beside what its own numbers give, for the results that the conclusions hang on."""
    printed, change = datasets.claims("company_z")["printed"], indicators(p)
    rows = [
        (
            "fall of the inventory cost, percentage points",
            printed["s52_cost_saving"],
            -change.at["inventory cost", "change"],
        ),
        ("fall of the inventory cost, per cent of it", "", -change.at["inventory cost", "change_in_percent"]),
        (
            "rise of order fulfilment, percentage points",
            printed["s61_fulfilment_increase"],
            change.at["order fulfilment", "change"],
        ),
        ("rise of turnover, turns a year", printed["s61_turnover_increase"], change.at["inventory turnover", "change"]),
        (
            "shorter delivery cycle, per cent",
            printed["s61_cycle_reduction"],
            -change.at["order delivery cycle", "change_in_percent"],
        ),
        (
            "saving, million CNY a year",
            printed["s61_annual_saving"],
            saving_readings(p).at["shares of procurement", "saving_million_cny_per_year"],
        ),
    ]
    return pd.DataFrame(rows, columns=["quantity", "printed", "recomputed"]).set_index("quantity")


def indicators(p):
    """The six indicators before and after, with their change in their own unit and in per cent (sections 5.2, 5.3)."""
    table = pd.DataFrame(
        [
            ("inventory cost", "percent", p.cost_before, p.cost_after, "percentage points"),
            ("order fulfilment", "percent", p.service_before, p.service_after, "percentage points"),
            ("inventory turnover", "turns/year", p.turnover_before, p.turnover_after, "turns/year"),
            ("production efficiency", "percent", p.efficiency_before, p.efficiency_after, "percentage points"),
            ("order delivery cycle", "days", p.cycle_before, p.cycle_after, "days"),
            ("production plan matching", "percent", p.matching_before, p.matching_after, "percentage points"),
        ],
        columns=["indicator", "unit", "before", "after", "unit_of_change"],
    ).set_index("indicator")
    table.insert(3, "change", kpi.percentage_point_change(table["before"], table["after"]))
    return table.assign(change_in_percent=kpi.percentage_change(table["before"], table["after"]))


def against_industry(p):
    """Company Z before and after in per cent of the printed averages of its industry (sections 3.1, 3.4 and 5.2)."""
    printed = _printed_values()
    rows = {
        "inventory cost": (p.cost_before, p.cost_after, printed["s31_holding_cost_share_industry"]),
        "inventory turnover": (p.turnover_before, p.turnover_after, printed["s31_turnover_industry"]),
        "on time, or fulfilled": (p.service_before, p.service_after, printed["s34_on_time_rate_industry"]),
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["before", "after", "industry"]).rename_axis(
        "indicator"
    )
    return 100 * table[["before", "after"]].div(table["industry"], axis=0)


def _printed_values():
    return datasets.claims("company_z")["printed"].map(lambda text: datasets.printed_number(text).value)


class PrintedOptimum(NamedTuple):
    """Turnover, turns a year, and fulfilment, per cent."""

    component: tuple
    turnover_range: tuple
    fulfilment_range: tuple


def printed_optimum():
    """The balance that the paper prints: of component A (section 4.3), and as ranges (section 6.1)."""
    printed = _printed_values()
    return PrintedOptimum(
        component=(printed["s43_a_turnover_equilibrium"], printed["s43_a_fulfilment_equilibrium"]),
        turnover_range=(printed["s61_turnover_range_low"], printed["s61_turnover_range_high"]),
        fulfilment_range=(printed["s61_fulfilment_range_low"], printed["s61_fulfilment_range_high"]),
    )


def saving_readings(p):
    """The yearly saving under each reading of what the inventory cost is a share of, million CNY a year."""
    before, after = p.cost_before / 100, p.cost_after / 100
    table = pd.DataFrame(
        [
            ("shares of procurement", before * p.procurement, after * p.procurement),
            (
                "shares of procurement plus holding",
                before / (1 - before) * p.procurement,
                after / (1 - after) * p.procurement,
            ),
            (
                "turnover alone, holding rate unchanged",
                before * p.procurement,
                before * p.procurement * p.turnover_before / p.turnover_after,
            ),
        ],
        columns=["reading", "before_million_cny_per_year", "after_million_cny_per_year"],
    ).set_index("reading")
    return table.assign(
        saving_million_cny_per_year=table["before_million_cny_per_year"] - table["after_million_cny_per_year"]
    )


def implied_holding_rates(p):
    """The stock that procurement and turnover imply, and the holding cost of a yuan of it, before and after."""
    stock = p.procurement / pd.Series({"before": p.turnover_before, "after": p.turnover_after})
    cost = p.procurement * pd.Series({"before": p.cost_before, "after": p.cost_after}) / 100
    table = pd.DataFrame(
        {
            "stock, million CNY": stock,
            "holding cost, million CNY a year": cost,
            "holding rate, per cent a year": 100 * kpi.holding_rate(cost, stock),
        }
    ).T.rename_axis("quantity")
    return table.assign(change_in_percent=kpi.percentage_change(table["before"], table["after"]))


def stock_against_cost(p):
    """What turnover says of the stock beside what is printed of its cost: the firm and metal shell B.

    At unchanged sales the stock is inversely proportional to turnover; the cost of a unit of stock takes the rest.
    """
    turnover = pd.DataFrame(
        {
            "before": {"Company Z": p.turnover_before, "metal shell B": p.shell_turnover_before},
            "after": {"Company Z": p.turnover_after, "metal shell B": p.shell_turnover_after},
        }
    ).rename_axis("whose")
    stock = turnover["before"] / turnover["after"]
    cost = pd.Series({"Company Z": p.cost_after / p.cost_before, "metal shell B": 1 - p.shell_cost_fall / 100})
    changes = {"stock": stock, "holding_cost": cost, "holding_cost_of_a_unit_of_stock": cost / stock}
    return pd.DataFrame({f"{name}_change_percent": 100 * (ratio - 1) for name, ratio in changes.items()}).rename_axis(
        "whose"
    )


def milestones():
    """The four milestones by the month that the paper prints (section 5.1)."""
    printed = datasets.claims("company_z")["printed"]
    return pd.DataFrame(
        {"month": [int(printed[claim]) for claim in MILESTONES], "completed": MILESTONES.values()}
    ).set_index("month")


# --- Which materials: the analytic hierarchy process -------------------------------------------------------


def judgements(p):
    """The judgement matrix of the six criteria, from the reader's fifteen judgements."""
    pairs = itertools.combinations(CRITERIA, 2)
    return ahp.judgement_matrix(CRITERIA, [getattr(p, f"{first}_over_{second}") for first, second in pairs])


def criteria_weights(p):
    """The weight of each criterion, by eigenvector and by geometric mean."""
    matrix = judgements(p)
    weights = {method.replace(" ", "_"): ahp.priorities(matrix, method) for method in ("eigenvector", "geometric mean")}
    return pd.DataFrame(weights).rename_axis("criterion").rename(index=_spaced)


def judgement_consistency(p):
    """Consistency of the judgements under both tables of random indices."""
    rows = {table: ahp.consistency(judgements(p), table)._asdict() for table in ahp.RANDOM_INDICES}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("random_index_table")


def judgements_to_revisit(p):
    """The judgements that fit the others least, with the value that would fit, the most telling five."""
    table = ahp.fitting_judgements(judgements(p)).head(5)
    return table.assign(row=table["row"].map(_spaced), column=table["column"].map(_spaced))


def catalogue(p):
    """The illustrative materials with the attributes that the paper names, drawn around the six kinds A to F."""
    return _catalogue(p).copy()


@functools.lru_cache(maxsize=4)
def _catalogue(p):
    kinds = datasets.illustrative_table("company_z", "material_kinds")
    rows = kinds.loc[kinds.index.repeat(p.materials_per_kind)].reset_index(drop=True)
    place = np.tile(np.arange(p.materials_per_kind), len(kinds))
    random = np.random.default_rng([p.seed, 1])
    spread = random.standard_normal((6, len(rows)))
    is_sparse = place >= p.materials_per_kind - p.sparse_materials_per_kind
    orders = p.orders_per_month * rows["orders_per_month_factor"] * np.exp(0.5 * spread[1])
    return pd.DataFrame(
        {
            "kind": rows["kind"],
            "material": rows["material"],
            "plan": place % PLANS + 1,
            "unit_value_cny": rows["unit_value_cny"] * np.exp(0.5 * spread[0]),
            "orders_per_month": orders.where(~is_sparse, p.sparse_orders_per_month),
            "units_per_order": random.integers(1, 11, len(rows)),
            "driver_exposure": rows["driver_exposure"] * np.exp(0.2 * spread[2]),
            "purchasing_cycle_weeks": np.maximum(1, np.round(rows["purchasing_cycle_weeks"] * np.exp(0.2 * spread[3]))),
            "holding_rate_percent_per_year": rows["holding_rate_percent_per_year"] * np.exp(0.1 * spread[4]),
            "criticality": rows["criticality_1_to_9"] * np.exp(0.1 * spread[5]),
            "is_sparse": is_sparse,
        }
    ).set_index(pd.Index(rows["kind"] + (place + 1).astype(str), name="code"))


def kinds(p):
    """The six kinds: means of their materials in regular demand, and the reason that the paper prints for each."""
    materials = catalogue(p)[lambda table: ~table["is_sparse"]]
    reasons = datasets.illustrative_table("company_z", "material_kinds").set_index("kind")["printed_reason"]
    columns = ["unit_value_cny", "orders_per_month", "driver_exposure", "purchasing_cycle_weeks", "criticality"]
    means = materials.groupby(["kind", "material"])[[*columns, "holding_rate_percent_per_year"]].mean()
    return means.reset_index("material").assign(printed_reason=reasons)


def attributes(p):
    """What each criterion looks at, for each material that is in regular demand."""
    materials, orders = catalogue(p), demand(p)
    regular = materials[~materials["is_sparse"]]
    volatility = classification.coefficient_of_variation(orders[regular.index].T)
    return pd.DataFrame(
        {
            "criticality": regular["criticality"],
            "value": regular["unit_value_cny"],
            "volatility": volatility,
            "purchasing_cycle": regular["purchasing_cycle_weeks"],
            "holding_cost": regular["holding_rate_percent_per_year"],
            "stability": 1 / volatility,
        }
    )


def ratings(p):
    """The attributes as ratings from 0, the lowest of all materials, to 1, the highest; between them by rank."""
    table = attributes(p)
    return (table.rank() - 1) / (len(table) - 1)


def scores(p):
    """Each material's score: its ratings weighed with the priorities of the criteria."""
    return ahp.overall_scores(ahp.priorities(judgements(p)), ratings(p)).sort_values(ascending=False, kind="stable")


def top_six(p):
    """The six materials with the highest scores."""
    return _scored(p, scores(p).index[:6])


def representatives(p):
    """Of each kind A to F the material with the highest score."""
    return _representatives(p).copy()


@functools.lru_cache(maxsize=4)
def _representatives(p):
    ranked, kinds = scores(p), catalogue(p)["kind"]
    return _scored(p, ranked.groupby(kinds[ranked.index]).idxmax())


def _scored(p, codes):
    total, materials = scores(p), catalogue(p)
    return pd.DataFrame(
        {
            "material": materials.loc[codes, "material"].to_numpy(),
            "score": total[codes].to_numpy(),
            "rank_by_score": total.rank(ascending=False)[codes].astype(int).to_numpy(),
        },
        index=pd.Index(codes, name="code"),
    )


def ranking_by_judgement(p):
    """The six highest scores while the first judgement, criticality over value, takes each value of Saaty's scale."""
    table = ahp.judgement_sensitivity(judgements(p), "criticality", "value", ratings(p)).scores
    return table[top_six(p).index]


# --- What will be needed: forecasts ------------------------------------------------------------------------


def drivers(p):
    """The illustrative drivers by month: the index of an industry, and three production plans, in deviations."""
    return _drivers(p).copy()


@functools.lru_cache(maxsize=4)
def _drivers(p):
    random = np.random.default_rng([p.seed, 2])
    draws = random.standard_normal((p.months, 1 + PLANS))  # month by month, so that a longer history begins like this
    index = list(itertools.accumulate(draws[:, 0].tolist(), lambda before, drawn: 0.8 * before + 0.6 * drawn))
    months = pd.RangeIndex(1, p.months + 1, name="month")
    plans = {f"plan_{plan}": draws[:, plan] for plan in range(1, PLANS + 1)}
    return pd.DataFrame({"industry_index": index, **plans}, index=months)


def expected_orders(p):
    """Expected orders of each material and month: what index and plan make of its usual number.

    The index of the month before and the plan of the same month pull it up and down in equal parts, on a log scale.
    """
    materials, known = catalogue(p), drivers(p)
    deviation = p.driver_strength / 100 * materials["driver_exposure"].to_numpy()
    index = known["industry_index"].shift(1, fill_value=0.0).to_numpy()[:, np.newaxis]
    plans = known[[f"plan_{plan}" for plan in materials["plan"]]].to_numpy()
    growth = np.exp(deviation * (index + plans) / np.sqrt(2) - deviation**2 / 2)
    return pd.DataFrame(growth, index=known.index, columns=materials.index) * materials["orders_per_month"]


def demand(p):
    """The illustrative monthly demand of each material, units: Poisson orders of a few units each."""
    return _demand(p).copy()


@functools.lru_cache(maxsize=4)
def _demand(p):
    orders = {
        code: np.random.default_rng([p.seed, 3, place]).poisson(expected)
        for place, (code, expected) in enumerate(expected_orders(p).items())
    }
    table = pd.DataFrame(orders, index=drivers(p).index).rename_axis(columns="code")
    return table * catalogue(p)["units_per_order"]


def chance_alone(p):
    """The error of a forecaster who knows each month's expected orders, by material, per cent of demand."""
    expected = expected_orders(p).tail(p.evaluation_months)
    return 100 * expected.apply(forecast_errors.poisson_mean_absolute_error).sum() / expected.sum()


def orders_for_an_error(errors_percent=(5, 10, 20, 30)):
    """How many orders a month leave an error as low as that to chance alone."""
    rows = [(error, brentq(lambda m, e=error: _chance(m) - e, 0.5, 1e4)) for error in errors_percent]
    return pd.DataFrame(rows, columns=["error_percent", "orders_per_month"]).set_index("error_percent")


def _chance(expected_orders):
    return 100 * forecast_errors.poisson_mean_absolute_error(expected_orders) / expected_orders


def as_is_forecasts(p):
    """Forecasts one month ahead by the two methods that the firm used, units/month, by method."""
    return {method: forecasts.copy() for method, forecasts in _as_is(p).items()}


@functools.lru_cache(maxsize=4)
def _as_is(p):
    orders, window = demand(p), p.moving_average_months

    def smoothed(sales):
        start = sales.iloc[:window].mean()
        return forecasting.exponential_smoothing(sales.iloc[window:], p.smoothing_constant, start)

    return {
        "moving average": orders.apply(forecasting.simple_moving_average, window=window),
        "exponential smoothing": orders.apply(smoothed).reindex(orders.index),
    }


def learned_forecasts(p):
    """Forecasts one month ahead of the materials in regular demand, one model a kind, units/month.

    Their features: last month's demand, mean and deviation of the last three months, last month's industry index, and
    the coming month's production plan, which is known in advance. Trained anew every three months on the past alone.
    """
    return _learned(p).copy()


@functools.lru_cache(maxsize=4)
def _learned(p):
    panels = [
        learning.learning_forecast(
            orders, table, _model(p.learner, p.seed), training_periods=p.training_months, refit_every=3
        )
        for orders, table in _features_by_kind(p)
    ]
    return pd.concat(panels, axis=1)


def _features_by_kind(p):
    materials, orders, known = catalogue(p), demand(p), drivers(p)
    for _, kind in materials[~materials["is_sparse"]].groupby("kind", sort=False):
        plan = pd.DataFrame({code: known[f"plan_{number}"] for code, number in kind["plan"].items()})
        table = learning.features(
            orders[kind.index],
            lags=[1],
            windows=[3],
            drivers={"industry_index": known["industry_index"], "plan": plan.rename_axis(columns="code")},
            driver_lags={"industry_index": [1], "plan": [0]},
            known_in_advance=["plan"],
        )
        yield orders[kind.index], table


def _model(learner, seed):
    if learner == "ridge":
        from sklearn.linear_model import Ridge

        return Ridge(alpha=1.0)
    from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor

    if learner == "random_forest":
        return RandomForestRegressor(n_estimators=50, min_samples_leaf=5, random_state=seed)
    return GradientBoostingRegressor(n_estimators=60, max_depth=2, random_state=seed)


def learner_validation(p):
    """Mean error of each learner over the months before the evaluation, per cent of demand, by kind.

    Trained on the months up to the training's end and judged on those between it and the evaluation, so that choosing
    one of them by it does not look at the evaluation.
    """
    before = p.months - p.evaluation_months
    errors = {}
    for orders, table in _features_by_kind(p):
        candidates = {name: _model(name, p.seed) for name in get_args(Parameters.model_fields["learner"].annotation)}
        by_material = learning.validation_errors(
            orders.iloc[:before], table, candidates, training_periods=p.training_months, refit_every=12
        )
        errors[orders.columns[0][0]] = 100 * by_material.mean(axis="columns")
    return pd.DataFrame(errors).T.rename_axis("kind").rename(columns=_spaced)


def errors_by_material(p):
    """The error of each method over the evaluation months, per cent of demand (sum of |error| over sum of demand).

    The last column is what chance alone leaves to one who knows each month's expected orders.
    """
    materials, methods = catalogue(p), {**as_is_forecasts(p), "learned": learned_forecasts(p)}
    regular = materials[~materials["is_sparse"]]
    orders = demand(p)[regular.index].tail(p.evaluation_months)
    table = pd.DataFrame({"kind": regular["kind"], "orders_per_month": regular["orders_per_month"]})
    for method, forecasts in methods.items():
        table[method.replace(" ", "_")] = _error_percent(orders, forecasts)
    table["fall_in_points"] = table["exponential_smoothing"] - table["learned"]
    return table.assign(chance_alone=chance_alone(p)[regular.index])


def _error_percent(orders, forecasts):
    return pd.Series(
        {
            code: 100 * forecast_errors.error_measures(
                orders[code], forecasts.loc[orders.index, code], allow_zero_demand=True
            ).weighted_absolute_percentage_error
            for code in orders
        }
    )  # fmt: skip


def errors_by_kind(p):
    """`errors_by_material`, the mean of each kind and of all materials in regular demand, per cent of demand."""
    table = errors_by_material(p)
    means = table.drop(columns="kind").groupby(table["kind"]).mean()
    return pd.concat([means, table.drop(columns="kind").mean().to_frame("all").T.rename_axis("kind")])


def sparse_forecasts(p):
    """Methods for sparse demand beside smoothing: mean error, and mean forecast over mean demand, per cent.

    Over the evaluation months of all materials in sparse demand; constants and start as for smoothing, the first
    interval the one that the first year shows.
    """
    materials = catalogue(p)
    orders = demand(p).loc[:, materials["is_sparse"]]
    first, rest = orders.iloc[:12], orders.iloc[12:]
    alpha, methods = p.smoothing_constant, {}
    intervals = 12 / (first > 0).sum().clip(lower=1)
    sizes = first.sum() / (first > 0).sum().clip(lower=1)
    methods["exponential smoothing"] = {
        c: forecasting.exponential_smoothing(rest[c], alpha, first[c].mean()) for c in rest
    }
    for name, method in (("Croston", forecasting.croston), ("Syntetos-Boylan", forecasting.syntetos_boylan)):
        methods[name] = {c: method(rest[c], alpha, alpha, sizes[c], intervals[c]) for c in rest}
    methods["Teunter-Syntetos-Babai"] = {
        c: forecasting.teunter_syntetos_babai(rest[c], alpha, alpha, sizes[c], 1 / intervals[c]) for c in rest
    }
    judged = rest.tail(p.evaluation_months)
    rows = {}
    for name, forecasts in methods.items():
        made = pd.DataFrame(forecasts).loc[judged.index]
        rows[name] = {
            "error_percent": 100 * (judged - made).abs().to_numpy().sum() / judged.to_numpy().sum(),
            "forecast_percent_of_demand": 100 * made.to_numpy().sum() / judged.to_numpy().sum(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def dynamic_safety_stocks(p):
    """Safety stock by forecast and rule: months without shortage, and mean safety stock, over the evaluation.

    For one month's demand; a month is short where demand exceeds forecast plus safety stock. Static: from one
    deviation, that of the errors between training and it. Dynamic: from the deviation of the last errors, anew every
    month. Prediction interval: up to its upper bound, which as many demands exceed as the service level allows.
    """
    rows = {}
    for forecast, rule, forecasts, stock in _safety_stocks(p):
        orders = demand(p).loc[stock.index, stock.columns]
        rows[forecast, rule] = {
            "months_without_shortage_percent": 100 * float((orders <= forecasts + stock).to_numpy().mean()),
            "safety_stock_percent_of_demand": 100 * float((stock.mean() / orders.mean()).mean()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["forecast", "safety_stock"])


def _safety_stocks(p):
    """Forecast, rule, forecasts and safety stocks of the materials in regular demand, over the evaluation."""
    level, codes = p.cycle_service_level / 100, learned_forecasts(p).columns
    orders = demand(p)[codes].iloc[p.training_months :]
    judged = orders.index[-p.evaluation_months :]
    methods = {"smoothing": as_is_forecasts(p)["exponential smoothing"], "learned": learned_forecasts(p)}
    for forecast, made in methods.items():
        forecasts = made.loc[orders.index, codes]
        errors = orders - forecasts
        static = safety_stock.safety_stock(
            safety_factor=safety_stock.safety_factor(level),
            demand_deviation=np.sqrt((errors.drop(judged) ** 2).mean()),
            lead_time=1,
        )
        window = p.safety_stock_months
        interval = learning.prediction_interval(orders, forecasts, coverage=2 * level - 1, window=window)
        rules = {
            "static": pd.DataFrame(1.0, index=orders.index, columns=codes) * static,
            "dynamic": learning.dynamic_safety_stock(errors, lead_time=1, cycle_service_level=level, window=window),
            "prediction interval": interval.upper - forecasts,
        }
        for rule, stock in rules.items():
            yield forecast, rule, forecasts.loc[judged], stock.loc[judged]


def cover(p):
    """Demand of the representative of kind A, and what forecast plus dynamic safety stock covers, units/month."""
    code = representatives(p).index[0]
    covers = {
        f"{forecast}, with safety stock": forecasts[code] + stock[code]
        for forecast, rule, forecasts, stock in _safety_stocks(p)
        if rule == "dynamic"
    }
    return pd.DataFrame({"demand": demand(p)[code].tail(p.evaluation_months), **covers})


# --- How much stock: fulfilment against turnover -----------------------------------------------------------


def stages(p):
    """What each stage of the illustration changes, one after the other.

    The lead time is a factor on the purchasing cycle: it falls as the printed response time does, while the share of
    deliveries on time rises as printed. That lots then shrink by the same share is our assumption.
    """
    left = 1 - p.response_time_fall / 100
    return pd.DataFrame(
        [
            ("exponential smoothing", p.on_time_before, 1.0, p.lot_weeks),
            ("learned", p.on_time_before, 1.0, p.lot_weeks),
            ("learned", p.on_time_after, left, p.lot_weeks),
            ("learned", p.on_time_after, left, p.lot_weeks * left),
        ],
        columns=["forecast", "on_time_percent", "lead_time_factor", "lot_weeks"],
        index=pd.Index(STAGES, name="stage"),
    )


def stocked_materials(p, stage):
    """The six representatives as they are stocked at a stage, per week, with (s, Q) at a safety factor of 0.

    The deviation is that of the forecast's errors over the evaluation months, for these are what the stock covers, not
    the deviation of demand; it is taken as independent from week to week. Lead-time demand counts the undershoot too:
    the stock is looked at once a week, when it may already lie below the reorder point.
    """
    setting, codes = stages(p).loc[stage], representatives(p).index
    orders, materials = demand(p)[codes].tail(p.evaluation_months), catalogue(p).loc[codes]
    forecasts = learned_forecasts(p) if setting["forecast"] == "learned" else as_is_forecasts(p)[setting["forecast"]]
    errors = orders - forecasts.loc[orders.index, codes]
    mean = orders.mean() / WEEKS_PER_MONTH
    deviation = np.sqrt((errors**2).mean() / WEEKS_PER_MONTH)
    lead_time = np.maximum(1, np.round(materials["purchasing_cycle_weeks"] * setting["lead_time_factor"]))
    late = 1 - setting["on_time_percent"] / 100
    covered = lead_time + p.delay_weeks * late
    below = safety_stock.undershoot(mean, deviation)
    spread = safety_stock.lead_time_demand_deviation(
        demand_deviation=deviation,
        lead_time=covered,
        lead_time_deviation=p.delay_weeks * np.sqrt(late * (1 - late)),
        demand_rate=mean,
    )
    return pd.DataFrame(
        {
            "material": materials["material"],
            "unit_value_cny": materials["unit_value_cny"],
            "demand_units_per_week": mean,
            "deviation_units_per_week": deviation,
            "lead_time_weeks": lead_time,
            "lead_time_demand_units": mean * covered + below.mean,
            "lead_time_deviation_units": np.sqrt(spread**2 + below.variance),
            "lot_units": mean * setting["lot_weeks"],
        }
    )


def formula_points(p, stage):
    """Turnover and order fulfilment of all six by the textbook's formulas, by safety factor.

    Mean stock is Q/2 + z·sigma and a fill rate 1 - sigma·G(z)/Q; an order is fulfilled when all six are on hand.
    """
    table = stocked_materials(p, stage)
    lots = table["lot_units"].to_numpy()
    points = [(_turnover(table, lots, z), _order_fulfilment(table, lots, z)) for z in SAFETY_FACTORS]
    columns = ["turnover_per_year", "order_fulfilment_percent"]
    return pd.DataFrame(points, columns=columns, index=pd.Index(SAFETY_FACTORS, name="safety_factor"))


def _turnover(table, lots, safety_factor):
    value = table["unit_value_cny"].to_numpy()
    stock = lots / 2 + safety_factor * table["lead_time_deviation_units"].to_numpy()
    return float(WEEKS_PER_YEAR * value @ table["demand_units_per_week"].to_numpy() / (value @ stock))


def _order_fulfilment(table, lots, safety_factor):
    fill = safety_stock.fill_rate(safety_factor, lots, table["lead_time_deviation_units"].to_numpy())
    return 100 * float(np.maximum(fill, 0).prod())


def lots_that_fit(p):
    """The lot and the safety factor at which the formulas give the printed pair of turnover and fulfilment.

    For the pair before at the first stage, and the pair after at every stage whose lot is not given; nan where no lot
    of half a week to two years does.
    """
    before, after = (p.turnover_before, p.service_before), (p.turnover_after, p.service_after)
    rows = [
        (*pair, stage, *_fitting_lot(stocked_materials(p, stage), *pair))
        for pair, stage in [(before, STAGES[0]), *((after, stage) for stage in STAGES[:3])]
    ]
    columns = ["turnover_per_year", "order_fulfilment_percent", "stage", "lot_weeks", "safety_factor"]
    return pd.DataFrame(rows, columns=columns)


def _fitting_lot(table, turnover, fulfilment):
    demand = table["demand_units_per_week"].to_numpy()

    def factor_for(weeks):
        return brentq(lambda z: _order_fulfilment(table, demand * weeks, z) - fulfilment, -60, 12, xtol=1e-9)

    def gap(weeks):
        return 1 / _turnover(table, demand * weeks, factor_for(weeks)) - 1 / turnover

    shortest, longest = 0.5, 104.0
    if gap(shortest) > 0 or gap(longest) < 0:
        return np.nan, np.nan
    weeks = brentq(gap, shortest, longest, xtol=1e-9)
    return weeks, factor_for(weeks)


def simulated_histories(p, stage):
    """Fill rate and stock of each representative, by safety factor and replication, under (s, Q) with backorders."""
    return _histories(p)[stage].copy()


@functools.lru_cache(maxsize=4)
def _histories(p):
    return {stage: _played(p, stage) for stage in STAGES}


def _played(p, stage):
    on_time, frames = stages(p).at[stage, "on_time_percent"] / 100, {}
    for place, (code, material) in enumerate(stocked_materials(p, stage).iterrows()):
        lead_time = material["lead_time_weeks"]
        seed = int(np.random.SeedSequence([p.seed, 5, place]).generate_state(1)[0])
        for factor in SAFETY_FACTORS:
            reorder_point = material["lead_time_demand_units"] + factor * material["lead_time_deviation_units"]
            run = simulation.simulate(
                simulation.ReorderPointPolicy(reorder_point, material["lot_units"]),
                simulation.Gamma(material["demand_units_per_week"], material["deviation_units_per_week"]),
                periods=p.simulated_years * WEEKS_PER_YEAR,
                replications=p.replications,
                lead_time=simulation.Discrete([lead_time, lead_time + p.delay_weeks], [on_time, 1 - on_time]),
                warm_up=WEEKS_PER_YEAR,
                periods_per_year=WEEKS_PER_YEAR,
                seed=seed,
            ).replications
            value = run["mean_on_hand"] * material["unit_value_cny"]
            frames[code, factor] = pd.DataFrame(
                {
                    "fill_rate": run["fill_rate"],
                    "stock_cny": value,
                    "used_cny_per_year": run["turnover_per_year"] * value,
                }
            )
    return pd.concat(frames, names=["code", "safety_factor", "replication"])


def simulated_points(p, stage):
    """Turnover and order fulfilment of all six together, a row a safety factor and replication.

    An order needs one of each kind, so that it is fulfilled at once when all six are on hand: the product of their
    fill rates, taken as independent. Turnover is the value used in a year over the mean value of the stock.
    """
    by_run = simulated_histories(p, stage).groupby(level=["safety_factor", "replication"])
    totals = by_run[["stock_cny", "used_cny_per_year"]].sum()
    return pd.DataFrame(
        {
            "turnover_per_year": totals["used_cny_per_year"] / totals["stock_cny"],
            "order_fulfilment_percent": 100 * by_run["fill_rate"].prod(),
        }
    )


def simulated_means(p, stage):
    """`simulated_points`, the mean of the replications by safety factor."""
    return simulated_points(p, stage).groupby(level="safety_factor").mean()


def component_points(p):
    """Turnover and fill rate of electronic component A alone as is, a row a safety factor and replication.

    Without the histories that hold no stock at all: these have no turnover.
    """
    history = simulated_histories(p, STAGES[0]).xs(representatives(p).index[0]).query("stock_cny > 0")
    return pd.DataFrame(
        {
            "turnover_per_year": history["used_cny_per_year"] / history["stock_cny"],
            "order_fulfilment_percent": 100 * history["fill_rate"],
        }
    )


def component_curve(p):
    """Regression of component A's fulfilment on its turnover over all its simulated histories, and its 95 % band.

    Log-odds on a line. A history without any shortage has no log-odds; all are corrected by half a week in the weeks
    simulated (Haldane, Anscombe): (n·f + 1/2)/(n + 1).
    """
    return _curve(_fitted(component_points(p), p.simulated_years * WEEKS_PER_YEAR, "logit"))


def mean_points(p):
    """The simulated means by stage and safety factor, of the policies that fulfil at least 80 % of the orders."""
    means = pd.concat({stage: simulated_means(p, stage) for stage in STAGES}, names=["stage"])
    return means[means["order_fulfilment_percent"] >= 80]


def mean_tradeoff(p, stage):
    """The curve through `mean_points` of a stage: log-odds on a parabola in turnover."""
    weeks = p.replications * p.simulated_years * WEEKS_PER_YEAR
    return _fitted(mean_points(p).xs(stage), weeks, "quadratic logit")


def _fitted(points, weeks, form):
    fulfilment = (weeks * points["order_fulfilment_percent"] / 100 + 0.5) / (weeks + 1)
    return tradeoff.fit_tradeoff(points["turnover_per_year"], fulfilment, form=form)


def tradeoff_curves(p):
    """The curves through the means of all six together with their 95 % bands, per cent, by stage."""
    return {stage: _curve(mean_tradeoff(p, stage)) for stage in STAGES}


def _curve(fitted, steps=60):
    turnover = pd.Series(np.linspace(fitted.lowest_turnover, fitted.highest_turnover, steps))
    return 100 * fitted.predict(turnover).set_axis(turnover.to_numpy()).rename_axis("turnover_per_year")


def _money(p):
    return {
        "annual_cost_of_goods": p.procurement,
        "holding_rate": p.holding_rate / 100,
        "value_of_fulfilment": 100 * p.value_of_service_point,
    }


def equilibria(p):
    """Where the marginal saving of holding cost meets the marginal value of service, at each stage.

    Money in million CNY; the last column says whether the margins meet within the turnovers simulated.
    """
    rows = {}
    for stage in STAGES:
        best = tradeoff.equilibrium(mean_tradeoff(p, stage), **_money(p))
        rows[stage] = {
            "turnover_per_year": best.turnover,
            "order_fulfilment_percent": 100 * best.fulfilment,
            "stock_million_cny": best.stock_value,
            "holding_cost_million_cny_per_year": p.holding_rate / 100 * best.stock_value,
            "margins_meet": best.is_interior,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("stage").astype({"margins_meet": bool})


def margins(p, stage):
    """Marginal saving of holding cost and marginal loss of service by turnover, million CNY a year per turn."""
    curve = mean_tradeoff(p, stage)
    turnover = np.linspace(curve.lowest_turnover, curve.highest_turnover, 60)
    table = tradeoff.marginal_analysis(curve, turnover, **_money(p)).set_index("turnover")
    return table[["marginal_saving", "marginal_loss"]].rename(
        columns={"marginal_saving": "holding cost saved", "marginal_loss": "service lost"}
    )


def strategies(p):
    """The least stock for the target fulfilment: one safety factor for all six against one for each, by stage.

    Between the simulated safety factors fill rate and stock are interpolated, in steps of a tenth. An order needs all
    six, so the logarithms of their fill rates add up: the allocation, made for means, is given 1 + ln(fill rate), whose
    mean reaches 1 + ln(target)/6 just when the product of the fill rates reaches the target.
    """
    target, rows = 1 + np.log(p.service_target / 100) / 6, {}
    allocations = {"one for all": tradeoff.uniform_allocation, "one for each": tradeoff.differentiated_allocation}
    for stage in STAGES:
        curves, used = _candidates(p, stage)
        best = 100 * np.exp((curves["fulfilment"].groupby(level="code").max() - 1).sum())
        if best < p.service_target:
            raise ValueError(
                f"service_target = {p.service_target:g} is above {best:.2f}, what the highest safety factors reach at "
                f"the stage {stage!r}: lower it"
            )
        for name, allocate in allocations.items():
            found = allocate(curves, pd.Series(1.0, index=curves.index.unique("code")), target)
            rows[stage, name] = {
                **{f"factor_{code}": factor for code, factor in found.choice.items()},
                "turnover_per_year": used / found.stock_value,
                "order_fulfilment_percent": 100 * np.exp(6 * (found.fulfilment - 1)),
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["stage", "safety_factors"])


def _candidates(p, stage):
    """The candidates of each representative, and the value that all six use in a year."""
    means = simulated_histories(p, stage).groupby(level=["code", "safety_factor"], sort=False).mean()
    factors = np.arange(round(10 * SAFETY_FACTORS[0]), round(10 * SAFETY_FACTORS[-1]) + 1) / 10
    curves = {}
    for code, simulated in means.groupby(level="code", sort=False):
        fill, stock = (np.interp(factors, SAFETY_FACTORS, simulated[name]) for name in ("fill_rate", "stock_cny"))
        curves[code] = pd.DataFrame({"fulfilment": 1 + np.log(fill), "stock_value": stock}, index=factors)
    table = pd.concat(curves, names=["code", "safety_factor"])
    return table[table["fulfilment"] > 0], means["used_cny_per_year"].groupby(level="code").mean().sum()


# --- With suppliers: the bullwhip effect -------------------------------------------------------------------


def bullwhip_effect(p):
    """Variance of orders over variance of demand in a chain of three stages, measured and by theory.

    Independent normal demand, 100 units a week with a deviation of 20 (illustrative; the ratio depends on neither).
    """
    random = np.random.default_rng([p.seed, 4])
    sales = pd.Series(random.normal(100, 20, p.bullwhip_weeks))
    lead_times = pd.Series(p.bullwhip_lead_time, index=["Company Z", "supplier", "supplier's supplier"])
    table = {}
    for name, shared in (("each_forecasts_from_orders", False), ("demand_shared", True)):
        orders = bullwhip.supply_chain_orders(sales, lead_times=lead_times, window=p.bullwhip_window, shared=shared)
        table[f"{name}_measured"] = orders.apply(lambda made: bullwhip.bullwhip_ratio(made, sales))
        table[f"{name}_bound"] = bullwhip.supply_chain_lower_bounds(lead_times, window=p.bullwhip_window, shared=shared)
    return pd.DataFrame(table).rename_axis("stage")


def _spaced(name):
    return str(name).replace("_", " ")


def solve(p):
    """The study's named results as a flat dict; a lot that does not exist is left out.

    What is simulated is left to the notebook, for it takes seconds.
    """
    change, saving, implied = indicators(p), saving_readings(p), implied_holding_rates(p)
    weights, materials, stocks = criteria_weights(p)["eigenvector"], errors_by_material(p), dynamic_safety_stocks(p)
    errors = materials.drop(columns="kind").mean()
    lots = lots_that_fit(p)["lot_weeks"].iloc[[0, -1]].set_axis(["before", "after"]).dropna()
    ratios = bullwhip_effect(p).iloc[-1]
    at_one = {stage.replace(" ", "_"): formula_points(p, stage).loc[1.0] for stage in STAGES}
    return {
        "cost_fall_points": -float(change.at["inventory cost", "change"]),
        "cost_fall_percent": -float(change.at["inventory cost", "change_in_percent"]),
        "fulfilment_rise_points": float(change.at["order fulfilment", "change"]),
        "cycle_fall_percent": -float(change.at["order delivery cycle", "change_in_percent"]),
        "saving_million_cny_per_year": float(saving.at["shares of procurement", "saving_million_cny_per_year"]),
        "saving_by_turnover_alone_million_cny_per_year": float(
            saving.at["turnover alone, holding rate unchanged", "saving_million_cny_per_year"]
        ),
        "implied_holding_rate_before_percent": float(implied.at["holding rate, per cent a year", "before"]),
        "implied_holding_rate_after_percent": float(implied.at["holding rate, per cent a year", "after"]),
        "consistency_ratio": float(judgement_consistency(p).at["Saaty 1980", "consistency_ratio"]),
        **{f"weight_{criterion.replace(' ', '_')}_share": float(weight) for criterion, weight in weights.items()},
        "error_smoothing_percent": float(errors["exponential_smoothing"]),
        "error_learned_percent": float(errors["learned"]),
        "error_chance_alone_percent": float(errors["chance_alone"]),
        "materials_with_fall_of_ten_points_count": float((materials["fall_in_points"] >= 10).sum()),
        "safety_stock_smoothing_percent": float(stocks.at[("smoothing", "static"), "safety_stock_percent_of_demand"]),
        "safety_stock_learned_percent": float(stocks.at[("learned", "dynamic"), "safety_stock_percent_of_demand"]),
        **{f"turnover_{stage}_per_year": float(point["turnover_per_year"]) for stage, point in at_one.items()},
        **{f"fulfilment_{stage}_percent": float(point["order_fulfilment_percent"]) for stage, point in at_one.items()},
        **{f"lot_{pair}_weeks": float(weeks) for pair, weeks in lots.items()},
        "bullwhip_third_stage_apart_ratio": float(ratios["each_forecasts_from_orders_measured"]),
        "bullwhip_third_stage_shared_ratio": float(ratios["demand_shared_measured"]),
    }


def _difference(before, after):
    return after - before


def _fall(before, after):
    return before - after


RECOMPUTE = {
    "abstract_holding_cost_reduction": _fall,
    "abstract_fulfilment_increase": _difference,
    "abstract_turnover_increase": _difference,
    "s52_cost_saving": _fall,
    "s52_service_increase": _difference,
    "s52_turnover_increase": _difference,
    "s53_efficiency_increase": _difference,
    "s53_cycle_reduction": _fall,
    "s53_matching_increase": _difference,
    "s61_annual_saving": lambda procurement, before, after: procurement * (before - after) / 100,
    "s61_fulfilment_increase": _difference,
    "s61_turnover_increase": _difference,
    "s61_efficiency_increase": _difference,
    "s61_cycle_reduction": lambda before, after: 100 * (before - after) / before,
}
