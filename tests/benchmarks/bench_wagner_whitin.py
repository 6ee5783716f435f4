"""Time `wagner_whitin` by the number of periods, beside stockpyl's where that is installed.

    python tests/benchmarks/bench_wagner_whitin.py

Best of several runs, in milliseconds, on one seeded demand; two kinds of costs: constant, and varying from
period to period (fixed, holding and unit cost). stockpyl is timed at constant costs only, where both solve the
same problem and must find the same cost; it charges another holding cost when that varies.
"""

import importlib
import time
from functools import partial

import numpy as np

from casestudy.methods.dynamic_lot_sizing import wagner_whitin

SIDE_BY_SIDE = (12, 100, 500)
ALONE = (1_000, 10_000)
SEED = 1958


def main():
    try:
        stockpyl = importlib.import_module("stockpyl.wagner_whitin")
    except ImportError as error:
        stockpyl = None
        print(f"stockpyl is not importable ({error}): timing ours alone")
    print(f"{'periods':>8} {'ours, ms':>10} {'varying costs, ms':>18} {'stockpyl, ms':>14} {'theirs/ours':>12}")
    for periods in SIDE_BY_SIDE + ALONE:
        demand, constant, varying = instance(periods)
        ours, plan = timed(partial(wagner_whitin, demand, **constant), runs=20)
        ours_varying, _ = timed(partial(wagner_whitin, demand, **varying), runs=20)
        line = f"{periods:>8,} {ours:>10.2f} {ours_varying:>18.2f}"
        if stockpyl and periods in SIDE_BY_SIDE:
            solve = partial(stockpyl.wagner_whitin, periods, demand=demand, **constant)
            theirs, solution = timed(solve, runs=20 if periods <= 100 else 1)
            np.testing.assert_allclose(plan.total_cost, solution[1], rtol=1e-9)
            line += f" {theirs:>14.2f} {theirs / ours:>12,.1f}"
        print(line)


def instance(periods):
    generator = np.random.default_rng(SEED)
    demand = generator.integers(0, 100, periods).tolist()
    varying = {
        "fixed_cost": generator.uniform(0, 1_000, periods).tolist(),
        "holding_cost": generator.uniform(0, 2, periods).tolist(),
        "unit_cost": generator.uniform(0, 20, periods).tolist(),
    }
    return demand, {"fixed_cost": 500.0, "holding_cost": 1.0}, varying


def timed(call, runs):
    """Least wall time of so many runs in milliseconds, and the result."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        result = call()
        best = min(best, time.perf_counter() - start)
    return 1_000 * best, result


if __name__ == "__main__":
    main()
