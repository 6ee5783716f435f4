"""Runs notebooks into reports: papermill executes, a folder is built aside and swapped in whole."""

import copy
import hashlib
import importlib.metadata
import json
import os
import re
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from casestudy import artifacts, audit, cases, datasets
from casestudy.errors import CasestudyError
from casestudy.workflows import readme

NOTEBOOKS = datasets.ROOT / "notebooks"
REPORTS = datasets.ROOT / "reports"
VARIATIONS = datasets.ROOT / "variations"
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)
_MEND = "Nothing was replaced; open the notebook in JupyterLab (make lab) to mend it"
_RECORDED_VERSIONS = [
    "casestudy", "matplotlib", "numpy", "pandas", "papermill", "scikit-learn", "scipy", "statsmodels",
]  # fmt: skip


class Progress(NamedTuple):
    """Where a run is: the cell about to run, counted from 1, of how many, and its first line."""

    case: str
    cell: int
    cells: int
    line: str


class Report(NamedTuple):
    """A finished report: its case, its folder, and how many tables and figures it holds."""

    case: str
    folder: Path
    tables: int
    figures: int


def run(case_names, values=None, out=None, jobs=None, formats=("svg",), on_progress=lambda progress: None):
    """Execute the notebooks of some cases and write a report folder each.

    Parameters
    ----------
    case_names : list of str
        Cases to run, side by side.
    values : dict, optional
        Parameters that differ from the defaults; every case must know them all.
    out : Path, optional
        Parent of the case folders. By default `reports/`, or for a variation `variations/<digest>/`.
    jobs : int, optional
        How many notebooks run at a time; by default one a processor.
    formats : tuple of str
        Figure formats: "svg" and, besides, "png".
    on_progress : callable
        Called with a Progress before every cell, from the thread that runs the notebook.

    Yields
    ------
    Report
        As each notebook finishes.

    Raises
    ------
    CasestudyError
        For a bad parameter or folder, before anything runs; for a failed notebook, after the others have
        finished. A case that fails keeps its previous report.
    """
    values = values or {}
    parameters = {name: _parameters_of(name, values) for name in case_names}
    is_variation = any(chosen != type(chosen)() for chosen in parameters.values())
    out = _destination(out, is_variation, values)
    for name in case_names:
        _check_replaceable(out / name)
    os.environ[artifacts.FORMATS_VARIABLE] = ",".join(formats)
    kernels, failures = _Kernels(), []
    with ThreadPoolExecutor(jobs or os.cpu_count()) as pool, kernels.stopped_on_interrupt(pool):
        futures = [
            pool.submit(_build_and_swap, name, parameters[name], out / name, on_progress, kernels)
            for name in case_names
        ]
        for future in as_completed(futures):
            try:
                yield future.result()
            except CasestudyError as error:
                failures.append(str(error))
    if failures:
        raise CasestudyError("\n".join(failures))
    if out == REPORTS:
        readme.write_verdicts()


def _parameters_of(case, values):
    model = cases.load(case).Parameters
    try:
        return model.of(values)
    except CasestudyError as error:
        raise CasestudyError(f"{case}: {error} (casestudy show {case} lists them)") from None


def _destination(out, is_variation, values):
    if out is None and not is_variation:
        return REPORTS
    if out is None:
        digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:8]
        return VARIATIONS / digest
    out = Path(out).expanduser().resolve()
    if is_variation and out.is_relative_to(REPORTS):
        raise CasestudyError(f"{REPORTS} is the committed record of the default parameters: choose another --out")
    return out


def _check_replaceable(folder):
    if folder.exists() and not (folder / "results.json").is_file():
        raise CasestudyError(f"{folder} exists and is no report of ours: move it away or choose another --out")


def _build_and_swap(case, parameters, folder, on_progress, kernels):
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{case}-", dir=folder.parent) as scratch:
        built = Path(scratch) / "new"
        built.mkdir()
        notebook = _execute(case, parameters, built, on_progress, kernels)
        found = artifacts.collect(notebook)
        for artifact in found:
            path = built / artifact.path
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(artifact.content)
        (built / f"{case}.html").write_text(_html(case, notebook), encoding="utf-8")
        (built / "audit.csv").write_text(audit.to_csv(audit.ledger(case)), encoding="utf-8")
        (built / "results.json").write_text(_results(case, parameters, built), encoding="utf-8")
        if kernels.stopped:
            raise KeyboardInterrupt
        old = Path(scratch) / "old"
        if folder.exists():
            folder.rename(old)
        try:
            built.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    endings = [Path(artifact.path).suffix for artifact in found]
    return Report(case, folder, endings.count(".csv"), endings.count(".svg"))


def _execute(case, parameters, folder, on_progress, kernels):
    import casestudy.workflows.quick_schemas  # noqa: F401  before papermill, which imports nbformat

    # isort: split
    import papermill
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import DeadKernelError
    from nbformat.reader import NotJSONError
    from papermill.exceptions import PapermillExecutionError

    from casestudy.workflows import engine

    source = NOTEBOOKS / f"{case}.ipynb"
    if not source.is_file():
        raise CasestudyError(f"{source} is missing: every case has a notebook of its name")
    changed = {
        name: value for name, value in parameters.model_dump().items() if value != type(parameters)().model_dump()[name]
    }
    changed = {name: list(value) if isinstance(value, tuple) else value for name, value in changed.items()}
    place = "before its first cell"

    def on_cell(cell, cells, line):
        nonlocal place
        place = f"in cell {cell} ({line})"
        on_progress(Progress(case, cell, cells, line))

    try:
        return papermill.execute_notebook(
            source,
            folder / f"{case}.ipynb",
            changed,
            engine_name=engine.register(),
            progress_bar=False,
            request_save_on_cell_execute=False,
            on_cell=on_cell,
            kernels=kernels,
        )
    except PapermillExecutionError as error:
        raise CasestudyError(
            f"{case}.ipynb failed {place}: {error.ename}: {' '.join(error.evalue.split())}. {_MEND}"
        ) from error
    except (DeadKernelError, NoSuchKernel, NotJSONError) as error:
        raise CasestudyError(f"{case}.ipynb failed {place}: {' '.join(str(error).split())}. {_MEND}") from error


def _html(case, notebook):
    from nbconvert import HTMLExporter

    page = copy.deepcopy(notebook)
    for cell in page.cells:
        if cell.cell_type == "markdown":
            cell.source = _FORMULA.sub(_mathml, cell.source)
    return HTMLExporter().from_notebook_node(page, resources={"metadata": {"name": cases.load(case).TITLE}})[0]


def _mathml(formula):
    """A TeX formula as MathML, which browsers draw without a script from elsewhere."""
    from latex2mathml.converter import convert

    block, inline = formula.groups()
    return convert(block, display="block") if block else convert(inline)


def _results(case, parameters, folder):
    module = cases.load(case)
    try:
        results = module.solve(parameters)
    except ValueError as error:
        raise CasestudyError(f"{case}: {error}") from None
    # PNGs, drawn on request only, are no part of the record: results.json does not change with them.
    artefacts = sorted(path for path in folder.rglob("*") if path.suffix in (".csv", ".svg"))
    content = {
        "case": case,
        "citation": module.CITATION,
        "parameters": parameters.model_dump(mode="json"),
        "results": {name: float(f"{value:.10g}") for name, value in results.items()},
        "versions": {name: importlib.metadata.version(name) for name in _RECORDED_VERSIONS},
        "data": datasets.hashes(case),
        "artefacts": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in artefacts
        },
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


class _Kernels:
    """The running kernels, so that an interrupt can end them: they live in sessions of their own."""

    def __init__(self):
        self._managers, self._lock, self.stopped = set(), threading.Lock(), False

    def add(self, manager):
        with self._lock:
            self._managers.add(manager)

    @contextmanager
    def stopped_on_interrupt(self, pool):
        try:
            yield
        except BaseException:
            self.stopped = True
            pool.shutdown(wait=False, cancel_futures=True)
            with self._lock:
                for manager in self._managers:
                    process = getattr(manager.provisioner, "process", None)
                    if process:
                        process.kill()
            raise
