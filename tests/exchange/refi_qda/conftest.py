"""Projects as other programs write them, made by code: none of these programs was at hand."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5
from xml.sax.saxutils import escape, quoteattr

import pytest

from kinerja_study.exchange.importing import import_project
from kinerja_study.study import Study

NAMESPACE = "urn:QDA-XML:project:1.0"


def guid_of(name: str) -> str:
    return str(uuid5(NAMESPACE_OID, name))


@dataclass(kw_only=True)
class Vendor:
    """How a program writes a project with one text, its users, codes and selections.

    A selection is (passage, users' codes) or (passage, codes, name); ``count`` gives the positions of a passage.
    """

    text: str = "Pegawai ramah. Antrean panjang sekali. Berkas selesai hari itu juga."
    stored: bytes | None = None
    codes: tuple[str, ...] = ("Ramah", "Antre")
    users: tuple[str, ...] = ("Ani",)
    selections: Iterable[tuple[Any, ...]] = (("Pegawai ramah", {"Ani": "Ramah"}),)
    count: Callable[[str], int] = len
    named: bool = True
    inner: str = "project.qde"
    folder: str = "sources"
    guid: Callable[[str], str] = lambda name: guid_of(name)
    origin: str = "Some program 1.0"
    extra: str = ""
    codebook: str | None = None
    prologue: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    more: dict[str, bytes] = field(default_factory=dict)

    def _selection(self, number: int, row: tuple[Any, ...]) -> str:
        passage, given = row[0], row[1]
        at = self.text.index(passage) if isinstance(passage, str) else passage[0]
        end = at + len(passage) if isinstance(passage, str) else passage[1]
        start, stop = (self.count(self.text[:n]) if n <= len(self.text) else n for n in (at, end))
        name = row[2] if len(row) > 2 else self.text[at:end] if self.named else ""
        codings = "".join(
            f'<Coding guid="{self.guid(f"coding {number} {user} {code}")}" creatingUser="{self.guid(user)}">'
            f'<CodeRef targetGUID="{self.guid(code)}"/></Coding>'
            for user, code in given.items()
        )
        label = f" name={quoteattr(name, {chr(10): '&#10;', chr(13): '&#13;'})}" if name else ""
        return (
            f'<PlainTextSelection guid="{self.guid(f"selection {number}")}"{label} startPosition="{start}" '
            f'endPosition="{stop}">{codings}</PlainTextSelection>'
        )

    def xml(self) -> str:
        users = "".join(f'<User guid="{self.guid(user)}" name="{escape(user)}"/>' for user in self.users)
        codes = "".join(f'<Code guid="{self.guid(c)}" name={quoteattr(c)} isCodable="true"/>' for c in self.codes)
        codes = codes if self.codebook is None else self.codebook
        selections = "".join(self._selection(n, row) for n, row in enumerate(self.selections))
        xml = (
            f'<?xml version="1.0" encoding="utf-8"?>{self.prologue}'
            f'<Project xmlns="{NAMESPACE}" name="Percobaan" origin="{self.origin}" '
            f'creationDateTime="2024-03-05T10:00:00Z">'
            f"<Users>{users}</Users><CodeBook><Codes>{codes}</Codes></CodeBook>"
            f'<Sources><TextSource guid="{self.guid("text")}" name="Wawancara 1.docx" '
            f'plainTextPath="internal://{self.guid("file")}.txt">{selections}</TextSource></Sources>'
            f"{self.extra}</Project>"
        )
        for old, new in self.changes:
            assert old in xml, old
            xml = xml.replace(old, new, 1)
        return xml

    def write(self, path: Path) -> Path:
        stored = self.text.encode() if self.stored is None else self.stored
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(self.inner, self.xml())
            archive.writestr(f"{self.folder}/{self.guid('file')}.txt", stored)
            for name, data in self.more.items():
                archive.writestr(name, data)
        return path


@dataclass
class Imported:
    """A study that an import made, and what was said of it."""

    root: Path
    lines: list[str]
    name: str

    @property
    def raw(self) -> Path:
        return self.root / "data/raw" / self.name

    def read(self, name: str) -> str:
        return (self.raw / name).read_bytes().decode()

    def quotes(self, coder: str = "Ani") -> list[tuple[str, str]]:
        import csv
        import io

        rows = csv.DictReader(io.StringIO(self.read(f"codings/{coder}.csv"), newline=""))
        return [(row["quote"], row["code"]) for row in rows]

    def open(self) -> Study:
        return Study.open(self.name, root=self.root)

    def said(self, words: str) -> str:
        return next((line for line in self.lines if words in line), "")


@pytest.fixture
def bring_in(tmp_path: Path) -> Callable[..., Imported]:
    """Import a vendor's project, or a file, into the study 'baru'."""

    def bring(what: Vendor | Path, study: str = "baru", **options: Any) -> Imported:
        path = what.write(tmp_path / "percobaan.qdpx") if isinstance(what, Vendor) else what
        (tmp_path / "data/raw").mkdir(parents=True, exist_ok=True)
        return Imported(tmp_path, import_project(path, study, tmp_path, **options), study)

    return bring


@pytest.fixture
def vendor() -> type[Vendor]:
    return Vendor
