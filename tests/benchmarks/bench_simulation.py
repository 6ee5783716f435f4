"""Time `simulate` and `optimize_policy`, beside stockpyl's simulation where that is installed.

    python tests/benchmarks/bench_simulation.py

Least processor time of several runs, in milliseconds, on one core, the drawing of demand included. stockpyl plays one
replication of an (s, S) policy; ours plays the same demand path alone, and must find the same stock and cost, then
1,000 replications.
"""

import importlib
import time
from functools import partial

import numpy as np

from casestudy.methods.simulation import (
    BaseStockPolicy,
    Discrete,
    Gamma,
    Intermittent,
    MinMaxPolicy,
    NegativeBinomial,
    Normal,
    PeriodicReviewPolicy,
    Poisson,
    ReorderPointPolicy,
    Resampled,
    optimize_policy,
    simulate,
)

PERIODS, LEAD_TIME = 1_000, 4
POLICY = MinMaxPolicy(300, 700)
DEMAND = Normal(50, 15)
CROSSING = Discrete([2, 4, 6], [0.3, 0.4, 0.3])
SEED = 1963


def main():
    print(f"(s, S), one replication of {PERIODS:,} given periods")
    path = np.random.default_rng(SEED).poisson(50, PERIODS)
    alone, ours = timed(partial(simulate, POLICY, path, lead_time=LEAD_TIME, holding_cost=1, shortage_cost=9), runs=5)
    line("ours", alone)
    try:
        theirs, seconds = with_stockpyl(path)
    except ImportError as error:
        print(f"  stockpyl is not importable ({error})")
        seconds = None
    else:
        line("stockpyl", seconds)
        np.testing.assert_array_equal(ours.trace["net_stock"], theirs["net_stock"])
        np.testing.assert_allclose(ours.summary.at["total_cost_per_year", "mean"] * PERIODS, theirs["cost"], rtol=1e-9)
    print(f"\n1,000 replications of {PERIODS:,} periods")
    policies = {
        "(s, S)": POLICY,
        "(s, Q)": ReorderPointPolicy(300, 400),
        "(R, S)": PeriodicReviewPolicy(5, 600),
        "(R, s, S)": PeriodicReviewPolicy(5, 700, 400),
        "base stock": BaseStockPolicy(320),
    }
    for name, policy in policies.items():
        best, _ = timed(partial(simulate, policy, DEMAND, periods=PERIODS, lead_time=LEAD_TIME), runs=5)
        compared = f", stockpyl's one replication {seconds / best:.1f} times as long" if seconds else ""
        line(f"{name}, normal demand, lead time {LEAD_TIME}", best, compared)
    line(
        "(s, S), lost sales", timed(partial(simulate, POLICY, DEMAND, periods=PERIODS, lead_time=4, lost_sales=True))[0]
    )
    line("(s, S), random lead times", timed(partial(simulate, POLICY, DEMAND, periods=PERIODS, lead_time=CROSSING))[0])
    demands = {
        "Poisson": Poisson(50),
        "negative binomial": NegativeBinomial(50, 15),
        "gamma": Gamma(50, 15),
        "intermittent": Intermittent(0.3, Gamma(150, 50)),
        "resampled by 12": Resampled(path, block=12),
    }
    for name, demand in demands.items():
        line(
            f"(s, S), {name} demand", timed(partial(simulate, POLICY, demand, periods=PERIODS, lead_time=LEAD_TIME))[0]
        )
    print("\nLong and small runs, and a search")
    line(
        "one replication of 1,000,000 periods",
        timed(partial(simulate, POLICY, DEMAND, periods=10**6, replications=1, lead_time=4), runs=1)[0],
    )
    line("100 replications of 200 periods", timed(partial(simulate, POLICY, DEMAND, periods=200, replications=100))[0])
    best, found = timed(
        partial(
            optimize_policy, MinMaxPolicy, DEMAND, periods=200, replications=100, lead_time=LEAD_TIME, holding_cost=1,
            fixed_cost=400, shortage_cost=19,
        ),
        runs=1,
    )  # fmt: skip
    line(f"optimize_policy, {len(found.evaluated)} policies of 100 x 200 periods", best)


def with_stockpyl(path):
    """Net stock at each period's end and the whole cost, and the time taken. Its lead time is ours + 1."""
    system = importlib.import_module("stockpyl.supply_chain_network").single_stage_system
    play = importlib.import_module("stockpyl.sim").simulation
    network = system(
        holding_cost=1, stockout_cost=9, shipment_lead_time=LEAD_TIME + 1, demand_type="D", demand_list=path.tolist(),
        policy_type="sS", reorder_point=POLICY.reorder_point, order_up_to_level=POLICY.order_up_to_level,
        initial_inventory_level=POLICY.order_up_to_level,
    )  # fmt: skip
    seconds, cost = timed(partial(play, network, len(path), rand_seed=SEED, progress_bar=False), runs=2)
    states = network.nodes[0].state_vars[: len(path)]
    return {"net_stock": [next(iter(state.inventory_level.values())) for state in states], "cost": cost}, seconds


def line(name, milliseconds, more=""):
    print(f"  {name:<60} {milliseconds:>10,.1f} ms{more}")


def timed(call, runs=3):
    """Least processor time of so many runs in milliseconds, and the result."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        result = call()
        best = min(best, time.process_time() - start)
    return 1_000 * best, result


if __name__ == "__main__":
    main()
