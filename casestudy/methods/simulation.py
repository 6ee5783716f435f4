"""Stock of one item played forward, period by period, many replications at once.

Notation: s reorder point, Q order quantity, S order-up-to level, R review period, L lead time in periods. Net stock
is on hand less backorders; the inventory position is net stock plus what is on order.

Order of events in each period:

1. Due orders arrive. Backorders are filled first.
2. Demand is met from stock. What is missing is backordered or, with `lost_sales`, lost.
3. Stock, shortages and costs are counted at the period's end.
4. At a review the inventory position is checked, and an order may be placed.

What is ordered at the end of period t with a lead time of L arrives at the start of t + L + 1: L full periods of
demand lie between, so that s = d·L + SS leaves SS on average at continuous review; an order-up-to level checked
every R periods has to last for R + L. "Continuous" review is a review at the end of every period, when the position
may already lie below s (the undershoot). Random lead times are drawn for each period and replication, and
an order placed there arrives after its own: orders may cross, and two may arrive together. Differences of 1e-9 of a
policy's levels, or of the largest quantity that moved, count as rounding of floats: such a position is at its reorder
point, such a stock is none, such a shortage too.

Random numbers: `numpy.random.SeedSequence(seed)` has two children, one for demand and one for lead times; each of
them has one child for every batch of 1,000 replications. So policies that are simulated with the same seed meet
the same demand and the same lead times, whatever they order (common random numbers); a run of 3,000 replications
begins with the 2,000 of a shorter one; and a run of fewer periods is the beginning of a longer one.

Memory: demand is drawn and stock is played for one batch and some 128 periods at a time (more only for
`Resampled` with longer blocks), in about a dozen arrays of that shape, together some 15 MB; beside them, the orders
on their way: one row of the batch for each period of the longest lead time, at most for those of the run. Only the
trace grows with the number of periods, to its first 100,000.

Books: Silver, Pyke & Thomas (2017), *Inventory and Production Management in Supply Chains*, 4th edition, for the
policies and service measures; Law (2015), *Simulation Modeling and Analysis*, 5th edition, for replications,
warm-up, confidence intervals and common random numbers.
"""

import itertools
import math
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from casestudy.methods._validation import in_range, numeric_series, one_number, whole_number

__all__ = [
    "BaseStockPolicy",
    "Comparison",
    "Discrete",
    "Distribution",
    "Gamma",
    "Intermittent",
    "MinMaxPolicy",
    "NegativeBinomial",
    "Normal",
    "OptimalPolicy",
    "OrderSchedule",
    "PeriodicReviewPolicy",
    "Poisson",
    "Policy",
    "ReorderPointPolicy",
    "Resampled",
    "Simulation",
    "compare",
    "optimize_policy",
    "simulate",
]

_BATCH = 1_000  # replications that are drawn together
_CHUNK = 128  # periods that are drawn together
_TRACED = 100_000  # periods of the trace
_DUST = 1e-9  # share of a quantity that counts as rounding of floats
_NEIGHBOURS = (-4, -3, -2, -1, 1, 2, 3, 4)  # strides from the best lot to those that a search tries next


# --- Distributions ----------------------------------------------------------------------------------------


class Distribution(ABC):
    """Demand of a period in units, or a lead time in periods; never below 0."""

    block: ClassVar[int] = 1  # periods that belong together: draws are cut at multiples of it only

    @abstractmethod
    def draw(self, generator, shape):
        """Random numbers from a `numpy.random.Generator`, as an array of that shape; axis 0 is time."""


@dataclass(frozen=True)
class Normal(Distribution):
    """Normal distribution, of which draws below 0 count as 0.

    That lifts the mean to mean·Phi(mean/deviation) + deviation·phi(mean/deviation) and narrows the spread: by less
    than 0.1 % of the deviation where the mean is 3 deviations, but from 1 to 1.083 at a mean of one deviation.

    Parameters
    ----------
    mean, deviation : float
        Of the normal distribution before negative draws are cut, 0 or more.

    >>> Normal(100, 20).draw(np.random.default_rng(1), 3).round(1).tolist()
    [106.9, 116.4, 106.6]
    """

    mean: float
    deviation: float

    def __post_init__(self):
        one_number("non-negative", mean=self.mean, deviation=self.deviation)

    def draw(self, generator, shape):
        draws = generator.normal(self.mean, self.deviation, shape)
        return np.maximum(draws, 0.0, out=draws)


@dataclass(frozen=True)
class Poisson(Distribution):
    """Poisson distribution; its variance is its mean.

    Parameters
    ----------
    mean : float
        0 or more.
    """

    mean: float

    def __post_init__(self):
        one_number("non-negative", mean=self.mean)

    def draw(self, generator, shape):
        return generator.poisson(self.mean, shape).astype(float)


@dataclass(frozen=True)
class NegativeBinomial(Distribution):
    """Negative binomial distribution: whole units that vary more than Poisson's.

    Parameters
    ----------
    mean, deviation : float
        Greater than 0; the variance, deviation squared, above the mean.
    """

    mean: float
    deviation: float

    def __post_init__(self):
        one_number("positive", mean=self.mean, deviation=self.deviation)
        if self.deviation**2 <= self.mean:
            raise ValueError(
                f"deviation is {self.deviation}: give one above {math.sqrt(self.mean):g}, the root of the mean; "
                "where the variance is the mean, demand is Poisson"
            )

    def draw(self, generator, shape):
        variance = self.deviation**2
        successes = self.mean**2 / (variance - self.mean)
        return generator.negative_binomial(successes, self.mean / variance, shape).astype(float)


@dataclass(frozen=True)
class Gamma(Distribution):
    """Gamma distribution: positive, and skewed the more, the larger deviation/mean is.

    Parameters
    ----------
    mean, deviation : float
        Greater than 0.
    """

    mean: float
    deviation: float

    def __post_init__(self):
        one_number("positive", mean=self.mean, deviation=self.deviation)

    def draw(self, generator, shape):
        return generator.gamma((self.mean / self.deviation) ** 2, self.deviation**2 / self.mean, shape)


@dataclass(frozen=True)
class Discrete(Distribution):
    """Values with their probabilities.

    Parameters
    ----------
    values : sequence of float
        0 or more.
    probabilities : sequence of float
        One for each value, with the sum 1 (to 1e-9).

    >>> Discrete([2, 5], [0.75, 0.25]).draw(np.random.default_rng(1), 4).tolist()
    [2.0, 5.0, 2.0, 5.0]
    """

    values: tuple
    probabilities: tuple

    def __post_init__(self):
        values = numeric_series("values", self.values, kind="non-negative")
        probabilities = numeric_series("probabilities", self.probabilities, kind="share")
        if len(values) != len(probabilities):
            raise ValueError(
                f"probabilities has {len(probabilities)} values: give one for each of {len(values)} values"
            )
        if abs(probabilities.sum() - 1) > 1e-9:
            raise ValueError(f"the sum of probabilities is {probabilities.sum():g}: give probabilities with the sum 1")
        object.__setattr__(self, "values", tuple(values.tolist()))
        object.__setattr__(self, "probabilities", tuple((probabilities / probabilities.sum()).tolist()))

    def draw(self, generator, shape):
        return generator.choice(np.array(self.values), size=shape, p=self.probabilities)


@dataclass(frozen=True)
class Intermittent(Distribution):
    """Nothing in most periods, and now and then a demand.

    Parameters
    ----------
    probability : float
        Of a demand in a period, 0 to 1, independent of the periods before.
    size : Distribution
        Of a demand where there is one.
    """

    probability: float
    size: Distribution

    def __post_init__(self):
        one_number("share", probability=self.probability)
        if not isinstance(self.size, Distribution):
            raise ValueError(f"size is {self.size!r}: give a Distribution")

    @property
    def block(self):
        return self.size.block

    def draw(self, generator, shape):
        occurs = generator.random(shape) < self.probability
        return np.where(occurs, self.size.draw(generator, shape), 0.0)


@dataclass(frozen=True)
class Resampled(Distribution):
    """Bootstrap of a series: blocks of consecutive values, drawn with replacement.

    A block begins anywhere in the series with equal probability, and goes on at its start where the series ends
    (the circular block bootstrap of Politis & Romano, 1992), so that every value is drawn equally often.

    Parameters
    ----------
    series : Series or sequence of float
        What was observed, 0 or more.
    block : int
        Periods that stay together, which keeps the correlation within them; at most the length of the series.

    >>> Resampled([1, 2, 3, 4, 5], block=3).draw(np.random.default_rng(1), 6).tolist()
    [3.0, 4.0, 5.0, 3.0, 4.0, 5.0]
    """

    series: tuple
    block: int = 1

    def __post_init__(self):
        series = numeric_series("series", self.series, kind="non-negative")
        whole_number(1, block=self.block)
        if self.block > len(series):
            raise ValueError(f"block is {self.block}: give at most {len(series)}, the length of the series")
        object.__setattr__(self, "series", tuple(series.tolist()))
        object.__setattr__(self, "block", int(self.block))

    def draw(self, generator, shape):
        periods, *others = np.atleast_1d(shape)
        starts = generator.integers(0, len(self.series), (-(-periods // self.block), *others))
        within = np.arange(self.block).reshape(1, -1, *[1] * len(others))
        places = (starts[:, None] + within).reshape(-1, *others)[:periods]
        return np.array(self.series)[places % len(self.series)]


# --- Policies ---------------------------------------------------------------------------------------------


class Policy(ABC):
    """When to order, and how much, from the inventory position at the end of a period."""

    highest_position: float  # that its orders reach: the initial stock where none is given

    @abstractmethod
    def order(self, position, period, ordered):
        """Write what is ordered in the period (0, 1, 2, ...) at these positions into the array `ordered`, units."""


@dataclass(frozen=True)
class ReorderPointPolicy(Policy):
    """(s, Q): at or below s, as many lots of Q as lift the position above s; one order, however many lots.

    Parameters
    ----------
    reorder_point : float
        Inventory position at which an order is placed [s], units; below 0, only once so much is backordered.
    order_quantity : float
        Units of a lot [Q], greater than 0.
    """

    reorder_point: float
    order_quantity: float

    def __post_init__(self):
        one_number("finite", reorder_point=self.reorder_point)
        one_number("positive", order_quantity=self.order_quantity)

    @property
    def highest_position(self):
        return self.reorder_point + self.order_quantity

    def order(self, position, period, ordered):
        ordered.fill(0.0)
        highest_trigger = _rounded_up(self.reorder_point, self.highest_position)
        places = (position <= highest_trigger).nonzero()[0]
        if places.size:
            lots = np.floor((highest_trigger - position[places]) / self.order_quantity) + 1
            ordered[places] = lots * self.order_quantity


@dataclass(frozen=True)
class MinMaxPolicy(Policy):
    """(s, S): at or below s, as much as lifts the position to S.

    Parameters
    ----------
    reorder_point : float
        Inventory position at which an order is placed [s], units.
    order_up_to_level : float
        Position after the order [S], units, above s.
    """

    reorder_point: float
    order_up_to_level: float

    def __post_init__(self):
        one_number("finite", reorder_point=self.reorder_point, order_up_to_level=self.order_up_to_level)
        _check_level_above(self.reorder_point, self.order_up_to_level)

    @property
    def highest_position(self):
        return self.order_up_to_level

    def order(self, position, period, ordered):
        _order_up_to(self.order_up_to_level, self.reorder_point, position, ordered)


@dataclass(frozen=True)
class PeriodicReviewPolicy(Policy):
    """(R, S), or (R, s, S) where a reorder point is given: reviewed at the end of the periods R, 2R, 3R, ...

    They are counted from the first period that is played, that of the warm-up if there is one.

    Parameters
    ----------
    review_period : int
        Periods from one review to the next [R], 1 or more.
    order_up_to_level : float
        Position after the order [S], units.
    reorder_point : float, optional
        At a review, order at or below this position only [s], units, below S. None: order whatever is missing.
    """

    review_period: int
    order_up_to_level: float
    reorder_point: float | None = None

    def __post_init__(self):
        whole_number(1, review_period=self.review_period)
        one_number("finite", order_up_to_level=self.order_up_to_level)
        if self.reorder_point is not None:
            one_number("finite", reorder_point=self.reorder_point)
            _check_level_above(self.reorder_point, self.order_up_to_level)

    @property
    def highest_position(self):
        return self.order_up_to_level

    def order(self, position, period, ordered):
        if (period + 1) % self.review_period:
            ordered.fill(0.0)
        else:
            _order_up_to(self.order_up_to_level, self.reorder_point, position, ordered)


@dataclass(frozen=True)
class BaseStockPolicy(Policy):
    """Base stock: at the end of every period, as much as lifts the position to S.

    Parameters
    ----------
    base_stock_level : float
        Position after the order [S], units.
    """

    base_stock_level: float

    def __post_init__(self):
        one_number("finite", base_stock_level=self.base_stock_level)

    @property
    def highest_position(self):
        return self.base_stock_level

    def order(self, position, period, ordered):
        _order_up_to(self.base_stock_level, None, position, ordered)


@dataclass(frozen=True)
class OrderSchedule(Policy):
    """A plan that was made beforehand, as lot-sizing rules print it: what arrives at the start of each period.

    Its orders are counted in the period in which they arrive, and never on order before; a lead time plays no part.

    Parameters
    ----------
    quantities : Series or sequence of float
        Units that arrive in each period, the warm-up's first, 0 or more. It may be longer than the run.
    """

    quantities: tuple
    highest_position: ClassVar[float] = 0.0

    def __post_init__(self):
        quantities = numeric_series("quantities", self.quantities, kind="non-negative")
        object.__setattr__(self, "quantities", tuple(quantities.tolist()))

    def order(self, position, period, ordered):
        ordered.fill(self.quantities[period])


def _order_up_to(level, reorder_point, position, ordered):
    """To the level, at or below the reorder point; None: wherever anything is missing."""
    trigger = level - _DUST * abs(level) if reorder_point is None else _rounded_up(reorder_point, level)
    np.subtract(level, position, out=ordered)
    ordered *= position <= trigger


def _rounded_up(reorder_point, highest_position):
    return reorder_point + _DUST * max(abs(reorder_point), abs(highest_position))


def _check_level_above(reorder_point, order_up_to_level):
    if order_up_to_level <= reorder_point:
        raise ValueError(f"order_up_to_level is {order_up_to_level}: give one above the reorder point {reorder_point}")


# --- Simulation -------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Simulation:
    """What came of a policy, per replication and on average.

    Attributes
    ----------
    replications : DataFrame, one row a replication, 1, 2, ...; the measures as columns:
        cycle_service_level : share of the replenishment cycles, receipt to receipt, without a shortage. A cycle
            belongs to the period of the receipt that ends it; the time before the first receipt is none.
        fill_rate : share of demand that was met from stock in its own period.
        ready_rate : share of periods that end with stock on hand.
        mean_on_hand : units at the period's end.
        mean_backorders, or mean_lost_sales : units backordered at the period's end, or units lost in a period.
        turnover_per_year : units handed out in a year, late ones too, by the mean on hand.
        orders_per_year : orders placed in a year.
        holding_cost_per_year, ordering_cost_per_year, shortage_cost_per_year, total_cost_per_year : money.
        A share of nothing (no cycle ended, no demand, no stock) is NaN.
    summary : DataFrame, one row a measure: its mean over the replications in which it is a number, and low and
        high, the limits of Student's confidence interval of that mean; NaN for a single replication. For the
        fill rate, the pooled ratio of all units met to all units demanded would weigh replications by their
        demand; in runs of some hundred periods the two hardly differ.
    trace : DataFrame, the counted periods of the first replication, at most the first 100,000: received, demand,
        net_stock (at the period's end), ordered, inventory_position (after ordering), with lost sales also
        lost_sales, units. The index is that of a demand Series, else `period` 1, 2, ...
    """

    replications: pd.DataFrame
    summary: pd.DataFrame
    trace: pd.DataFrame


class Comparison(NamedTuple):
    """Policies on the same demand and lead times: means, and differences from the first policy."""

    means: pd.DataFrame
    differences: pd.DataFrame


def simulate(
    policy,
    demand,
    *,
    periods=None,
    replications=1000,
    lead_time=0,
    lost_sales=False,
    initial_stock=None,
    warm_up=0,
    holding_cost=0.0,
    fixed_cost=0.0,
    shortage_cost=0.0,
    periods_per_year=1,
    seed=0,
    confidence=0.95,
):
    """Stock under a policy, against random or given demand.

    The order of events, the random numbers and the memory needed stand at the head of this module.

    Parameters
    ----------
    policy : Policy
        ReorderPointPolicy (s, Q), MinMaxPolicy (s, S), PeriodicReviewPolicy (R, S) or (R, s, S), BaseStockPolicy,
        or OrderSchedule.
    demand : Distribution, or Series, DataFrame, array or sequence of float
        Units in each period: random, or given. A given path of one dimension is the same in each replication;
        one of two dimensions, periods x replications, has a column for each. Its first periods are the warm-up.
    periods : int, optional
        Periods that are counted, where demand is random; of a given path, all after the warm-up.
    replications : int
        Independent runs of a random demand or lead time. Where neither is random there is one, and a path of two
        dimensions brings its own number.
    lead_time : int or Distribution
        Whole periods from order to receipt [L], 0 or more; draws of a distribution are rounded to whole periods.
    lost_sales : bool
        True: demand that is not met is lost. False: it is backordered.
    initial_stock : float, optional
        Net stock before the first period, units; below 0, backorders. None: the highest position of the policy
        (S, or s + Q), and 0 for an order schedule.
    warm_up : int
        Periods that are played first and not counted.
    holding_cost : float
        Money per unit on hand at the end of a period.
    fixed_cost : float
        Money per order placed [K].
    shortage_cost : float
        Money per unit backordered at the end of a period, or per unit lost.
    periods_per_year : float
        Periods in a year, greater than 0.
    seed : int
        Of the random numbers, 0 or more.
    confidence : float
        Of the confidence intervals, between 0 and 1.

    Returns
    -------
    Simulation
        replications, summary and trace.

    Raises
    ------
    ValueError
        If an argument is out of its range, periods are missing or do not match a given path, or an order schedule
        is shorter than the run; names the argument, the value and the mend.

    Source: Silver, Pyke & Thomas (2017), the (s, Q), (s, S), (R, S) and (R, s, S) systems.

    >>> weeks = pd.Series([4, 4, 4], index=[1, 2, 3])
    >>> simulate(ReorderPointPolicy(3, 10), weeks, lead_time=1, initial_stock=6).trace
       received  demand  net_stock  ordered  inventory_position
    1       0.0     4.0        2.0     10.0                12.0
    2       0.0     4.0       -2.0      0.0                 8.0
    3      10.0     4.0        4.0      0.0                 4.0

    A base stock S and Poisson demand: net stock is S less the demand of L + 1 periods, so that the period ends
    with stock on hand with probability P(demand of 3 periods <= 5) = 0.4457.

    >>> ready = simulate(BaseStockPolicy(6), Poisson(2), periods=200, lead_time=2, warm_up=3).summary.loc["ready_rate"]
    >>> bool(ready["low"] < 0.4457 < ready["high"])
    True
    """
    setting = _setting(
        demand,
        periods=periods,
        replications=replications,
        lead_time=lead_time,
        lost_sales=lost_sales,
        initial_stock=initial_stock,
        warm_up=warm_up,
        holding_cost=holding_cost,
        fixed_cost=fixed_cost,
        shortage_cost=shortage_cost,
        periods_per_year=periods_per_year,
        seed=seed,
    )
    one_number("probability", confidence=confidence)
    return _simulated(policy, setting, confidence)


def compare(policies, demand, *, confidence=0.95, **conditions):
    """Policies side by side on the same demand and lead times (common random numbers).

    Parameters
    ----------
    policies : dict
        Policy by name; the first is the one that the others are compared with.
    demand, confidence, conditions
        As for `simulate`.

    Returns
    -------
    Comparison
        means: DataFrame, one row a policy, one column a measure. differences: DataFrame, one row for each other
        policy and measure, with columns mean, low and high: policy less first policy in the same replication, and
        the paired confidence interval, narrower than two separate ones as far as the same demand moves both.

    Raises
    ------
    ValueError
        As `simulate`, or if there are no policies.

    >>> made = compare({"now": BaseStockPolicy(9), "more": BaseStockPolicy(10)}, Poisson(5), periods=50, holding_cost=1)
    >>> made.means["ready_rate"].round(2).to_dict()
    {'now': 0.93, 'more': 0.97}
    >>> made.differences.loc[("more", "holding_cost_per_year")].round(2).to_dict()
    {'mean': 0.97, 'low': 0.97, 'high': 0.97}
    """
    if not policies:
        raise ValueError(f"policies is {policies!r}: give at least one policy by its name")
    runs = {name: simulate(policy, demand, confidence=confidence, **conditions) for name, policy in policies.items()}
    first = next(iter(policies))
    differences = {
        name: _summary(run.replications - runs[first].replications, confidence) for name, run in runs.items()
    }
    means = pd.DataFrame({name: run.summary["mean"] for name, run in runs.items()}).T
    return Comparison(
        means.rename_axis(index="policy"),
        pd.concat(differences, names=["policy"]).drop(index=first, level="policy"),
    )


class OptimalPolicy(NamedTuple):
    """The best policy that a search found, the summary of its simulation, and all policies that were tried."""

    policy: Policy
    summary: pd.DataFrame
    evaluated: pd.DataFrame


def optimize_policy(
    policy_type,
    demand,
    *,
    target_fill_rate=None,
    order_quantity=None,
    step=1.0,
    periods=None,
    replications=1000,
    lead_time=0,
    lost_sales=False,
    initial_stock=None,
    warm_up=0,
    holding_cost=0.0,
    fixed_cost=0.0,
    shortage_cost=0.0,
    periods_per_year=1,
    seed=0,
    confidence=0.95,
):
    """The (s, Q) or (s, S) policy of least cost, or of least stock and orders for a fill rate, by simulation.

    All policies meet the same random numbers. For each Q (or S - s) the best s is searched for with strides that
    double downhill and halve at the bottom. With backorders, and the initial stock left at the policy's highest
    position, cost is convex in s and the fill rate rises with it on every path, so that this s is the best on the
    grid; with lost sales it is so but for ripples. Over Q there is no such proof: nine values from a quarter to four
    times the economic order quantity are tried, more where the best one is at the end, and then four neighbours of
    the best on either side, at strides that halve down to one step. Between whole units of s there are local optima
    of Q; the neighbours step over the nearest. The initial stock is free: a short run needs a warm-up.

    Parameters
    ----------
    policy_type : type
        ReorderPointPolicy or MinMaxPolicy.
    demand and all arguments after `step`
        As for `simulate`.
    target_fill_rate : float, optional
        None: least total_cost_per_year. Otherwise least ordering and holding cost per year among the policies whose
        mean fill rate reaches it; least mean_on_hand where neither costs anything.
    order_quantity : float, optional
        A given Q, or S - s, units. None: searched for.
    step : float
        Units between the values tried: s, and Q or S - s, are its multiples. Some hundred policies are simulated;
        the finer the step beside the demand of a lead time, the more.

    Returns
    -------
    OptimalPolicy
        policy; its summary, as `simulate` gives it; evaluated: DataFrame, one row for each policy tried, in the
        order in which they were: its parameters and the mean of each measure.

    Raises
    ------
    ValueError
        If an argument is out of its range; if costs are missing without which the optimum would lie at infinity;
        if there is no demand; or if no reorder point reaches the fill rate.

    Source: Silver, Pyke & Thomas (2017), for what is searched; no closed form is used but for the start.

    >>> found = optimize_policy(
    ...     ReorderPointPolicy, Poisson(5), periods=100, replications=20, lead_time=2, warm_up=20,
    ...     holding_cost=1, fixed_cost=40, shortage_cost=9, order_quantity=20,
    ... )
    >>> found.policy
    ReorderPointPolicy(reorder_point=14.0, order_quantity=20.0)
    """
    setting = _setting(
        demand,
        periods=periods,
        replications=replications,
        lead_time=lead_time,
        lost_sales=lost_sales,
        initial_stock=initial_stock,
        warm_up=warm_up,
        holding_cost=holding_cost,
        fixed_cost=fixed_cost,
        shortage_cost=shortage_cost,
        periods_per_year=periods_per_year,
        seed=seed,
    )
    one_number("probability", confidence=confidence)
    one_number("positive", step=step)
    if order_quantity is not None:
        one_number("positive", order_quantity=order_quantity)
    if policy_type not in (ReorderPointPolicy, MinMaxPolicy):
        raise ValueError(f"policy_type is {policy_type!r}: give ReorderPointPolicy or MinMaxPolicy")
    if target_fill_rate is None:
        one_number("positive", holding_cost=holding_cost, shortage_cost=shortage_cost)
    else:
        one_number("probability", target_fill_rate=target_fill_rate)
        if holding_cost == 0 and fixed_cost > 0:
            raise ValueError("holding_cost is 0: give a number greater than 0, or no fixed_cost")
    search = _Search(policy_type, setting, target_fill_rate, order_quantity, step)
    best = search.best()
    evaluated = pd.DataFrame(search.evaluated.values())
    evaluated.index = pd.RangeIndex(1, len(evaluated) + 1, name="candidate")
    return OptimalPolicy(best, _simulated(best, setting, confidence).summary, evaluated)


class _Search:
    """Policies on a grid: whole numbers of steps for the reorder point, and for the lot Q or S - s."""

    def __init__(self, policy_type, setting, target_fill_rate, order_quantity, step):
        self.policy_type, self.setting, self.step = policy_type, setting, step
        self.target_fill_rate, self.order_quantity = target_fill_rate, order_quantity
        self.evaluated, self.points = {}, {}
        mean, lead_time = _rough_mean(setting.demand, setting), _rough_mean(setting.lead_time, setting)
        if mean == 0:
            raise ValueError("demand is 0 throughout: give a demand to be met")
        is_costly = setting.fixed_cost > 0 and setting.holding_cost > 0
        lot = math.sqrt(2 * setting.fixed_cost * mean / setting.holding_cost) if is_costly else mean
        self.first_lot = max(round(lot / step), 1)
        self.first_point = round(mean * (lead_time + 1) / step)
        self.stride = 2 ** round(math.log2(max(mean * (lead_time + 1) / step / 4, 1)))
        # More than this and nothing is ever short, or the target cannot be reached.
        self.highest_point = 10 * (self.first_point + math.ceil(mean * (setting.periods + setting.warm_up) / step))
        self.lowest_point = 0 if setting.lost_sales else -self.highest_point

    def best(self):
        if self.order_quantity is not None:
            lot = self.first_lot
        else:
            tried = {max(round(self.first_lot * 2 ** (power / 2)), 1) for power in range(-4, 5)}
            while min(tried, key=self.cost_of_lot) == max(tried):
                tried.add(2 * max(tried))
            while min(tried, key=self.cost_of_lot) == min(tried) > 1:
                tried.add(min(tried) // 2)
            lot = min(sorted(tried), key=self.cost_of_lot)
            stride = 2 ** round(math.log2(max(lot / 4, 1)))
            while stride >= 1:
                near = [lot, *(lot + count * stride for count in _NEIGHBOURS if lot + count * stride >= 1)]
                better = min(near, key=self.cost_of_lot)
                stride = stride // 2 if better == lot else stride
                lot = better
        return self.policy(self.best_point(lot), lot)

    def policy(self, point, lot):
        reorder_point = float(point * self.step)
        quantity = float(lot * self.step if self.order_quantity is None else self.order_quantity)
        is_lot = self.policy_type is ReorderPointPolicy
        return self.policy_type(reorder_point, quantity if is_lot else reorder_point + quantity)

    def measures(self, point, lot):
        policy = self.policy(point, lot)
        if policy not in self.evaluated:
            self.evaluated[policy] = asdict(policy) | _run(policy, self.setting)[0].mean().to_dict()
        return self.evaluated[policy]

    def cost(self, point, lot):
        measures = self.measures(point, lot)
        if self.target_fill_rate is None:
            return measures["total_cost_per_year"]
        if self.setting.holding_cost == 0:
            return measures["mean_on_hand"]
        return measures["holding_cost_per_year"] + measures["ordering_cost_per_year"]

    def cost_of_lot(self, lot):
        return self.cost(self.best_point(lot), lot)

    def best_point(self, lot):
        if lot not in self.points:
            start, stride = self.first_point, self.stride
            if self.points:
                nearest = min(self.points, key=lambda other: abs(other - lot))
                start, stride = self.points[nearest], 2 ** round(math.log2(max(abs(nearest - lot) / 4, 1)))
            find = self.cheapest_point if self.target_fill_rate is None else self.least_point
            self.points[lot] = find(lot, start, stride)
        return self.points[lot]

    def cheapest_point(self, lot, best, stride):
        while stride >= 1:
            near = [best - stride, best, best + stride]
            better = min(
                (point for point in near if point >= self.lowest_point), key=lambda point: self.cost(point, lot)
            )
            stride = stride // 2 if better == best else 2 * stride
            best = better
        return best

    def least_point(self, lot, high, stride):
        """The lowest reorder point that reaches the target."""

        def is_reached(point):
            return self.measures(point, lot)["fill_rate"] >= self.target_fill_rate

        reach = stride
        while not is_reached(high):
            if high > self.highest_point:
                raise ValueError(
                    f"target_fill_rate is {self.target_fill_rate}: no reorder point reaches it; give a lower one, more "
                    "initial_stock or a warm_up"
                )
            high, reach = high + reach, 2 * reach
        low, reach = max(high - reach, self.lowest_point - 1), stride
        while low >= self.lowest_point and is_reached(low):
            low, high, reach = max(low - reach, self.lowest_point - 1), low, 2 * reach
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if is_reached(middle) else (middle, high)
        return high


def _rough_mean(source, setting):
    """Mean of a demand or a lead time, from some draws where it is random."""
    if isinstance(source, Distribution):
        source = source.draw(np.random.default_rng(setting.seed), (max(_CHUNK, source.block), 100))
    return float(np.mean(source))


class _Setting(NamedTuple):
    """Everything but the policy, checked."""

    demand: Distribution | np.ndarray
    index: pd.Index | None
    periods: int
    replications: int
    lead_time: Distribution | int
    lost_sales: bool
    initial_stock: float | None
    warm_up: int
    holding_cost: float
    fixed_cost: float
    shortage_cost: float
    periods_per_year: float
    seed: int


def _setting(demand, *, periods, replications, lead_time, lost_sales, initial_stock, warm_up, seed, **costs):
    whole_number(0, warm_up=warm_up, seed=seed)
    whole_number(1, replications=replications)
    if not isinstance(lead_time, Distribution):
        whole_number(0, lead_time=lead_time)
    if not isinstance(lost_sales, bool):
        raise ValueError(f"lost_sales is {lost_sales!r}: give True or False")
    if initial_stock is not None:
        one_number("non-negative" if lost_sales else "finite", initial_stock=initial_stock)
    one_number("positive", periods_per_year=costs["periods_per_year"])
    one_number("non-negative", **{name: cost for name, cost in costs.items() if name != "periods_per_year"})
    index = None
    if isinstance(demand, Distribution):
        whole_number(1, periods=periods)
    else:
        if np.ndim(demand) not in (1, 2):
            raise ValueError(f"demand is {demand!r}: give a Distribution, or a path of one or two dimensions")
        in_range("non-negative", demand=demand)
        index = demand.index if isinstance(demand, pd.Series | pd.DataFrame) else None
        demand = np.asarray(demand, dtype=float)
        counted = len(demand) - warm_up
        if counted < 1:
            raise ValueError(f"warm_up is {warm_up}: give fewer than the {len(demand)} periods of demand")
        if periods not in (None, counted):
            raise ValueError(f"periods is {periods}: give none, or the {counted} of demand after the warm-up")
        periods = counted
        if demand.ndim == 2:
            replications = demand.shape[1]
        elif not isinstance(lead_time, Distribution):
            replications = 1
        demand = demand if demand.ndim == 2 else demand[:, None]
    return _Setting(
        demand, index, int(periods), int(replications), lead_time, lost_sales, initial_stock, int(warm_up),
        seed=int(seed), **costs,
    )  # fmt: skip


def _simulated(policy, setting, confidence):
    replications, trace = _run(policy, setting)
    traced = min(setting.periods, _TRACED)
    if setting.index is None:
        index = pd.RangeIndex(1, traced + 1, name="period")
    else:
        index = setting.index[setting.warm_up : setting.warm_up + traced]
    columns = ["received", "demand", "net_stock", "ordered", "inventory_position"]
    columns += ["lost_sales"] * setting.lost_sales
    trace = pd.DataFrame(np.concatenate(trace)[:traced], columns=columns, index=index)
    return Simulation(replications, _summary(replications, confidence), trace)


def _run(policy, setting):
    """Measures of all replications, and the first one's counted periods as a list of arrays."""
    if not isinstance(policy, Policy):
        raise ValueError(f"policy is {policy!r}: give a Policy")
    length = setting.warm_up + setting.periods
    if isinstance(policy, OrderSchedule) and len(policy.quantities) < length:
        raise ValueError(f"quantities has {len(policy.quantities)} values: give one for each of {length} periods")
    starts = range(0, setting.replications, _BATCH)
    seeds = [kind.spawn(len(starts)) for kind in np.random.SeedSequence(setting.seed).spawn(2)]
    measures, trace = [], []
    for start, *batch_seeds in zip(starts, *seeds, strict=True):
        columns = slice(start, min(start + _BATCH, setting.replications))
        tally = _Tally(setting, columns.stop - columns.start)
        for piece in _played(policy, setting, columns, batch_seeds):
            tally.add(piece)
            if start == 0 and 0 <= piece.start - setting.warm_up < _TRACED:
                trace.append(piece.first_replication(setting.lost_sales))
        measures.append(tally.measures())
    columns = {name: np.concatenate([batch[name] for batch in measures]) for name in measures[0]}
    return pd.DataFrame(columns, index=pd.RangeIndex(1, setting.replications + 1, name="replication")), trace


def _summary(replications, confidence):
    values = replications.to_numpy()
    is_number = ~np.isnan(values)
    numbers = is_number.sum(axis=0)
    mean = _share(np.where(is_number, values, 0.0).sum(axis=0), numbers)
    variance = _share((np.where(is_number, values - mean, 0.0) ** 2).sum(axis=0), numbers - 1)
    student = stdtrit(np.maximum(numbers - 1, 1), (1 + confidence) / 2)
    half_width = student * np.sqrt(variance / np.maximum(numbers, 1))
    measures = pd.Index(replications.columns, name="measure")
    return pd.DataFrame({"mean": mean, "low": mean - half_width, "high": mean + half_width}, index=measures)


class _Piece(NamedTuple):
    """Some consecutive periods of a batch; all arrays are periods x replications, and reused by the next piece."""

    start: int
    demand: np.ndarray
    received: np.ndarray
    met: np.ndarray  # of demand: with backorders all of it, sooner or later
    net_stock: np.ndarray
    ordered: np.ndarray
    position: np.ndarray

    def first_replication(self, lost_sales):
        arrays = [self.received, self.demand, self.net_stock, self.ordered, self.position]
        columns = [array[:, 0] for array in arrays]
        return np.column_stack(columns + [self.demand[:, 0] - self.met[:, 0]] * lost_sales)


def _played(policy, setting, columns, seeds):
    """The periods of a batch, the engine: yields a `_Piece` for each piece of the inputs."""
    width = columns.stop - columns.start
    start_stock = setting.initial_stock
    if start_stock is None:
        start_stock = max(policy.highest_position, 0.0) if setting.lost_sales else policy.highest_position
    stock, position = np.full(width, float(start_stock)), np.full(width, float(start_stock))
    is_scheduled = isinstance(policy, OrderSchedule)
    on_order = _OnOrder(width)
    buffers = np.empty((5, 0, width))
    period = 0
    for demand, lags in _inputs(setting, columns, seeds):
        on_order.make_room(lags.max())
        if buffers.shape[1] < len(demand):
            buffers = np.empty((5, len(demand), width))
        piece = _Piece(period, demand, *buffers[:, : len(demand)])
        if not setting.lost_sales:
            piece = piece._replace(met=demand)
        for wanted, received, met, net_stock, ordered, position_after, lag in zip(*piece[1:], lags, strict=True):
            if is_scheduled:
                policy.order(position, period, ordered)
                received[:] = ordered
            else:
                received[:] = on_order.arriving()
            if setting.lost_sales:
                stock += received
                np.minimum(stock, wanted, out=met)
                stock -= met
            else:
                np.subtract(received, wanted, out=net_stock)
                stock += net_stock
            net_stock[:] = stock
            position -= met
            if is_scheduled:
                position += received
            else:
                policy.order(position, period, ordered)
                position += ordered
                on_order.send(ordered, lag)
            position_after[:] = position
            period += 1
        yield piece


class _OnOrder:
    """Orders on their way, a ring of rows: what arrives at the start of each of the coming periods."""

    def __init__(self, width):
        self.rows = np.zeros((1, width))
        self.now = 0

    def make_room(self, longest):
        """For an order that takes so many periods beyond the next one."""
        missing = longest + 1 - len(self.rows)
        if missing > 0:
            self.rows = np.concatenate([np.roll(self.rows, -self.now, axis=0), np.zeros((missing, self.rows.shape[1]))])
            self.now = 0

    def arriving(self):
        """The units that are due; to be used before the next order is sent."""
        return self.rows[self.now]

    def send(self, ordered, lag):
        """At the end of the current period, one lag for all replications or one for each; then comes the next."""
        self.rows[self.now] = 0.0
        self.now = (self.now + 1) % len(self.rows)
        if lag.ndim == 0:
            self.rows[(self.now + lag) % len(self.rows)] += ordered
        else:
            places = ordered.nonzero()[0]
            self.rows[(self.now + lag[places]) % len(self.rows), places] += ordered[places]


def _inputs(setting, columns, seeds):
    """Demand and lead times of some periods at a time, of which either all or none belong to the warm-up."""
    width, length = columns.stop - columns.start, setting.warm_up + setting.periods
    demand_generator, lead_time_generator = (np.random.default_rng(seed) for seed in seeds)
    if isinstance(setting.demand, Distribution):
        demands = _drawn(setting.demand, demand_generator, width)
    else:
        path = np.broadcast_to(setting.demand[:, columns], (length, width))
        demands = (path[start : start + _CHUNK] for start in range(0, length, _CHUNK))
    if isinstance(setting.lead_time, Distribution):
        draws = _drawn(setting.lead_time, lead_time_generator, width)
        lead_times = (np.minimum(np.rint(drawn), length).astype(np.intp) for drawn in draws)
    else:
        lead_times = itertools.repeat(np.full(_CHUNK, min(setting.lead_time, length)))
    demand, lags = next(demands), next(lead_times)
    period = 0
    while True:
        limit = setting.warm_up if period < setting.warm_up else length
        count = min(len(demand), len(lags), limit - period)
        yield demand[:count], lags[:count]
        period += count
        if period == length:
            return
        demand, lags = demand[count:], lags[count:]
        demand = demand if len(demand) else next(demands)
        lags = lags if len(lags) else next(lead_times)


def _drawn(distribution, generator, width):
    """Arrays of random numbers without end; always whole blocks and as many periods, so that a run can be cut short."""
    periods = distribution.block * -(-_CHUNK // distribution.block)
    while True:
        yield distribution.draw(generator, (periods, width))


class _Tally:
    """Sums over the counted periods of a batch, one number a replication."""

    def __init__(self, setting, width):
        self.setting = setting
        names = ["demand", "met", "handed_out", "on_hand", "ready", "short", "orders", "cycles", "clean_cycles"]
        self.sums = {name: np.zeros(width) for name in names}
        # Periods with a shortage so far, and as they stood at the last receipt: -1 before the first one.
        self.shortages, self.at_receipt = np.zeros(width, np.int32), np.full(width, -1, np.int32)
        self.largest = 0.0  # quantity that was received or demanded at a time

    def add(self, piece):
        self.largest = max(self.largest, piece.received.max(), piece.demand.max())
        dust = _DUST * self.largest
        on_hand = np.maximum(piece.net_stock, 0.0)
        short = piece.demand - piece.met if self.setting.lost_sales else on_hand - piece.net_stock
        cycles, clean_cycles = self._cycles(piece.received > 0, short > dust)
        if piece.start < self.setting.warm_up:
            return
        if self.setting.lost_sales:
            met = piece.met
            owed_before = owed_after = 0.0
        else:
            met = np.clip(piece.net_stock + piece.demand, 0.0, piece.demand)
            owed_before = np.maximum(piece.received[0] - piece.demand[0] - piece.net_stock[0], 0.0)
            owed_after = short[-1]
        additions = {
            "demand": piece.demand.sum(axis=0),
            "met": met.sum(axis=0),
            "handed_out": piece.met.sum(axis=0) + owed_before - owed_after,
            "on_hand": on_hand.sum(axis=0),
            "ready": np.count_nonzero(piece.net_stock > dust, axis=0),
            "short": short.sum(axis=0),
            "orders": np.count_nonzero(piece.ordered, axis=0),
            "cycles": cycles,
            "clean_cycles": clean_cycles,
        }
        for name, addition in additions.items():
            self.sums[name] += addition

    def _cycles(self, is_receipt, is_short):
        """Cycles that end in these periods, and those of them without a shortage."""
        shortages = np.cumsum(np.vstack([self.shortages, is_short]), axis=0, dtype=np.int32)
        before, self.shortages = shortages[:-1], shortages[-1]
        receipts = np.vstack([self.at_receipt, np.where(is_receipt, before, -1)])
        at_receipt = np.maximum.accumulate(receipts, axis=0)
        last, self.at_receipt = at_receipt[:-1], at_receipt[-1]
        ended = is_receipt & (last >= 0)
        return ended.sum(axis=0), (ended & (last == before)).sum(axis=0)

    def measures(self):
        setting, sums = self.setting, self.sums
        periods, per_year = setting.periods, setting.periods_per_year
        holding = setting.holding_cost * sums["on_hand"] / periods * per_year
        ordering = setting.fixed_cost * sums["orders"] / periods * per_year
        shortage = setting.shortage_cost * sums["short"] / periods * per_year
        return {
            "cycle_service_level": _share(sums["clean_cycles"], sums["cycles"]),
            "fill_rate": _share(sums["met"], sums["demand"]),
            "ready_rate": sums["ready"] / periods,
            "mean_on_hand": sums["on_hand"] / periods,
            "mean_lost_sales" if setting.lost_sales else "mean_backorders": sums["short"] / periods,
            "turnover_per_year": _share(sums["handed_out"] * per_year, sums["on_hand"]),
            "orders_per_year": sums["orders"] / periods * per_year,
            "holding_cost_per_year": holding,
            "ordering_cost_per_year": ordering,
            "shortage_cost_per_year": shortage,
            "total_cost_per_year": holding + ordering + shortage,
        }


def _share(part, whole):
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
