"""What is written: valid against the published schemas, and always the same."""

from __future__ import annotations

import os
import time
import uuid
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from kinerja_study.errors import ExchangeError, RawDataError
from kinerja_study.exchange.refi_qda import export_study
from kinerja_study.study import Study

REPOSITORY = Path(__file__).parents[3]
SCHEMAS = Path(os.environ.get("KINERJA_SHARED", REPOSITORY.parent / "shared")) / "reference/refi_qda"
published = pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the published schemas are not in ../shared")


def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / name))


def written(study: Study, path: Path) -> etree._Element:
    export_study(study, path)
    if path.suffix == ".qdc":
        return etree.fromstring(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("project.qde"))


@published
@pytest.mark.parametrize(("ending", "name"), [("qdpx", "Project.xsd"), ("qdc", "Codebook.xsd")])
def test_the_tiny_study_is_valid(ending: str, name: str, tiny, tmp_path: Path) -> None:
    schema(name).assertValid(written(tiny.open(), tmp_path / f"t.{ending}"))


@published
@pytest.mark.parametrize(("ending", "name"), [("qdpx", "Project.xsd"), ("qdc", "Codebook.xsd")])
def test_the_sample_study_is_valid(ending: str, name: str, tmp_path: Path) -> None:
    sample = Study.open("balikpapan-kota", root=REPOSITORY)

    schema(name).assertValid(written(sample, tmp_path / f"t.{ending}"))


@published
def test_the_schema_refuses_a_group_without_content(tiny, tmp_path: Path) -> None:
    root = written(tiny.open(), tmp_path / "t.qdpx")
    etree.SubElement(root, f"{{{etree.QName(root).namespace}}}Sets")

    assert not schema("Project.xsd").validate(root)


@pytest.mark.parametrize("ending", ["qdpx", "qdc"])
def test_the_same_study_gives_the_same_bytes(ending: str, tiny, tmp_path: Path, monkeypatch) -> None:
    export_study(tiny.open(), tmp_path / f"a.{ending}")
    monkeypatch.setattr(time, "localtime", lambda *_: time.struct_time((2031, 1, 1, 0, 0, 0, 0, 1, 0)))
    monkeypatch.setattr(time, "time", lambda: 2e9)
    export_study(tiny.open(), tmp_path / f"b.{ending}")

    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_zipping_and_naming_in_the_plain_way_would_differ(tmp_path: Path, monkeypatch) -> None:
    def plainly() -> bytes:
        with zipfile.ZipFile(tmp_path / "plain.zip", "w") as archive:
            archive.writestr("project.qde", str(uuid.uuid4()))
        return (tmp_path / "plain.zip").read_bytes()

    assert plainly() != plainly()


def test_no_id_is_given_twice(tiny, tmp_path: Path) -> None:
    root = written(tiny.open(), tmp_path / "t.qdpx")

    ids = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(ids) == len(set(ids))


def test_every_selection_says_its_words_who_made_it_and_when(tiny, tmp_path: Path) -> None:
    root = written(tiny.open(), tmp_path / "t.qdpx")

    selections = [element for element in root.iter() if etree.QName(element).localname == "PlainTextSelection"]
    assert all(e.get("name") and e.get("creatingUser") and e.get("creationDateTime") for e in selections)
    assert len(selections) == sum(len(tiny.read(f"codings/{c}.csv").splitlines()) - 1
                                  for c in ("consensus", "coder-a", "coder-b"))  # fmt: skip


def test_a_study_with_faults_is_not_written(tiny, tmp_path: Path) -> None:
    tiny.replace("codings/consensus.csv", "MUTU-HASIL", "MUTU-HASL")

    with pytest.raises(RawDataError):
        export_study(tiny.open(), tmp_path / "t.qdpx")

    assert not [path for path in tmp_path.iterdir() if path.suffix == ".qdpx"]


def test_a_character_that_xml_cannot_hold_is_named_with_its_place(tiny, tmp_path: Path) -> None:
    tiny.replace("codebook.csv", "MUTU-HASIL,mutu,", "MUTU-HASIL,mutu,\x0b")
    tiny.replace("codebook.csv", "\x0b", "a\x0b")

    with pytest.raises(ExchangeError, match=r"codebook.csv, code MUTU-HASIL: the character U\+000B cannot be"):
        export_study(tiny.open(), tmp_path / "t.qdpx")


def test_a_codebook_without_codes_cannot_be_written(tiny, tmp_path: Path, monkeypatch) -> None:
    from kinerja_study.exchange import refi_qda
    from kinerja_study.exchange.refi_qda.project import Project

    monkeypatch.setattr(refi_qda, "build_project", lambda _study: Project(name="x"))

    with pytest.raises(ExchangeError, match="the study has no codes"):
        export_study(tiny.open(), tmp_path / "t.qdc")
