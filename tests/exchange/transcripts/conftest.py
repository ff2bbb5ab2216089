"""Transcripts as programs write them, made by code, and their import into the small study."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kinerja_study.exchange.transcripts import import_transcript

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass
class Taken:
    root: Path
    lines: list[str]

    @property
    def body(self) -> str:
        return self.read("interviews/X1.md").split("---\n", 2)[2].strip()

    def read(self, name: str) -> str:
        return (self.root / "data/raw/tiny" / name).read_text(encoding="utf-8")


@pytest.fixture
def take(tiny: Any) -> Callable[..., Taken]:
    """Import a file of this name and content; speakers and guide are the content of their tables."""

    def taking(
        name: str, content: str | bytes, speakers: str = "", guide: str = "", header: Any = (), **options: Any
    ) -> Taken:
        path = tiny.root / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        tables = {}
        for kind, rows in {"speakers": speakers, "guide": guide}.items():
            if rows:
                tables[kind] = tiny.root / f"{kind}.csv"
                tables[kind].write_text(rows, encoding="utf-8")
        given = {"id": "X1", "date": "2024-03-06", **dict(header)}
        return Taken(tiny.root, import_transcript(path, tiny.open(), given, **tables, **options))

    return taking


@pytest.fixture
def write_docx(tmp_path: Path) -> Callable[..., bytes]:
    """Return a .docx with this inside its body; ``more`` are further members, ``prologue`` stands before the XML."""

    def writing(body: str, more: dict[str, bytes] | None = None, prologue: str = "", namespace: str = WORD) -> bytes:
        path = tmp_path / "dibuat.docx"
        xml = f'{prologue}<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("word/document.xml", xml)
            for name, data in (more or {}).items():
                archive.writestr(name, data)
        return path.read_bytes()

    return writing
