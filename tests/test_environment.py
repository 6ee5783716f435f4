"""What a user installs: one set of versions everywhere, and no machine or package index named in the repository."""

import importlib.metadata
import re
import subprocess
import tomllib
from typing import NamedTuple

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from casestudy.datasets import ROOT

# conda-forge's smaller builds of the same distributions.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "nbconvert": "nbconvert-core"}


class Locked(NamedTuple):
    version: str
    marker: str
    hashes: list


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def lock_entries():
    joined = read("requirements.lock").replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def read_lock():
    locked = {}
    for entry in lock_entries():
        pin, *options = re.split(r"\s+--", entry)
        name, version, marker = re.fullmatch(r"([\w.-]+)==([\w.]+)(?:\s*;\s*(.+?))?\s*", pin).groups()
        locked[canonicalize_name(name)] = Locked(version, marker or "", [option.strip() for option in options])
    return locked


LOCK = read_lock()
# Only an installed distribution of the locked version can be asked what that version needs.
INSTALLED = {
    name
    for name in map(canonicalize_name, (distribution.name for distribution in importlib.metadata.distributions()))
    if name in LOCK and importlib.metadata.version(name) == LOCK[name].version
}
PROJECT = tomllib.loads(read("pyproject.toml"))["project"]
RUNTIME = [Requirement(text) for text in PROJECT["dependencies"]]
TEST = [Requirement(text) for text in PROJECT["optional-dependencies"]["test"]]
EVERYTHING = [
    *RUNTIME,
    *(Requirement(text) for extra in PROJECT["optional-dependencies"].values() for text in extra),
]


# The lock.


@pytest.mark.parametrize("requirement", EVERYTHING, ids=str)
def test_every_direct_dependency_is_locked_for_every_system(requirement):
    locked = LOCK[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(locked.version)
    assert not locked.marker


def test_the_build_backend_is_locked():
    backend = [Requirement(text) for text in tomllib.loads(read("pyproject.toml"))["build-system"]["requires"]]
    assert backend
    for requirement in backend:
        assert requirement.specifier.contains(LOCK[canonicalize_name(requirement.name)].version)


def test_every_locked_version_has_hashes():
    assert len(LOCK) > 100
    assert len(LOCK) == len(lock_entries())
    for name, locked in LOCK.items():
        assert locked.hashes, name
        for option in locked.hashes:
            assert re.fullmatch(r"hash=sha256:[0-9a-f]{64}", option), name


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("python", ["3.11", "3.12"])
def test_what_a_locked_version_needs_is_locked_too(system, python):
    """A dependency of an installed distribution, on any system, has a line that applies there."""
    environment = {
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "os_name": "nt" if system == "win32" else "posix",
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    applying = {
        name for name, locked in LOCK.items() if not locked.marker or Marker(locked.marker).evaluate(environment)
    }
    missing = []
    for name in applying & INSTALLED:
        for need in map(Requirement, importlib.metadata.requires(name) or []):
            if need.marker is None or need.marker.evaluate(environment):
                needed = canonicalize_name(need.name)
                if needed not in applying or not need.specifier.contains(LOCK[needed].version, prereleases=True):
                    missing.append(f"{name} needs {need}")
    assert not missing


def test_the_lock_names_no_index_url_or_path():
    for entry in lock_entries():
        pin = entry.partition(" --hash")[0]
        assert not re.search(r"://|@|/|\\|--", pin), pin
    assert not re.search(r"(?m)^\s*(-|#)(?!-hash)", read("requirements.lock").replace("    --hash", "--hash"))


@pytest.mark.parametrize("requirement", [*RUNTIME, *TEST], ids=lambda requirement: requirement.name)
def test_what_is_installed_is_what_is_locked(requirement):
    assert importlib.metadata.version(requirement.name) == LOCK[canonicalize_name(requirement.name)].version


# environment.yml.

ENVIRONMENT = yaml.safe_load(read("environment.yml"))
PINS = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]


def test_the_environment_comes_from_conda_forge_alone():
    assert ENVIRONMENT["name"] == "casestudy"
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]


def test_the_environment_pins_what_the_lock_pins():
    expected = {
        f"{CONDA_NAMES.get(requirement.name, requirement.name)}=={LOCK[canonicalize_name(requirement.name)].version}"
        for requirement in [*RUNTIME, *TEST]
    }
    assert sorted(PINS) == sorted([*expected, "python=3.11", "pip"])


def test_the_environment_installs_the_checkout_last():
    assert ENVIRONMENT["dependencies"][-1] == {"pip": ["-e ."]}


def test_the_environment_says_the_three_lines_that_the_readme_says():
    lines = re.findall(r"(?m)^#     (.+)$", read("environment.yml"))
    assert lines == ["conda env create -f environment.yml", "conda activate casestudy", "casestudy run"]
    assert "\n".join(f"    {line}" for line in lines) in read("README.md")


# Which Python.


def test_python_is_asked_for_with_one_voice():
    major, minor = re.search(r"sys\.version_info < \((\d+), (\d+)\)", read("Makefile")).groups()
    asked = f"{major}.{minor}"
    assert PROJECT["requires-python"] == f">={asked}"
    assert f"needs Python {asked} or newer" in read("Makefile")
    assert f"--python-version {asked}" in read("Makefile")
    assert f"python={asked}" in PINS
    assert f"Python {asked} or newer" in read("README.md")


def test_no_locked_version_asks_for_a_newer_python():
    minimum = PROJECT["requires-python"].removeprefix(">=")
    for name in INSTALLED:
        asked = importlib.metadata.metadata(name).get("Requires-Python") or ""
        assert LOCK[name].marker or SpecifierSet(asked).contains(f"{minimum}.9"), f"{name} asks for Python {asked}"


# What no file may name. Each pattern is written so that this file does not match it.

FORBIDDEN = {
    # A lock or a configuration that names an index breaks behind a mirror, and may leak the mirror's address.
    "a package index": r"py[p]i\.|python[h]osted|anacond[a]\.(org|com)|conda\.anacond[a]|/simple/?[\"'\s]",
    "an option that chooses an index": r"--(extra-)?index-url[ =]|--find-links[ =]|--trusted-host[ =]|index_url\s*=",
    # An absolute path of the machine on which a file was made; base64 may hold such letters by chance, after others.
    "a path of a machine": r"(?:(?<=file://)|(?<![\w+/.<}*-]))/(?:tmp/\w|(?:work|root|home|Users|var/folders)(?:/|(?=[\s\"'`:;,)]|$)))",
    "a Windows path of a user": r"[A-Z]:\\+Users\\",
    "an address with a password": r"https?://[^/\s\"']+:[^/\s\"'@]+@",
}


def tracked_files():
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_names(what):
    found = []
    for path in tracked_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]!r}" for match in re.finditer(FORBIDDEN[what], text, re.M)]
    assert not found


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a package index", "https://py" + "pi.org/simp" + "le"),
        ("a package index", "https://files.python" + "hosted.org/packages/a"),
        ("a package index", "https://conda.anacond" + "a.org/conda-forge"),
        ("a package index", '"http://mirror.example/simp' + 'le"'),
        ("an option that chooses an index", "pip install --extra-index-" + "url http://mirror numpy"),
        ("a path of a machine", '"File /ro' + 'ot/study/run.py"'),
        ("a path of a machine", "cd /wo" + "rk"),
        ("a path of a machine", "'/tm" + "p/bash_jobs.0/1'"),
        ("a path of a machine", "file:///ho" + "me/ana/a.csv"),
        ("a Windows path of a user", "C:\\Us" + "ers\\ana"),
        ("an address with a password", "https://ana:se" + "cret@mirror.example"),
    ],
)
def test_the_patterns_find_what_they_are_for(what, text):
    assert re.search(FORBIDDEN[what], text, re.M)


def test_large_or_generated_files_are_not_tracked():
    unwanted = re.compile(r"(^|/)(\.venv|variations|__pycache__|\.ipynb_checkpoints|kernel-ipc-\d+)(/|$)|\.html$")
    assert not [path for path in tracked_files() if unwanted.search(path.relative_to(ROOT).as_posix())]
