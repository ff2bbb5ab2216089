"""What is refused is said in the room's language, whole, and survives the way between processes."""

from __future__ import annotations

import ast
import pickle
import re
import string
import tomllib
from pathlib import Path

import pytest

from kinerja_study.coding import refusals
from kinerja_study.coding.refusals import CodingError, tell
from kinerja_study.collection.schemas import TABLES
from kinerja_study.errors import Fault, RawDataError

SENTENCES = {
    f"{part}.{name}": told
    for part, names in tomllib.loads((refusals.FOLDER / "refusals.toml").read_text("utf-8")).items()
    for name, told in names.items()
}
FAULTS = tomllib.loads((refusals.FOLDER / "faults.toml").read_text("utf-8"))
MOVED = Fault(kind="quote_mismatch", problem="the quote is not what stands there", cure="Code it again.",
              file="codings/rina.csv", row=7, column="quote", value="rapi sekali")  # fmt: skip


def fields(clauses: list[str]) -> set[str]:
    return {name for clause in clauses for _, name, _, _ in string.Formatter().parse(clause) if name}


def raised() -> dict[str, set[str]]:
    """Return the keys that the package refuses with, and the values that come with each."""
    found: dict[str, set[str]] = {}
    for path in Path(refusals.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Error"):
                keys = [one.value for arg in node.args[:1] for one in ast.walk(arg) if isinstance(one, ast.Constant)]
                for key in keys:
                    if isinstance(key, str) and re.fullmatch(r"[a-z]+\.\w+", key):
                        found[key] = {keyword.arg for keyword in node.keywords if keyword.arg}
    return found


def test_every_refusal_has_its_sentence_and_every_sentence_its_refusal() -> None:
    assert set(raised()) == set(SENTENCES)


@pytest.mark.parametrize("key", SENTENCES)
def test_a_sentence_says_what_is_wrong_and_what_to_do_of_the_same_values_in_both_languages(key: str) -> None:
    told = SENTENCES[key]
    assert set(told) == {"en", "id"}
    assert all(len(clauses) == 2 and all(clauses) for clauses in told.values())
    assert fields(told["id"]) - fields(told["en"]) == set()
    assert not told["en"][0].endswith(".")
    assert not told["id"][0].endswith(".")


def test_a_refusal_is_english_unless_the_room_speaks_another_language() -> None:
    error = CodingError("acts.unknown_code", "KUA-TELTI", ["KUA-TELITI"], code="KUA-TELTI", count=8)
    assert str(error) == (
        "the code 'KUA-TELTI' is not in the codebook (8 codes).\n"
        "    Nearest: 'KUA-TELITI'. Choose a code of the codebook, or make a new one."
    )
    assert error.tell("id") == (
        "kode 'KUA-TELTI' tidak ada dalam buku kode (8 kode).\n"
        "    Paling mirip: 'KUA-TELITI'. Pilih kode dari buku kode, atau buat kode baru."
    )


def test_a_refusal_survives_the_way_between_processes() -> None:
    error = CodingError("acts.unknown_code", "KUA-TELTI", ["KUA-TELITI"], code="KUA-TELTI", count=8)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (str(again), again.tell("id")) == (str(error), error.tell("id"))


def test_faults_within_a_refusal_are_said_in_its_language() -> None:
    error = CodingError("files.unsound", file="codings/rina.csv", why=MOVED)
    assert "is not what stands there" in str(error)
    assert "codings/rina.csv, baris 7, kolom quote: kutipannya tidak lagi berada" in error.tell("id")
    assert "(nilai: 'rapi sekali')" in error.tell("id")
    whole = CodingError("files.faults", faults=(MOVED, MOVED)).tell("id")
    assert whole.count("kutipannya") == 2


def test_what_an_act_has_given_is_shown_as_it_is() -> None:
    assert str(CodingError("acts.no_magnitude", value=[1, None])).startswith("[1, None] is no magnitude")


def test_a_fault_without_words_of_its_own_is_said_as_the_command_line_says_it() -> None:
    odd = Fault(kind="never_heard_of", problem="it is odd", cure="Look.", file="x.csv")
    assert tell(odd, "id") == str(odd)
    assert tell(RawDataError("tiny", [odd, MOVED]), "id").count("\n") == 3
    assert tell(RawDataError("tiny", [odd]), "en") == str(RawDataError("tiny", [odd]))


def test_words_for_faults_are_of_kinds_that_there_are() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (refusals.FOLDER.parent).rglob("*.py"))
    assert {kind for kind in FAULTS if f'"{kind}"' not in source} == set()
    for kind, said in FAULTS.items():
        assert said["problem"], kind
        assert said["cure"], kind
        assert not said["problem"].endswith("."), kind


def test_what_would_be_allowed_is_said_in_words_of_the_room_s_language_or_marked_as_english() -> None:
    where = {"cure": "Correct the cell.", "file": "informants.csv", "row": 2, "column": "consent", "value": "ya"}
    refused = Fault(kind="bad_value", problem="empty, and expected one of: yes, no", **where)
    assert tell(refused, "id").endswith("Betulkan isinya. Seharusnya salah satu dari: yes, no.")
    other = Fault(kind="bad_value", problem="odd", **where)
    assert tell(other, "id").endswith("Keterangan program, dalam bahasa Inggris: odd. Correct the cell.")


def test_every_expectation_of_a_table_has_its_words() -> None:
    expected = {
        check.error for schema in TABLES.values() for column in schema.columns.values() for check in column.checks
    }
    assert {one for one in expected if not one.startswith(tuple(FAULTS["bad_value"]["detail"]))} == set()
