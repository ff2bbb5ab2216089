"""Files of other programs brought into studies, or refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.importing import import_project
from kinerja_study.study import Study


@dataclass(kw_only=True)
class Imported:
    study: Study
    lines: list[str]
    files: dict[str, bytes] = field(default_factory=dict)

    def codings(self, coder: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.files[f"codings/{coder}.csv"].decode())))

    def said(self, words: str) -> bool:
        return any(words in line for line in self.lines)


@pytest.fixture
def take_in(tmp_path: Path) -> Callable[..., Imported]:
    """Import a file into a study, new or there."""
    (tmp_path / "data/raw").mkdir(parents=True, exist_ok=True)

    def take(path: Path, name: str = "baru", **options: Any) -> Imported:
        lines = import_project(path, name, tmp_path, **options)
        study = Study.open(name, root=tmp_path)
        return Imported(study=study, lines=lines, files=study.read_raw())

    return take


@pytest.fixture
def refuse(tmp_path: Path) -> Callable[[Path, str], None]:
    """Expect that a file is refused with these words, and nothing written."""
    (tmp_path / "data/raw").mkdir(parents=True, exist_ok=True)

    def check(path: Path, words: str) -> None:
        with pytest.raises(ExchangeError, match=words):
            import_project(path, "baru", tmp_path)
        assert not list((tmp_path / "data/raw").iterdir())

    return check
