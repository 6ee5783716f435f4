"""The committed notebooks keep the style of the house, and nbval bites where one is tampered with."""

import ast
import base64
import copy
import os
import re
import shutil
import statistics
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zlib

import nbformat
import pytest
from nbclient import NotebookClient

from casestudy import artifacts, audit, cases, datasets
from casestudy.workflows.run import NOTEBOOKS

COMMITTED = sorted(NOTEBOOKS.glob("*.ipynb"))
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "pip", "requests", "socket", "subprocess", "urllib", "urllib3"}
VERDICT_WORDS = [*audit.VERDICTS, "verdict"]
LONGEST_LINE = 100
MOST_LINES_A_CELL = 20


@pytest.fixture(scope="module", params=COMMITTED, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def is_parameters(cell):
    return "parameters" in cell.metadata.get("tags", [])


def nodes(cell):
    return list(ast.walk(ast.parse(cell.source)))


def lines_of(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def imports(cell):
    return [node for node in nodes(cell) if isinstance(node, ast.Import | ast.ImportFrom)]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def texts(output):
    """Every text that an output stores, with PNG images as their bytes' letters."""
    data = output.get("data", {})
    images = [base64.b64decode(content).decode("latin-1") for kind, content in data.items() if kind == "image/png"]
    return [str(content) for content in data.values()] + [str(output.get("text", ""))] + images


# Hygiene


def test_every_case_has_a_notebook_and_every_notebook_a_case():
    assert [path.stem for path in COMMITTED] == cases.names()


def test_the_file_is_a_valid_notebook_for_the_kernel_that_everyone_has(notebook):
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"


def test_no_cell_is_a_magic_or_a_shell_command(notebook):
    for cell in code_cells(notebook):
        assert not re.search(r"(?m)^\s*[%!?]|get_ipython|\w\?$", cell.source), cell.source


def test_no_function_or_class_is_defined(notebook):
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for cell in code_cells(notebook):
        assert not [node for node in nodes(cell) if isinstance(node, defined)], cell.source
        named = [node for node in nodes(cell) if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)]
        assert not named, cell.source


def test_one_cell_is_tagged_parameters_and_only_assigns_literals_with_their_type(notebook):
    tagged = [cell for cell in notebook.cells if is_parameters(cell)]
    assert len(tagged) == 1
    for statement in ast.parse(tagged[0].source).body:
        assert isinstance(statement, ast.AnnAssign), ast.unparse(statement)
        assert type(statement.target) is ast.Name
        kinds = {"float": (int, float), "int": int, "str": str, "list": list}
        assert isinstance(ast.literal_eval(statement.value), kinds[ast.unparse(statement.annotation)])


def test_imports_are_explicit_and_all_in_the_first_code_cell(notebook):
    first, *others = code_cells(notebook)
    assert imports(first)
    assert not [ast.unparse(node) for cell in others for node in imports(cell)]
    assert not [ast.unparse(node) for node in imports(first) for alias in node.names if alias.name == "*"]


def test_nothing_is_installed_or_downloaded(notebook):
    for cell in code_cells(notebook):
        modules = {alias.name for node in imports(cell) for alias in node.names if isinstance(node, ast.Import)}
        modules |= {node.module or "" for node in imports(cell) if isinstance(node, ast.ImportFrom)}
        assert not {name.partition(".")[0] for name in modules} & NETWORK, cell.source
        literals = [
            node.value for node in nodes(cell) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        assert not [text for text in literals if re.match(r"(https?|ftp|s3)://", text)], cell.source


def test_every_code_cell_was_executed_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    for cell in code_cells(notebook):
        results = [output for output in cell.outputs if output.output_type == "execute_result"]
        assert all(output.execution_count == cell.execution_count for output in results)


def test_a_cell_that_ends_in_a_displayed_expression_stores_its_output(notebook):
    for cell in code_cells(notebook):
        last = ast.parse(cell.source).body[-1]
        assert len(cell.outputs) == isinstance(last, ast.Expr), cell.source


def test_no_output_is_a_warning_an_error_or_a_print(notebook):
    kinds = {output.output_type for output in outputs(notebook)}
    assert kinds <= {"execute_result", "display_data"}
    stored = "".join(text for output in outputs(notebook) for text in texts(output))
    assert not re.search(r"\w+Warning\b|Traceback \(most recent call last\)", stored)


def test_no_output_names_a_machine_or_a_moment(notebook):
    place = r"(?<![\w.:/])/(?:home|root|Users|tmp|work|private|var|opt|usr)/|\b[A-Z]:\\\\?\w|\bat 0x[0-9a-f]{6,}"
    moment = r"<dc:date>|\b20[23]\d-\d\d-\d\dT\d\d:\d\d"
    for output in outputs(notebook):
        for text in texts(output):
            assert not re.search(f"{place}|{moment}", text)


def test_metadata_keeps_nothing_of_an_author_s_session(notebook):
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert not [cell.metadata for cell in notebook.cells if set(cell.metadata) - {"tags"}]
    assert not [
        cell.metadata.tags for cell in notebook.cells if cell.metadata.get("tags") not in (None, ["parameters"])
    ]


def test_no_cell_asks_nbval_to_look_away(notebook):
    for cell in code_cells(notebook):
        assert not re.search(r"NBVAL_|PYTEST_VALIDATE", cell.source), cell.source


def test_cells_are_short(notebook):
    lengths = [len(lines_of(cell)) for cell in code_cells(notebook) if not is_parameters(cell)]
    assert statistics.median(lengths) <= 5
    assert max(lengths) <= MOST_LINES_A_CELL


def test_no_line_of_code_has_to_be_scrolled(notebook):
    lines = [line for cell in code_cells(notebook) for line in lines_of(cell)]
    assert not [line for line in lines if len(line) > LONGEST_LINE]


# The essay


def test_it_opens_with_the_citation_and_what_can_and_cannot_be_recomputed(notebook, path):
    opening = notebook.cells[0].source
    assert words(cases.load(path.stem).CITATION) in words(opening)
    assert re.search(r"can\*{0,2} be recomputed", opening)
    assert re.search(r"cannot|can \*{0,2}not", opening)


def words(text):
    return " ".join(re.findall(r"\w+", text))


def test_the_first_thing_displayed_is_a_table(notebook):
    assert artifacts.collect(notebook)[0].path.startswith("tables/")


def test_prose_leads_to_the_code(notebook):
    kinds = "".join(cell.cell_type[0] for cell in notebook.cells)
    assert "cccc" not in kinds
    assert kinds.count("mc") >= 0.6 * kinds.count("c")


@pytest.mark.parametrize("section", ["bottom line", "leaves out", "audit", "exercises"])
def test_it_has_the_section(notebook, section):
    headings = [line.lower() for text in prose(notebook) for line in text.splitlines() if line.startswith("## ")]
    assert [heading for heading in headings if section in heading]


def test_it_displays_the_whole_ledger(notebook, path):
    claims = datasets.claims(path.stem)
    tables = [artifact.content.decode() for artifact in artifacts.collect(notebook) if artifact.path.endswith(".csv")]
    ledgers = [table for table in tables if {"printed", "recomputed", "verdict", "note"} <= header(table)]
    assert [table for table in ledgers if all(text in table for text in claims["quantity"].str.replace('"', '""'))]


def header(table):
    return set(table.partition("\n")[0].split(","))


def test_five_exercises_or_more_have_their_answers_folded(notebook):
    exercises = next(text for text in prose(notebook) if re.match(r"## Exercises", text))
    numbers = re.findall(r"(?m)^\*\*(\d+)\.\*\*", exercises)
    assert len(numbers) >= 5
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    for exercise in re.split(r"(?m)^\*\*\d+\.\*\*", exercises)[1:]:
        question, folded, answer = exercise.partition("<details><summary>Answer</summary>\n\n")
        assert question.strip()
        assert folded
        assert re.fullmatch(r"(?s)\S.*?\n</details>\s*", answer)


def test_no_number_is_typed_beside_a_verdict(notebook):
    for text in prose(notebook):
        for sentence in re.split(r"(?<=[.:;])\s+", without_references(text)):
            if any(word in sentence.lower() for word in VERDICT_WORDS if word != "input"):
                assert not re.search(r"\d", sentence), sentence


def test_no_result_is_typed_into_prose(notebook, path):
    """A number in prose is one that the paper prints, never one of three digits or more that solve() computes."""
    module = cases.load(path.stem)
    results = module.solve(module.Parameters()).values()
    printed = {datasets.printed_number(text).value for text in datasets.claims(path.stem)["printed"]}
    for text in re.findall(r"\d[\d,]*\.?\d*", " ".join(map(without_references, prose(notebook)))):
        digits = text.replace(",", "").rstrip(".")
        if len(re.sub(r"\D", "", digits)) < 3 or float(digits) in printed:
            continue
        places = len(digits.partition(".")[2])
        assert digits not in {f"{abs(result):.{places}f}" for result in results}, text


def without_references(text):
    """Prose without what may hold digits: links, code, formulas, numbered tables and figures, years in brackets."""
    patterns = (
        r"<https?[^>]*>", r"`[^`]*`", r"(?s)\$\$.*?\$\$", r"\$[^$]*\$", r"(Table|Figure|Equation|Section)s? [\d.]+",
        r"\(\d{4}\)",
    )  # fmt: skip
    for pattern in patterns:
        text = re.sub(pattern, "", text)
    return text


# nbval bites


def png(level):
    """A grey image of one pixel."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, level]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


IMPORTS = """
import pandas as pd
from IPython.display import Image
from casestudy import artifacts, figures
stock = pd.Series([119.25, 104.0], index=["notebooks", "desktops"], name="eoq_units")
"""
TABLE = 'artifacts.Table(stock.rename_axis("product"), "lots", "Lots", evidence="recomputed")'
FIGURE = 'artifacts.Figure(figures.bars(stock, "Lots", "units"), "lots", evidence="recomputed")'
PICTURE = f"Image(data={png(0)!r})"
PLAIN = "sum(stock)"
SOURCES = [IMPORTS.strip(), TABLE, FIGURE, PICTURE, PLAIN]


@pytest.fixture(scope="module")
def executed():
    """A notebook with a table, a figure, an image and a number, as an author would commit it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in SOURCES])
    NotebookClient(notebook, kernel_name="python3").execute()
    return notebook


def replaced(kind, old, new):
    def tamper(cell):
        data = cell.outputs[0].data
        assert old in data[kind]
        data[kind] = data[kind].replace(old, new, 1)

    return tamper


def another_image(cell):
    cell.outputs[0].data["image/png"] = base64.b64encode(png(1)).decode()


def stripped(cell):
    cell.outputs, cell.execution_count = [], None


def stripped_but_counted(cell):
    cell.outputs = []


def without_its_csv(cell):
    del cell.outputs[0].data["text/csv"]


def told_to_skip(cell):
    cell.source = "# NBVAL_SKIP\n" + cell.source


def told_to_ignore_its_output(cell):
    cell.metadata["tags"] = ["nbval-ignore-output"]


def changed_to_fail(cell):
    cell.source += "\n1 / 0"


def untouched(cell):
    pass


TAMPERINGS = [
    (TABLE, untouched, "a table"),
    (TABLE, replaced("text/csv", "119.25", "119.26"), "a value in a table's CSV"),
    (TABLE, replaced("text/html", "119.25", "119.26"), "a value in a table's HTML"),
    (TABLE, replaced("text/plain", "119.25", "119.26"), "a value in a table's text"),
    (TABLE, without_its_csv, "a table without its CSV"),
    (TABLE, stripped, "a stripped table"),
    (TABLE, stripped_but_counted, "a stripped table with its count"),
    (FIGURE, untouched, "a figure"),
    (FIGURE, replaced("image/svg+xml", "#0072b2", "#0072b3"), "a bar's colour in a figure"),
    (FIGURE, stripped, "a stripped figure"),
    (FIGURE, stripped_but_counted, "a stripped figure with its count"),
    (PICTURE, untouched, "an image"),
    (PICTURE, another_image, "another image"),
    (PICTURE, stripped_but_counted, "a stripped image with its count"),
    (PLAIN, untouched, "a number"),
    (PLAIN, replaced("text/plain", "223.25", "223.24"), "another number"),
    (PLAIN, stripped, "a stripped number"),
    (PLAIN, told_to_skip, "a cell that nbval is told to skip"),
    (PLAIN, told_to_ignore_its_output, "a cell whose output nbval is told to ignore"),
    (PLAIN, changed_to_fail, "a cell that fails"),
]


@pytest.fixture(scope="module")
def outcomes(executed, tmp_path_factory):
    """What nbval says of every cell of an intact and of a tampered notebook, by file and cell number."""
    folder = tmp_path_factory.mktemp("nbval")
    shutil.copy(datasets.ROOT / "conftest.py", folder)
    cell_of = dict(zip(SOURCES, executed.cells, strict=True))
    nbformat.write(executed, folder / "intact.ipynb")
    tampered = copy.deepcopy(executed)
    tampered.cells = [copy.deepcopy(cell_of[source]) for source in [SOURCES[0], *(row[0] for row in TAMPERINGS)]]
    for cell, (_, tamper, _) in zip(tampered.cells[1:], TAMPERINGS, strict=True):
        cell.id = nbformat.v4.new_code_cell().id
        tamper(cell)
    nbformat.write(tampered, folder / "tampered.ipynb")
    return nbval_outcomes(folder)


def nbval_outcomes(folder):
    pytest_of_its_own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, "--nbval",
         "--nbval-current-env", "--junitxml", folder / "nbval.xml", folder / "intact.ipynb", folder / "tampered.ipynb"],
        cwd=folder, env=pytest_of_its_own, stdout=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip
    return {
        (case.get("classname").partition(".")[0].partition("::")[0], int(re.search(r"\d+", case.get("name")).group())):
        [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        for case in ElementTree.parse(folder / "nbval.xml").iter("testcase")
    }  # fmt: skip


def test_nbval_passes_every_cell_of_an_intact_notebook(outcomes):
    assert {cell: found for (file, cell), found in outcomes.items() if file == "intact"} == {
        cell: [] for cell in range(len(SOURCES))
    }


@pytest.mark.parametrize("position", range(len(TAMPERINGS)), ids=lambda position: TAMPERINGS[position][2])
def test_nbval_fails_exactly_the_cells_tampered_with(outcomes, position):
    found = outcomes["tampered", position + 1]
    assert bool(found) == (TAMPERINGS[position][1] is not untouched)
    assert found in ([], ["failure"], ["error"])
