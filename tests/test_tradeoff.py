"""The tradeoff of fulfilment and turnover: certified regressions, textbook formulas, closed forms and brute force.

NIST: Statistical Reference Datasets, linear regression, Norris (a line) and Pontius (a parabola), with their
certified values. Both responses are scaled to shares of 1, and the turnover of Pontius to millions.
"""

import pickle
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.stats import t as student

from casestudy.methods.tradeoff import (
    FORMS,
    differentiated_allocation,
    equilibrium,
    fit_tradeoff,
    implied_value_of_fulfilment,
    marginal_analysis,
    uniform_allocation,
)

check = settings(deadline=None, derandomize=True, max_examples=50)
ROUNDING = 1e-12  # a handful of floating-point operations
SOLVED = 1e-9  # a least-squares problem that is well conditioned
GRID = 20_001

# fmt: off
NORRIS_X = [
    0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5, 666.9, 338.0, 447.5,
    11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2, 999.0, 779.0, 11.1, 118.3, 229.2, 669.1,
    448.9, 0.5,
]
NORRIS_Y = [
    0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1, 668.8, 339.3, 448.9,
    10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0, 998.5, 778.9, 10.2, 117.6, 228.9, 668.4,
    449.2, 0.2,
]
PONTIUS_X = [step * 0.15 for step in range(1, 21)] * 2
PONTIUS_Y = [
    0.11019, 0.21956, 0.32949, 0.43899, 0.54803, 0.65694, 0.76562, 0.87487, 0.98292, 1.09146, 1.20001, 1.30822,
    1.41599, 1.52399, 1.63194, 1.73947, 1.84646, 1.95392, 2.06128, 2.16844, 0.11052, 0.22018, 0.32939, 0.43886,
    0.54798, 0.65739, 0.76596, 0.87474, 0.98300, 1.09150, 1.20004, 1.30818, 1.41613, 1.52408, 1.63159, 1.73965,
    1.84696, 1.95445, 2.06177, 2.16829,
]
# fmt: on

TURNOVER = np.array([2.5, 3.0, 3.2, 3.9, 4.4, 4.5, 5.1, 5.8, 6.0, 6.6])
FULFILMENT = np.array([0.973, 0.966, 0.958, 0.951, 0.935, 0.941, 0.918, 0.886, 0.891, 0.842])
MONEY = {"annual_cost_of_goods": 5e8, "holding_rate": 0.18}


def law(form, turnover, intercept, slope, curvature=0.0):
    """A noiseless law of each form."""
    value = intercept + slope * turnover + (curvature * turnover**2 if "quadratic" in form else 0)
    return 1 / (1 + np.exp(-value)) if "logit" in form else value


@st.composite
def laws(draw, forms=tuple(FORMS)):
    """A noiseless tradeoff over 2 to 8 turns that falls at least at first, and its parameters."""
    form = draw(st.sampled_from(forms))
    if "logit" in form:
        fall = draw(st.floats(0.2, 1.5))
        parameters = (draw(st.floats(3, 8)), -fall, draw(st.floats(-0.3, 0.3)) * fall / 8)
    else:
        fall = draw(st.floats(0.01, 0.06))
        parameters = (0.99, -fall, draw(st.floats(-0.3, 0.3)) * fall / 8 if form == "quadratic" else 0.0)
    turnover = np.linspace(2, 8, 13)
    return fit_tradeoff(turnover, law(form, turnover, *parameters), form), parameters


amounts = st.fixed_dictionaries(
    {
        "annual_cost_of_goods": st.floats(1, 1e6),
        "holding_rate": st.floats(0.05, 0.5),
        "value_of_fulfilment": st.floats(1, 1e7),
    }
)


# --- The regression ---------------------------------------------------------------------------------------


def test_nist_norris_certified_line():
    line = fit_tradeoff(NORRIS_X, np.divide(NORRIS_Y, 1000), form="linear")
    certified = [-0.262323073774029e-3, 1.00211681802045e-3]
    assert line.coefficients.tolist() == pytest.approx(certified, rel=SOLVED)
    assert line.residual_deviation == pytest.approx(0.884796396144373e-3, rel=SOLVED)
    assert line.r_squared == pytest.approx(0.999993745883712, rel=ROUNDING)
    assert line.observations == 36
    assert line.regression.bse.tolist() == pytest.approx([0.232818234301152e-3, 0.429796848199937e-6], rel=SOLVED)


def test_nist_pontius_certified_parabola():
    curve = fit_tradeoff(PONTIUS_X, np.divide(PONTIUS_Y, 3), form="quadratic")
    certified = [0.673565789473684e-3, 0.732059160401003, -0.316081871345029e-2]
    assert (curve.coefficients * 3).tolist() == pytest.approx(certified, rel=SOLVED)
    assert curve.residual_deviation * 3 == pytest.approx(0.205177424076185e-3, rel=SOLVED)
    assert curve.r_squared == pytest.approx(0.999999900178537, rel=ROUNDING)


def test_confidence_band_by_hand():
    """f = 0.946, 0.922, 0.898, 0.874 on the line: s² = 0.00012/2, and the mean at 4 turns has s²·(1/4 + 0.25/5).

    Its standard error is sqrt(0.000018); Student's t of 97.5 % with 2 degrees of freedom is 4.302653.
    """
    line = fit_tradeoff([3, 4, 5, 6], [0.94, 0.93, 0.90, 0.87], form="linear")
    assert line.residual_deviation == pytest.approx(np.sqrt(0.00006), rel=SOLVED)
    band = line.predict([4]).loc[0]
    assert band["fulfilment"] == pytest.approx(0.922, rel=SOLVED)
    half = 4.302653 * np.sqrt(0.000018)
    assert [band["low"], band["high"]] == pytest.approx([0.922 - half, 0.922 + half], abs=1e-8)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_fit_and_band_are_the_textbook_formulas(form, confidence):
    """b = (X'X)^-1 X'y, and x0'b ± t·s·sqrt(x0'(X'X)^-1 x0); for the logit forms in log-odds, then transformed."""
    columns = 3 if "quadratic" in form else 2
    design = np.array([[turnover**power for power in range(columns)] for turnover in TURNOVER])
    fitted = np.log(FULFILMENT / (1 - FULFILMENT)) if "logit" in form else FULFILMENT
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ fitted
    freedom = len(TURNOVER) - columns
    deviation = np.sqrt(((fitted - design @ coefficients) ** 2).sum() / freedom)
    at = np.array([2.5, 3.7, 4.5, 6.6])
    points = np.array([[turnover**power for power in range(columns)] for turnover in at])
    half = student.ppf((1 + confidence) / 2, freedom) * deviation
    half = half * np.sqrt(np.einsum("ij,jk,ik->i", points, inverse, points))
    expected = np.column_stack([points @ coefficients + sign * half for sign in (0, -1, 1)])
    if "logit" in form:
        expected = 1 / (1 + np.exp(-expected))

    tradeoff = fit_tradeoff(TURNOVER, FULFILMENT, form)
    assert tradeoff.coefficients.index.tolist() == list(FORMS[form])
    np.testing.assert_allclose(tradeoff.coefficients, coefficients, rtol=1e-8)
    assert tradeoff.residual_deviation == pytest.approx(deviation, rel=SOLVED)
    variance = ((fitted - fitted.mean()) ** 2).sum()
    assert tradeoff.r_squared == pytest.approx(1 - deviation**2 * freedom / variance, rel=SOLVED)
    np.testing.assert_allclose(tradeoff.predict(at, confidence), expected, rtol=1e-8)
    np.testing.assert_allclose(tradeoff.fulfilment(at), expected[:, 0], rtol=1e-8)


@check
@given(laws())
def test_noiseless_law_is_recovered(case):
    tradeoff, parameters = case
    assert tradeoff.coefficients.tolist() == pytest.approx(parameters[: len(tradeoff.coefficients)], abs=1e-9)
    at = np.linspace(2, 8, 7)
    expected = law(tradeoff.form, at, *parameters)
    band = tradeoff.predict(at)
    for column in band:
        np.testing.assert_allclose(band[column], expected, atol=1e-9)
    assert tradeoff.residual_deviation < 1e-9
    assert tradeoff.r_squared == pytest.approx(1, abs=1e-9)


@check
@given(laws(), st.floats(2.01, 7.99))
def test_slope_is_the_difference_quotient(case, turnover):
    tradeoff, _ = case
    step = 1e-5  # truncation of order step² against rounding of order 1e-16/step
    quotient = (tradeoff.fulfilment(turnover + step) - tradeoff.fulfilment(turnover - step)) / (2 * step)
    assert tradeoff.slope(turnover) == pytest.approx(quotient, abs=1e-9)


def test_logit_stays_between_0_and_1_where_the_line_does_not():
    turnover, fulfilment = [2, 3, 4, 5, 6, 7], [0.999, 0.998, 0.99, 0.95, 0.8, 0.5]
    assert fit_tradeoff(turnover, fulfilment, "linear").fulfilment(2) > 1
    band = fit_tradeoff(turnover, fulfilment, "logit").predict(np.linspace(2, 7, 11), confidence=0.999)
    assert ((band > 0) & (band < 1)).all(axis=None)
    assert (band["low"] < band["fulfilment"]).all()
    assert (band["fulfilment"] < band["high"]).all()


def test_index_is_kept_and_inputs_are_not_changed():
    weeks = pd.Index([f"run {run}" for run in range(10)], name="run")
    turnover, fulfilment = pd.Series(TURNOVER, index=weeks), pd.Series(FULFILMENT, index=weeks)
    before = turnover.copy(), fulfilment.copy()
    tradeoff = fit_tradeoff(turnover, fulfilment)
    pd.testing.assert_index_equal(tradeoff.predict(turnover).index, weeks)
    pd.testing.assert_index_equal(tradeoff.slope(turnover).index, weeks)
    pd.testing.assert_index_equal(tradeoff.fulfilment(turnover).index, weeks)
    margins = marginal_analysis(tradeoff, turnover, **MONEY, value_of_fulfilment=1e9)
    pd.testing.assert_index_equal(margins.index, weeks)
    pd.testing.assert_series_equal(turnover, before[0])
    pd.testing.assert_series_equal(fulfilment, before[1])
    assert (tradeoff.lowest_turnover, tradeoff.highest_turnover) == (2.5, 6.6)


def test_tradeoff_can_be_sent_to_another_process():
    tradeoff = fit_tradeoff(TURNOVER, FULFILMENT, "logit")
    received = pickle.loads(pickle.dumps(tradeoff))
    assert received == tradeoff
    pd.testing.assert_frame_equal(received.predict(TURNOVER), tradeoff.predict(TURNOVER))


# --- The equilibrium --------------------------------------------------------------------------------------


@check
@given(laws(forms=("linear",)), amounts)
def test_equilibrium_of_a_line_is_the_closed_form(case, money):
    """sqrt(h·C/(v·|b|)), or the end of the observed turnovers that is next to it."""
    tradeoff, (_, slope, _) = case
    closed = np.sqrt(
        money["holding_rate"] * money["annual_cost_of_goods"] / (money["value_of_fulfilment"] * abs(slope))
    )
    best = equilibrium(tradeoff, **money)
    assert best.turnover == pytest.approx(min(max(closed, 2), 8), rel=1e-7)
    assert best.is_interior == (2 < closed < 8)


@check
@given(laws(), st.floats(1, 10), st.floats(0.5, 2))
def test_equilibrium_is_the_best_of_a_fine_grid(case, around, cost):
    """The value of fulfilment is chosen so that the optimum often lies inside; the benefit is written out anew."""
    tradeoff, parameters = case
    value = cost / (0.03 * around**2)
    best = equilibrium(tradeoff, annual_cost_of_goods=4 * cost, holding_rate=0.25, value_of_fulfilment=value)
    grid = np.linspace(2, 8, GRID)
    benefit = value * law(tradeoff.form, grid, *parameters) - cost / grid
    # Next to a maximum the benefit is flat: a grid point is at most half a cell away from it.
    assert best.net_benefit >= benefit.max() - 1e-9 * value
    nearest = np.abs(grid - best.turnover).argmin()
    assert benefit[nearest] >= benefit.max() - 1e-6 * value
    assert best.net_benefit == pytest.approx(value * best.fulfilment - cost / best.turnover, rel=SOLVED)
    assert best.stock_value == pytest.approx(4 * cost / best.turnover, rel=ROUNDING)
    assert best.fulfilment == pytest.approx(law(tradeoff.form, best.turnover, *parameters), abs=1e-9)


@check
@given(laws(), st.floats(1, 10))
def test_margins_meet_and_the_net_benefit_bends_down_at_an_interior_equilibrium(case, around):
    tradeoff, _ = case
    money = {"annual_cost_of_goods": 4, "holding_rate": 0.25, "value_of_fulfilment": 1 / (0.03 * around**2)}
    best = equilibrium(tradeoff, **money)
    step = 1e-4
    assume(best.is_interior and 2 + step < best.turnover < 8 - step)
    before, at, after = marginal_analysis(
        tradeoff, [best.turnover - step, best.turnover, best.turnover + step], **money
    ).itertuples()
    assert at.marginal_saving == pytest.approx(at.marginal_loss, rel=1e-7)
    assert before.marginal_saving > before.marginal_loss
    assert after.marginal_saving < after.marginal_loss


def test_optimum_at_an_end_of_the_observed_turnovers_says_so():
    line = fit_tradeoff([2, 4, 6, 8], [0.98, 0.94, 0.90, 0.86], form="linear")
    careless = equilibrium(line, annual_cost_of_goods=1000, holding_rate=0.25, value_of_fulfilment=1)
    careful = equilibrium(line, annual_cost_of_goods=1000, holding_rate=0.25, value_of_fulfilment=1e6)
    assert (careless.turnover, careless.is_interior) == (8, False)
    assert (careful.turnover, careful.is_interior) == (2, False)


def test_far_end_wins_where_the_margins_meet_at_a_lesser_peak():
    """Where fulfilment has fallen to nearly nothing it falls no further: then the least stock is best."""
    turnover = np.linspace(2, 30, 29)
    cliff = fit_tradeoff(turnover, law("logit", turnover, 10, -2), "logit")
    best = equilibrium(cliff, annual_cost_of_goods=400, holding_rate=0.25, value_of_fulfilment=15)
    margins = marginal_analysis(
        cliff, np.linspace(2, 30, 500), annual_cost_of_goods=400, holding_rate=0.25, value_of_fulfilment=15
    )
    crossings = np.diff(np.sign(margins["marginal_saving"] - margins["marginal_loss"]))
    assert (crossings < 0).any()
    assert (best.turnover, best.is_interior) == (30, False)


@check
@given(laws(), st.floats(2.1, 7.9))
def test_implied_value_gives_the_turnover_back(case, turnover):
    tradeoff, _ = case
    money = {"annual_cost_of_goods": 1000, "holding_rate": 0.2}
    try:
        value = implied_value_of_fulfilment(tradeoff, turnover, **money)
    except ValueError:
        value = 1000 * 0.2 / (-tradeoff.slope(turnover) * turnover**2)
        grid = np.linspace(2, 8, GRID)
        own = value * tradeoff.fulfilment(turnover) - 200 / turnover
        assert (value * tradeoff.fulfilment(grid) - 200 / grid).max() > own
        return
    best = equilibrium(tradeoff, **money, value_of_fulfilment=value)
    # The benefit is flat next to its maximum; where it is flattest, as many digits of the turnover are lost.
    assert best.turnover == pytest.approx(turnover, rel=1e-4)


def test_implied_value_of_a_line_by_hand():
    """0.25·1000/(0.02·4.5²) for an optimum of 4.5 turns."""
    line = fit_tradeoff([2, 4, 6, 8], [0.98, 0.94, 0.90, 0.86], form="linear")
    value = implied_value_of_fulfilment(line, 4.5, annual_cost_of_goods=1000, holding_rate=0.25)
    assert value == pytest.approx(250 / 0.405, rel=SOLVED)


# --- Differentiated strategies against one rule for all ---------------------------------------------------


def candidates(classes):
    """Curves from a list of classes, each a list of (fulfilment, stock value)."""
    rows = {(f"class {place}", f"level {level}"): row for place, rows in enumerate(classes) for level, row in rows}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["fulfilment", "stock_value"]).set_axis(
        pd.MultiIndex.from_tuples(rows), axis=0
    )


whole_hundredths = st.integers(0, 100).map(lambda hundredths: hundredths / 100)
row = st.tuples(whole_hundredths, st.integers(0, 50))


@st.composite
def choices(draw):
    """Up to four classes with up to five candidates (the first is in every class), weights and a target."""
    classes = [list(enumerate(draw(st.lists(row, min_size=1, max_size=5)))) for _ in range(draw(st.integers(1, 4)))]
    weights = [draw(st.integers(1, 5)) for _ in classes]
    return classes, weights, draw(whole_hundredths)


def brute_force(classes, weights, target):
    """Least stock, and the most fulfilment with it, of all choices; in whole numbers, None where none reaches."""
    reached = []
    for choice in product(*classes):
        points = sum(weight * round(100 * row[0]) for weight, (_, row) in zip(weights, choice, strict=True))
        if points >= round(100 * target) * sum(weights):
            reached.append((sum(row[1] for _, row in choice), -points / 100 / sum(weights)))
    return min(reached, default=None)


@check
@given(choices())
def test_differentiated_allocation_is_the_best_of_all_choices(case):
    classes, weights, target = case
    curves = candidates(classes)
    weights = pd.Series(weights, index=[f"class {place}" for place in range(len(classes))])
    expected = brute_force(classes, weights, target)
    if expected is None:
        with pytest.raises(ValueError, match="the most that any choice reaches is"):
            differentiated_allocation(curves, weights, target)
        return
    best = differentiated_allocation(curves, weights, target)
    assert (best.stock_value, -best.fulfilment) == pytest.approx(expected, rel=ROUNDING)
    chosen = curves.loc[list(best.choice.items())]
    assert chosen["stock_value"].sum() == best.stock_value
    assert np.average(chosen["fulfilment"], weights=weights) == pytest.approx(best.fulfilment, rel=ROUNDING)
    pd.testing.assert_index_equal(best.choice.index, weights.index)


@check
@given(choices())
def test_one_rule_for_all_is_the_best_common_candidate_and_never_has_less_stock(case):
    classes, weights, target = case
    curves = candidates(classes)
    common = min(len(rows) for rows in classes)
    rules = [brute_force([[rows[level]] for rows in classes], weights, target) for level in range(common)]
    expected = min((rule for rule in rules if rule is not None), default=None)
    weights = pd.Series(weights, index=[f"class {place}" for place in range(len(classes))])
    if expected is None:
        with pytest.raises(ValueError, match="the most that any choice reaches is"):
            uniform_allocation(curves, weights, target)
        return
    rule = uniform_allocation(curves, weights, target)
    assert (rule.stock_value, -rule.fulfilment) == pytest.approx(expected, rel=ROUNDING)
    assert rule.choice.eq(rule.choice.iloc[0]).all()
    chosen = curves.loc[list(rule.choice.items())]
    assert chosen["stock_value"].sum() == rule.stock_value
    assert differentiated_allocation(curves, weights, target).stock_value <= rule.stock_value


def test_nine_classes_are_solved_as_by_integer_programming():
    """A second program (HiGHS) where enumeration would take 20^9 choices; the target keeps off its tolerance."""
    rng = np.random.default_rng(5)
    names = [abc + xyz for abc in "ABC" for xyz in "XYZ"]
    levels = np.linspace(0.80, 0.99, 20)
    rows = {
        (name, level): (level, round(scale / (1.02 - level)))
        for name, scale in zip(names, rng.integers(1000, 100_000, size=9), strict=True)
        for level in levels
    }
    curves = pd.DataFrame(list(rows.values()), index=pd.MultiIndex.from_tuples(rows)).set_axis(
        ["fulfilment", "stock_value"], axis=1
    )
    weights = pd.Series(rng.integers(1, 100, size=9), index=names)
    target = 0.9312345
    pooled = np.repeat(weights.to_numpy() / weights.sum(), 20) * curves["fulfilment"].to_numpy()
    one_each = LinearConstraint(np.kron(np.eye(9), np.ones(20)), 1, 1)
    solved = milp(
        curves["stock_value"].to_numpy(),
        integrality=np.ones(180),
        bounds=Bounds(0, 1),
        constraints=[one_each, LinearConstraint(pooled, target, np.inf)],
        options={"mip_rel_gap": 0},
    )
    best = differentiated_allocation(curves, weights, target)
    assert pooled @ solved.x.round() > target
    assert best.stock_value == pytest.approx(solved.fun, rel=1e-9)
    assert best.fulfilment >= target
    assert best.stock_value < uniform_allocation(curves, weights, target).stock_value


def test_allocations_do_not_change_their_inputs_and_take_candidates_in_any_order():
    curves = candidates([[(0, (0.9, 10)), (1, (0.95, 20))], [(0, (0.9, 1)), (1, (0.95, 2))]])
    weights = pd.Series({"class 1": 3, "class 0": 1})
    before = curves.copy(), weights.copy()
    best = differentiated_allocation(curves.iloc[[2, 0, 3, 1]], weights, target=0.93)
    assert best.choice.to_dict() == {"class 1": "level 1", "class 0": "level 0"}
    assert uniform_allocation(curves.iloc[[2, 0, 3, 1]], weights, target=0.93).choice.unique() == ["level 1"]
    pd.testing.assert_frame_equal(curves, before[0])
    pd.testing.assert_series_equal(weights, before[1])


def test_target_that_is_the_mean_of_the_choices_is_reached():
    """In binary three thirds of 0.9 add up to a little less than 0.9: they must still be 0.9."""
    curves = candidates([[(0, (0.9, 1))]] * 3)
    weights = pd.Series({"class 0": 1, "class 1": 1, "class 2": 1})
    assert differentiated_allocation(curves, weights, target=0.9).stock_value == 3
    assert uniform_allocation(curves, weights, target=0.9).stock_value == 3


def test_of_choices_with_one_stock_the_one_with_more_fulfilment_is_taken():
    curves = candidates([[(0, (0.90, 10)), (1, (0.95, 10)), (2, (0.93, 10))]])
    weights = pd.Series({"class 0": 1})
    assert differentiated_allocation(curves, weights, target=0.9).choice.tolist() == ["level 1"]
    assert uniform_allocation(curves, weights, target=0.9).choice.tolist() == ["level 1"]


# --- The boundary -----------------------------------------------------------------------------------------

LINE = fit_tradeoff([2, 4, 6, 8], [0.98, 0.94, 0.90, 0.86], form="linear")
RISING = fit_tradeoff([2, 4, 6, 8], [0.86, 0.90, 0.94, 0.98], form="linear")
CURVES = candidates([[(0, (0.9, 10)), (1, (0.95, 20))], [(0, (0.9, 1)), (2, (0.95, 2))]])
WEIGHTS = pd.Series({"class 0": 1, "class 1": 1})
AMOUNTS = {"annual_cost_of_goods": 1000, "holding_rate": 0.25}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: fit_tradeoff([2, 3, 4], [0.9, 0.8, 0.7], "cubic"),
            "form is 'cubic': give one of linear, quadratic, logit, quadratic logit",
        ),
        (lambda: fit_tradeoff([2, 3, 4], [0.9, 0.8, 0.7]), "turnover has 3 values: give at least 4"),
        (lambda: fit_tradeoff(4, 0.9), "turnover has 0 dimensions: give a Series or a list of numbers"),
        (
            lambda: fit_tradeoff([2, 3, 4, 5], [95, 92, 90, 80]),
            "fulfilment is 95 at index 0: give a number between 0 and 1, both included",
        ),
        (lambda: fit_tradeoff([2, 0, 4], [0.9, 0.8, 0.7]), "turnover is 0 at index 1: give a number greater than 0"),
        (
            lambda: fit_tradeoff([2, 3, 4], [0.9, 0.8]),
            r"turnover \(3,\), fulfilment \(2,\) do not match: give arrays of one length",
        ),
        (
            lambda: fit_tradeoff([2, 3, 4], [0.9, 1, 0.7], "logit"),
            "fulfilment is 1 at index 1: give a number between 0 and 1, both excluded, or another form",
        ),
        (
            lambda: fit_tradeoff([2, 2, 4, 4], [0.9, 0.8, 0.7, 0.7]),
            "turnover has 2 different values: give more for the quadratic form",
        ),
        (
            lambda: fit_tradeoff([2, 3, 4], [0.9, 0.9, 0.9], "linear"),
            "fulfilment is 0.9 in every pair: give fulfilments that differ",
        ),
        (
            lambda: LINE.predict(pd.Series({"now": 4, "plan": 9})),
            "turnover is 9 at index plan: give one within the observed turnovers, 2 to 8",
        ),
        (lambda: LINE.fulfilment(1.5), "turnover is 1.5: give one within the observed turnovers, 2 to 8"),
        (lambda: LINE.slope([2, 8.5]), "turnover is 8.5 at index 1: give one within the observed turnovers, 2 to 8"),
        (lambda: LINE.predict([4], confidence=95), "confidence is 95: give a number between 0 and 1, both excluded"),
        (
            lambda: equilibrium(LINE, **AMOUNTS, value_of_fulfilment=0),
            "value_of_fulfilment is 0: give a number greater than 0",
        ),
        (
            lambda: equilibrium(LINE, annual_cost_of_goods=[1, 2], holding_rate=0.2, value_of_fulfilment=1),
            r"annual_cost_of_goods is \[1, 2\]: give one number",
        ),
        (
            lambda: implied_value_of_fulfilment(RISING, 4, **AMOUNTS),
            "turnover is 4: fulfilment does not fall there, give one where it does",
        ),
        (
            lambda: implied_value_of_fulfilment(LINE, 9, **AMOUNTS),
            "turnover is 9.0: give one within the observed turnovers, 2 to 8",
        ),
        (
            lambda: marginal_analysis(LINE, [4], annual_cost_of_goods=1, holding_rate=-1, value_of_fulfilment=1),
            "holding_rate is -1: give a number greater than 0",
        ),
        (
            lambda: differentiated_allocation(CURVES, WEIGHTS, 1.2),
            "target is 1.2: give a number between 0 and 1, both included",
        ),
        (
            lambda: differentiated_allocation(CURVES, WEIGHTS, 0.96),
            "target is 0.96: the most that any choice reaches is 0.95, give less",
        ),
        (
            lambda: uniform_allocation(CURVES, WEIGHTS, 0.92),
            "target is 0.92: the most that any choice reaches is 0.9, give less",
        ),
        (
            lambda: uniform_allocation(CURVES.iloc[[0, 3]], WEIGHTS, 0.9),
            "curves has no candidate that every class has: give one rule for all of them",
        ),
        (
            lambda: differentiated_allocation(CURVES, WEIGHTS[:1], 0.9),
            "class class 1 is not in both curves and weights: give it in both",
        ),
        (
            lambda: differentiated_allocation(CURVES.iloc[[0, 0, 2]], WEIGHTS, 0.9),
            r"curves is \('class 0', 'level 0'\) at index .*: give each candidate of a class once",
        ),
        (
            lambda: differentiated_allocation(CURVES, pd.Series([1, 2], index=["class 0", "class 0"]), 0.9),
            "weights is 'class 0' at index class 0: give each class once",
        ),
        (
            lambda: differentiated_allocation(CURVES, WEIGHTS * 0, 0.9),
            "weights is 0 at index class 0: give a number greater than 0",
        ),
        (
            lambda: differentiated_allocation(CURVES.droplevel(0), WEIGHTS, 0.9),
            "curves has an index of 1 levels: give two, class and candidate",
        ),
        (
            lambda: differentiated_allocation(CURVES[["fulfilment"]], WEIGHTS, 0.9),
            "curves has no column stock_value: give fulfilment and stock_value",
        ),
        (
            lambda: differentiated_allocation(CURVES * [100, 1], WEIGHTS, 0.9),
            r"fulfilment is 90 at index \('class 0', 'level 0'\): give a number between 0 and 1, both included",
        ),
    ],
)
def test_errors_name_the_argument_the_value_and_the_index(call, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        call()


def test_turnover_that_is_the_worst_of_its_value_implies_none():
    """Beyond its steepest fall, where the margins meet again, the net benefit has a minimum."""
    turnover = np.linspace(2, 30, 29)
    cliff = fit_tradeoff(turnover, law("logit", turnover, 10, -2), "logit")
    message = "turnover is 7: it is no equilibrium at any value of fulfilment"
    with pytest.raises(ValueError, match=message):
        implied_value_of_fulfilment(cliff, 7, **AMOUNTS)
