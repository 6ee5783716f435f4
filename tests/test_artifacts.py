"""Tables and figures: what is displayed, what travels in the notebook, and what a report collects from it."""

import base64
import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import matplotlib as mpl
import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from casestudy import artifacts
from casestudy.errors import CasestudyError


def bundle(artifact):
    return artifact._repr_mimebundle_()[0]


def table(frame, **keywords):
    return artifacts.Table(frame, "stock", "Stock", **{"evidence": "printed", **keywords})


def csv(frame, **keywords):
    return bundle(table(frame, **keywords))["text/csv"]


def cells(frame, tag="td", **keywords):
    """The texts of a table's cells, row by row; ElementTree also proves the HTML well formed."""
    root = ElementTree.fromstring(f"<root>{bundle(table(frame, **keywords))['text/html']}</root>")
    return [[cell.text or "" for cell in row.iter(tag)] for row in root.iter("tr") if row.find(tag) is not None]


def drawn(name="lots", evidence="recomputed"):
    ax = plt.figure().add_subplot()
    ax.plot([0, 1], [119.0, 104.0])
    return artifacts.Figure(ax, name, evidence=evidence)


def notebook_of(*displayed):
    """A notebook as it comes back from disk, a cell an artifact, with other outputs among them."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Prose")])
    for artifact in displayed:
        data, metadata = artifact._repr_mimebundle_()
        shown = nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)
        other = nbformat.v4.new_output("display_data", {"text/plain": "42"})
        printed = nbformat.v4.new_output("stream", name="stdout", text="42")
        notebook.cells.append(nbformat.v4.new_code_cell("", outputs=[printed, other, shown]))
    return nbformat.reads(nbformat.writes(notebook), as_version=4)


# Table


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(["notebook", "desktop"], name="product"),
        pd.Index(["notebook", "desktop"]),
        pd.MultiIndex.from_tuples([("notebook", 2023), ("desktop", 2024)], names=["product", "year"]),
        pd.MultiIndex.from_tuples([("notebook", 2023), ("desktop", 2024)]),
        pd.Index([2023, 2024], name="year"),
        pd.Index([2023, 2024]),
    ],
    ids=["named", "unnamed", "two levels", "two unnamed levels", "numbers", "unnamed numbers"],
)
def test_a_table_keeps_an_index_that_says_something(index):
    frame = pd.DataFrame({"units": [119, 104]}, index=index)
    labels = index.to_frame().to_numpy().tolist()
    assert [line.split(",")[:-1] for line in csv(frame).splitlines()[1:]] == [list(map(str, row)) for row in labels]
    assert [row[:-1] for row in cells(frame)] == [[shown_label(label) for label in row] for row in labels]


def shown_label(label):
    return {2023: "2,023", 2024: "2,024"}.get(label, label)


def test_a_table_leaves_out_an_index_that_only_counts():
    frame = pd.DataFrame({"units": [119, 104]})
    assert csv(frame) == "units\n119\n104\n"
    assert cells(frame) == [["119"], ["104"]]


def test_a_table_of_a_series_has_its_name_and_its_index():
    series = pd.Series([119, 104], pd.Index(["notebook", "desktop"], name="product"), name="eoq_units")
    assert csv(series) == "product,eoq_units\nnotebook,119\ndesktop,104\n"


def test_a_table_escapes_html_in_caption_headings_and_cells():
    frame = pd.DataFrame({"<b>a</b> & b": ["<script>alert(1)</script>", 'R&D "x" <']})
    shown = artifacts.Table(frame, "stock", "a < b & c > d", evidence="printed")
    assert "<script>" not in bundle(shown)["text/html"]
    assert "<b>" not in bundle(shown)["text/html"]
    root = ElementTree.fromstring(f"<root>{bundle(shown)['text/html']}</root>")
    assert root.find(".//caption").text.strip() == "a < b & c > d"
    assert cells(frame, "th") == [["<b>a</b> & b"]]
    assert cells(frame) == [["<script>alert(1)</script>"], ['R&D "x" <']]


@pytest.mark.parametrize("missing", [np.nan, None, pd.NA, pd.NaT])
@pytest.mark.parametrize("present", [1.5, "text"])
def test_a_missing_value_is_an_empty_cell(missing, present):
    frame = pd.DataFrame({"item": ["a", "b"], "value": pd.Series([missing, present], dtype=object)})
    assert cells(frame)[0] == ["a", ""]
    assert csv(frame).splitlines()[1] == "a,"


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([1249506, -3], ["1,249,506", "-3"]),
        ([1249506.126, -0.5], ["1,249,506.13", "-0.50"]),
        ([True, False], ["yes", "no"]),
        (["1200.00", "37 0577,00"], ["1200.00", "37 0577,00"]),
        ([np.int64(1249506), "approximately 1,200"], ["1,249,506", "approximately 1,200"]),
        ([np.float64(0.126), "approximately 1,200"], ["0.13", "approximately 1,200"]),
        ([np.bool_(True), "-"], ["yes", "-"]),
        ([np.inf, -np.inf], ["inf", "-inf"]),
    ],
)
def test_how_a_value_is_shown(column, expected):
    assert cells(pd.DataFrame({"value": column})) == [[text] for text in expected]


@pytest.mark.parametrize(("decimals", "shown"), [(0, "104"), (1, "104.3"), (4, "104.3456")])
def test_decimals_change_what_is_shown_and_not_the_csv(decimals, shown):
    frame = pd.DataFrame({"units": [104.3456]})
    assert cells(frame, decimals=decimals) == [[shown]]
    assert csv(frame, decimals=decimals) == "units\n104.3456\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.3333333333"),
        (0.1 + 0.2, "0.3"),
        (370577.0, "370577"),
        (2 / 3 * 1e6, "666666.6667"),
        (1e-7 / 3, "3.333333333e-08"),
        (12345678901234, "12345678901234"),
        (True, "True"),
        ("1200.00", "1200.00"),
        ("a,b", '"a,b"'),
        ('say "x"', '"say ""x"""'),
        ("días", "días"),
    ],
)
@pytest.mark.parametrize("mixed", [False, True], ids=["in a column of its own kind", "in a mixed column"])
def test_the_csv_has_ten_significant_digits_and_changes_no_text(value, text, mixed):
    column = pd.Series([value, "other"], dtype=object) if mixed else [value]
    assert csv(pd.DataFrame({"value": column})).splitlines()[1] == text


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=5))
def test_the_csv_reads_back_as_the_table(values):
    read = pd.read_csv(io.StringIO(csv(pd.DataFrame({"value": values}))))
    np.testing.assert_allclose(read["value"], values, rtol=1e-9)


def test_nothing_of_a_large_table_is_cut():
    frame = pd.DataFrame({"number": range(300), "text": ["x" * 400] * 300, **{f"column_{i}": 1 for i in range(30)}})
    shown = bundle(table(frame))
    for kind in ("text/plain", "text/html", "text/csv"):
        assert "..." not in shown[kind]
        assert shown[kind].count("x" * 400) == 300
        assert "299" in shown[kind]
    assert len(cells(frame)) == 300


def test_an_empty_table_still_has_its_heading():
    frame = pd.DataFrame({"item": [], "value": []})
    assert cells(frame, "th") == [["item", "value"]]
    assert csv(frame) == "item,value\n"


def test_headings_are_words_with_units_in_capitals():
    frame = pd.DataFrame([[1, 2, 3]], columns=["stock_value_usd", "eoq_units", "cost_pen_per_year"])
    assert cells(frame, "th") == [["stock value USD", "EOQ units", "cost PEN per year"]]


def test_numbers_stand_right_and_text_left():
    page = bundle(table(pd.DataFrame({"item": ["a"], "value": [1.0]})))["text/html"]
    assert re.findall(r'<td style="text-align:(\w+)', page) == ["left", "right"]


@pytest.mark.parametrize("evidence", artifacts.EVIDENCE)
def test_every_form_of_a_table_says_what_evidence_it_shows(evidence):
    shown = table(pd.DataFrame({"units": [1]}), evidence=evidence)
    data, metadata = shown._repr_mimebundle_()
    assert artifacts.EVIDENCE[evidence] in data["text/html"]
    assert artifacts.EVIDENCE[evidence] in data["text/plain"]
    assert metadata["casestudy"] == {"kind": "table", "name": "stock", "evidence": evidence}


def test_a_table_does_not_change_its_frame():
    frame = pd.DataFrame({"units": [1.23456, np.nan]}, index=pd.Index(["a", "b"], name="item"))
    before = frame.copy()
    shown = table(frame)
    assert bundle(shown) == bundle(shown)
    pd.testing.assert_frame_equal(frame, before)


def test_evidence_of_no_known_kind_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match=r"'guessed'.*printed, recomputed, redrawn, illustrative, audit"):
        table(pd.DataFrame({"units": [1]}), evidence="guessed")
    with pytest.raises(ValueError, match="'guessed'"):
        drawn(evidence="guessed")
    plt.close("all")


@pytest.mark.parametrize("name", ["../../README", "a/b", "", "Lots", "a b", "a\\b", ".hidden", "con:"])
def test_a_name_that_is_no_plain_file_stem_is_refused(name):
    with pytest.raises(ValueError, match="name"):
        artifacts.Table(pd.DataFrame({"units": [1]}), name, "Stock", evidence="printed")
    with pytest.raises(ValueError, match="name"):
        drawn(name)
    plt.close("all")


# Figure

DRAW = """
import sys
from casestudy import artifacts, figures
import pandas as pd
stock = pd.Series([119.0, 104.0], index=["notebooks", "desktops"])
table = pd.DataFrame({"value": stock, "cumulative_share": [0.5, 1.0]})
steps = figures.flow(["Count", "Plan", "Order"], "Procedure", per_row=2, shades={"by hand": [0]})
for ax in (figures.bars(stock, "Lots", "units"), figures.pareto(table, "Lots", "units"), steps):
    images = artifacts.Figure(ax, "lots", evidence="recomputed").images
    print(images["svg"], images["png"])
"""


@pytest.fixture(scope="module")
def drawn_twice(tmp_path_factory):
    """What two fresh processes draw, in other folders, with other hash seeds, on other days."""
    processes = []
    for seed, epoch in (("1", "86400"), ("2", "864000000")):
        environment = {
            **os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": epoch, artifacts.FORMATS_VARIABLE: "svg,png",
        }  # fmt: skip
        folder = tmp_path_factory.mktemp(f"drawn-{seed}")
        command = [sys.executable, "-c", DRAW]
        processes.append(subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True))
    return [process.communicate(timeout=60)[0] for process in processes]


def test_a_figure_is_the_same_to_the_byte_in_every_process(drawn_twice):
    first, second = drawn_twice
    assert first.count("</svg>") == 3
    assert first == second


def test_a_figure_names_no_day_no_program_version_and_no_machine(drawn_twice):
    svg = re.sub(r'xmlns\S*="[^"]*"|<!DOCTYPE[^>]*>|"http[^"]*"', "", drawn_twice[0])
    assert not re.search(r"dc:date|dc:creator|Matplotlib v|/(home|root|tmp|work|Users)/", svg)


def test_a_figure_is_svg_alone_by_default(monkeypatch):
    monkeypatch.delenv(artifacts.FORMATS_VARIABLE, raising=False)
    data, metadata = drawn()._repr_mimebundle_()
    assert set(data) == {"text/plain", "image/svg+xml"}
    assert ElementTree.fromstring(data["image/svg+xml"]).tag == "{http://www.w3.org/2000/svg}svg"
    assert metadata["casestudy"] == {"kind": "figure", "name": "lots", "evidence": "recomputed"}


def test_a_figure_is_png_too_on_request(monkeypatch):
    svg = bundle(drawn())["image/svg+xml"]
    monkeypatch.setenv(artifacts.FORMATS_VARIABLE, "svg,png")
    data = bundle(drawn())
    assert data["image/svg+xml"] == svg
    image = base64.b64decode(data["image/png"])
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    assert b"Software" not in image


def test_a_figure_is_closed_and_no_other_one_is():
    plt.close("all")
    other = plt.figure()
    drawn()
    assert plt.get_fignums() == [other.number]
    plt.close(other)


def test_a_figure_keeps_the_settings_of_its_reader():
    with mpl.rc_context({"svg.hashsalt": "mine", "svg.fonttype": "none"}):
        before = dict(plt.rcParams)
        drawn()
        assert dict(plt.rcParams) == before


@pytest.mark.parametrize("evidence", artifacts.EVIDENCE)
def test_a_figure_says_what_evidence_it_shows(evidence):
    ax = plt.figure().add_subplot()
    artifacts.Figure(ax, "lots", evidence=evidence)
    assert artifacts.EVIDENCE[evidence] in ax.get_figure().get_supxlabel()


# collect


def test_collect_finds_tables_and_figures_in_order_and_nothing_else(monkeypatch):
    monkeypatch.setenv(artifacts.FORMATS_VARIABLE, "svg,png")
    figure = drawn()
    lots = artifacts.Table(pd.DataFrame({"días": ["a\nb", "ñ"]}), "lots", "Lots", evidence="printed")
    collected = artifacts.collect(notebook_of(figure, lots))
    assert [artifact.path for artifact in collected] == ["figures/lots.svg", "figures/lots.png", "tables/lots.csv"]
    svg, png, text = (artifact.content for artifact in collected)
    assert svg.decode() == figure.images["svg"]
    assert png == base64.b64decode(figure.images["png"])
    assert text == 'días\n"a\nb"\nñ\n'.encode()


def test_collect_of_a_notebook_without_outputs_is_empty():
    assert artifacts.collect(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])) == []


@pytest.mark.parametrize("make", [lambda: table(pd.DataFrame({"units": [1]})), drawn], ids=["table", "figure"])
def test_collect_refuses_two_outputs_of_one_name(make):
    with pytest.raises(CasestudyError, match=r"two outputs of the notebook are called '(stock|lots)'"):
        artifacts.collect(notebook_of(make(), make()))
