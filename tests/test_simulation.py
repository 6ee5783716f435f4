"""The simulator against a second program, stockpyl, closed forms, Markov chains, and balances that close.

stockpyl 1.0.2 is the work of L. V. Snyder. Its answers are quoted, for it is no dependency: its
`single_stage_system(shipment_lead_time=L + 1, demand_type="D", demand_list=DEMAND, ...)` played by
`sim.simulation(network, 12)`, of each of the `state_vars` inbound_shipment, inventory_level and order_quantity. What
it orders at the end of a period arrives at the start of the next one at its lead time 1, which is ours of 0.

Closed forms hold in the long run: Silver, Pyke & Thomas (2017); Snyder & Shen (2019), *Fundamentals of Supply Chain
Theory*, 2nd ed.; Zipkin (2000), *Foundations of Inventory Management*. Net stock at the end of period t + L + 1 is
the position at the end of t less the demand of L + 1 periods. Each is asked to lie in a 99.9 % interval.
"""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import minimize

from casestudy.methods import lot_sizing, safety_stock
from casestudy.methods.simulation import (
    BaseStockPolicy,
    Discrete,
    Distribution,
    Gamma,
    Intermittent,
    MinMaxPolicy,
    NegativeBinomial,
    Normal,
    OrderSchedule,
    PeriodicReviewPolicy,
    Poisson,
    ReorderPointPolicy,
    Resampled,
    compare,
    optimize_policy,
    simulate,
)

invariant = settings(deadline=None, derandomize=True, max_examples=50)
ROUNDING = 1e-12  # a handful of floating-point operations on whole and half units
COSTS = {"holding_cost": 0.5, "fixed_cost": 8.0, "shortage_cost": 3.0, "periods_per_year": 12}


class Given(Distribution):
    """What is drawn is given: an array, periods x replications, and 0 after its end. It keeps what it handed out."""

    def __init__(self, inner):
        self.inner = inner if isinstance(inner, Distribution) else None
        self.array = None if self.inner else np.asarray(inner, dtype=float)
        self.drawn = []

    def draw(self, generator, shape):
        if self.inner:
            draws = self.inner.draw(generator, shape)
        else:
            draws = np.zeros(shape)
            draws[: len(self.array)] = self.array
        self.drawn.append(draws.copy())
        return draws


# --- A second program: one replication in plain Python, orders in a list, on hand and backorders apart ----------


def ordered_by_hand(policy, position, period):
    if isinstance(policy, ReorderPointPolicy):
        lots = 0
        while position + lots * policy.order_quantity <= policy.reorder_point:
            lots += 1
        return lots * policy.order_quantity
    if isinstance(policy, MinMaxPolicy):
        return policy.order_up_to_level - position if position <= policy.reorder_point else 0
    if isinstance(policy, BaseStockPolicy):
        return max(policy.base_stock_level - position, 0)
    if (period + 1) % policy.review_period != 0:
        return 0
    if policy.reorder_point is not None and position > policy.reorder_point:
        return 0
    return max(policy.order_up_to_level - position, 0)


def by_hand(policy, demand, lead_times, initial_stock, warm_up=0, lost_sales=False):
    """Trace and measures of the counted periods."""
    on_hand, backorders = max(initial_stock, 0), max(-initial_stock, 0)
    orders, rows, met_in_time, handed_out, shortages = [], [], [], [], []  # orders: (arrival, quantity)
    for period, units in enumerate(demand):
        if isinstance(policy, OrderSchedule):
            orders.append((period, policy.quantities[period]))
        received = sum(quantity for arrival, quantity in orders if arrival == period)
        late = min(received + on_hand, backorders)
        on_hand, backorders = on_hand + received - late, backorders - late
        met = min(on_hand, units)
        on_hand -= met
        lost = units - met if lost_sales else 0
        backorders += units - met - lost
        on_order = sum(quantity for arrival, quantity in orders if arrival > period)
        position = on_hand - backorders + on_order
        if isinstance(policy, OrderSchedule):
            ordered = policy.quantities[period]
        else:
            ordered = ordered_by_hand(policy, position, period)
            position += ordered
            orders.append((period + lead_times[period] + 1, ordered))
        rows.append([received, units, on_hand - backorders, ordered, position] + [lost] * lost_sales)
        met_in_time.append(met)
        handed_out.append(met + late)
        shortages.append(lost if lost_sales else backorders)
    receipts = [period for period, row in enumerate(rows) if row[0] > 0]
    cycles = [not any(shortages[begin:end]) for begin, end in itertools.pairwise(receipts) if end >= warm_up]
    counted = rows[warm_up:]
    periods = len(counted)
    stocks = [max(row[2], 0) for row in counted]
    total_demand = sum(row[1] for row in counted)
    year = COSTS["periods_per_year"]
    orders_per_year = sum(row[3] > 0 for row in counted) / periods * year
    mean_on_hand, mean_short = sum(stocks) / periods, sum(shortages[warm_up:]) / periods
    holding = COSTS["holding_cost"] * mean_on_hand * year
    ordering, shortage = COSTS["fixed_cost"] * orders_per_year, COSTS["shortage_cost"] * mean_short * year
    measures = {
        "cycle_service_level": sum(cycles) / len(cycles) if cycles else np.nan,
        "fill_rate": sum(met_in_time[warm_up:]) / total_demand if total_demand else np.nan,
        "ready_rate": sum(stock > 0 for stock in stocks) / periods,
        "mean_on_hand": mean_on_hand,
        "mean_lost_sales" if lost_sales else "mean_backorders": mean_short,
        "turnover_per_year": sum(handed_out[warm_up:]) / periods * year / mean_on_hand if mean_on_hand else np.nan,
        "orders_per_year": orders_per_year,
        "holding_cost_per_year": holding,
        "ordering_cost_per_year": ordering,
        "shortage_cost_per_year": shortage,
        "total_cost_per_year": holding + ordering + shortage,
    }
    return counted, measures


def halves(low, high):
    """Whole and half units, exact in binary floating point: balances close without a tolerance."""
    return st.integers(low, high).map(lambda value: value / 2)


@st.composite
def policies(draw, periods):
    kind = draw(st.sampled_from(["s, Q", "s, S", "R, S", "R, s, S", "base stock", "schedule"]))
    low, gap = draw(halves(-40, 120)), draw(halves(1, 120))
    if kind == "s, Q":
        return ReorderPointPolicy(low, gap)
    if kind == "s, S":
        return MinMaxPolicy(low, low + gap)
    if kind == "R, S":
        return PeriodicReviewPolicy(draw(st.integers(1, 5)), low)
    if kind == "R, s, S":
        return PeriodicReviewPolicy(draw(st.integers(1, 5)), low + gap, low)
    if kind == "base stock":
        return BaseStockPolicy(low)
    return OrderSchedule(draw(st.lists(halves(0, 60), min_size=periods, max_size=periods + 2)))


@st.composite
def runs(draw):
    """A policy against two given columns of demand and of lead times, of which orders may cross."""
    periods, replications = draw(st.integers(1, 30)), 2
    size = periods * replications

    def columns(values):
        return np.array(draw(st.lists(values, min_size=size, max_size=size))).reshape(periods, replications)

    return {
        "policy": draw(policies(periods)),
        "demand": columns(st.one_of(st.just(0.0), halves(0, 60))),
        "lead_times": columns(st.integers(0, 6)),
        "lost_sales": draw(st.booleans()),
        "initial_stock": draw(halves(0, 100)),
        "warm_up": draw(st.integers(0, periods - 1)),
    }


def played(run, first=0, **changes):
    """The run with one of its columns in front, for the trace is that of the first."""
    run = run | changes
    order = np.roll(np.arange(run["demand"].shape[1]), -first)
    return simulate(
        run["policy"],
        run["demand"][:, order],
        lead_time=Given(run["lead_times"][:, order]),
        lost_sales=run["lost_sales"],
        initial_stock=run["initial_stock"],
        warm_up=run["warm_up"],
        **COSTS,
    )


@invariant
@given(runs())
def test_every_path_and_every_measure_is_that_of_a_second_program(run):
    for column in range(run["demand"].shape[1]):
        simulation = played(run, first=column)
        rows, measures = by_hand(
            run["policy"], run["demand"][:, column].tolist(), run["lead_times"][:, column].tolist(),
            run["initial_stock"], run["warm_up"], run["lost_sales"],
        )  # fmt: skip
        assert simulation.trace.to_numpy().tolist() == rows
        assert simulation.replications.columns.tolist() == list(measures)
        np.testing.assert_allclose(simulation.replications.iloc[0], list(measures.values()), rtol=ROUNDING)


@pytest.mark.parametrize("lost_sales", [False, True])
@pytest.mark.parametrize(
    "policy", [ReorderPointPolicy(30, 25), MinMaxPolicy(30, 60), PeriodicReviewPolicy(3, 70, 55), BaseStockPolicy(45)]
)
def test_long_runs_of_several_batches_are_those_of_a_second_program(policy, lost_sales):
    """More periods than are drawn at a time, more replications than a batch; lead times are seldom long."""
    demand, lead_times = Given(Poisson(7)), Given(Discrete([0, 2, 5, 40], [0.4, 0.4, 0.19, 0.01]))
    simulation = simulate(
        policy, demand, periods=300, replications=1002, warm_up=20, lead_time=lead_times, lost_sales=lost_sales, **COSTS
    )
    for replication, batch, column in ((1, 0, 0), (2, 0, 1), (1000, 0, 999), (1002, 1, 1)):
        paths = [
            np.concatenate([draws[:, column] for draws in drawn if draws.shape[1] == (1000, 2)[batch]])[:320].astype(
                int
            )
            for drawn in (demand.drawn, lead_times.drawn)
        ]
        rows, measures = by_hand(policy, paths[0].tolist(), paths[1].tolist(), policy.highest_position, 20, lost_sales)
        np.testing.assert_allclose(simulation.replications.loc[replication], list(measures.values()), rtol=ROUNDING)
        if replication == 1:
            assert simulation.trace.to_numpy().tolist() == rows


# --- Balances and what follows from the order of events --------------------------------------------------------


@invariant
@given(runs())
def test_stock_balance_closes_in_every_period_of_every_path(run):
    for column in range(run["demand"].shape[1]):
        trace = played(run, first=column, warm_up=0).trace
        before = trace["net_stock"].shift(1, fill_value=run["initial_stock"])
        lost = trace["lost_sales"] if run["lost_sales"] else 0.0
        assert trace["net_stock"].equals(before + trace["received"] - trace["demand"] + lost)
        assert not run["lost_sales"] or trace["net_stock"].min() >= 0


@invariant
@given(runs())
def test_inventory_position_is_net_stock_and_what_is_on_order(run):
    trace = played(run, warm_up=0).trace
    on_order = trace["ordered"].cumsum() - trace["received"].cumsum()
    assert on_order.min() >= 0
    assert trace["inventory_position"].equals(trace["net_stock"] + on_order)


@invariant
@given(runs())
def test_each_order_is_received_once_after_its_own_lead_time_and_orders_may_cross(run):
    trace = played(run, warm_up=0).trace
    if isinstance(run["policy"], OrderSchedule):
        assert trace["received"].tolist() == trace["ordered"].tolist()
        return
    expected = np.zeros(len(trace) + 7)
    np.add.at(expected, np.arange(len(trace)) + run["lead_times"][:, 0] + 1, trace["ordered"])
    assert trace["received"].tolist() == expected[: len(trace)].tolist()


@invariant
@given(runs(), st.integers(0, 29), halves(0, 60))
def test_past_does_not_change_when_the_future_does(run, changed, other):
    changed %= len(run["demand"])
    demand = run["demand"].copy()
    demand[changed:] = other
    run["warm_up"] = 0
    unchanged, altered = played(run).trace, played(run, demand=demand).trace
    pd.testing.assert_frame_equal(unchanged.iloc[:changed], altered.iloc[:changed])


@invariant
@given(runs(), st.sampled_from([0.1, 1 / 3, 7.3e5]))
def test_the_unit_of_measure_moves_no_decision_and_no_share(run, factor):
    """Tenths and thirds are inexact in floating point: a position at its reorder point must still be at it."""
    policy = run["policy"]
    amounts = {
        name: tuple(factor * np.array(value)) if isinstance(value, tuple) else factor * value
        for name, value in dataclasses.asdict(policy).items()
        if value is not None and name != "review_period"
    }
    rescaled = dataclasses.replace(policy, **amounts)
    found = played(
        run, policy=rescaled, demand=factor * run["demand"], initial_stock=factor * run["initial_stock"]
    ).replications
    expected = played(run).replications
    exact = ["cycle_service_level", "ready_rate", "orders_per_year"]
    pd.testing.assert_frame_equal(found[exact], expected[exact], check_exact=True)
    for measure, scale in (("fill_rate", 1), ("mean_on_hand", factor), ("turnover_per_year", 1)):
        np.testing.assert_allclose(found[measure], scale * expected[measure], rtol=1e-9, atol=1e-9 * scale)


def test_orders_that_cross_arrive_each_in_its_own_time():
    lead_times = Given([[3], [0], [0], [0], [0], [0]])  # the first order takes 3 periods, the second none
    trace = simulate(BaseStockPolicy(10), [[4], [1], [0], [0], [0], [0]], lead_time=lead_times).trace
    assert trace["ordered"].tolist() == [4, 1, 0, 0, 0, 0]
    assert trace["received"].tolist() == [0, 0, 1, 0, 4, 0]


def test_an_order_due_after_the_end_stays_on_order():
    trace = simulate(BaseStockPolicy(10), [4, 1, 0], lead_time=10**9).trace
    assert trace["received"].tolist() == [0, 0, 0]
    assert trace["inventory_position"].tolist() == [10, 10, 10]
    random = simulate(BaseStockPolicy(10), [4, 1, 0], lead_time=Discrete([10**9], [1])).trace
    pd.testing.assert_frame_equal(random, trace)


def test_late_backorders_are_filled_first_and_not_counted_as_met_in_time():
    simulation = simulate(OrderSchedule([0, 10]), [6, 6])
    assert simulation.trace["net_stock"].tolist() == [-6, -2]
    assert simulation.replications["fill_rate"].item() == 4 / 12  # 10 received: 6 late, 4 in time
    assert simulation.replications["mean_backorders"].item() == 4


def test_backorders_of_the_warm_up_are_handed_out_in_the_counted_periods():
    simulation = simulate(OrderSchedule([0, 20]), [6, 6], warm_up=1, periods_per_year=52)
    assert simulation.replications["fill_rate"].item() == 1
    assert simulation.replications["turnover_per_year"].item() == 12 * 52 / 8


def test_one_large_demand_is_met_by_as_many_lots_as_it_takes_in_one_order():
    simulation = simulate(ReorderPointPolicy(10, 20), [95, 0], initial_stock=30)
    assert simulation.trace["ordered"].tolist() == [80, 0]  # position -65: four lots lift it to 15, three only to -5
    assert simulation.trace["net_stock"].tolist() == [-65, 15]
    assert simulation.trace["inventory_position"].tolist() == [15, 15]
    assert simulation.replications["orders_per_year"].item() == 0.5


@pytest.mark.parametrize("policy", [ReorderPointPolicy(8, 5), MinMaxPolicy(8, 14), PeriodicReviewPolicy(1, 14, 8)])
def test_position_exactly_at_the_reorder_point_orders(policy):
    trace = simulate(policy, [1, 1], lead_time=1, initial_stock=10).trace
    assert (trace["ordered"] > 0).tolist() == [False, True]


@pytest.mark.parametrize("lots", [3, 6, 7, 12])
def test_lots_of_a_tenth_lift_the_position_above_the_reorder_point(lots):
    """0.3/0.1 is below 3 in floating point; the order is still one that leaves the position above s."""
    demand = 0.1 * lots
    trace = simulate(ReorderPointPolicy(0, 0.1), [demand], initial_stock=0).trace
    assert trace["inventory_position"].item() > 0
    assert trace["ordered"].item() == pytest.approx(0.1 * (lots + 1), rel=1e-12)


def test_lead_time_of_zero_arrives_at_the_start_of_the_next_period():
    trace = simulate(ReorderPointPolicy(6, 5), [4, 4], initial_stock=10).trace
    assert trace["ordered"].tolist() == [5, 0]
    assert trace["received"].tolist() == [0, 5]


def test_reviews_fall_at_the_end_of_every_review_period_counted_from_the_warm_up():
    policy = PeriodicReviewPolicy(3, 50)
    trace = simulate(policy, [2] * 9).trace
    assert trace["ordered"].tolist() == [0, 0, 6, 0, 0, 6, 0, 0, 6]
    assert simulate(policy, [2] * 9, warm_up=2).trace["ordered"].tolist() == [6, 0, 0, 6, 0, 0, 6]


def test_stock_above_the_level_is_not_sent_back():
    for policy in (BaseStockPolicy(10), PeriodicReviewPolicy(1, 10)):
        assert simulate(policy, [3, 3], initial_stock=14).trace["ordered"].tolist() == [0, 2]


def test_initial_stock_is_the_highest_position_of_the_policy_and_0_for_a_schedule():
    for policy, stock in (
        (ReorderPointPolicy(8, 5), 13),
        (ReorderPointPolicy(-8, 5), -3),
        (MinMaxPolicy(8, 14), 14),
        (PeriodicReviewPolicy(2, 14, 8), 14),
        (BaseStockPolicy(9), 9),
        (OrderSchedule([0]), 0),
    ):
        assert simulate(policy, [0]).trace["net_stock"].item() == stock
    assert simulate(ReorderPointPolicy(-8, 5), [0], lost_sales=True).trace["net_stock"].item() == 0


# --- stockpyl 1.0.2, period by period ---------------------------------------------------------------------------

STOCKPYL_DEMAND = [7, 0, 13, 4, 9, 3, 15, 0, 8, 6, 11, 4]
STOCKPYL = [  # lead time, policy, total cost, then received, net stock and ordered of each period
    (0, ReorderPointPolicy(12, 20), 195,
     [0, 0, 0, 20, 0, 0, 0, 20, 0, 0, 20, 0], [25, 25, 12, 28, 19, 16, 1, 21, 13, 7, 16, 12],
     [0, 0, 20, 0, 0, 0, 20, 0, 0, 20, 0, 20]),
    (0, MinMaxPolicy(12, 30), 215,
     [0, 0, 0, 20, 0, 0, 0, 31, 0, 0, 0, 25], [23, 23, 10, 26, 17, 14, -1, 30, 22, 16, 5, 26],
     [0, 0, 20, 0, 0, 0, 31, 0, 0, 0, 25, 0]),
    (0, BaseStockPolicy(25), 220,
     [0, 7, 0, 13, 4, 9, 3, 15, 0, 8, 6, 11], [18, 25, 12, 21, 16, 22, 10, 25, 17, 19, 14, 21],
     [7, 0, 13, 4, 9, 3, 15, 0, 8, 6, 11, 4]),
    (2, ReorderPointPolicy(12, 20), 155,
     [0, 0, 0, 0, 0, 20, 0, 0, 0, 20, 0, 0], [25, 25, 12, 8, -1, 16, 1, 1, -7, 7, -4, -8],
     [0, 0, 20, 0, 0, 0, 20, 0, 0, 20, 0, 20]),
    (2, MinMaxPolicy(12, 30), 140,
     [0, 0, 0, 0, 0, 20, 0, 0, 0, 31, 0, 0], [23, 23, 10, 6, -3, 14, -1, -1, -9, 16, 5, 1],
     [0, 0, 20, 0, 0, 0, 31, 0, 0, 0, 25, 0]),
    (2, BaseStockPolicy(25), 91,
     [0, 0, 0, 7, 0, 13, 4, 9, 3, 15, 0, 8], [18, 18, 5, 8, -1, 9, -2, 7, 2, 11, 0, 4],
     [7, 0, 13, 4, 9, 3, 15, 0, 8, 6, 11, 4]),
]  # fmt: skip


@pytest.mark.parametrize(("lead_time", "policy", "total_cost", "received", "net_stock", "ordered"), STOCKPYL)
def test_stockpyl_period_by_period(lead_time, policy, total_cost, received, net_stock, ordered):
    """Holding cost 1, stockout cost 3; initial_inventory_level 32, 30 and 25; r = 12, Q = 20, s = 12, S = 30 or 25."""
    simulation = simulate(policy, STOCKPYL_DEMAND, lead_time=lead_time, holding_cost=1, shortage_cost=3)
    assert simulation.trace["received"].tolist() == received
    assert simulation.trace["net_stock"].tolist() == net_stock
    assert simulation.trace["ordered"].tolist() == ordered
    assert simulation.replications["total_cost_per_year"].item() * 12 == pytest.approx(total_cost, rel=ROUNDING)


# --- Closed forms -----------------------------------------------------------------------------------------------


def assert_in_interval(simulation, expected):
    summary = simulation.summary
    for measure, value in expected.items():
        assert summary.at[measure, "low"] < value < summary.at[measure, "high"], measure


def poisson_on_hand(position, mean):
    """E(position - D)+ for Poisson demand, and so backorders are this less (position - mean)."""
    units = np.arange(max(int(position), 0) + 1)
    return float(((position - units) * stats.poisson.pmf(units, mean)).sum())


def normal_on_hand(position, mean, deviation):
    z = (position - mean) / deviation
    return deviation * (z * stats.norm.cdf(z) + stats.norm.pdf(z))


PRECISE = {"confidence": 0.999, "replications": 2000}


@pytest.mark.parametrize(("mean", "lead_time", "level"), [(2, 0, 3), (3, 4, 17), (10, 2, 28)])
def test_base_stock_under_poisson_demand(mean, lead_time, level):
    """Net stock is S - D(L + 1); what demand meets at once is what stock falls by between D(L) and D(L + 1)."""
    simulation = simulate(
        BaseStockPolicy(level), Poisson(mean), periods=200, warm_up=lead_time + 1, lead_time=lead_time, **PRECISE
    )
    last, before = poisson_on_hand(level, mean * (lead_time + 1)), poisson_on_hand(level, mean * lead_time)
    assert_in_interval(
        simulation,
        {
            "ready_rate": stats.poisson.cdf(level - 1, mean * (lead_time + 1)),
            "mean_on_hand": last,
            "mean_backorders": last - (level - mean * (lead_time + 1)),
            "fill_rate": (before - last) / mean,
            "orders_per_year": 1 - stats.poisson.pmf(0, mean),
        },
    )


def test_periodic_review_under_poisson_demand():
    """R = 4, L = 2: the order of a review meets the demands of 3, 4, 5 and 6 periods; receipts are 6 demands apart."""
    mean, level = 10, 62
    simulation = simulate(
        PeriodicReviewPolicy(4, level), Poisson(mean), periods=200, warm_up=16, lead_time=2, **PRECISE
    )
    assert_in_interval(
        simulation,
        {
            "mean_on_hand": np.mean([poisson_on_hand(level, mean * covered) for covered in (3, 4, 5, 6)]),
            "ready_rate": np.mean([stats.poisson.cdf(level - 1, mean * covered) for covered in (3, 4, 5, 6)]),
            "fill_rate": (poisson_on_hand(level, 2 * mean) - poisson_on_hand(level, 6 * mean)) / (4 * mean),
            "cycle_service_level": stats.poisson.cdf(level, 6 * mean),
        },
    )


def test_reorder_point_under_normal_demand():
    """The position is uniform between s and s + Q; a warm-up of 60 periods forgets where it began.

    Demand of 50 with a deviation of 10 is below 0 with probability 3e-7, so its cut does not show.
    """
    mean, deviation, s, q, lead_time = 50, 10, 170, 60, 3
    simulation = simulate(
        ReorderPointPolicy(s, q), Normal(mean, deviation), periods=200, warm_up=60, lead_time=lead_time, **PRECISE
    )

    def on_hand(periods):
        return quad(lambda y: normal_on_hand(y, mean * periods, deviation * periods**0.5), s, s + q)[0] / q

    on_hand_at_end = on_hand(lead_time + 1)
    assert_in_interval(
        simulation,
        {
            "mean_on_hand": on_hand_at_end,
            "mean_backorders": on_hand_at_end - (s + q / 2 - mean * (lead_time + 1)),
            "fill_rate": (on_hand(lead_time) - on_hand_at_end) / mean,
        },
    )


def test_reorder_point_under_poisson_demand():
    """The position is uniform on s + 1, ..., s + Q."""
    mean, s, q, lead_time = 3, 8, 10, 2
    simulation = simulate(
        ReorderPointPolicy(s, q), Poisson(mean), periods=200, warm_up=100, lead_time=lead_time, **PRECISE
    )
    positions = range(s + 1, s + q + 1)
    last, before = (
        np.mean([poisson_on_hand(position, mean * covered) for position in positions])
        for covered in (lead_time + 1, lead_time)
    )
    assert_in_interval(simulation, {"mean_on_hand": last, "fill_rate": (before - last) / mean})


def stationary(transition):
    """Of a Markov chain with this matrix of probabilities."""
    size = len(transition)
    equations = np.vstack([transition.T - np.eye(size), np.ones(size)])
    return np.linalg.lstsq(equations, np.append(np.zeros(size), 1.0), rcond=None)[0]


def test_min_max_policy_is_the_markov_chain_of_its_position():
    mean, s, level, lead_time = 3, 6, 15, 2
    positions = np.arange(s + 1, level + 1)
    transition = np.zeros((len(positions), len(positions)))
    for row, position in enumerate(positions):
        for column, after in enumerate(positions):
            if after <= position:
                transition[row, column] += stats.poisson.pmf(position - after, mean)
        transition[row, -1] += stats.poisson.sf(position - s - 1, mean)  # at s or below: up to S
    probability = stationary(transition)
    last, before = (
        probability @ [poisson_on_hand(position, mean * covered) for position in positions]
        for covered in (lead_time + 1, lead_time)
    )
    ordering = probability @ stats.poisson.sf(positions - s - 1, mean)
    simulation = simulate(
        MinMaxPolicy(s, level), Poisson(mean), periods=200, warm_up=60, lead_time=lead_time, fixed_cost=20, **PRECISE
    )
    assert_in_interval(
        simulation,
        {
            "mean_on_hand": last,
            "fill_rate": (before - last) / mean,
            "orders_per_year": ordering,
            "ordering_cost_per_year": 20 * ordering,
        },
    )


def test_lost_sales_are_the_markov_chain_of_stock_and_order():
    """Base stock S with a lead time of one period: on hand x, the rest of S arrives in the period after next."""
    mean, level = 2, 5
    states = [(stock, due) for stock in range(level + 1) for due in range(level + 1 - stock)]
    transition = np.zeros((len(states), len(states)))
    lost = np.zeros(len(states))
    for row, (stock, due) in enumerate(states):
        on_order = level - stock  # in all: due now, and the rest one period later
        available = stock + due
        for units in range(60):
            left = max(available - units, 0)
            transition[row, states.index((left, on_order - due))] += stats.poisson.pmf(units, mean)
            lost[row] += max(units - available, 0) * stats.poisson.pmf(units, mean)
    probability = stationary(transition)
    simulation = simulate(
        BaseStockPolicy(level), Poisson(mean), periods=200, warm_up=40, lead_time=1, lost_sales=True, **PRECISE
    )
    assert_in_interval(
        simulation,
        {
            "mean_on_hand": probability @ [stock for stock, _ in states],
            "mean_lost_sales": probability @ lost,
            "fill_rate": 1 - probability @ lost / mean,
        },
    )


def test_little_law_with_random_lead_times():
    """What is on order is, on average, the demand of the mean lead time and of the period itself."""
    lead_time = Discrete([0, 3, 7], [0.5, 0.3, 0.2])
    simulation = simulate(BaseStockPolicy(40), Gamma(6, 4), periods=200, warm_up=10, lead_time=lead_time, **PRECISE)
    net = simulation.replications["mean_on_hand"] - simulation.replications["mean_backorders"]
    half_width = stats.t.ppf(0.9995, 1999) * net.std() / 2000**0.5
    assert net.mean() == pytest.approx(40 - 6 * (0.3 * 3 + 0.2 * 7 + 1), abs=half_width)


@pytest.mark.parametrize(("lots_of_demand", "lead_time", "safety_stock"), [(5, 1, 0), (5, 3, 7), (4, 4, 10), (3, 8, 2)])
def test_constant_demand_gives_the_sawtooth_and_the_cost_of_the_lot(lots_of_demand, lead_time, safety_stock):
    """Ordered at s = d·L + SS, a lot meets a stock of SS: L demands fall between order and receipt.

    It lifts stock to its maximum, Q + SS; the demand of the same period leaves Q + SS - d at the period's end.
    """
    rate = 6
    lot = lots_of_demand * rate
    simulation = simulate(
        ReorderPointPolicy(rate * lead_time + safety_stock, lot),
        [rate] * (20 * lots_of_demand + 20),
        lead_time=lead_time,
        warm_up=20,
        **COSTS,
    )
    trace = simulation.trace
    just_before_demand = trace["net_stock"] + trace["demand"]
    assert set(just_before_demand[trace["received"] > 0]) == {just_before_demand.max()} == {lot + safety_stock}
    assert trace["net_stock"].max() == lot + safety_stock - rate
    assert trace["net_stock"].min() == safety_stock
    assert set(np.diff(np.flatnonzero(trace["ordered"]))) == {lots_of_demand}
    # Over whole cycles the stock at the period's end is SS + (Q - d)/2, and K·D/Q is paid: the EOQ's cost, with
    # stock at the end of a period for its mean within the period.
    found = simulation.replications.iloc[0]
    assert found["mean_on_hand"] == safety_stock + (lot - rate) / 2
    assert found["ordering_cost_per_year"] == pytest.approx(8 * rate * 12 / lot, rel=ROUNDING)
    assert found["holding_cost_per_year"] == pytest.approx(12 * 0.5 * (safety_stock + (lot - rate) / 2), rel=ROUNDING)
    assert found["cycle_service_level"] == found["fill_rate"] == 1


def test_economic_order_quantity_is_cheaper_than_its_neighbours_at_constant_demand():
    """K = 8, h = 0.01 a period, d = 1: the EOQ is 40 at a cost of 0.4 a period, less h·d/2 for the period's end."""
    lots = {lot: ReorderPointPolicy(0, lot) for lot in (20, 25, 32, 40, 50, 64, 80)}
    costs = compare(lots, [1] * 3200, fixed_cost=8, holding_cost=0.01).means["total_cost_per_year"]
    assert costs.idxmin() == 40
    for lot, cost in costs.items():
        assert cost == pytest.approx(8 / lot + 0.01 * (lot - 1) / 2, rel=1e-9)  # s = 0, L = 0: SS = 0


def test_newsvendor_critical_ratio():
    """S is the b/(b + h) quantile of the demand of L + 1 periods; at the optimum cost is (h + b)·sigma·phi(z)."""
    mean, deviation, holding, shortage = 50, 10, 1.0, 9.0
    z = stats.norm.ppf(shortage / (shortage + holding))
    spread = deviation * 3**0.5
    best = mean * 3 + z * spread
    comparison = compare(
        {"best": BaseStockPolicy(best), "less": BaseStockPolicy(best - 3), "more": BaseStockPolicy(best + 3)},
        Normal(mean, deviation),
        periods=200,
        lead_time=2,
        warm_up=3,
        holding_cost=holding,
        shortage_cost=shortage,
        **PRECISE,
    )
    low = comparison.differences.xs("total_cost_per_year", level="measure")["low"]
    assert (low > 0).all()  # both cost more, beyond the confidence interval of the paired difference
    simulation = simulate(
        BaseStockPolicy(best), Normal(mean, deviation), periods=200, lead_time=2, warm_up=3, holding_cost=holding,
        shortage_cost=shortage, **PRECISE,
    )  # fmt: skip
    expected = (holding + shortage) * spread * stats.norm.pdf(z)
    assert_in_interval(simulation, {"total_cost_per_year": expected})


def test_confidence_intervals_are_those_of_student():
    simulation = simulate(
        BaseStockPolicy(9), Poisson(3), periods=20, replications=12, lead_time=1, confidence=0.9, **COSTS
    )
    for measure, values in simulation.replications.items():
        if values.std() > 0:
            expected = stats.t.interval(0.9, 11, loc=values.mean(), scale=stats.sem(values))
            np.testing.assert_allclose(simulation.summary.loc[measure, ["low", "high"]], expected, rtol=1e-9)


def test_confidence_intervals_cover_the_closed_form_as_often_as_they_say():
    """80 % of 225 intervals: 180 with a deviation of 6, so four deviations either way."""
    expected = poisson_on_hand(8, 6)
    covered = 0
    for seed in range(225):
        stock = simulate(
            BaseStockPolicy(8),
            Poisson(3),
            periods=10,
            replications=10,
            lead_time=1,
            warm_up=2,
            confidence=0.8,
            seed=seed,
        ).summary.loc["mean_on_hand"]
        covered += stock["low"] < expected < stock["high"]
    assert 156 <= covered <= 204


# --- Random numbers ---------------------------------------------------------------------------------------------

CONDITIONS = {"periods": 150, "lead_time": Poisson(2), "warm_up": 10, "seed": 4}


@pytest.mark.parametrize(
    "demand", [Normal(9, 3), Intermittent(0.3, Poisson(4)), Resampled(range(9), 5), Resampled(range(200), 150)]
)
def test_policies_meet_the_same_demand_and_another_seed_another(demand):
    one, other = (simulate(policy, demand, **CONDITIONS) for policy in (BaseStockPolicy(40), MinMaxPolicy(20, 90)))
    pd.testing.assert_series_equal(one.trace["demand"], other.trace["demand"])
    reseeded = simulate(BaseStockPolicy(40), demand, **(CONDITIONS | {"seed": 5}))
    assert not reseeded.trace["demand"].equals(one.trace["demand"])
    again = simulate(BaseStockPolicy(40), demand, **CONDITIONS)
    pd.testing.assert_frame_equal(again.replications, one.replications)


def test_lead_times_do_not_depend_on_what_is_ordered_nor_on_demand():
    """Base stock orders in every period: what arrives shows the lead times of another policy's orders too."""
    lead_times = [Given(Poisson(3)), Given(Poisson(3))]
    simulate(BaseStockPolicy(40), Normal(9, 3), periods=150, lead_time=lead_times[0])
    simulate(MinMaxPolicy(20, 90), Gamma(90, 30), periods=150, lead_time=lead_times[1], lost_sales=True)
    for one, other in zip(lead_times[0].drawn, lead_times[1].drawn, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("demand", [Normal(9, 3), Intermittent(0.3, Poisson(4)), Resampled(range(9), 5)])
def test_a_short_run_is_the_beginning_of_a_long_one(demand):
    short, long = (
        simulate(MinMaxPolicy(20, 60), demand, replications=3, **(CONDITIONS | {"periods": periods})).trace
        for periods in (37, 400)
    )
    pd.testing.assert_frame_equal(short, long.iloc[:37])


def test_the_first_batches_of_replications_do_not_depend_on_how_many_follow():
    short, long = (
        simulate(MinMaxPolicy(20, 60), Normal(9, 3), replications=number, **(CONDITIONS | {"periods": 12})).replications
        for number in (2000, 2500)
    )
    pd.testing.assert_frame_equal(short, long.iloc[:2000])
    assert not np.isin(long["mean_on_hand"].iloc[2000:], long["mean_on_hand"].iloc[:500]).all()


def test_warm_up_is_played_and_not_counted():
    whole = simulate(MinMaxPolicy(20, 60), Normal(9, 3), periods=50, lead_time=2)
    later = simulate(MinMaxPolicy(20, 60), Normal(9, 3), periods=30, warm_up=20, lead_time=2)
    np.testing.assert_array_equal(whole.trace.iloc[20:], later.trace)
    assert later.trace.index.equals(pd.RangeIndex(1, 31, name="period"))


def test_paired_differences_are_those_of_the_replications_and_narrower():
    policies = {"now": MinMaxPolicy(20, 60), "more": MinMaxPolicy(22, 62)}
    conditions = {"periods": 100, "lead_time": 2, "replications": 50, **COSTS}
    comparison = compare(policies, Normal(9, 3), **conditions)
    now, more = (simulate(policy, Normal(9, 3), **conditions) for policy in policies.values())
    found = comparison.differences.loc[("more", "total_cost_per_year")]
    paired = (more.replications - now.replications)["total_cost_per_year"]
    interval = stats.ttest_rel(
        more.replications["total_cost_per_year"], now.replications["total_cost_per_year"]
    ).confidence_interval(0.95)
    np.testing.assert_allclose(found, [paired.mean(), *interval], rtol=1e-9)
    separate = now.summary.loc["total_cost_per_year"]
    assert found["high"] - found["low"] < 0.5 * (separate["high"] - separate["low"])
    pd.testing.assert_series_equal(comparison.means.loc["more"], more.summary["mean"], check_names=False)
    assert compare({"now": BaseStockPolicy(4)}, [1, 2]).differences.empty


# --- The search -------------------------------------------------------------------------------------------------

SMALL = {"periods": 60, "replications": 10, "warm_up": 10, "lead_time": 1, "seed": 3}
SMALL_COSTS = {"holding_cost": 1.0, "fixed_cost": 10.0, "shortage_cost": 5.0}
REORDER_POINTS, LOTS = range(-1, 8), range(2, 15)


def every_policy(policy_type, lost_sales):
    """Means of each measure of every policy on the grid, simulated one by one."""
    rows = []
    for point, lot in itertools.product(REORDER_POINTS, LOTS):
        policy = (
            ReorderPointPolicy(point, lot) if policy_type is ReorderPointPolicy else MinMaxPolicy(point, point + lot)
        )
        if point >= 0 or not lost_sales:
            found = simulate(policy, Poisson(2), lost_sales=lost_sales, **SMALL, **SMALL_COSTS).replications.mean()
            rows.append({"policy": policy, "lot": lot, **found})
    return pd.DataFrame(rows).set_index("policy")


@pytest.mark.parametrize("lost_sales", [False, True])
@pytest.mark.parametrize("policy_type", [ReorderPointPolicy, MinMaxPolicy])
def test_optimum_is_that_of_an_exhaustive_search(policy_type, lost_sales):
    grid = every_policy(policy_type, lost_sales)
    arguments = {"lost_sales": lost_sales, **SMALL, **SMALL_COSTS}
    cheapest = optimize_policy(policy_type, Poisson(2), **arguments)
    assert cheapest.policy == grid["total_cost_per_year"].idxmin()

    without_shortage = grid["holding_cost_per_year"] + grid["ordering_cost_per_year"]
    for target in (0.8, 0.95):
        found = optimize_policy(policy_type, Poisson(2), target_fill_rate=target, **arguments)
        assert found.policy == without_shortage[grid["fill_rate"] >= target].idxmin()

    of_seven = grid[grid["lot"] == 7]
    found = optimize_policy(policy_type, Poisson(2), order_quantity=7, **arguments)
    assert found.policy == of_seven["total_cost_per_year"].idxmin()
    found = optimize_policy(
        policy_type, Poisson(2), order_quantity=7, target_fill_rate=0.9, lost_sales=lost_sales, **SMALL
    )
    assert found.policy == of_seven.loc[of_seven["fill_rate"] >= 0.9, "mean_on_hand"].idxmin()


@pytest.mark.parametrize("step", [1.0, 0.4])
def test_reorder_point_of_a_given_lot_is_the_best_of_the_grid(step):
    """Cost is convex in s and the fill rate rises with it: looking at the neighbours is enough."""
    conditions = {"periods": 50, "replications": 5, "warm_up": 10, "lead_time": 4, **SMALL_COSTS}

    def measures(point):
        return simulate(ReorderPointPolicy(point, 130), Normal(50, 10), **conditions).summary["mean"]

    def found(**target):
        arguments = {"order_quantity": 130, "step": step} | conditions | target
        return optimize_policy(ReorderPointPolicy, Normal(50, 10), **arguments).policy.reorder_point

    cheapest = found()
    below, best, above = (measures(cheapest + shift)["total_cost_per_year"] for shift in (-step, 0, step))
    assert best <= min(below, above)
    lowest = found(target_fill_rate=0.97)
    assert measures(lowest)["fill_rate"] >= 0.97 > measures(lowest - step)["fill_rate"]


def test_search_reports_what_it_tried_and_the_summary_of_the_best():
    arguments = {"step": 2.5, **SMALL, **SMALL_COSTS}
    found = optimize_policy(MinMaxPolicy, Gamma(20, 9), **arguments)
    best = found.evaluated.loc[found.evaluated["total_cost_per_year"].idxmin()]
    assert MinMaxPolicy(best["reorder_point"], best["order_up_to_level"]) == found.policy
    assert not found.evaluated.duplicated(["reorder_point", "order_up_to_level"]).any()
    assert (found.evaluated[["reorder_point", "order_up_to_level"]] % 2.5 == 0).all(axis=None)
    pd.testing.assert_frame_equal(found.summary, simulate(found.policy, Gamma(20, 9), **SMALL, **SMALL_COSTS).summary)


@pytest.mark.parametrize("policy_type", [ReorderPointPolicy, MinMaxPolicy])
def test_optimum_costs_no_more_than_the_textbook_policy(policy_type):
    """EOQ, and the normal quantile of the critical ratio over L + 1 periods, rounded to the grid."""
    costs = {"holding_cost": 1.0, "fixed_cost": 400.0, "shortage_cost": 19.0}
    conditions = {"periods": 100, "replications": 5, "warm_up": 50, "lead_time": 4, **costs}
    lot = 5 * round(lot_sizing.economic_order_quantity(50, 400, 1) / 5)
    z = safety_stock.safety_factor(19 / 20)
    reserve = safety_stock.safety_stock(safety_factor=z, demand_deviation=10, lead_time=5)
    point = 5 * round(safety_stock.reorder_point(50, 5, reserve) / 5)
    textbook = ReorderPointPolicy(point, lot) if policy_type is ReorderPointPolicy else MinMaxPolicy(point, point + lot)
    theirs = simulate(textbook, Normal(50, 10), **conditions).summary["mean"]
    ours = optimize_policy(policy_type, Normal(50, 10), step=5.0, **conditions).summary["mean"]
    assert ours["total_cost_per_year"] <= theirs["total_cost_per_year"]
    lean = optimize_policy(
        policy_type, Normal(50, 10), step=5.0, target_fill_rate=theirs["fill_rate"] - ROUNDING, **conditions
    ).summary["mean"]
    parts = ["holding_cost_per_year", "ordering_cost_per_year"]
    assert lean["fill_rate"] >= theirs["fill_rate"] - ROUNDING
    assert lean[parts].sum() <= theirs[parts].sum()


def test_optimal_reorder_point_and_lot_against_the_exact_cost_function():
    """C(s, Q) = (K·d + integral of G from s to s + Q)/Q, G the cost of the net stock that a position leads to.

    Federgruen & Zheng (1992), Operations Research 40(4), 808-813, in its form for a uniform position. Around its
    minimum C is flat: the search on 6,000 simulated periods may miss the place, but not 1 % of the cost.
    """
    mean, deviation, covered = 50, 10 * 5**0.5, 5

    def cost(policy):
        def of_position(position):
            on_hand = normal_on_hand(position, mean * covered, deviation)
            return 1.0 * on_hand + 19.0 * (on_hand - (position - mean * covered))

        low, high = policy[0], policy[0] + policy[1]
        return (400 * mean + quad(of_position, low, high)[0]) / policy[1]

    least = minimize(cost, (250, 200), method="Nelder-Mead")
    found = optimize_policy(
        ReorderPointPolicy, Normal(mean, 10), step=10.0, periods=200, replications=30, warm_up=50, lead_time=4,
        holding_cost=1, fixed_cost=400, shortage_cost=19, confidence=0.999,
    )  # fmt: skip
    of_found = cost((found.policy.reorder_point, found.policy.order_quantity))
    assert of_found < 1.01 * least.fun
    simulated = found.summary.loc["total_cost_per_year"]
    assert simulated["low"] < of_found < simulated["high"]


@invariant
@given(runs(), halves(-20, 80), halves(1, 80), halves(1, 30), st.booleans())
def test_cost_is_convex_and_the_fill_rate_rises_with_the_reorder_point_on_every_path(run, point, lot, step, is_lot):
    """What the search relies on: the same path of net stock, shifted."""
    costs, fill_rates = [], []
    for shift in (0, step, 2 * step):
        low = point + shift
        policy = ReorderPointPolicy(low, lot) if is_lot else MinMaxPolicy(low, low + lot)
        found = played(run, policy=policy, lost_sales=False, initial_stock=None).replications
        costs.append(found["total_cost_per_year"])
        fill_rates.append(found["fill_rate"].fillna(1))
    assert (costs[0] + costs[2] - 2 * costs[1] >= -1e-9).all()
    assert (np.diff(fill_rates, axis=0) >= 0).all()


# --- Distributions ----------------------------------------------------------------------------------------------

CUT_MEAN = stats.norm.cdf(1) + stats.norm.pdf(1)  # of a standard normal around 1 whose negative draws are 0


@pytest.mark.parametrize(
    ("distribution", "mean", "deviation"),
    [
        (Normal(100, 20), 100, 20),
        (Normal(1, 1), CUT_MEAN, (2 * stats.norm.cdf(1) + stats.norm.pdf(1) - CUT_MEAN**2) ** 0.5),
        (Normal(5, 0), 5, 0),
        (Poisson(3.5), 3.5, 3.5**0.5),
        (NegativeBinomial(4, 5), 4, 5),
        (Gamma(10, 6), 10, 6),
        (Discrete([0, 2, 10], [0.5, 0.3, 0.2]), 2.6, 3.8),
        (Intermittent(0.25, Gamma(10, 6)), 2.5, (0.25 * 136 - 6.25) ** 0.5),
        (Resampled([1, 2, 3, 6]), 3, 3.5**0.5),
        (Resampled([1, 2, 3, 6], block=3), 3, 3.5**0.5),
    ],
)
def test_distributions_have_the_moments_they_are_named_after(distribution, mean, deviation):
    draws = distribution.draw(np.random.default_rng(8), (400, 500))
    assert draws.shape == (400, 500)
    assert draws.min() >= 0
    standard_error = deviation / 200_000**0.5 * 2  # blocks of three and four values repeat: 2 covers their correlation
    assert draws.mean() == pytest.approx(mean, abs=4 * standard_error + ROUNDING)
    assert draws.std() == pytest.approx(deviation, rel=0.03, abs=ROUNDING)


def test_resampled_blocks_are_consecutive_and_circular_and_begin_anywhere():
    draws = Resampled([0, 1, 2, 3, 4], block=3).draw(np.random.default_rng(8), (3 * 400, 2))
    blocks = draws.reshape(400, 3, 2)
    np.testing.assert_array_equal(np.diff(blocks, axis=1) % 5, 1)
    starts = np.bincount(blocks[:, 0].astype(int).ravel(), minlength=5)
    assert stats.chisquare(starts).pvalue > 0.001
    assert stats.chi2_contingency(pd.crosstab(blocks[:, 0, 0], blocks[:, 0, 1])).pvalue > 0.001  # each its own block


def test_resampled_blocks_are_not_cut_where_draws_are():
    trace = simulate(OrderSchedule([0] * 980), Resampled(range(1000), block=70), periods=980, replications=2).trace
    blocks = trace["demand"].to_numpy().reshape(14, 70)
    np.testing.assert_array_equal(np.diff(blocks, axis=1) % 1000, 1)
    assert len(set(blocks[:, 0])) > 10


def test_intermittent_demand_comes_independently_of_its_size_and_of_the_period_before():
    draws = Intermittent(0.3, Discrete([1, 2], [0.5, 0.5])).draw(np.random.default_rng(8), (4000, 20))
    occurs = draws > 0
    assert stats.binomtest(int(occurs.sum()), occurs.size, 0.3).pvalue > 0.001
    table = pd.crosstab(occurs[:-1].ravel(), occurs[1:].ravel())
    assert stats.chi2_contingency(table).pvalue > 0.001
    assert stats.binomtest(int((draws == 1).sum()), int(occurs.sum()), 0.5).pvalue > 0.001


def test_lead_times_are_rounded_to_whole_periods():
    """Uniform on 1.4, 1.6 and 2.4: one, two and two periods."""
    trace = simulate(BaseStockPolicy(9), [[5], *[[0]] * 5], lead_time=Given([[1.6], [0], [0], [0], [0], [0]])).trace
    assert trace["received"].tolist() == [0, 0, 0, 5, 0, 0]
    assert simulate(BaseStockPolicy(9), [5, 0, 0, 0], lead_time=Normal(1.4, 0)).trace["received"].tolist() == [
        0,
        0,
        5,
        0,
    ]


# --- Paths, indexes and errors ----------------------------------------------------------------------------------


def test_index_of_the_demand_is_kept_the_input_is_not_changed_and_a_list_gives_the_same():
    demand = pd.Series([10, 20, 30], index=pd.period_range("2021-01", periods=3, freq="M", name="month"))
    kept = demand.copy()
    policy = ReorderPointPolicy(30, 40)
    trace = simulate(policy, demand, lead_time=2).trace
    pd.testing.assert_series_equal(demand, kept)
    pd.testing.assert_index_equal(trace.index, demand.index)
    assert trace.columns.tolist() == ["received", "demand", "net_stock", "ordered", "inventory_position"]
    np.testing.assert_array_equal(trace, simulate(policy, [10, 20, 30], lead_time=2).trace)
    pd.testing.assert_index_equal(simulate(policy, demand, warm_up=1).trace.index, demand.index[1:])
    frame = pd.DataFrame({"a": demand, "b": demand[::-1].to_numpy()})
    columns = simulate(policy, frame, lead_time=2)
    pd.testing.assert_frame_equal(columns.trace, trace)
    assert columns.replications.index.tolist() == [1, 2]
    assert simulate(policy, [1, 2], lost_sales=True).trace.columns[-1] == "lost_sales"
    assert simulate(policy, [1, 2], lost_sales=True).trace.index.equals(pd.RangeIndex(1, 3, name="period"))


def test_a_given_path_is_one_replication_unless_lead_times_are_random():
    policy = MinMaxPolicy(5, 20)
    one = simulate(policy, [3, 9, 4, 8], lead_time=1, replications=7)
    assert len(one.replications) == 1
    assert one.summary[["low", "high"]].isna().all(axis=None)
    seven = simulate(policy, [3, 9, 4, 8] * 5, lead_time=Poisson(2), replications=7)
    assert len(seven.replications) == 7
    assert not seven.replications.duplicated().any()


def test_shares_of_nothing_are_missing():
    found = simulate(OrderSchedule([0, 0]), [0, 0]).replications.iloc[0]
    assert found[["cycle_service_level", "fill_rate", "turnover_per_year"]].isna().all()
    assert found["ready_rate"] == 0


@pytest.mark.parametrize("integer", [np.int64(2), np.uint8(2)])
def test_lead_time_of_any_integer_type_is_the_same(integer):
    policy, demand = ReorderPointPolicy(30, 40), [10] * 300
    pd.testing.assert_frame_equal(
        simulate(policy, demand, lead_time=integer).trace, simulate(policy, demand, lead_time=2).trace
    )


def test_trace_of_a_very_long_run_stops_after_100_000_periods():
    simulation = simulate(OrderSchedule(np.full(100_300, 2.0)), [2] * 100_300, warm_up=100)
    assert simulation.trace.index.equals(pd.RangeIndex(1, 100_001, name="period"))
    assert simulation.replications["orders_per_year"].item() == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"demand": pd.Series([3, -2], index=["Jan", "Feb"])}, "demand is -2 at index Feb: give a number 0 or more"),
        ({"demand": [3, float("nan")]}, "demand is nan at index 1: give a finite number"),
        ({"demand": []}, "demand is empty: give at least one number"),
        ({"demand": [3, True]}, r"demand is \[3, True\]: give a number, or an array or Series of numbers"),
        ({"demand": 3}, "demand is 3: give a Distribution, or a path of one or two dimensions"),
        ({"demand": Poisson(3)}, "periods is None: give a whole number of 1 or more"),
        ({"periods": 3}, "periods is 3: give none, or the 2 of demand after the warm-up"),
        ({"warm_up": 2}, "warm_up is 2: give fewer than the 2 periods of demand"),
        ({"warm_up": -1}, "warm_up is -1: give a whole number of 0 or more"),
        ({"policy": 30}, "policy is 30: give a Policy"),
        ({"policy": OrderSchedule([4])}, "quantities has 1 values: give one for each of 2 periods"),
        ({"replications": 0}, "replications is 0: give a whole number of 1 or more"),
        ({"lead_time": -1}, "lead_time is -1: give a whole number of 0 or more"),
        ({"lead_time": 1.5}, "lead_time is 1.5: give a whole number of 0 or more"),
        ({"lead_time": True}, "lead_time is True: give a whole number of 0 or more"),
        ({"lost_sales": "no"}, "lost_sales is 'no': give True or False"),
        ({"initial_stock": float("nan")}, "initial_stock is nan: give a finite number"),
        ({"initial_stock": "50"}, "initial_stock is '50': give a number, or an array or Series of numbers"),
        ({"initial_stock": -5, "lost_sales": True}, "initial_stock is -5: give a number 0 or more"),
        ({"holding_cost": -1}, "holding_cost is -1: give a number 0 or more"),
        ({"fixed_cost": [1, 2]}, r"fixed_cost is \[1, 2\]: give one number"),
        ({"shortage_cost": float("inf")}, "shortage_cost is inf: give a finite number"),
        ({"periods_per_year": 0}, "periods_per_year is 0: give a number greater than 0"),
        ({"seed": -1}, "seed is -1: give a whole number of 0 or more"),
        ({"confidence": 1}, "confidence is 1: give a number between 0 and 1, both excluded"),
    ],
)
def test_errors_name_the_argument_the_value_and_the_index(wrong, message):
    arguments = {"policy": ReorderPointPolicy(30, 40), "demand": [10, 20]} | wrong
    with pytest.raises(ValueError, match=f"^{message}$"):
        simulate(arguments.pop("policy"), arguments.pop("demand"), **arguments)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Normal(-1, 2), "mean is -1: give a number 0 or more"),
        (lambda: Normal(1, -2), "deviation is -2: give a number 0 or more"),
        (lambda: Poisson(float("nan")), "mean is nan: give a finite number"),
        (
            lambda: NegativeBinomial(4, 2),
            "deviation is 2: give one above 2, the root of the mean; where the variance is the mean, demand is Poisson",
        ),
        (lambda: Gamma(0, 2), "mean is 0: give a number greater than 0"),
        (lambda: Discrete([1, -2], [0.5, 0.5]), "values is -2 at index 1: give a number 0 or more"),
        (lambda: Discrete([1, 2], [0.5, 0.4]), "the sum of probabilities is 0.9: give probabilities with the sum 1"),
        (lambda: Discrete([1, 2], [1.0]), "probabilities has 1 values: give one for each of 2 values"),
        (lambda: Intermittent(1.5, Poisson(2)), "probability is 1.5: give a number between 0 and 1, both included"),
        (lambda: Intermittent(0.5, 2), "size is 2: give a Distribution"),
        (lambda: Resampled([1, -2]), "series is -2 at index 1: give a number 0 or more"),
        (lambda: Resampled([1, 2], 3), "block is 3: give at most 2, the length of the series"),
        (lambda: Resampled([1, 2], 0), "block is 0: give a whole number of 1 or more"),
        (lambda: ReorderPointPolicy(float("nan"), 4), "reorder_point is nan: give a finite number"),
        (lambda: ReorderPointPolicy([30, 40], 4), r"reorder_point is \[30, 40\]: give one number"),
        (lambda: ReorderPointPolicy(3, 0), "order_quantity is 0: give a number greater than 0"),
        (lambda: MinMaxPolicy(3, 3), "order_up_to_level is 3: give one above the reorder point 3"),
        (lambda: PeriodicReviewPolicy(0, 5), "review_period is 0: give a whole number of 1 or more"),
        (lambda: PeriodicReviewPolicy(2, 5, 6), "order_up_to_level is 5: give one above the reorder point 6"),
        (lambda: BaseStockPolicy(float("inf")), "base_stock_level is inf: give a finite number"),
        (lambda: OrderSchedule([1, -1]), "quantities is -1 at index 1: give a number 0 or more"),
        (lambda: compare({}, [1, 2]), "policies is {}: give at least one policy by its name"),
    ],
)
def test_distributions_and_policies_are_checked_when_they_are_made(wrong, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        wrong()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"shortage_cost": 0}, "shortage_cost is 0: give a number greater than 0"),
        ({"holding_cost": 0}, "holding_cost is 0: give a number greater than 0"),
        (
            {"holding_cost": 0, "target_fill_rate": 0.9},
            "holding_cost is 0: give a number greater than 0, or no fixed_cost",
        ),
        ({"target_fill_rate": 1}, "target_fill_rate is 1: give a number between 0 and 1, both excluded"),
        ({"order_quantity": 0}, "order_quantity is 0: give a number greater than 0"),
        ({"step": 0}, "step is 0: give a number greater than 0"),
        ({"demand": [0, 0]}, "demand is 0 throughout: give a demand to be met"),
        (
            {"policy_type": BaseStockPolicy},
            "policy_type is <class .*BaseStockPolicy'>: give ReorderPointPolicy or MinM.*",
        ),
        (
            {"initial_stock": 0, "target_fill_rate": 0.9},
            "target_fill_rate is 0.9: no reorder point reaches it; give a lower one, more initial_stock or a warm_up",
        ),
    ],
)
def test_search_refuses_what_has_no_optimum(wrong, message):
    arguments = {"policy_type": MinMaxPolicy, "demand": [4, 6, 5]} | SMALL_COSTS | wrong
    with pytest.raises(ValueError, match=f"^{message}$"):
        optimize_policy(arguments.pop("policy_type"), arguments.pop("demand"), **arguments)
