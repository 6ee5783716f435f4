"""Every figure draws what it is given, on the axes it is given, and changes nothing else."""

import copy
import inspect
import itertools

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from casestudy import figures
from casestudy.methods.classification import pareto_table
from casestudy.methods.process_flow import ACTIVITY_KINDS

TITLE, UNIT = "Stock of the two products", "USD per month"
VALUES = pd.Series([3653.0, -53.0, 100.0], index=["bank interest", "shrinkage", "premises"])
PARETO = pareto_table(pd.Series([10.0, 70.0, 20.0], index=["books", "toys", "games"]))
GROUPS = pd.DataFrame({"share_a": [85.0, 80.0], "share_b": [10.0, 5.0]}, index=["Monday to Thursday", "Weekend"])
SERIES = pd.DataFrame({"demand": [30.0, np.nan, 25.0, 40.0], "moving_average": [np.nan, 30.0, 29.0, 27.5]})
TRACE = pd.DataFrame(
    {
        "received": [0.0, 0.0, 0.0, 100.0],
        "demand": [30.0, 30.0, 30.0, 30.0],
        "net_stock": [90.0, 60.0, 30.0, 100.0],
        "ordered": [0.0, 100.0, 0.0, 0.0],
    },
    index=pd.RangeIndex(4, name="day"),
)
CHART = pd.DataFrame(
    {
        "proportion": [6.0, 2.0, 3.0],
        "lower": [0.9, 0.9, 0.9],
        "centre": [2.9, 2.9, 2.9],
        "upper": [5.0, 5.0, 5.0],
        "out_of_control": [True, False, False],
    },
    index=pd.RangeIndex(1, 4, name="week"),
)
STEPS = ["Characterise the company", "Analyse the articles", "Classify them", "Preselect a model", "Set the lot"]
SHADES = {"today": [0, 1], "proposed": [3]}
POINTS = pd.DataFrame({"before": [20.0, 30.0, 10.0], "after": [12.0, 15.0, 9.0], "kind": ["A", "B", "A"]})
CURVE = pd.DataFrame({"fulfilment": [99.0, 95.0], "low": [98.0, 93.0], "high": [99.5, 96.0]}, index=[3.0, 4.0])
CURVES = {"as is": CURVE, "smaller lots": CURVE.set_axis([5.0, 6.0])}
MILESTONES = pd.Series(["forecasts at work", "dynamic safety stock"], index=[1, 3])
ACTIVITIES = pd.DataFrame(
    {
        "activity": ["Count the stock", "Approve", "Order"],
        "duration_working_days": [2.0, 0.5, 1.0],
        "kind": [ACTIVITY_KINDS[0], ACTIVITY_KINDS[-1], ACTIVITY_KINDS[0]],
        "automated": [True, False, False],
    }
)

DRAWINGS = {
    "pareto": (PARETO, lambda table, ax=None: figures.pareto(table, TITLE, UNIT, ax=ax)),
    "bars": (VALUES, lambda values, ax=None: figures.bars(values, TITLE, UNIT, ax=ax)),
    "grouped_bars": (GROUPS, lambda frame, ax=None: figures.grouped_bars(frame, TITLE, UNIT, ax=ax)),
    "lines": (SERIES, lambda frame, ax=None: figures.lines(frame, TITLE, "month", UNIT, ax=ax)),
    "stock_trace": (TRACE, lambda trace, ax=None: figures.stock_trace(trace, TITLE, UNIT, 60.0, 100.0, ax=ax)),
    "control_chart": (CHART, lambda chart, ax=None: figures.control_chart(chart, TITLE, UNIT, ax=ax)),
    "flow": (STEPS, lambda steps, ax=None: figures.flow(steps, TITLE, shades=copy.deepcopy(SHADES), ax=ax)),
    "scatter": (POINTS, lambda points, ax=None: figures.scatter(points, TITLE, "before", UNIT, ax=ax)),
    "curves": (CURVES, lambda tables, ax=None: figures.curves(tables, TITLE, "turns a year", UNIT, ax=ax)),
    "timeline": (MILESTONES, lambda milestones, ax=None: figures.timeline(milestones, TITLE, "month", ax=ax)),
    "process": (ACTIVITIES, lambda activities, ax=None: figures.process(activities, TITLE, ax=ax)),
}
MARKS = {"mark_x", "mark_y", "mark_point", "mark_box"}


@pytest.fixture(autouse=True)
def _fresh():
    with mpl.rc_context():
        yield
    plt.close("all")


@pytest.fixture(params=DRAWINGS)
def drawing(request):
    """The data and the function of each figure, the data a copy."""
    data, draw = DRAWINGS[request.param]
    return copy.deepcopy(data), draw


def texts(ax):
    """All that is written on an axes, one string a text."""
    labels = [*ax.get_xticklabels(), *ax.get_yticklabels(), *ax.texts]
    legend = ax.get_legend().get_texts() if ax.get_legend() else []
    return [text.get_text().replace("\n", " ") for text in [*labels, *legend] if text.get_text()]


def widths_or_heights(patches, which):
    return [getattr(patch, f"get_{which}")() for patch in patches]


def boxes_of_texts(ax):
    """Where the texts of an axes come to stand once it is drawn, in pixels."""
    ax.figure.canvas.draw()
    return [text.get_window_extent() for text in ax.texts if text.get_text()]


def number(label):
    return float(label.replace(",", "").replace("\u2212", "-"))


# What holds for every figure


def test_every_function_is_tested_here():
    defined = {name for name, _ in inspect.getmembers(figures, inspect.isfunction) if not name.startswith("_")}
    assert {name for name in defined if getattr(figures, name).__module__ == figures.__name__} == {*DRAWINGS, *MARKS}


def test_it_draws_on_the_axes_it_is_given_and_opens_no_figure(drawing):
    data, draw = drawing
    figure, (ax, other) = plt.subplots(1, 2)
    assert draw(data, ax) is ax
    assert plt.get_fignums() == [figure.number]
    assert not other.has_data()


def test_it_opens_one_figure_where_it_is_given_no_axes(drawing):
    data, draw = drawing
    other = plt.figure().add_subplot()
    ax = draw(data)
    assert ax.get_figure() is not other.get_figure()
    assert len(plt.get_fignums()) == 2
    assert not other.has_data()


def test_it_changes_neither_its_data_nor_its_reader_s_settings(drawing):
    data, draw = drawing
    before, settings = copy.deepcopy(data), dict(plt.rcParams)
    draw(data)
    assert dict(plt.rcParams) == settings
    if isinstance(data, list):
        assert data == before
    elif isinstance(data, dict):
        assert all(table.equals(before[name]) for name, table in data.items())
    else:
        np.testing.assert_array_equal(data.to_numpy(), before.to_numpy())
        assert data.index.equals(before.index)


def test_it_carries_its_title(drawing):
    data, draw = drawing
    assert draw(data).get_title(loc="left") == TITLE


def test_it_draws_without_a_warning_and_keeps_its_texts_on_the_page(drawing):
    data, draw = drawing
    ax = draw(data)
    page = ax.figure.bbox
    for box in boxes_of_texts(ax):
        assert page.x0 <= box.x0 < box.x1 <= page.x1 + 1
        assert page.y0 <= box.y0 < box.y1 <= page.y1 + 1


@pytest.mark.parametrize("name", ["pareto", "bars", "grouped_bars", "lines", "stock_trace"])
def test_its_value_axis_carries_the_unit(name):
    data, draw = DRAWINGS[name]
    ax = draw(data)
    assert (ax.get_xlabel() if name == "bars" else ax.get_ylabel()) == UNIT


@pytest.mark.parametrize("name", ["pareto", "bars", "grouped_bars", "lines", "stock_trace", "process"])
def test_it_draws_a_single_row(name):
    data, draw = DRAWINGS[name]
    draw(data.iloc[-1:]).figure.canvas.draw()


@pytest.mark.parametrize("name", ["bars", "grouped_bars"])
def test_it_draws_no_rows(name):
    data, draw = DRAWINGS[name]
    ax = draw(data.iloc[:0])
    ax.figure.canvas.draw()
    assert not ax.patches


@pytest.mark.parametrize("name", ["pareto", "bars", "grouped_bars", "flow"])
def test_a_long_label_is_wrapped_and_loses_no_word(name):
    long = "articles for newborns that were bought before the stock was first counted"
    data, draw = DRAWINGS[name]
    data = [long, *data[1:]] if isinstance(data, list) else data.rename(index={data.index[0]: long})
    ax = draw(data)
    ax.figure.canvas.draw()
    assert [text for text in texts(ax) if long in text]


# Bars


def test_bars_are_as_long_as_the_values_in_the_order_given():
    ax = figures.bars(VALUES, TITLE, UNIT)
    assert widths_or_heights(ax.patches, "width") == VALUES.tolist()
    middles = [patch.get_y() + patch.get_height() / 2 for patch in ax.patches]
    assert middles == sorted(middles, reverse=True)
    names = [label.get_text() for label in ax.get_yticklabels()]
    places = dict(zip(names, ax.get_yticks(), strict=True))
    assert places == pytest.approx(dict(zip(VALUES.index, middles, strict=True)))


def test_bars_have_their_values_written_at_the_end():
    ax = figures.bars(VALUES, TITLE, UNIT)
    assert [number(text.get_text()) for text in ax.texts] == pytest.approx(VALUES.tolist(), rel=1e-3)


def test_bars_draw_a_named_reference_where_it_lies_and_none_unasked():
    assert not figures.bars(VALUES, TITLE, UNIT).lines
    ax = figures.bars(VALUES, TITLE, UNIT, reference=1029.0, reference_label="daily mean")
    (line,) = ax.lines
    assert list(line.get_xdata()) == [1029.0, 1029.0]
    (name,) = [text for text in ax.texts if text.get_text() == "daily mean"]
    assert name.xy[0] == 1029.0
    assert name.get_color() == line.get_color()


def test_bars_draw_a_reference_of_zero():
    (line,) = figures.bars(VALUES, TITLE, UNIT, reference=0.0, reference_label="none").lines
    assert list(line.get_xdata()) == [0.0, 0.0]


def test_grouped_bars_are_as_high_as_the_values_and_stand_beside_each_other():
    ax = figures.grouped_bars(GROUPS, TITLE, UNIT)
    assert [widths_or_heights(bars, "height") for bars in ax.containers] == GROUPS.T.to_numpy().tolist()
    edges = sorted((patch.get_x(), patch.get_x() + patch.get_width()) for patch in ax.patches)
    assert all(right <= left + 1e-9 for (_, right), (left, _) in itertools.pairwise(edges))
    for group, bars in enumerate(zip(*ax.containers, strict=True)):
        assert np.mean([patch.get_x() + patch.get_width() / 2 for patch in bars]) == pytest.approx(group)


def test_grouped_bars_name_groups_and_columns_and_write_the_values():
    ax = figures.grouped_bars(GROUPS, TITLE, UNIT)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["share a", "share b"]
    assert [label.get_text().replace("\n", " ") for label in ax.get_xticklabels()] == list(GROUPS.index)
    assert [number(text.get_text()) for text in ax.texts] == pytest.approx(GROUPS.to_numpy().T.ravel(), rel=1e-3)


def test_grouped_bars_survive_greyscale():
    frame = pd.DataFrame({name: [1.0, 2.0] for name in "abcd"})
    ax = figures.grouped_bars(frame, TITLE, UNIT)
    assert len({bars[0].get_hatch() for bars in ax.containers}) == 4
    assert len({to_hex(bars[0].get_facecolor()) for bars in ax.containers}) == 4


def test_pareto_draws_values_and_cumulative_percentages():
    ax = figures.pareto(PARETO, TITLE, UNIT)
    share = next(other for other in ax.figure.axes if other is not ax)
    assert widths_or_heights(ax.patches, "height") == [70.0, 20.0, 10.0]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["toys", "games", "books"]
    assert share.lines[0].get_ydata() == pytest.approx([70.0, 90.0, 100.0])
    assert list(share.lines[0].get_xdata()) == [patch.get_x() + patch.get_width() / 2 for patch in ax.patches]
    assert "per cent" in share.get_ylabel()
    assert [number(text.get_text()) for text in ax.texts] == [70, 20, 10]


# Lines


@pytest.mark.parametrize(
    "index",
    [[0, 1, 2, 3], [0.5, 10_000, 20_000, 90_000.5], pd.date_range("2024-01-01", periods=4, freq="MS")],
    ids=["numbers", "large numbers", "dates"],
)
def test_lines_draw_every_column_over_the_index_with_its_gaps(index):
    frame = SERIES.set_axis(index)
    ax = figures.lines(frame, TITLE, "month", UNIT)
    for line, column in zip(ax.lines, frame, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), frame[column])
        np.testing.assert_array_equal(line.get_xdata(orig=True), frame.index)
    ax.figure.canvas.draw()
    assert ax.get_xlabel() == "month"


def test_lines_are_named_at_their_last_value_in_their_own_colour():
    frame = SERIES.assign(moving_average=[np.nan, 30.0, 10.0, np.nan])
    ax = figures.lines(frame, TITLE, "month", UNIT)
    ends = {text.get_text(): (text.xy[1], text.get_color()) for text in ax.texts}
    colours = [line.get_color() for line in ax.lines]
    assert ends == {"demand": (40.0, colours[0]), "moving average": (10.0, colours[1])}


def test_lines_differ_in_colour_and_in_dash():
    ax = figures.lines(pd.DataFrame({name: [1.0, 2.0] for name in "abcde"}), TITLE, "month", UNIT)
    assert len({line.get_color() for line in ax.lines}) == 5
    assert len({str(line.get_linestyle()) + str(line._dash_pattern) for line in ax.lines}) == 5


def test_an_emphasised_line_is_black_and_on_top():
    ax = figures.lines(SERIES, TITLE, "month", UNIT, emphasis="moving_average")
    plain, emphasised = ax.lines
    assert to_hex(emphasised.get_color()) == "#000000"
    assert to_hex(plain.get_color()) != "#000000"
    assert emphasised.get_zorder() > plain.get_zorder()
    assert emphasised.get_linewidth() > plain.get_linewidth()


@pytest.mark.parametrize("ends", [[10.0, 10.0, 10.0], [10.0, 10.1, 0.0], [0.0, 0.0, 0.05]])
def test_names_of_lines_that_end_together_do_not_cover_each_other(ends):
    frame = pd.DataFrame({f"forecast_{place}": [5.0 * place, end] for place, end in enumerate(ends)})
    boxes = boxes_of_texts(figures.lines(frame, TITLE, "month", UNIT))
    assert len(boxes) == 3
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1])]


# Marks


def test_mark_x_draws_a_named_vertical_line():
    ax = figures.lines(SERIES, TITLE, "month", UNIT)
    drawn = len(ax.lines)
    assert figures.mark_x(ax, 2.5, "the paper's lot") is ax
    line, name = ax.lines[drawn], ax.texts[-1]
    assert list(line.get_xdata()) == [2.5, 2.5]
    assert (name.get_text(), name.xy[0], name.get_color()) == ("the paper's lot", 2.5, line.get_color())


def test_mark_y_draws_a_named_horizontal_line():
    ax = figures.lines(SERIES, TITLE, "month", UNIT)
    drawn = len(ax.lines)
    assert figures.mark_y(ax, 33.0, "target") is ax
    line, name = ax.lines[drawn], ax.texts[-1]
    assert list(line.get_ydata()) == [33.0, 33.0]
    assert (name.get_text(), name.xy[1], name.get_color()) == ("target", 33.0, line.get_color())


# Stock trace


def test_stock_trace_draws_stock_as_steps_and_marks_each_order():
    ax = figures.stock_trace(TRACE, TITLE, UNIT, 60.0, 100.0)
    steps, orders, *_ = ax.lines
    assert list(steps.get_ydata()) == TRACE["net_stock"].tolist()
    assert steps.get_drawstyle() == "steps-post"
    assert (list(orders.get_xdata()), list(orders.get_ydata())) == ([1], [60.0])
    assert ax.get_xlabel() == "day"


def test_stock_trace_draws_s_and_q_to_scale():
    ax = figures.stock_trace(TRACE, TITLE, UNIT, 60.0, 100.0)
    assert [60.0, 60.0] in [list(line.get_ydata()) for line in ax.lines]
    (arrow,) = [text for text in ax.texts if text.arrow_patch]
    assert arrow.xy[0] == arrow.xyann[0] == 3
    assert arrow.xy[1] - arrow.xyann[1] == pytest.approx(100.0)
    assert [text for text in texts(ax) if text == "s = 60"]
    assert "Q = 100" in texts(ax)


def test_stock_trace_without_an_arrival_draws_no_q():
    ax = figures.stock_trace(TRACE.iloc[:3], TITLE, UNIT, 60.0, 100.0)
    assert not [text for text in ax.texts if text.arrow_patch or "Q" in text.get_text()]


# Flow diagrams


def boxes(ax):
    return [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]


@pytest.mark.parametrize("per_row", [1, 2, 4, 7])
def test_flow_has_a_box_a_step_and_an_arrow_between_each_pair(per_row):
    ax = figures.flow(STEPS, TITLE, per_row=per_row)
    assert len(boxes(ax)) == len(STEPS)
    assert len([patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]) == len(STEPS) - 1
    assert texts(ax)[-len(STEPS) :] == [f"{place}. {step}" for place, step in enumerate(STEPS, 1)]


@pytest.mark.parametrize("per_row", [1, 2, 4])
def test_flow_reads_row_by_row_and_no_box_covers_another_or_leaves_the_axes(per_row):
    ax = figures.flow(STEPS, TITLE, per_row=per_row)
    corners = [(box.get_x(), -box.get_y()) for box in boxes(ax)]
    assert sorted(corners, key=lambda corner: corner[::-1]) == corners
    extents = [box.get_bbox() for box in boxes(ax)]
    assert not [pair for pair in itertools.combinations(extents, 2) if pair[0].overlaps(pair[1])]
    for extent in extents:
        assert ax.viewLim.x0 <= extent.x0 < extent.x1 <= ax.viewLim.x1
        assert ax.viewLim.y0 <= extent.y0 < extent.y1 <= ax.viewLim.y1


def test_flow_shades_each_group_and_names_it():
    ax = figures.flow(STEPS, TITLE, shades=SHADES)
    colours = [to_hex(box.get_facecolor()) for box in boxes(ax)]
    assert colours[0] == colours[1]
    assert colours[2] == colours[4]
    assert len({colours[0], colours[2], colours[3]}) == 3
    legend = {text.get_text() for text in ax.get_legend().get_texts()}
    assert legend == {"today", "proposed"}
    assert [to_hex(handle.get_facecolor()[0]) for handle in ax.collections] == [colours[0], colours[3]]


def test_flow_without_shades_has_no_legend():
    assert figures.flow(STEPS, TITLE).get_legend() is None


def test_process_says_of_each_activity_how_long_what_kind_and_whether_automated():
    ax = figures.process(ACTIVITIES, TITLE)
    written = [text.get_text().replace("\n", " ").replace("\u00a0", " ") for text in ax.texts]
    assert len(written) == 3
    for text, activity in zip(written, ACTIVITIES.itertuples(), strict=True):
        assert activity.activity in text
        assert f"{activity.duration_working_days:g} d" in text
        assert ("automated" in text) == activity.automated
    colours = [to_hex(box.get_facecolor()) for box in boxes(ax)]
    assert colours[0] == colours[2] != colours[1]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(ACTIVITY_KINDS)


# Points, curves with bands, and a timeline


def test_scatter_draws_each_group_s_points_and_names_it():
    ax = figures.scatter(POINTS, TITLE, "before", UNIT)
    drawn = {collection.get_label(): collection.get_offsets().data.tolist() for collection in ax.collections}
    assert drawn == {"A": [[20.0, 12.0], [10.0, 9.0]], "B": [[30.0, 15.0]]}
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["A", "B"]
    colours = [to_hex(collection.get_facecolor()[0]) for collection in ax.collections]
    assert colours[0] != colours[1]


def test_curves_draw_each_line_within_its_band():
    ax = figures.curves(CURVES, TITLE, "turns a year", UNIT)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(CURVES)
    for line, band, table in zip(ax.lines, ax.collections, CURVES.values(), strict=True):
        assert line.get_xydata().tolist() == table["fulfilment"].reset_index().to_numpy().tolist()
        corners = {tuple(corner) for corner in band.get_paths()[0].vertices.tolist()}
        assert corners == {(x, y) for x, row in table.iterrows() for y in (row["low"], row["high"])}
        assert to_hex(line.get_color()) == to_hex(band.get_facecolor()[0])


def test_timeline_places_each_text_at_its_time_above_and_below_in_turn():
    ax = figures.timeline(MILESTONES, TITLE, "month")
    assert [text.get_text() for text in ax.texts] == ["forecasts at work", "dynamic safety stock"]
    assert [text.xy[0] for text in ax.texts] == [1, 3]
    assert [text.xyann[1] > 0 for text in ax.texts] == [True, False]
    assert ax.get_xticks().tolist() == [1, 3]


@pytest.mark.parametrize("left", [False, True])
def test_a_marked_point_has_its_name_beside_it(left):
    ax = figures.scatter(POINTS, TITLE, "before", UNIT)
    assert figures.mark_point(ax, 15.0, 10.0, "printed", left=left) is ax
    assert ax.lines[-1].get_xydata().tolist() == [[15.0, 10.0]]
    name = ax.texts[-1]
    assert (name.get_text(), name.xy) == ("printed", (15.0, 10.0))
    assert (name.xyann[0] < 0) == left


def test_a_marked_box_runs_along_both_ranges_with_its_name_below():
    ax = figures.scatter(POINTS, TITLE, "before", UNIT)
    assert figures.mark_box(ax, (12.0, 18.0), (10.0, 11.0), "printed") is ax
    corners = {tuple(corner) for corner in ax.lines[-1].get_xydata().tolist()}
    assert corners == {(12.0, 10.0), (18.0, 10.0), (18.0, 11.0), (12.0, 11.0)}
    assert ax.texts[-1].xy == (12.0, 10.0)
    assert ax.texts[-1].xyann[1] < 0
