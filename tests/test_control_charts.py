"""Control charts held to Montgomery's samples and solutions, R's qcc, statsmodels, exact fractions and brute force."""

import itertools
from fractions import Fraction
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq
from statsmodels.stats.proportion import proportion_confint

from casestudy.methods.control_charts import (
    NELSON_RULES,
    WESTERN_ELECTRIC_RULES,
    average_run_length,
    lower_control_limit,
    operating_characteristic,
    p_chart,
    run_rules,
    standard_for_upper_limit,
    upper_control_limit,
)

invariant = settings(deadline=None, derandomize=True, max_examples=50)
proportions = st.floats(0.001, 0.999)
sample_sizes = st.integers(1, 5000)
widths = st.floats(0.5, 6)

# Montgomery, Introduction to Statistical Quality Control: cans of frozen orange juice concentrate, 30 samples of 50.
ORANGE_JUICE = pd.Series(
    [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6],
    index=range(1, 31),
)


def out_of_control(chart):
    return chart.samples.index[chart.samples["out_of_control"]].tolist()


def test_montgomery_orange_juice_trial_limits_and_the_two_samples_out():
    chart = p_chart(ORANGE_JUICE, sample_size=50)
    assert round(chart.centre, 6) == 0.231333
    assert (chart.samples["centre"] == chart.centre).all()
    assert chart.samples["lower"].round(6).unique().tolist() == [0.052428]
    assert chart.samples["upper"].round(6).unique().tolist() == [0.410239]
    assert out_of_control(chart) == [15, 23]


def test_qcc_orange_juice_revised_limits_put_sample_21_out():
    # R's qcc without samples 15 and 23: center 0.215, limits 0.04070284 and 0.3892972, violation at the 20th kept.
    chart = p_chart(ORANGE_JUICE.drop([15, 23]), sample_size=50)
    assert chart.centre == pytest.approx(0.215, rel=1e-12)
    assert chart.samples["lower"].iloc[0] == pytest.approx(0.04070284, abs=5e-9)
    assert chart.samples["upper"].iloc[0] == pytest.approx(0.3892972, abs=5e-8)
    assert out_of_control(chart) == [21]


def test_qcc_orange_juice_after_the_adjustment_has_no_lower_limit():
    # qcc's orangejuice2: center 0.1108333 (133 of 1,200), limits 0 and 0.2440207.
    assert lower_control_limit(133 / 1200, 50) == 0
    assert upper_control_limit(133 / 1200, 50) == pytest.approx(0.2440207, abs=5e-8)


@pytest.mark.parametrize(
    ("centre", "sample_size", "lower", "upper"),
    # Solutions to Montgomery's exercises 7.4, 7.16 and 7.18, and the OC example's chart (7.2: p = 0.20, n = 50).
    [(50 / 3000, 150, 0, 0.0480), (0.03, 200, 0, 0.0662), (0.1, 100, 0.01, 0.19), (0.2, 50, 0.0303, 0.3697)],
)
def test_montgomery_limits(centre, sample_size, lower, upper):
    assert round(lower_control_limit(centre, sample_size), 4) == lower
    assert round(upper_control_limit(centre, sample_size), 4) == upper


def test_montgomery_equation_7_12_sample_size_that_lifts_the_lower_limit_above_0():
    # Solution 7.4: n > 3^2 (1 - 0.0167) / 0.0167 = 529.9, select 530.
    assert lower_control_limit(0.0167, 529) == 0
    assert lower_control_limit(0.0167, 530) > 0


def test_limits_are_clipped_to_0_and_1():
    assert lower_control_limit(0.01, 5) == 0
    assert upper_control_limit(0.99, 5) == 1
    assert upper_control_limit([0.5, 0.9], 4).tolist() == [1, 1]


def test_each_sample_size_has_its_own_limits_around_the_pooled_proportion():
    sizes = [100, 80, 120]
    chart = p_chart([12, 2, 16], sizes)
    assert chart.centre == 0.1  # 30 of 300, where the mean of the three proportions is 0.0928
    np.testing.assert_allclose(chart.samples["upper"], [0.1 + 0.9 / n**0.5 for n in sizes], rtol=1e-12)
    lower = [0.01, 0, 0.1 - 0.9 / 120**0.5]
    np.testing.assert_allclose(chart.samples["lower"], lower, rtol=1e-12)
    np.testing.assert_allclose(
        chart.samples["standardised"], [(0.02) / 0.03, -0.075 / (0.3 / 80**0.5), (1 / 30) / (0.3 / 120**0.5)], rtol=1e-9
    )


def test_standard_given_replaces_the_pooled_proportion():
    chart = p_chart([4, 20, 1], 100, standard=0.1)
    assert chart.centre == 0.1
    assert out_of_control(chart) == [1]
    assert out_of_control(p_chart([4, 20, 1], 100, standard=0.1, width=2)) == [1, 2]


def test_quito_standards_from_a_tolerated_mismatch_of_5_percent():
    # Garcia-Esquettini (2015), section 4.6: 2.9 % for samples of 600 (LV-15), 3.3 % for 1,000 (LO-38).
    assert round(standard_for_upper_limit(0.05, 600), 3) == 0.029
    assert round(standard_for_upper_limit(0.05, 1000), 3) == 0.033


def test_standard_for_montgomery_exercise_7_18():
    # There n = 100 is sought for the centre 0.10 and the upper limit 0.19; the three belong together exactly.
    assert standard_for_upper_limit(0.19, 100) == pytest.approx(0.10, rel=1e-14)


@invariant
@given(proportions, sample_sizes, widths)
def test_standard_is_wilsons_lower_bound_in_statsmodels(upper, size, width):
    bound, _ = proportion_confint(upper * size, size, alpha=2 * stats.norm.sf(width), method="wilson")
    assert standard_for_upper_limit(upper, size, width) == pytest.approx(bound, rel=1e-6, abs=1e-12)


@invariant
@given(proportions, sample_sizes, widths)
def test_standard_is_the_root_that_a_numerical_search_finds(upper, size, width):
    def distance(standard):
        return standard + width * (standard * (1 - standard) / size) ** 0.5 - upper

    searched = brentq(distance, 0, upper, xtol=1e-15, rtol=1e-13)
    assert standard_for_upper_limit(upper, size, width) == pytest.approx(searched, rel=1e-9)


@invariant
@given(proportions, sample_sizes, widths)
def test_standard_puts_the_upper_limit_where_it_was_asked_for(upper, size, width):
    standard = standard_for_upper_limit(upper, size, width)
    assert 0 < standard < upper
    assert upper_control_limit(standard, size, width) == pytest.approx(upper, rel=1e-12)


@pytest.mark.parametrize("sample_size", [100, 600, 1000, 5000])
def test_tolerated_maximum_itself_is_in_control_unless_the_limit_is_outside(sample_size):
    standard = standard_for_upper_limit(0.05, sample_size)
    tolerated = sample_size // 20
    counts = [tolerated - 1, tolerated, tolerated + 1]
    assert out_of_control(p_chart(counts, sample_size, standard)) == [2]
    assert out_of_control(p_chart(counts, sample_size, standard, on_limit="outside")) == [1, 2]


counted_samples = st.lists(
    st.integers(1, 60).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))), min_size=1, max_size=12
)


@invariant
@given(counted_samples, st.sampled_from(["inside", "outside"]), st.integers(1, 4))
def test_points_out_equal_exact_fractions_without_a_square_root(samples, on_limit, width):
    counts, sizes = zip(*samples, strict=True)
    assume(0 < sum(counts) < sum(sizes))
    centre = Fraction(sum(counts), sum(sizes))
    expected = []
    for count, size in samples:
        # |D/n - p| > L sqrt(p (1 - p) / n), squared; a limit that is clipped to 0 or 1 cannot be reached.
        excess = (Fraction(count, size) - centre) ** 2 - width**2 * centre * (1 - centre) / size
        reachable = count not in (0, size) or excess > 0
        expected.append(excess > 0 or (on_limit == "outside" and excess == 0 and reachable))
    chart = p_chart(counts, sizes, width=width, on_limit=on_limit)
    assert chart.samples["out_of_control"].tolist() == expected


@invariant
@given(counted_samples)
def test_limits_enclose_the_centre_and_standardised_points_agree_with_them(samples):
    counts, sizes = zip(*samples, strict=True)
    assume(0 < sum(counts) < sum(sizes))
    frame = p_chart(counts, sizes, width=2).samples
    assert ((frame["lower"] >= 0) & (frame["lower"] < frame["centre"])).all()
    assert ((frame["upper"] <= 1) & (frame["upper"] > frame["centre"])).all()
    assert frame["out_of_control"].tolist() == (frame["standardised"].abs() > 2 + 1e-7).tolist()
    weighted = (frame["standardised"] * frame["sample_size"] ** 0.5).sum()
    assert weighted == pytest.approx(0, abs=1e-9)  # deviations from a pooled centre cancel


def test_chart_keeps_the_index_and_leaves_the_input():
    counts = pd.Series([3, 0, 4], index=["week 1", "week 2", "week 3"], name="mismatch")
    kept = counts.copy()
    chart = p_chart(counts, pd.Series([50, 60, 40], index=counts.index))
    assert chart.samples.index.equals(counts.index)
    assert chart.samples["sample_size"].tolist() == [50, 60, 40]
    pd.testing.assert_series_equal(counts, kept)
    with pytest.raises(AttributeError):
        chart.centre = 0.5


def exact_probability(true_proportion, sample_size, is_inside):
    p = Fraction(true_proportion)
    counts = range(sample_size + 1)
    return float(sum(comb(sample_size, d) * p**d * (1 - p) ** (sample_size - d) for d in counts if is_inside(d)))


@pytest.mark.parametrize("true_proportion", [0, 0.01, 0.05, 0.2, 0.3, 0.4, 0.55, 1])
def test_operating_characteristic_of_montgomerys_chart_is_the_exact_binomial_sum(true_proportion):
    # Section 7.2: n = 50, limits 0.0303 and 0.3697, so 1.5 < D < 18.5: beta = P(D <= 18) - P(D <= 1).
    expected = exact_probability(true_proportion, 50, lambda d: 2 <= d <= 18)
    for on_limit in ("inside", "outside"):
        beta = operating_characteristic(true_proportion, 50, 0.0303, 0.3697, on_limit)
        assert beta == pytest.approx(expected, rel=1e-12, abs=1e-15)


@invariant
@given(st.floats(0, 1), st.integers(1, 80), st.floats(0.01, 0.99), st.sampled_from(["inside", "outside"]))
def test_operating_characteristic_sums_the_counts_that_the_chart_leaves_in_control(p, size, standard, on_limit):
    chart = p_chart(np.arange(size + 1), size, standard, on_limit=on_limit).samples
    in_control = chart.index[~chart["out_of_control"]]
    expected = stats.binom.pmf(in_control, size, p).sum()
    limits = chart["lower"].iloc[0], chart["upper"].iloc[0]
    beta = operating_characteristic(p, size, *limits, on_limit)
    assert beta == pytest.approx(expected, abs=1e-12)
    assert 0 <= beta <= 1


def test_montgomery_exercise_7_18_needs_both_conventions_for_a_point_on_the_limit():
    # n = 100, limits 0.01 and 0.19: the counts 1 and 19 lie on them. The solution takes D < 1 or D > 19 as a false
    # alarm (printed 0.004, with P(D <= 19) = 0.99655 cut to 0.996), but 1 < D < 19 as a miss at p = 0.20, 0.381;
    # both with Poisson means n·p of 10 and 20. The binomial with n = 10^6 and the same n·p is that Poisson to 1e-5.
    n = 1_000_000
    false_alarm = 1 - operating_characteristic(10 / n, n, 1 / n, 19 / n, on_limit="inside", tolerance=1e-12)
    missed = operating_characteristic(20 / n, n, 1 / n, 19 / n, on_limit="outside", tolerance=1e-12)
    assert false_alarm == pytest.approx(stats.poisson.cdf(0, 10) + stats.poisson.sf(19, 10), abs=1e-5)
    assert round(missed, 3) == 0.381


def test_montgomery_exercise_7_16_shift_from_3_to_8_percent():
    # Solution: Poisson mean 16, P(D <= 13) = 0.2745, detected on the first sample with 0.7255, by the fourth 0.9943.
    n = 1_000_000
    missed = operating_characteristic(16 / n, n, 0, 200 * 0.0662 / n, tolerance=1e-12)
    assert round(missed, 4) == 0.2745
    assert round(1 - missed**4, 4) == 0.9943


def test_a_limit_of_0_or_1_is_no_limit():
    for on_limit in ("inside", "outside"):
        assert operating_characteristic(0.1, 10, 0, 0.95, on_limit) == pytest.approx(1 - 0.1**10, rel=1e-14)
        assert operating_characteristic(0.9, 10, 0.05, 1, on_limit) == pytest.approx(1 - 0.1**10, rel=1e-14)
        assert operating_characteristic([0, 0.3, 1], 10, 0, 1, on_limit).tolist() == [1, 1, 1]
    assert out_of_control(p_chart([0, 3], 10, on_limit="outside")) == []


def test_operating_characteristic_where_a_count_is_on_each_limit():
    # n = 5, limits 0.2 and 0.6, p = 1/2: counts 1, 2, 3 have 5 + 10 + 10 of 32 cases; between them only 2.
    assert operating_characteristic(0.5, 5, 0.2, 0.6) == pytest.approx(25 / 32, rel=1e-14)
    assert operating_characteristic(0.5, 5, 0.2, 0.6, on_limit="outside") == pytest.approx(10 / 32, rel=1e-14)


def test_three_tenths_is_a_count_of_3_in_10_despite_floating_point():
    # 0.1 + 0.2 is above 0.3 in floating point and 1 - 0.9 below 0.1; the tolerance keeps the counts 3 and 1 on them.
    above_three, below_one = 0.1 + 0.2, 1 - 0.9
    assert operating_characteristic(0.5, 10, above_three, 1) == pytest.approx((1024 - 1 - 10 - 45) / 1024, rel=1e-14)
    assert operating_characteristic(0.5, 10, 0, below_one) == pytest.approx((1 + 10) / 1024, rel=1e-14)
    beta = operating_characteristic(0.5, 10, below_one, above_three, on_limit="outside")
    assert beta == pytest.approx(45 / 1024, rel=1e-14)
    assert operating_characteristic(0.5, 10, 0, below_one, tolerance=0) == pytest.approx(1 / 1024, rel=1e-14)


def test_probability_far_from_the_limits_does_not_fall_below_0_by_rounding():
    # The two cumulative probabilities are of the order of 1e-270, and the difference of their floats is negative.
    beta = operating_characteristic(0.40229965415111857, 1427, 0.017890165771073874, 0.023583950308574596, "outside")
    assert beta >= 0
    assert average_run_length(beta) == 1


def test_curve_over_a_grid_and_a_series():
    grid = pd.Series([0.1, 0.2, 0.4], index=["low", "standard", "high"])
    curve = operating_characteristic(grid, 50, 0.0303, 0.3697)
    assert curve.index.equals(grid.index)
    singles = [operating_characteristic(p, 50, 0.0303, 0.3697) for p in grid]
    assert curve.tolist() == singles
    assert isinstance(singles[0], float)
    run_lengths = average_run_length(curve)
    assert run_lengths.index.equals(grid.index)
    assert run_lengths["standard"] > run_lengths["low"] > run_lengths["high"] >= 1


def test_average_run_length_is_the_mean_of_the_geometric_distribution():
    assert average_run_length(0) == 1
    for beta in (0.01, 0.5, 0.8594, 0.9973):
        assert average_run_length(beta) == pytest.approx(stats.geom.mean(1 - beta), rel=1e-12)
    # Montgomery: a false alarm every 370 samples for 3 sigma under the normal distribution.
    assert round(average_run_length(1 - 2 * stats.norm.sf(3))) == 370
    assert average_run_length(1) == np.inf


def test_average_run_length_of_a_simulated_process():
    # Charts of n = 50 and p0 = 0.2 at p = 0.3, 20,000 runs; the standard error of the mean is below 0.05.
    beta = operating_characteristic(0.3, 50, lower_control_limit(0.2, 50), upper_control_limit(0.2, 50))
    counts = np.random.default_rng(20151221).binomial(50, 0.3, size=(20_000, 200))
    first_out = ((counts < 2) | (counts > 18)).argmax(axis=1) + 1
    standard_error = first_out.std() / 20_000**0.5
    assert standard_error < 0.05
    assert average_run_length(beta) == pytest.approx(first_out.mean(), abs=4 * standard_error)


# Each rule once more, in plain Python: (needed, window, line, sides) for the zone rules.
ZONE_RULES = {
    "one_beyond_three_sigma": (1, 1, 3),
    "two_of_three_beyond_two_sigma": (2, 3, 2),
    "four_of_five_beyond_one_sigma": (4, 5, 1),
    "eight_on_one_side": (8, 8, 0),
    "nine_on_one_side": (9, 9, 0),
}


def brute_force(rule, points, at):
    past = points[: at + 1]
    if rule in ZONE_RULES:
        needed, window, line = ZONE_RULES[rule]
        recent = past[-window:]
        above, below = [z > line for z in recent], [z < -line for z in recent]
        return any(side[-1] and side.count(True) >= needed for side in (above, below))
    if rule == "six_rising_or_falling":
        last = past[-6:]
        pairs = list(itertools.pairwise(last))
        return len(last) == 6 and (all(a < b for a, b in pairs) or all(a > b for a, b in pairs))
    if rule == "fourteen_alternating":
        last = past[-14:]
        steps = [b - a for a, b in itertools.pairwise(last)]
        return len(last) == 14 and all(a * b < 0 for a, b in itertools.pairwise(steps))
    if rule == "fifteen_within_one_sigma":
        return len(past) >= 15 and all(abs(z) <= 1 for z in past[-15:])
    return len(past) >= 8 and all(abs(z) > 1 for z in past[-8:])


ALL_RULES = tuple(dict.fromkeys(WESTERN_ELECTRIC_RULES + NELSON_RULES))
# Steps of a half put many points exactly on the lines.
levels = st.sampled_from([half / 2 for half in range(-7, 8)])
calm, wild = st.sampled_from([-0.5, 0.0, 0.5, 1.0]), st.sampled_from([-2.5, -1.5, 1.5, 2.5])
zigzag = st.lists(st.tuples(levels.map(abs), levels.map(abs)), min_size=7, max_size=9).map(
    lambda pairs: [z for up, down in pairs for z in (up, -down)]
)
series_of_points = st.one_of(
    st.lists(levels, min_size=1, max_size=40),
    st.lists(levels.map(abs), min_size=8, max_size=20),
    st.lists(calm, min_size=14, max_size=25),
    st.lists(wild, min_size=7, max_size=12),
    st.lists(levels, min_size=5, max_size=9, unique=True).map(sorted),
    zigzag,
)


@settings(deadline=None, derandomize=True, max_examples=150)
@given(series_of_points)
def test_run_rules_equal_brute_force(points):
    signals = run_rules(points, ALL_RULES)
    for rule in ALL_RULES:
        assert signals[rule].tolist() == [brute_force(rule, points, at) for at in range(len(points))], rule


@pytest.mark.parametrize("rule", ALL_RULES)
def test_every_rule_has_a_pattern_that_signals_at_its_last_point_and_not_before(rule):
    patterns = {
        "one_beyond_three_sigma": [3.1],
        "two_of_three_beyond_two_sigma": [-2.1, 0, -2.1],
        "four_of_five_beyond_one_sigma": [1.1, 1.1, 0, 1.1, 1.1],
        "eight_on_one_side": [0.1] * 8,
        "nine_on_one_side": [-0.1] * 9,
        "six_rising_or_falling": [0.5, 0.4, 0.3, 0.2, 0.1, -0.1],
        "fourteen_alternating": [0.1, -0.1] * 7,
        "fifteen_within_one_sigma": [0.9, -0.9, 0] * 5,
        "eight_beyond_one_sigma": [1.1, -1.1] * 4,
    }
    pattern = patterns[rule]
    for sign in (1, -1):
        signals = run_rules([sign * z for z in pattern], [rule])[rule].tolist()
        assert signals == [False] * (len(pattern) - 1) + [True]


def test_six_in_a_row_are_monotonic_in_2_of_the_720_orders():
    signals = [run_rules(order, ["six_rising_or_falling"]).iloc[-1, 0] for order in itertools.permutations(range(6))]
    assert sum(signals) == 2


def test_eight_on_one_side_first_comes_after_255_tosses_on_average():
    # Runs of either side of a fair coin: the expected wait for eight alike is 2^8 - 1. The wait has a standard
    # deviation of about its mean, so 1,000 runs have a standard error of 8; a point on the centre parts the runs.
    tosses = np.random.default_rng(1956).choice([-1.0, 1.0], size=(1_000, 3_000))
    tosses[:, 0] = 0
    signals = run_rules(tosses.ravel(), ["eight_on_one_side"]).to_numpy().reshape(tosses.shape)
    assert signals.any(axis=1).all()
    assert signals.argmax(axis=1).mean() == pytest.approx(255, abs=4 * 8)


def test_points_on_a_line_and_equal_neighbours_break_a_pattern():
    assert not run_rules([0.3, 0.3, 0.3, 0, 0.3, 0.3, 0.3, 0.3, 0.3]).to_numpy().any()
    assert not run_rules([3.0, 0, 2.0, 2.0], WESTERN_ELECTRIC_RULES).to_numpy().any()
    assert not run_rules([1, 2, 3, 3, 4, 5, 6], ["six_rising_or_falling"]).to_numpy().any()
    assert run_rules([3.0 + 1e-8], ["one_beyond_three_sigma"]).to_numpy().all()
    assert not run_rules([3.0 + 1e-8], ["one_beyond_three_sigma"], tolerance=1e-6).to_numpy().any()


def test_run_rules_on_the_orange_juice_find_the_two_samples_beyond_the_limits():
    chart = p_chart(ORANGE_JUICE, 50)
    signals = run_rules(chart.samples["standardised"], NELSON_RULES)
    assert signals.columns.tolist() == list(NELSON_RULES)
    pd.testing.assert_series_equal(
        signals["one_beyond_three_sigma"], chart.samples["out_of_control"], check_names=False
    )
    # Samples 21, 22 and 23 are 20, 18 and 24 of 50: 23 is the second of three beyond 0.2313 + 2·0.0596 = 0.3506.
    assert signals.index[signals["two_of_three_beyond_two_sigma"]].tolist() == [22, 23]


@pytest.mark.parametrize(
    ("counts", "sizes", "options", "message"),
    [
        (pd.Series({"w1": 3, "w2": -1}), 50, {}, "nonconforming is -1 at index w2: give a number 0 or more"),
        (pd.Series({"w1": 3, "w2": 51}), 50, {}, "nonconforming is 51 at index w2: give no more than the sample size"),
        (pd.Series({"w1": 3, "w2": 2.5}), 50, {}, "nonconforming is 2.5 at index w2: give a whole number"),
        (pd.Series({"w1": 3, "w2": np.nan}), 50, {}, "nonconforming is nan at index w2: give a finite number"),
        ([3, 2], [50, 0], {}, "sample_size is 0 at index 1: give a number greater than 0"),
        ([3, 2], [50, 49.5], {}, "sample_size is 49.5 at index 1: give a whole number"),
        ([3, 2], 49.5, {}, "sample_size is 49.5: give a whole number"),
        ([3, 2], [50, 50, 50], {}, "do not match"),
        ([3], [50, 50], {}, "sample_size has 2 values, nonconforming 1: give one sample size for each sample"),
        (pd.Series({"w1": 3}), pd.Series({"w2": 50}), {}, "another index"),
        ([0, 0], 50, {}, "nonconforming sums to 0 of 100 items: give a standard"),
        ([50, 50], 50, {}, "nonconforming sums to 100 of 100 items: give a standard"),
        ([], 50, {}, "nonconforming is empty"),
        (3, 50, {}, "nonconforming has 0 dimensions"),
        ([True, False], 50, {}, "nonconforming is"),
        (["3"], 50, {}, "nonconforming is"),
        ([3, 2], 50, {"standard": 1}, "standard is 1: give a number between 0 and 1, both excluded"),
        ([3, 2], 50, {"standard": [0.1, 0.2]}, "standard is .*: give one number"),
        ([3, 2], 50, {"width": 0}, "width is 0: give a number greater than 0"),
        ([3, 2], 50, {"on_limit": "on"}, "on_limit is 'on': give 'inside' or 'outside'"),
        ([3, 2], 50, {"tolerance": -1}, "tolerance is -1: give a number 0 or more"),
    ],
)
def test_samples_that_cannot_be_charted_are_refused(counts, sizes, options, message):
    with pytest.raises(ValueError, match=message):
        p_chart(counts, sizes, **options)


@pytest.mark.parametrize("formula", [lower_control_limit, upper_control_limit, standard_for_upper_limit])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 50), "is 0: give a number between 0 and 1, both excluded"),
        (([0.1, 1.5], 50), "is 1.5 at index 1: give a number between 0 and 1"),
        ((5, 50), "is 5: give a number between 0 and 1"),
        ((0.05, 0), "sample_size is 0: give a number greater than 0"),
        ((0.05, 50, -3), "width is -3: give a number greater than 0"),
        ((0.05, np.inf), "sample_size is inf: give a finite number"),
        ((0.05, True), "sample_size is True"),
    ],
)
def test_limits_and_standards_out_of_range_are_refused(formula, arguments, message):
    with pytest.raises(ValueError, match=message):
        formula(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.2, 50, 0, 0.4), "true_proportion is 1.2: give a number between 0 and 1, both included"),
        (([0.1, -0.1], 50, 0, 0.4), "true_proportion is -0.1 at index 1"),
        ((0.1, 50.5, 0, 0.4), "sample_size is 50.5: give a whole number"),
        ((0.1, 50, 0.4, 0.4), "upper_limit is 0.4: give a limit above the lower one"),
        ((0.1, 50, [0, 0.5], 0.4), "upper_limit is 0.4 at index 1: give a limit above the lower one"),
        ((0.1, 50, 0, 1.1), "upper_limit is 1.1"),
        ((0.1, 50, 0, 0.4, "both"), "on_limit is 'both': give 'inside' or 'outside'"),
    ],
)
def test_operating_characteristic_refuses_what_is_no_chart(arguments, message):
    with pytest.raises(ValueError, match=message):
        operating_characteristic(*arguments)


def test_average_run_length_refuses_what_is_no_probability():
    with pytest.raises(ValueError, match=r"probability_inside is 1\.5 at index 1"):
        average_run_length([0.5, 1.5])


@pytest.mark.parametrize(
    ("points", "rules", "message"),
    [
        (pd.Series({"w1": 0.5, "w2": np.nan}), NELSON_RULES, "standardised is nan at index w2: give a finite number"),
        ([], NELSON_RULES, "standardised has 0 values"),
        ([0.5], ["seven_on_one_side"], r"rules is \['seven_on_one_side'\]: give a list of names from one_beyond"),
        ([0.5], [], r"rules is \[\]: give a list of names"),
        ([0.5], "nine_on_one_side", "rules is 'nine_on_one_side': give a list of names"),
    ],
)
def test_run_rules_refuse_unknown_rules_and_missing_points(points, rules, message):
    with pytest.raises(ValueError, match=message):
        run_rules(points, rules)
