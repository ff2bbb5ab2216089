from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kinerja_study.coding.conversation import MOST_HITS, Conversation
from kinerja_study.coding.widget import FOLDER, PARTS, RoomWidget
from kinerja_study.reproduction.starter import create_study
from kinerja_study.study import Study

WORDS = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))


@pytest.fixture
def talk(tmp_path: Path) -> Conversation:
    create_study(tmp_path / "data/raw/short")
    return Conversation(Study.open("short", root=tmp_path))


def ask(talk: Conversation, call: str, **args: Any) -> Any:
    message, _ = talk.answer({"id": "1", "call": call, **args})
    assert message["id"] == "1"
    return message


def test_who_codes_is_asked_first_with_the_coders_that_there_are_but_no_program(talk: Conversation) -> None:
    (talk.study.raw / "codings/saran.csv").write_text("document_id,start,end,quote,code,magnitude,memo\n", "utf-8")
    assert ask(talk, "state")["result"] == {"coders": ["consensus"], "in_force": "consensus"}
    assert ask(talk, "state", coder="rina")["result"]["coder"] == "rina"


def test_a_name_that_cannot_be_a_coder_is_refused_and_another_can_be_given(talk: Conversation) -> None:
    assert "'../x' tidak dapat menjadi nama pengode" in ask(talk, "state", coder="../x")["error"]
    assert ask(talk, "state", coder="rina")["result"]["writable"]


def test_an_act_is_answered_with_what_changed_and_nothing_else(talk: Conversation) -> None:
    ask(talk, "state", coder="consensus")
    before = ask(talk, "document", document="W01")["result"]["codings"]
    act = {"do": "change", "key": before[0]["key"], "memo": "lain"}
    changes = ask(talk, "do", act=act)["changes"]
    assert [(one["key"], one["memo"]) for one in changes["put"]] == [(before[0]["key"], "lain")]
    assert changes["gone"] == []
    back = ask(talk, "undo")["changes"]
    assert back["put"] == [before[0]]


def test_an_act_that_is_refused_says_why_and_shows_all_as_it_is_now(talk: Conversation) -> None:
    ask(talk, "state", coder="rina")
    act = {"do": "code", "document": "W01", "start": 4, "end": 10, "code": "KUA-TELITI", "magnitude": 1, "memo": ""}
    refused = ask(talk, "do", act=act)
    assert "ucapan pewawancara" in refused["error"], refused
    assert refused["changes"]["reload"]


def test_what_another_program_changed_is_told_with_its_file(talk: Conversation) -> None:
    ask(talk, "state", coder="consensus")
    assert "changes" not in ask(talk, "refresh")
    path = talk.study.raw / "codings/consensus.csv"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8", newline="\n")
    assert ask(talk, "refresh")["changes"]["moved"] == ["codings/consensus.csv"]


def test_search_finds_words_in_every_text_whatever_their_capitals_at_their_code_points(talk: Conversation) -> None:
    text = talk.study.raw / "interviews/W01.md"
    text.write_text(text.read_text("utf-8").replace("Printer.", "👍 Printer."), "utf-8")
    ask(talk, "state", coder="rina")
    found = ask(talk, "find", words=" PRINTER ")["result"]
    hits = [hit for hit in found["hits"] if hit["document"] == "W01"]
    whole = ask(talk, "document", document="W01")["result"]["text"]
    assert [whole[hit["start"] : hit["end"]].casefold() for hit in hits] == ["printer"] * len(hits) != []
    assert ask(talk, "find", words=" ")["result"]["hits"] == []
    many = ask(talk, "find", words="a")["result"]
    assert (len(many["hits"]), many["more"]) == (MOST_HITS, True)


def test_the_room_says_everything_in_both_languages() -> None:
    assert WORDS["id"].keys() == WORDS["en"].keys()
    for key, text in WORDS["id"].items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", WORDS["en"][key])), key


def test_no_word_that_the_front_end_says_is_missing() -> None:
    source = "".join((FOLDER / f"static/{part}.js").read_text("utf-8") for part in PARTS)
    said = set(re.findall(r"say\(\s*\"([^\"]+)\"", source))
    assert len(said) > 80
    assert said - WORDS["id"].keys() == set()


def test_the_front_end_is_one_module_of_every_file_that_sets_no_text_as_html() -> None:
    assert {path.stem for path in (FOLDER / "static").glob("*.js")} == set(PARTS)
    assert len(re.findall(r"^export ", RoomWidget._esm, re.MULTILINE)) == 1
    assert not re.search(r"^import |innerHTML|outerHTML|insertAdjacentHTML|https?://", RoomWidget._esm, re.MULTILINE)


@pytest.mark.parametrize(
    ("stderr", "said", "not_said"),
    [
        ("PrivacyError: the report would show ...:\n  telephone number: ... Hubungi ████ ya ...\n    Replace it.",
         "rahasia", "telephone"),
        ("NotebookError: it stopped", "dalam bahasa Inggris: NotebookError: it stopped", "kesalahan"),
    ],
)  # fmt: skip
def test_a_run_that_fails_says_why_in_the_room_s_language(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch, stderr: str, said: str, not_said: str
) -> None:
    ask(talk, "state", coder="consensus")
    failed = subprocess.CompletedProcess([], 1, "", stderr)
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_more: failed)
    told = ask(talk, "run")["result"]
    assert not told["ok"]
    assert said in told["said"]
    assert ("  ... Hubungi ████ ya ..." in told["said"]) == ("████" in stderr)
    assert not_said not in told["said"]
    codebook = talk.study.raw / "codebook.csv"
    codebook.write_text(codebook.read_text("utf-8").replace("deductive", "deduktif", 1), "utf-8", newline="\n")
    told = ask(talk, "run")["result"]["said"]
    assert "codebook.csv, baris 2, kolom origin: nilai ini tidak dapat diterima (nilai: 'deduktif')" in told
    assert "Seharusnya salah satu dari: deductive, inductive." in told
    assert "expected" not in told
