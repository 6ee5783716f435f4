"""Papermill's own engine, with a call before every cell and kernels that talk over local sockets."""

import logging
import os
import sys
import tempfile

from jupyter_core.utils import ensure_event_loop
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger
from traitlets.config import Config

# An error is said once, by the command line; without a handler Python would print papermill's log too.
logger.addHandler(logging.NullHandler())

LONGEST_SOCKET = 100  # bytes of a path; macOS allows 103, and "-5" follows


class _Client(PapermillNotebookClient):
    def __init__(self, nb_man, on_cell, kernels, sockets, **keywords):
        super().__init__(nb_man, config=_transport(sockets), **keywords)
        self._on_cell, self._kernels = on_cell, kernels

    def create_kernel_manager(self):
        manager = super().create_kernel_manager()
        self._kernels.add(manager)
        return manager

    def execute_cell(self, cell, cell_index, **keywords):
        if self._kernels.stopped:
            raise KeyboardInterrupt
        line = next(iter(cell.source.strip().splitlines()), "")
        injected = ["injected-parameters" in cell.metadata.get("tags", []) for cell in self.nb.cells]
        self._on_cell(cell_index + 1 - sum(injected[:cell_index]), len(injected) - sum(injected), line)
        return super().execute_cell(cell, cell_index, **keywords)


class _Engine(NBClientEngine):
    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, on_cell, kernels, start_timeout=60, **_):
        with tempfile.TemporaryDirectory(prefix="kernel-") as sockets:
            client = _Client(
                nb_man,
                on_cell,
                kernels,
                sockets,
                kernel_name=kernel_name,
                startup_timeout=start_timeout,
                shutdown_kernel="immediate",
                log=logger,
            )
            try:
                return client.execute()
            finally:
                ensure_event_loop().close()  # this thread's, which nothing else would close


def _transport(sockets):
    """Kernels on TCP ports print a warning about it; Windows has no local sockets, and long paths name none."""
    path = os.path.join(sockets, "kernel")
    if sys.platform == "win32" or len(os.fsencode(path)) > LONGEST_SOCKET:
        return Config()
    return Config(KernelManager={"transport": "ipc", "ip": path})


def register():
    """Make the engine known to papermill; returns its name."""
    papermill_engines.register("casestudy", _Engine)
    return "casestudy"
