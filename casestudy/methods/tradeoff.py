"""Order fulfilment against inventory turnover: a regression, the point where it pays best, and service by class.

The faster stock turns, the less of it there is and the more orders wait. `fit_tradeoff` estimates that relation
from observed or simulated pairs; `equilibrium` weighs the holding cost that one more turn saves against the
fulfilment that it loses; `implied_value_of_fulfilment` reads a given equilibrium backwards. The last part chooses a
fulfilment for each class of items, so that the pooled one is reached with the least stock.

Notation: T inventory turnover [times/year], f fulfilment [fraction of orders, 0.92 is 92 %], C annual cost of goods
[money/year], h holding rate [fraction/year], v value of fulfilment [money/year for the step from 0 to 1; one
percentage point is worth v/100], C/T stock value [money].

Net benefit is B(T) = v·f(T) - h·C/T. At an optimum inside the observed turnovers the marginal saving of holding
cost, h·C/T², is the marginal loss of service, -v·f'(T).
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.polynomial.polynomial import polyder, polyval
from scipy.optimize import brentq
from scipy.special import expit, logit

from casestudy.methods._validation import elementwise, numeric_series, one_number, refuse

__all__ = [
    "FORMS",
    "Allocation",
    "Equilibrium",
    "Tradeoff",
    "differentiated_allocation",
    "equilibrium",
    "fit_tradeoff",
    "implied_value_of_fulfilment",
    "marginal_analysis",
    "uniform_allocation",
]

FORMS = {
    "linear": ("intercept", "turnover"),
    "quadratic": ("intercept", "turnover", "turnover_squared"),
    "logit": ("intercept", "turnover"),
    "quadratic logit": ("intercept", "turnover", "turnover_squared"),
}
_OF_LOG_ODDS = ("logit", "quadratic logit")
_CELLS = 1000  # of the observed turnovers, each searched for a local maximum of the net benefit
_ROUNDING = 1e-12  # of a sum of shares, relative


# --- The regression ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tradeoff:
    """Fulfilment as a function of turnover, fitted by ordinary least squares; see `fit_tradeoff`.

    It answers within the observed turnovers only: a turnover outside of them is an error.

    Attributes
    ----------
    form : one of `FORMS`.
    coefficients : Series by the names in `FORMS`: of fulfilment or, for the logit forms, of its log-odds.
    r_squared : share of the variance that is explained, of what was fitted: for the logit forms, of the log-odds.
    residual_deviation : sqrt(residual sum of squares / (n - number of coefficients)), of what was fitted.
    observations : number of pairs [n].
    lowest_turnover, highest_turnover : ends of the observed turnovers, times/year.
    regression : the statsmodels results behind it, with standard errors and diagnostics.
    """

    form: str
    coefficients: pd.Series = field(compare=False)
    r_squared: float
    residual_deviation: float
    observations: int
    lowest_turnover: float
    highest_turnover: float
    regression: Any = field(repr=False, compare=False)

    @elementwise(turnover="positive")
    def fulfilment(self, turnover):
        """Fitted fulfilment at a turnover [f(T)].

        Parameters
        ----------
        turnover : float, array or Series
            Inventory turnover [T], times/year, within the observed ones.

        Returns
        -------
        float, array or Series
            Fraction of orders; for "linear" and "quadratic" as the curve has it, even below 0 or above 1.

        Raises
        ------
        ValueError
            If a turnover is not a number or outside the observed ones.

        >>> round(fit_tradeoff([3, 4, 5, 6], [0.94, 0.93, 0.90, 0.87], form="linear").fulfilment(4.5), 6)
        0.91
        """
        self._refuse_extrapolation(turnover)
        fitted = polyval(turnover, self.coefficients)
        return expit(fitted) if self.form in _OF_LOG_ODDS else fitted

    @elementwise(turnover="positive")
    def slope(self, turnover):
        """Change of the fitted fulfilment with one more turn [f'(T)].

        Parameters
        ----------
        turnover : float, array or Series
            Inventory turnover [T], times/year, within the observed ones.

        Returns
        -------
        float, array or Series
            Fraction of orders per time/year; negative where faster turnover costs fulfilment.

        Raises
        ------
        ValueError
            If a turnover is not a number or outside the observed ones.

        >>> round(fit_tradeoff([3, 4, 5, 6], [0.94, 0.93, 0.90, 0.87], form="linear").slope(4.5), 6)
        -0.024
        """
        self._refuse_extrapolation(turnover)
        slope = polyval(turnover, polyder(self.coefficients))
        if self.form in _OF_LOG_ODDS:
            fulfilment = self.fulfilment(turnover)
            return slope * fulfilment * (1 - fulfilment)
        return slope

    def predict(self, turnover, confidence=0.95):
        """Fitted fulfilment with the confidence band of its mean.

        The band says where the curve lies, not where the next observation does. Its level holds for each
        turnover by itself. For the logit forms it is the band of the log-odds, transformed.

        Parameters
        ----------
        turnover : Series or list
            Inventory turnover [T], times/year, within the observed ones.
        confidence : float
            Level of the band, between 0 and 1, both excluded; by Student's t with n - number of coefficients
            degrees of freedom.

        Returns
        -------
        DataFrame with the index of turnover
            fulfilment, low and high, fractions of orders.

        Raises
        ------
        ValueError
            If a turnover is not a number or outside the observed ones, or confidence is not between 0 and 1.

        Source: Montgomery, Peck & Vining (2012), Introduction to Linear Regression Analysis, 5th ed., confidence
        interval of the mean response.

        >>> fit_tradeoff([3, 4, 5, 6], [0.94, 0.93, 0.90, 0.87], form="linear").predict([4, 5]).round(4)
           fulfilment     low    high
        0       0.922  0.9037  0.9403
        1       0.898  0.8797  0.9163
        """
        turnover = numeric_series("turnover", turnover, kind="positive")
        one_number("probability", confidence=confidence)
        self._refuse_extrapolation(turnover)
        mean = self.regression.get_prediction(_design(turnover, self.form)).summary_frame(alpha=1 - confidence)
        band = mean[["mean", "mean_ci_lower", "mean_ci_upper"]].set_axis(["fulfilment", "low", "high"], axis=1)
        return (expit(band) if self.form in _OF_LOG_ODDS else band).set_index(turnover.index)

    def _refuse_extrapolation(self, turnover):
        outside = (turnover < self.lowest_turnover) | (turnover > self.highest_turnover)
        refuse(
            "turnover",
            turnover,
            outside,
            f"give one within the observed turnovers, {self.lowest_turnover:g} to {self.highest_turnover:g}",
        )


@elementwise(turnover="positive", fulfilment="share")
def fit_tradeoff(turnover, fulfilment, form="quadratic"):
    """Regression of fulfilment on turnover by ordinary least squares.

    Which form: "linear" [f = a + b·T] over a narrow range of turnovers. "quadratic" [f = a + b·T + c·T²] where the
    curve bends within the range; look whether it turns up again at one end. "logit" [ln(f/(1-f)) = a + b·T] where
    fulfilment comes near 1, which these may exceed: it flattens there and stays between 0 and 1, but takes no observed
    0 or 1. "quadratic logit" [ln(f/(1-f)) = a + b·T + c·T²] where the log-odds bend over a wide range.

    Parameters
    ----------
    turnover : Series or list
        Inventory turnover [T], times/year, greater than 0, of at least one pair more than there are
        coefficients.
    fulfilment : Series or list
        Fulfilment at these turnovers [f], fraction of orders, 0 to 1; for the logit forms neither 0 nor 1.
    form : str
        One of `FORMS`.

    Returns
    -------
    Tradeoff
        The curve, with its confidence band.

    Raises
    ------
    ValueError
        If an argument is out of range, the two do not match in length or index, the pairs are too few, all
        fulfilments are the same, or the turnovers take fewer values than there are coefficients.

    Source: Montgomery, Peck & Vining (2012), Introduction to Linear Regression Analysis, 5th ed. Cheng, "Study on
    Balanced Inventory and Supply Management of Small Quantities of Materials", section 4.3, regresses so too, but
    prints neither form nor coefficients.

    >>> fit_tradeoff([3, 4, 5, 6], [0.94, 0.93, 0.90, 0.87], form="linear").coefficients.round(6).to_dict()
    {'intercept': 1.018, 'turnover': -0.024}
    """
    from statsmodels.regression.linear_model import OLS  # takes a second to load

    if form not in FORMS:
        raise ValueError(f"form is {form!r}: give one of {', '.join(FORMS)}")
    needed = len(FORMS[form]) + 1
    turnover = numeric_series("turnover", turnover, needed)
    fulfilment = numeric_series("fulfilment", fulfilment, needed)
    if fulfilment.eq(fulfilment.iloc[0]).all():
        raise ValueError(f"fulfilment is {fulfilment.iloc[0]:g} in every pair: give fulfilments that differ")
    if form in _OF_LOG_ODDS:
        mend = "give a number between 0 and 1, both excluded, or another form"
        refuse("fulfilment", fulfilment, fulfilment.isin([0, 1]), mend)
    design = _design(turnover, form)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError(f"turnover has {turnover.nunique()} different values: give more for the {form} form")
    regression = OLS((logit(fulfilment) if form in _OF_LOG_ODDS else fulfilment).to_numpy(), design).fit()
    return Tradeoff(
        form=form,
        coefficients=regression.params,
        r_squared=float(regression.rsquared),
        residual_deviation=float(np.sqrt(regression.mse_resid)),
        observations=int(regression.nobs),
        lowest_turnover=float(turnover.min()),
        highest_turnover=float(turnover.max()),
        regression=regression,
    )


# --- The equilibrium --------------------------------------------------------------------------------------


class Equilibrium(NamedTuple):
    """Turnover of the greatest net benefit, and what it comes to.

    `turnover` in times/year, `fulfilment` a fraction of orders, `stock_value` C/T in money, `net_benefit` v·f - h·C/T
    in money/year. `is_interior` is False where the optimum lies at an end of the observed turnovers: there the
    margins do not meet, and the best turnover may lie beyond.
    """

    turnover: float
    fulfilment: float
    stock_value: float
    net_benefit: float
    is_interior: bool


def equilibrium(tradeoff, *, annual_cost_of_goods, holding_rate, value_of_fulfilment):
    """Turnover at which value of fulfilment less holding cost is greatest, within those observed [max v·f(T) - h·C/T].

    Inside the range it is where marginal saving and marginal loss cross. For the linear form with a slope b < 0
    that is sqrt(h·C/(v·|b|)).

    Parameters
    ----------
    tradeoff : Tradeoff
        Fitted fulfilment [f].
    annual_cost_of_goods : float
        Cost of the goods used or sold in a year [C], money/year, greater than 0.
    holding_rate : float
        Cost of holding one unit of money in stock for a year [h], fraction/year, greater than 0.
    value_of_fulfilment : float
        Worth of fulfilling all orders rather than none [v], money/year, greater than 0; a percentage point is
        worth a hundredth of it.

    Returns
    -------
    Equilibrium
        turnover, fulfilment, stock_value, net_benefit and is_interior.

    Raises
    ------
    ValueError
        If an amount is not one number greater than 0.

    Source: the first-order condition in the head of this module, with stock value = cost of goods / turnover.

    >>> line = fit_tradeoff([2, 4, 6, 8], [0.98, 0.94, 0.90, 0.86], form="linear")
    >>> best = equilibrium(line, annual_cost_of_goods=1000, holding_rate=0.25, value_of_fulfilment=500)
    >>> round(best.turnover, 6), round(best.fulfilment, 6), best.is_interior
    (5.0, 0.92, True)
    """
    one_number(
        "positive",
        annual_cost_of_goods=annual_cost_of_goods,
        holding_rate=holding_rate,
        value_of_fulfilment=value_of_fulfilment,
    )
    holding_cost = holding_rate * annual_cost_of_goods

    def net_benefit(turnover):
        return value_of_fulfilment * tradeoff.fulfilment(turnover) - holding_cost / turnover

    def marginal_benefit(turnover):
        return value_of_fulfilment * tradeoff.slope(turnover) + holding_cost / turnover**2

    ends = np.linspace(tradeoff.lowest_turnover, tradeoff.highest_turnover, _CELLS + 1)
    margins = marginal_benefit(ends)
    peaks = [
        brentq(marginal_benefit, ends[cell], ends[cell + 1], xtol=1e-14)
        for cell in np.flatnonzero((margins[:-1] > 0) & (margins[1:] <= 0))
    ]
    turnover = float(max([tradeoff.lowest_turnover, tradeoff.highest_turnover, *peaks], key=net_benefit))
    return Equilibrium(
        turnover=turnover,
        fulfilment=tradeoff.fulfilment(turnover),
        stock_value=annual_cost_of_goods / turnover,
        net_benefit=net_benefit(turnover),
        is_interior=tradeoff.lowest_turnover < turnover < tradeoff.highest_turnover,
    )


def implied_value_of_fulfilment(tradeoff, turnover, *, annual_cost_of_goods, holding_rate):
    """Value of fulfilment at which a given turnover is the equilibrium [v = h·C/(-T²·f'(T))].

    So a printed optimum can be read backwards: what must a fulfilled order have been worth to whoever chose it?

    Parameters
    ----------
    tradeoff : Tradeoff
        Fitted fulfilment [f].
    turnover : float
        The turnover that was chosen [T], times/year, within the observed ones.
    annual_cost_of_goods : float
        Cost of the goods used or sold in a year [C], money/year, greater than 0.
    holding_rate : float
        Cost of holding one unit of money in stock for a year [h], fraction/year, greater than 0.

    Returns
    -------
    float
        Worth of fulfilling all orders rather than none [v], money/year.

    Raises
    ------
    ValueError
        If an amount is not one number greater than 0, the turnover is outside the observed ones, fulfilment does
        not fall there, or some other observed turnover has a greater net benefit at that value.

    Source: the first-order condition in the head of this module.

    >>> line = fit_tradeoff([2, 4, 6, 8], [0.98, 0.94, 0.90, 0.86], form="linear")
    >>> round(implied_value_of_fulfilment(line, 5, annual_cost_of_goods=1000, holding_rate=0.25), 6)
    500.0
    """
    one_number("positive", turnover=turnover, annual_cost_of_goods=annual_cost_of_goods, holding_rate=holding_rate)
    slope = tradeoff.slope(turnover)
    if slope >= 0:
        raise ValueError(f"turnover is {turnover:g}: fulfilment does not fall there, give one where it does")
    money = {"annual_cost_of_goods": annual_cost_of_goods, "holding_rate": holding_rate}
    value = holding_rate * annual_cost_of_goods / (-slope * turnover**2)
    best = equilibrium(tradeoff, **money, value_of_fulfilment=value)
    own = value * tradeoff.fulfilment(turnover) - holding_rate * annual_cost_of_goods / turnover
    if best.net_benefit - own > _ROUNDING * value:
        raise ValueError(
            f"turnover is {turnover:g}: it is no equilibrium at any value of fulfilment, where the margins meet "
            f"there a turnover of {best.turnover:g} is better, give another"
        )
    return value


def marginal_analysis(tradeoff, turnover, *, annual_cost_of_goods, holding_rate, value_of_fulfilment):
    """Holding cost saved and service lost by one more turn, at each turnover; they cross at the equilibrium.

    Parameters
    ----------
    tradeoff : Tradeoff
        Fitted fulfilment [f].
    turnover : Series or list
        Inventory turnover [T], times/year, within the observed ones.
    annual_cost_of_goods : float
        Cost of the goods used or sold in a year [C], money/year, greater than 0.
    holding_rate : float
        Cost of holding one unit of money in stock for a year [h], fraction/year, greater than 0.
    value_of_fulfilment : float
        Worth of fulfilling all orders rather than none [v], money/year, greater than 0.

    Returns
    -------
    DataFrame with the index of turnover
        turnover, times/year; fulfilment, fraction of orders; stock_value C/T, money; marginal_saving h·C/T² and
        marginal_loss -v·f'(T), money/year per time/year; net_benefit v·f - h·C/T, money/year.

    Raises
    ------
    ValueError
        If an amount is not one number greater than 0, or a turnover is outside the observed ones.

    Source: the first-order condition in the head of this module.

    >>> line = fit_tradeoff([2, 4, 6, 8], [0.98, 0.94, 0.90, 0.86], form="linear")
    >>> money = {"annual_cost_of_goods": 1000, "holding_rate": 0.25, "value_of_fulfilment": 500}
    >>> marginal_analysis(line, [4, 5], **money)[["stock_value", "marginal_saving", "marginal_loss"]].round(6)
       stock_value  marginal_saving  marginal_loss
    0        250.0           15.625           10.0
    1        200.0           10.000           10.0
    """
    turnover = numeric_series("turnover", turnover, kind="positive")
    one_number(
        "positive",
        annual_cost_of_goods=annual_cost_of_goods,
        holding_rate=holding_rate,
        value_of_fulfilment=value_of_fulfilment,
    )
    fulfilment = tradeoff.fulfilment(turnover)
    stock_value = annual_cost_of_goods / turnover
    return pd.DataFrame(
        {
            "turnover": turnover,
            "fulfilment": fulfilment,
            "stock_value": stock_value,
            "marginal_saving": holding_rate * stock_value / turnover,
            "marginal_loss": -value_of_fulfilment * tradeoff.slope(turnover),
            "net_benefit": value_of_fulfilment * fulfilment - holding_rate * stock_value,
        }
    )


# --- Differentiated strategies against one rule for all ---------------------------------------------------


class Allocation(NamedTuple):
    """A candidate for each class: `choice` (Series by class), pooled `fulfilment` [fraction], `stock_value` [money]."""

    choice: pd.Series
    fulfilment: float
    stock_value: float


def differentiated_allocation(curves, weights, target):
    """The candidate of each class that together reach a pooled fulfilment with the least stock.

    Exact: the classes are added one by one, and of their combinations only those are kept that no other beats in
    both stock and fulfilment. Meant for classes, up to some dozens of them.

    Parameters
    ----------
    curves : DataFrame
        One row a candidate, with an index of two levels, class and candidate; the columns fulfilment, fraction of
        the orders of the class, and stock_value, money, 0 or more.
    weights : Series by class
        Share of the orders, or any number in proportion to it, greater than 0.
    target : float
        Pooled fulfilment to reach, fraction, 0 to 1: the mean of the classes' fulfilments by weight.

    Returns
    -------
    Allocation
        choice (the candidate of each class, with the index of weights), fulfilment and stock_value. Of choices
        with the same stock, the one with more fulfilment.

    Raises
    ------
    ValueError
        If a column is missing or out of range, a candidate is there twice, curves and weights do not have the same
        classes, or no choice reaches the target.

    Source: multiple-choice knapsack by dominance; Kellerer, Pferschy & Pisinger (2004), Knapsack Problems.

    >>> curves = pd.DataFrame(
    ...     {"fulfilment": [0.90, 0.98, 0.90, 0.98], "stock_value": [100, 180, 40, 50]},
    ...     index=pd.MultiIndex.from_product([["A", "C"], ["lean", "safe"]]),
    ... )
    >>> best = differentiated_allocation(curves, pd.Series({"A": 1, "C": 1}), target=0.94)
    >>> best.choice.to_dict(), round(best.fulfilment, 6), best.stock_value
    ({'A': 'lean', 'C': 'safe'}, 0.94, 150.0)
    >>> uniform_allocation(curves, pd.Series({"A": 1, "C": 1}), target=0.94).stock_value
    230.0
    """
    curves, shares = _curves(curves, weights, target)
    by_class = dict(iter(curves.groupby(level=0, sort=False)))
    fulfilment, stock_value = np.zeros(1), np.zeros(1)
    choices = np.empty((1, 0), dtype=int)
    for item_class, share in shares.items():
        candidates = by_class[item_class]
        picks = np.arange(len(candidates))
        fulfilment = np.add.outer(fulfilment, share * candidates["fulfilment"].to_numpy()).ravel()
        stock_value = np.add.outer(stock_value, candidates["stock_value"].to_numpy()).ravel()
        choices = np.column_stack([choices.repeat(len(picks), axis=0), np.tile(picks, len(choices))])
        order = np.lexsort((-fulfilment, stock_value))
        reached = np.maximum.accumulate(fulfilment[order])
        kept = order[np.append(True, reached[1:] > reached[:-1])]
        fulfilment, stock_value, choices = fulfilment[kept], stock_value[kept], choices[kept]
    best = _least_stock(fulfilment, target)
    labels = [by_class[item].index[pick][1] for item, pick in zip(shares.index, choices[best], strict=True)]
    return Allocation(pd.Series(labels, index=shares.index), float(fulfilment[best]), float(stock_value[best]))


def uniform_allocation(curves, weights, target):
    """The one candidate for all classes that reaches a pooled fulfilment with the least stock.

    Parameters
    ----------
    curves : DataFrame
        As for `differentiated_allocation`; a candidate counts if every class has it.
    weights : Series by class
        Share of the orders, or any number in proportion to it, greater than 0.
    target : float
        Pooled fulfilment to reach, fraction, 0 to 1.

    Returns
    -------
    Allocation
        choice (the same candidate for each class, with the index of weights), fulfilment and stock_value; never
        less stock than the differentiated one.

    Raises
    ------
    ValueError
        As for `differentiated_allocation`, or if no candidate is in every class.

    Source: Silver, Pyke & Thomas (2017), Inventory and Production Management in Supply Chains, 4th ed., on the
    allocation of a total stock among items.

    >>> curves = pd.DataFrame(
    ...     {"fulfilment": [0.90, 0.98, 0.90, 0.98], "stock_value": [100, 180, 40, 50]},
    ...     index=pd.MultiIndex.from_product([["A", "C"], ["lean", "safe"]]),
    ... )
    >>> uniform_allocation(curves, pd.Series({"A": 1, "C": 1}), target=0.94).choice.to_dict()
    {'A': 'safe', 'C': 'safe'}
    """
    curves, shares = _curves(curves, weights, target)
    share = curves.index.get_level_values(0).map(shares)
    by_rule = curves.assign(fulfilment=curves["fulfilment"] * share).groupby(level=1, sort=False)
    rules = by_rule.sum()[by_rule.size() == len(shares)]
    if rules.empty:
        raise ValueError("curves has no candidate that every class has: give one rule for all of them")
    rules = rules.sort_values(["stock_value", "fulfilment"], ascending=[True, False])
    best = _least_stock(rules["fulfilment"].to_numpy(), target)
    choice = pd.Series([rules.index[best]] * len(shares), index=shares.index)
    return Allocation(choice, float(rules["fulfilment"].iloc[best]), float(rules["stock_value"].iloc[best]))


def _design(turnover, form):
    names = FORMS[form]
    return pd.DataFrame(np.vander(turnover, len(names), increasing=True), columns=list(names))


def _curves(curves, weights, target):
    """The candidates and the weights as shares of 1, checked."""
    one_number("share", target=target)
    shares = numeric_series("weights", weights, kind="positive")
    refuse("weights", shares.index.to_series(), shares.index.duplicated(), "give each class once")
    if curves.index.nlevels != 2:
        raise ValueError(f"curves has an index of {curves.index.nlevels} levels: give two, class and candidate")
    refuse("curves", curves.index.to_series(), curves.index.duplicated(), "give each candidate of a class once")
    missing = {"fulfilment", "stock_value"} - set(curves.columns)
    if missing:
        raise ValueError(f"curves has no column {min(missing)}: give fulfilment and stock_value")
    unmatched = set(curves.index.get_level_values(0)) ^ set(shares.index)
    if unmatched:
        raise ValueError(f"class {min(unmatched, key=str)} is not in both curves and weights: give it in both")
    checked = {
        "fulfilment": numeric_series("fulfilment", curves["fulfilment"], kind="share"),
        "stock_value": numeric_series("stock_value", curves["stock_value"], kind="non-negative"),
    }
    return pd.DataFrame(checked), shares / shares.sum()


def _least_stock(fulfilment, target):
    """Place of the first choice, in order of stock, that reaches the target."""
    reaches = fulfilment >= target - _ROUNDING
    if not reaches.any():
        raise ValueError(f"target is {target:g}: the most that any choice reaches is {max(fulfilment):g}, give less")
    return int(reaches.argmax())
