"""A notebook's tables and figures: displayed in the notebook, collected from it into a report.

A table or figure travels inside the notebook's own output: the table as CSV beside its HTML, the figure as
SVG, both named in the output's metadata. So a notebook writes no file and knows no folder, what is read in
JupyterLab is what a report holds, and nbval compares all of it.
"""

import base64
import html
import io
import os
import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from casestudy.errors import CasestudyError

EVIDENCE = {
    "printed": "as printed in the paper",
    "recomputed": "recomputed from the printed inputs and the parameters",
    "redrawn": "redrawn from the paper's text, in our words",
    "illustrative": "illustrative: generated, not from the paper",
    "audit": "printed numbers against recomputed ones",
}
FORMATS_VARIABLE = "CASESTUDY_FIGURE_FORMATS"
_KEY = "casestudy"
_STYLE = (
    "<style>.casestudy table{border-collapse:collapse}.casestudy caption{caption-side:top;text-align:left;"
    "font-weight:bold;padding-bottom:.4em;white-space:nowrap}.casestudy caption span{font-weight:normal;opacity:.75}"
    ".casestudy th,.casestudy td{padding:.25em .7em;vertical-align:top;max-width:34em;white-space:normal}</style>"
)
_UPPER = re.compile(r"\b(usd|pen|eoq|mape|wape)\b|(?<=\bcategory )[abc]\b")
_NOWRAP = ";white-space:nowrap"


class Artifact(NamedTuple):
    """A collected table or figure: where it goes below the report's folder, and its bytes."""

    path: str
    content: bytes


class Table:
    """A DataFrame with a name, a caption and its evidence; the last expression of a cell displays it.

    Parameters
    ----------
    frame : DataFrame or Series
        Units stand in the column names.
    name : str
        File stem of the CSV below `tables/`.
    caption : str
        The finding's subject.
    evidence : str
        A key of `EVIDENCE`: printed, recomputed, redrawn, illustrative or audit.
    decimals : int or None
        Decimals shown (none for whole numbers from 1000), or None for 7 significant digits; the CSV keeps 10.
    """

    def __init__(self, frame, name, caption, *, evidence, decimals=2):
        frame = frame.to_frame() if isinstance(frame, pd.Series) else frame
        only_counts = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
        self.frame = frame if only_counts else frame.reset_index()
        self.name, self.caption, self.evidence, self.decimals = _stem(name), caption, _known(evidence), decimals

    def _repr_mimebundle_(self, include=None, exclude=None):
        shown = pd.DataFrame({_heading(column): map(self._shown, self.frame[column].tolist()) for column in self.frame})
        data = {
            "text/plain": f"{self.caption} ({EVIDENCE[self.evidence]})\n{shown.to_string(index=False)}",
            "text/html": self._html(shown),
            "text/csv": self.frame.map(_precise).to_csv(index=False, lineterminator="\n"),
        }
        return data, {_KEY: {"kind": "table", "name": self.name, "evidence": self.evidence}}

    def _shown(self, value):
        value = value.item() if isinstance(value, np.generic) else value
        if pd.api.types.is_scalar(value) and pd.isna(value):
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float):
            if self.decimals is None:
                return f"{value:,.7g}"
            is_large_and_whole = value.is_integer() and abs(value) >= 1000
            return f"{value:,.{0 if is_large_and_whole else self.decimals}f}"
        return f"{value:,}" if isinstance(value, int) else str(value)

    def _html(self, shown):
        is_number = [pd.api.types.is_numeric_dtype(self.frame[column]) for column in self.frame]
        sides = [f"text-align:{'right' if number else 'left'}" for number in is_number]

        def row(tag, cells):
            return "".join(
                f'<{tag} style="{side}{_NOWRAP * (len(cell) <= 14)}">{html.escape(cell)}</{tag}>'
                for cell, side in zip(cells, sides, strict=True)
            )

        caption = f"{html.escape(self.caption)} <span>({EVIDENCE[self.evidence]})</span>"
        body = "".join(f"<tr>{row('td', cells)}</tr>\n" for cells in shown.itertuples(index=False))
        return (
            f'{_STYLE}<div class="casestudy"><table><caption>{caption}</caption>\n'
            f"<thead><tr>{row('th', shown.columns)}</tr></thead>\n<tbody>\n{body}</tbody></table></div>"
        )


class Figure:
    """A drawn figure with a name and its evidence; the last expression of a cell displays it.

    Parameters
    ----------
    ax : matplotlib Axes
        Any axes of the figure.
    name : str
        File stem below `figures/`.
    evidence : str
        A key of `EVIDENCE`, written below the figure.
    """

    def __init__(self, ax, name, *, evidence):
        from matplotlib import pyplot as plt

        self.name, self.evidence = _stem(name), _known(evidence)
        figure = ax.get_figure()
        figure.supxlabel(f"Data: {EVIDENCE[evidence]}", x=0.01, ha="left", fontsize=8, color="0.35")
        formats = os.environ.get(FORMATS_VARIABLE, "svg").split(",")
        self.images = {kind: _rendered(figure, kind) for kind in formats}
        plt.close(figure)

    def _repr_mimebundle_(self, include=None, exclude=None):
        types = {"svg": "image/svg+xml", "png": "image/png"}
        return (
            {"text/plain": f"<figure {self.name}>", **{types[kind]: image for kind, image in self.images.items()}},
            {_KEY: {"kind": "figure", "name": self.name, "evidence": self.evidence}},
        )


def collect(notebook):
    """The tables and figures in an executed notebook's outputs.

    Parameters
    ----------
    notebook : NotebookNode

    Returns
    -------
    list of Artifact
        In the notebook's order: `tables/<name>.csv`, `figures/<name>.svg` and, where drawn, `.png`.

    Raises
    ------
    CasestudyError
        If two carry the same name.
    """
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            tag = output.get("metadata", {}).get(_KEY)
            if not tag:
                continue
            data, name = output["data"], tag["name"]
            if tag["kind"] == "table":
                files = {f"tables/{name}.csv": data["text/csv"].encode()}
            else:
                files = {f"figures/{name}.svg": data["image/svg+xml"].encode()}
                if "image/png" in data:
                    files[f"figures/{name}.png"] = base64.b64decode(data["image/png"])
            for path, content in files.items():
                if path in found:
                    raise CasestudyError(f"two outputs of the notebook are called {name!r}: give each its own name")
                found[path] = content
    return [Artifact(path, content) for path, content in found.items()]


def _heading(column):
    return _UPPER.sub(lambda name: name.group().upper(), str(column).replace("_", " "))


def _known(evidence):
    if evidence not in EVIDENCE:
        raise ValueError(f"evidence is {evidence!r}: choose one of {', '.join(EVIDENCE)}")
    return evidence


def _precise(value):
    return f"{value:.10g}" if isinstance(value, float | np.floating) and not np.isnan(value) else value


def _stem(name):
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise ValueError(f"name is {name!r}: it becomes a file's, so use small letters, digits and _ only")
    return name


def _rendered(figure, kind):
    import matplotlib as mpl

    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "casestudy", "svg.fonttype": "path"}):
        metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
        figure.savefig(buffer, format=kind, metadata=metadata, dpi=150 if kind == "png" else 72)
    content = buffer.getvalue()
    return content.decode() if kind == "svg" else base64.b64encode(content).decode()
