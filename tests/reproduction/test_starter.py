"""A first study: complete, without fault, safe to make, and not to be taken for field data."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.collection import check_study, load_field_data
from kinerja_study.collection.schemas import TABLES
from kinerja_study.conclusions.findings import build_findings
from kinerja_study.condensation import build_segments
from kinerja_study.display import compute_indicators
from kinerja_study.errors import StudyError
from kinerja_study.reproduction import starter
from kinerja_study.reproduction.starter import create_study
from kinerja_study.study import Study, list_studies


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data/raw/coba"


def opened(folder: Path, **parameters: object) -> Study:
    return Study.open(folder.name, root=folder.parents[2], **parameters)


def kinds(folder: Path) -> list[str]:
    return [fault.kind for fault in check_study(opened(folder)).faults]


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def findings(folder: Path, **parameters: object) -> dict[str, str | None]:
    study = opened(folder, **parameters)
    data = load_field_data(study)
    indicators = compute_indicators(data.services, data.attendance, data.satisfaction, study.definition)
    found = build_findings(
        study,
        segments=build_segments(data.codings, coder=study.rules.coder),
        codings=data.codings,
        codebook=data.codebook,
        indicators=indicators,
        documents=data.documents,
        claims=data.claims,
    )
    return {focus["id"]: focus["verdict"] for focus in found["foci"]}


def test_a_new_study_has_no_fault_and_some_quotes_to_place(folder: Path) -> None:
    create_study(folder)

    found = check_study(opened(folder))
    faults, anchors = found.faults, found.anchors

    assert faults == []
    assert anchors


def test_the_check_that_a_new_study_passes_finds_a_changed_word(folder: Path) -> None:
    create_study(folder)
    replace(folder / "interviews/W01.md", "lima menit", "enam menit")

    assert kinds(folder) == ["quote_mismatch"]


def test_every_file_of_the_format_is_there_and_is_told(folder: Path) -> None:
    made = create_study(folder)

    assert made == sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix() for path in made}
    assert names >= {"study.toml", "site.md", "codings/consensus.csv", *(f"{table}.csv" for table in TABLES)}
    explained = (folder / "README.md").read_text("utf-8")
    for name in names - {"README.md"}:
        head, slash, _ = name.partition("/")
        assert f"`{head}/" in explained if slash else f"`{name}`" in explained, name


@pytest.mark.parametrize("name", ["coba", "Kantor-Camat_2", "7"])
def test_the_name_of_the_folder_becomes_the_id(tmp_path: Path, name: str) -> None:
    create_study(tmp_path / "data/raw" / name)

    assert list_studies(tmp_path) == [name]
    assert Study.open(name, root=tmp_path).definition.study.id == name


@pytest.mark.parametrize("name", ["a b", "a.b", ".a", "-a", "é", 'a"', "a\nb"])
def test_a_name_that_is_no_id_is_refused_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(StudyError, match="cannot be the name of a study"):
        create_study(tmp_path / name)

    assert list(tmp_path.iterdir()) == []


def test_what_is_already_there_stays_as_it_is(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "study.toml").write_text("milik saya", encoding="utf-8")

    with pytest.raises(StudyError, match="not an empty folder"):
        create_study(folder)

    assert [path.name for path in folder.parent.rglob("*")] == ["coba", "study.toml"]
    assert (folder / "study.toml").read_text("utf-8") == "milik saya"


def test_a_file_or_a_link_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("", encoding="utf-8")
    (tmp_path / "kosong").mkdir()
    (tmp_path / "tautan").symlink_to(tmp_path / "kosong", target_is_directory=True)

    for name in ("berkas", "tautan"):
        with pytest.raises(StudyError, match="already there"):
            create_study(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["berkas", "kosong", "tautan"]


def test_an_empty_folder_is_filled(folder: Path) -> None:
    folder.mkdir(parents=True)

    create_study(folder)

    assert kinds(folder) == []


def test_nothing_half_made_is_left_when_writing_stops(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes
    written = []

    def full(path: Path, data: bytes) -> int:
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        written.append(path)
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        create_study(folder)

    assert len(written) == 3
    assert list(folder.parent.iterdir()) == []


def test_sample_texts_are_refused_in_a_study_of_the_field(folder: Path) -> None:
    create_study(folder)
    replace(folder / "study.toml", 'provenance = "synthetic"', 'provenance = "field"')

    texts = [p for p in folder.rglob("*.md") if p.parent != folder]
    assert kinds(folder) == ["provenance"] * len(texts)


def test_a_new_study_shows_a_verdict_and_a_reason_for_none(folder: Path) -> None:
    create_study(folder)

    verdicts = findings(folder)

    assert verdicts["kualitas"] == "baik"
    assert verdicts["tanggung_jawab"] is None
    assert set(findings(folder, minimum_informants=3).values()) == {None}


def test_a_place_is_given_for_some_quotes_and_left_empty_for_others(folder: Path) -> None:
    create_study(folder)

    rows = (folder / "codings/consensus.csv").read_text("utf-8").splitlines()[1:]
    empty = [row for row in rows if row.split(",")[1:3] == ["", ""]]

    assert 0 < len(empty) < len(rows)
    assert len(check_study(opened(folder)).anchors) == len(empty)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_filled_in_is_one_string_of_toml(text: str) -> None:
    assert tomllib.loads(f"title = {starter._toml_string(text)}") == {"title": text}


def test_a_title_with_quotes_does_not_end_its_string(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    title = 'Loket "A" di C:\\kantor\nprovenance = "field"'
    monkeypatch.setattr(starter, "TITLE", title)
    create_study(folder)
    assert opened(folder).definition.study.title == title

    monkeypatch.setattr(starter, "_toml_string", lambda text: f'"{text}"')
    create_study(folder.with_name("tanpa"))
    with pytest.raises(StudyError):
        opened(folder.with_name("tanpa"))
