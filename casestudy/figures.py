"""Draws what it is given: every function takes data and `ax=None` and returns the axes.

Colours are Okabe and Ito's, which survive colour-blindness; where two meet they differ in lightness or
hatching too, so that they survive greyscale.
"""

from itertools import cycle, pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.ticker import FuncFormatter

from casestudy.methods.process_flow import ACTIVITY_KINDS

BLUE, ORANGE, GREEN, RED, PURPLE, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#7f7f7f"
CYCLE = (BLUE, ORANGE, GREEN, RED, PURPLE, GREY)
_STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
_RC = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
}


def _axes(ax, width=7.5, height=4.0):
    if ax is not None:
        return ax
    with mpl.rc_context(_RC):
        return plt.subplots(figsize=(width, height))[1]


def _titled(ax, title, pad=10):
    ax.set_title(title, loc="left", fontsize=11, fontweight="bold", pad=pad)


def _label(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _thousands(axis):
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def pareto(table, title, unit, ax=None):
    """Bars of a Pareto table from the largest, with the cumulative share as a line.

    Parameters
    ----------
    table : DataFrame
        From `classification.pareto_table`: columns value and cumulative_share, the items as index.
    title, unit : str
        Subject, and unit of the values.
    """
    ax = _axes(ax)
    places = np.arange(len(table))
    bars = ax.bar(places, table["value"], color=BLUE, width=0.6)
    ax.bar_label(bars, [_label(value) for value in table["value"]], padding=7, fontsize=9)
    ax.set_xticks(places, [_wrapped(str(name), 16) for name in table.index])
    ax.set_ylabel(unit)
    ax.set_ylim(0, 1.15 * table["value"].sum())
    _thousands(ax.yaxis)
    share = ax.twinx()
    share.plot(places, 100 * table["cumulative_share"], color=RED, marker="o")
    share.set_ylim(0, 115)
    share.set_ylabel("cumulative share, per cent")
    share.spines["right"].set_visible(True)
    share.spines["top"].set_visible(False)
    _titled(ax, title)
    return ax


def bars(values, title, unit, ax=None, reference=None, reference_label=""):
    """Horizontal bars with their values written at the end, in the order given, and an optional reference line.

    Parameters
    ----------
    values : Series
        One bar an item, the items as index.
    title, unit : str
        Subject, and unit of the values.
    reference : float, optional
        Value of a vertical line, named by `reference_label`.
    """
    ax = _axes(ax, height=1.3 + 0.36 * len(values))
    places = np.arange(len(values))[::-1]
    drawn = ax.barh(places, values, color=BLUE, height=0.62)
    ax.bar_label(drawn, [_label(value) for value in values], padding=3, fontsize=9)
    ax.set_yticks(places, [_wrapped(str(name), 30) for name in values.index])
    ax.set_xlabel(unit)
    ax.margins(x=0.14)
    _thousands(ax.xaxis)
    if reference is not None:
        ax.axvline(reference, color=RED, linestyle="--")
        ax.annotate(
            reference_label, (reference, 1.0), xycoords=("data", "axes fraction"), xytext=(4, 0),
            textcoords="offset points", color=RED, va="bottom", fontsize=9,
        )  # fmt: skip
        _titled(ax, title, pad=22)
    else:
        _titled(ax, title)
    return ax


def grouped_bars(frame, title, unit, ax=None):
    """Vertical bars side by side: rows are groups on the axis, columns the bars, values written above.

    Parameters
    ----------
    frame : DataFrame
        Groups as index, a column a bar.
    title, unit : str
        Subject, and unit of the values.
    """
    ax = _axes(ax)
    width = 0.8 / len(frame.columns)
    for position, column in enumerate(frame):
        offset = (position - (len(frame.columns) - 1) / 2) * width
        drawn = ax.bar(
            np.arange(len(frame)) + offset, frame[column], width * 0.94, label=str(column).replace("_", " "),
            color=CYCLE[position % len(CYCLE)], hatch=("", "//", "..", "xx")[position % 4], edgecolor="white",
        )  # fmt: skip
        ax.bar_label(drawn, [_label(value) for value in frame[column]], padding=2, fontsize=9)
    ax.set_xticks(np.arange(len(frame)), [_wrapped(str(name), 18) for name in frame.index])
    ax.set_ylabel(unit)
    ax.margins(y=0.12)
    _thousands(ax.yaxis)
    ax.legend(frameon=False, ncols=len(frame.columns), loc="lower left", bbox_to_anchor=(0, 1.0), borderaxespad=0)
    _titled(ax, title, pad=28)
    return ax


def lines(frame, title, x_label, y_label, ax=None, emphasis=None, from_zero=False):
    """A line a column over the index, each named at its end in its own colour and dash.

    Parameters
    ----------
    frame : DataFrame
        Numeric or date index; missing values leave gaps.
    title, x_label, y_label : str
        Subject, and axis labels with units.
    emphasis : str, optional
        A column drawn in black on top of the others, such as the actual demand.
    from_zero : bool
        Whether the vertical axis starts at 0, so that heights can be compared.
    """
    ax = _axes(ax)
    colours, styles = cycle(CYCLE), cycle(_STYLES)
    ends = []
    for column in frame:
        is_emphasised = column == emphasis
        colour = "black" if is_emphasised else next(colours)
        style = "-" if is_emphasised else next(styles)
        ax.plot(
            frame.index, frame[column], color=colour, linestyle=style, linewidth=2.0 if is_emphasised else 1.6,
            zorder=3 if is_emphasised else 2,
        )  # fmt: skip
        last = frame[column].last_valid_index()
        if last is None:
            raise ValueError(f"column {column!r} holds no number: leave it out")
        ends.append((float(frame.at[last, column]), str(column).replace("_", " "), colour))
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    ax.margins(x=0.01)
    _thousands(ax.yaxis)
    if from_zero:
        ax.set_ylim(bottom=0)
    if pd.api.types.is_numeric_dtype(frame.index):
        ax.locator_params(axis="x", nbins=6)
        _thousands(ax.xaxis)
    _name_line_ends(ax, ends)
    _titled(ax, title)
    return ax


def scatter(points, title, x_label, y_label, ax=None):
    """Points in the plane, each group in a colour and a marker of its own.

    Parameters
    ----------
    points : DataFrame
        Three columns in this order: horizontal value, vertical value, group.
    title, x_label, y_label : str
        Subject, and axis labels with units.
    """
    ax = _axes(ax)
    x, y, group = (points[column] for column in points)
    for place, name in enumerate(group.unique()):
        ax.scatter(
            x[group == name], y[group == name], s=28, color=CYCLE[place % len(CYCLE)], label=str(name),
            marker="osD^vP"[place % 6], edgecolor="white", linewidth=0.5, zorder=3,
        )  # fmt: skip
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    _thousands(ax.xaxis)
    _thousands(ax.yaxis)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    _titled(ax, title)
    return ax


def curves(tables, title, x_label, y_label, ax=None):
    """Curves with their shaded bands.

    Parameters
    ----------
    tables : dict of str to DataFrame
        By the curve's name: its values and the columns low and high of its band, in this order; the index is numeric.
    title, x_label, y_label : str
        Subject, and axis labels with units.
    """
    ax = _axes(ax)
    for place, (name, table) in enumerate(tables.items()):
        colour = CYCLE[place % len(CYCLE)]
        value, low, high = (table[column] for column in table)
        ax.fill_between(table.index, low, high, color=colour, alpha=0.25, linewidth=0, zorder=1)
        ax.plot(table.index, value, color=colour, linestyle=_STYLES[place % len(_STYLES)], label=name, zorder=2)
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    _thousands(ax.xaxis)
    _thousands(ax.yaxis)
    ax.legend(frameon=False, loc="lower left")
    _titled(ax, title)
    return ax


def mark_point(ax, x, y, label, left=False):
    """A star at a point with its name beside it, for a printed value among computed ones."""
    ax.plot([x], [y], marker="*", markersize=13, color="black", linestyle="none", zorder=5)
    ax.annotate(
        label, (x, y), xytext=(-8 if left else 8, 0), textcoords="offset points", fontsize=9, zorder=4,
        va="center", ha="right" if left else "left", bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none"},
    )  # fmt: skip
    return ax


def mark_box(ax, x_range, y_range, label):
    """A dashed box over two ranges with its name below it."""
    (left, right), (low, high) = x_range, y_range
    ax.plot([left, right, right, left, left], [low, low, high, high, low], color="black", linestyle="--", linewidth=1.2)
    ax.annotate(label, (left, low), xytext=(0, -3), textcoords="offset points", fontsize=9, va="top")
    return ax


def timeline(texts, title, unit, ax=None):
    """What happened when, as points on a line with their texts.

    Parameters
    ----------
    texts : Series
        The text of each point; its index is the time, rising.
    title, unit : str
        Subject, and unit of the time.
    """
    ax = _axes(ax, width=8.5, height=2.6)
    ax.axhline(0, color="0.35", linewidth=1.5, zorder=1)
    ax.plot(texts.index, [0] * len(texts), "o", color=BLUE, markersize=10, zorder=2)
    for place, (time, text) in enumerate(texts.items()):
        height = 14 if place % 2 == 0 else -14
        ax.annotate(
            _wrapped(text, 26), (time, 0), xytext=(0, height), textcoords="offset points", ha="center",
            va="bottom" if height > 0 else "top", fontsize=9,
        )  # fmt: skip
    ax.set_ylim(-1, 1)
    ax.margins(x=0.16)
    ax.set_xticks(texts.index)
    ax.set_xlabel(unit)
    ax.yaxis.set_visible(False)
    for side in ("left", "right", "top"):
        ax.spines[side].set_visible(False)
    _titled(ax, title)
    return ax


def process(activities, title, ax=None):
    """A process as boxes joined by arrows, shaded by kind, with each activity's days and its automation.

    Parameters
    ----------
    activities : DataFrame
        As for `process_flow.summarise_flow`: activity, duration_working_days, kind, automated.
    title : str
        Subject.
    """
    texts = [
        f"{row.activity} ({row.kind}, {row.duration_working_days:.2g}\u00a0d{', automated' if row.automated else ''})"
        for row in activities.itertuples()
    ]
    shades = {kind: np.flatnonzero(activities["kind"] == kind).tolist() for kind in ACTIVITY_KINDS}
    return flow(texts, title, shades=shades, ax=ax)


def mark_x(ax, value, label, colour=RED, height=0.97, left=False):
    """A vertical dashed line at `value` with its name beside it, `height` as a fraction of the axes."""
    ax.axvline(value, color=colour, linestyle="--", linewidth=1.2, zorder=1)
    ax.annotate(
        label, (value, height), xycoords=("data", "axes fraction"), xytext=(-4 if left else 4, 0),
        textcoords="offset points", color=colour, va="top", ha="right" if left else "left", fontsize=9,
    )  # fmt: skip
    return ax


def mark_y(ax, value, label, colour=GREY):
    """A horizontal dashed line at `value` with its name at the right of the axes."""
    ax.axhline(value, color=colour, linestyle="--", linewidth=1.2, zorder=1)
    ax.annotate(
        label, (1.0, value), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
        color=colour, va="center", fontsize=9, annotation_clip=False,
    )  # fmt: skip
    return ax


def stock_trace(trace, title, unit, reorder_point, order_quantity, ax=None):
    """Stock over time as steps, orders marked where they are placed, with s and Q drawn in.

    Parameters
    ----------
    trace : DataFrame
        From `simulation.simulate(...).trace`.
    title, unit : str
        Subject, and unit of the stock.
    reorder_point, order_quantity : float
        The policy's s and Q, in the same unit.
    """
    ax = _axes(ax, width=8.5)
    ax.step(trace.index, trace["net_stock"], where="post", color=BLUE, linewidth=1.5)
    placed = trace.index[trace["ordered"] > 0]
    ax.plot(placed, trace.loc[placed, "net_stock"], "v", color=RED, markersize=8, label="order placed")
    mark_y(ax, reorder_point, f"s = {reorder_point:,.0f}", RED)
    arrived = trace.index[trace["received"] > 0]
    if len(arrived):
        day, top = arrived[0], float(trace.at[arrived[0], "net_stock"] + trace.at[arrived[0], "demand"])
        ax.annotate("", (day, top), (day, top - order_quantity), arrowprops={"arrowstyle": "<->", "color": "black"})
        ax.annotate(
            f"Q = {order_quantity:,.0f}", (day, top - order_quantity / 2), xytext=(5, 0), textcoords="offset points",
            fontsize=9, bbox={"boxstyle": "square,pad=0.15", "fc": "white", "ec": "none"},
        )  # fmt: skip
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_xlabel(f"{trace.index.name or 'period'}")
    ax.set_ylabel(unit)
    ax.margins(x=0.01)
    _thousands(ax.yaxis)
    ax.legend(frameon=False, loc="upper right")
    _titled(ax, title)
    return ax


def control_chart(chart, title, unit, ax=None):
    """Proportions in time order with centre and limits, those outside marked.

    Parameters
    ----------
    chart : DataFrame
        Samples as index, in time order; the columns hold, in this order, proportion, lower limit, centre and upper
        limit, and last whether the sample is out of control.
    title, unit : str
        Subject, and unit of the proportions.
    """
    ax = _axes(ax)
    proportion, lower, centre, upper, outside = (chart[column] for column in chart)
    ax.plot(chart.index, proportion, color=BLUE, marker="o", markersize=5, linewidth=1.2)
    ax.plot(
        chart.index[outside], proportion[outside], color=RED, marker="s", markersize=9, linestyle="none",
        markerfacecolor="none", markeredgewidth=1.8, label="out of control",
    )  # fmt: skip
    for limit, style in ((lower, "--"), (centre, "-"), (upper, "--")):
        ax.step(chart.index, limit, where="mid", color="0.35", linestyle=style, linewidth=1.1, zorder=1)
    _name_line_ends(
        ax,
        [(float(limit.iloc[-1]), name, "0.35") for limit, name in ((lower, "LCL"), (centre, "target"), (upper, "UCL"))],
    )
    ax.set_xlabel(f"{chart.index.name or 'sample'}")
    ax.set_ylabel(unit)
    ax.set_ylim(bottom=0)
    ax.margins(x=0.02)
    if outside.any():
        ax.legend(frameon=False, loc="upper right")
    _titled(ax, title)
    return ax


def flow(steps, title, per_row=4, shades=None, ax=None):
    """Steps as boxes joined by arrows, read row by row from the left.

    Parameters
    ----------
    steps : sequence of str
        The texts of the boxes, in order.
    title : str
        Subject.
    per_row : int
        Boxes in a row.
    shades : mapping of str to sequence of int, optional
        Groups of boxes (0-based) by name, each drawn in its own shade and listed in a legend.
    """
    rows = -(-len(steps) // per_row)
    ax = _axes(ax, width=9.0, height=0.75 + 1.05 * rows)
    shades = shades or {}
    fills = ("#cfe4f2", "#fbe3b5", "#f5cdb8", "#c9e8dd")
    colour_of = {box: fills[place] for place, boxes in enumerate(shades.values()) for box in boxes}
    width, height = 0.84, 0.72
    centres = [(place % per_row, -(place // per_row)) for place in range(len(steps))]
    for place, (text, (x, y)) in enumerate(zip(steps, centres, strict=True)):
        ax.add_patch(
            FancyBboxPatch(
                (x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.06",
                facecolor=colour_of.get(place, "#f2f2f2"), edgecolor="0.3",
            )
        )  # fmt: skip
        ax.text(x, y, _wrapped(f"{place + 1}. {text}", 88 // per_row), ha="center", va="center", fontsize=9)
    for (x, y), (next_x, next_y) in pairwise(centres):
        if y == next_y:
            path = {"posA": (x + width / 2, y), "posB": (next_x - width / 2, next_y)}
            ax.add_patch(
                FancyArrowPatch(**path, arrowstyle="-|>", mutation_scale=12, color="0.3", shrinkA=0, shrinkB=0)
            )
        else:
            middle = y - 0.5
            ax.plot(
                [x, x, next_x, next_x], [y - height / 2, middle, middle, next_y + height / 2 + 0.06], color="0.3", lw=1
            )
            path = {"posA": (next_x, middle), "posB": (next_x, next_y + height / 2)}
            ax.add_patch(
                FancyArrowPatch(**path, arrowstyle="-|>", mutation_scale=12, color="0.3", shrinkA=0, shrinkB=0)
            )
    for place, name in enumerate(shades):
        ax.scatter([], [], marker="s", s=90, color=fills[place], edgecolor="0.3", label=name)
    if shades:
        ax.legend(frameon=False, ncols=len(shades), loc="lower left", bbox_to_anchor=(0, 1.0), borderaxespad=0)
    ax.set_xlim(-0.5, per_row - 0.5)
    ax.set_ylim(-rows + 0.55, 0.42)
    ax.set_axis_off()
    _titled(ax, title, pad=30 if shades else 10)
    return ax


def _name_line_ends(ax, ends):
    """Names at the right of the axes, pushed apart where the lines end close together."""
    low, high = ax.get_ylim()
    gap = 0.055 * (high - low)
    placed = []
    for value, name, colour in sorted(ends, key=lambda end: end[0]):
        height = max(min(max(value, low), high), placed[-1] + gap if placed else -np.inf)
        placed.append(height)
        ax.annotate(
            name, (1.0, height), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
            color=colour, va="center", fontsize=9, annotation_clip=False,
        )  # fmt: skip


def _wrapped(text, width):
    import textwrap

    return "\n".join(textwrap.wrap(text, width, break_long_words=False))
