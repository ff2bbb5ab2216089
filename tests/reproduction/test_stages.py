from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from kinerja_study.errors import NotebookError
from kinerja_study.reproduction.stages import (
    hash_files,
    kernel_environment,
    package_hash,
    read_parameters,
    sha256,
    stage_key,
    stage_parameters,
)


def notebook(parameters: str | list[str], code: str = "x = 1", **changes: Any) -> bytes:
    cell = {"cell_type": "code", "outputs": [], "execution_count": None, "metadata": {}, "id": "b", "source": code}
    first = cell | {"id": "a", "metadata": {"tags": ["parameters"]}, "source": parameters}
    return json.dumps({"cells": [first, cell | changes], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def test_parameters_are_the_literals_of_the_parameters_cell() -> None:
    source = notebook(['study = "contoh"\n', "language = None\n", "# ambang\n", "minimum_informants = 3"])
    assert read_parameters(source, "x.ipynb") == {"study": "contoh", "language": None, "minimum_informants": 3}


@pytest.mark.parametrize(
    ("source", "what"),
    [
        (b"not json", "JSONDecodeError"),
        (b"[]", "TypeError"),
        (b"{}", "KeyError"),
        (notebook("study = ").replace(b'"parameters"', b'"other"'), "StopIteration"),
        (notebook("study = "), "SyntaxError"),
        (notebook("study = str(1)"), "ValueError"),
        (notebook("study.id = 'x'"), "AttributeError"),
    ],
)
def test_notebook_whose_parameters_cannot_be_read_is_refused_by_name(source: bytes, what: str) -> None:
    with pytest.raises(NotebookError) as refused:
        read_parameters(source, "3_x.ipynb")
    assert refused.value.notebook == "3_x.ipynb"
    assert what in str(refused.value)
    assert "tagged 'parameters'" in str(refused.value)


def test_notebook_is_passed_the_study_and_those_chosen_parameters_that_it_has(tiny: Any) -> None:
    study = tiny.open()
    chosen = {"aggregate": "median", "language": "en"}
    both, one = notebook("study = 'x'\naggregate = None"), notebook("study = 'x'")
    assert stage_parameters(both, "n", study, chosen) == {"study": "tiny", "aggregate": "median"}
    assert stage_parameters(one, "n", study, chosen) == {"study": "tiny"}


SOURCE = notebook("study = 'x'")
KEY: dict[str, Any] = {
    "source": SOURCE,
    "parameters": {"study": "tiny"},
    "inputs": {"study.toml": "1", "claims.csv": "2"},
    "package": "p",
    "lock": "l",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"source": notebook("study = 'x'", "x = 2")},
        {"source": notebook("study = 'y'")},
        {"source": notebook("study = 'x'", cell_type="markdown")},
        {"source": notebook("study = 'x'", metadata={"tags": ["tanpa-laporan"]})},
        {"parameters": {"study": "other"}},
        {"parameters": {"study": "tiny", "aggregate": "median"}},
        {"inputs": {"study.toml": "1", "claims.csv": "3"}},
        {"inputs": {"study.toml": "1", "events.csv": "2"}},
        {"inputs": {"study.toml": "1"}},
        {"package": "q"},
        {"lock": "m"},
    ],
)
def test_key_of_a_stage_changes_with_all_that_it_depends_on(changes: dict[str, Any]) -> None:
    assert stage_key(**(KEY | changes)) != stage_key(**KEY)


@pytest.mark.parametrize(
    "changes",
    [
        {"source": notebook("study = 'x'", execution_count=7, outputs=[{"output_type": "stream", "text": "1"}])},
        {"source": notebook(["study ", "= 'x'"])},
        {"source": notebook("study = 'x'", id="other")},
        {"inputs": {"claims.csv": "2", "study.toml": "1"}},
    ],
)
def test_key_of_a_stage_does_not_change_with_what_was_printed_or_with_an_order(changes: dict[str, Any]) -> None:
    assert stage_key(**(KEY | changes)) == stage_key(**KEY)


def test_files_are_hashed_by_their_path_below_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.txt").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hash_files(tmp_path) == {"a/b.txt": digest}
    assert sha256(b"abc") == hashlib.sha256(b"abc").hexdigest() == digest
    assert hash_files(tmp_path / "absent") == {}


def test_package_hash_is_stable_and_kernels_know_no_clock_zone_locale_or_hash_seed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert package_hash() == package_hash()
    monkeypatch.setenv("TZ", "Asia/Jayapura")
    monkeypatch.setenv("KINERJA_OWN", "kept")
    environment = kernel_environment()
    assert environment["TZ"] == "UTC"
    assert environment["PYTHONHASHSEED"] == environment["SOURCE_DATE_EPOCH"] == "0"
    assert environment["KINERJA_OWN"] == "kept"
