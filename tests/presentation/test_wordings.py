"""Wordings: two catalogues that say the same, and every key that the source asks for."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

import pytest
from jinja2 import TemplateSyntaxError, meta

import kinerja_study
from kinerja_study.presentation.wording import Wording

LANGUAGES = ("id", "en")
SOURCES = sorted(Path(kinerja_study.__file__).parent.rglob("*.py"))
FORBIDDEN = re.compile(
    r"signifi[ck]an|confiden|(tingkat|selang|taraf) kepercayaan|representati|mewakili populasi",
    re.IGNORECASE,
)
"""Words that would promise what a purposive sample cannot give."""


def read_catalogue(language: str) -> dict[str, str]:
    text = resources.files("kinerja_study.presentation").joinpath("wording", f"{language}.toml").read_text("utf-8")
    return {f"{section}.{key}": value for section, keys in tomllib.loads(text).items() for key, value in keys.items()}


CATALOGUES = {language: read_catalogue(language) for language in LANGUAGES}
ENVIRONMENT = Wording("id")._environment  # the filters of the report, or every template would fail on them


def find_variables(text: str) -> set[str]:
    return set(meta.find_undeclared_variables(ENVIRONMENT.parse(text)))


def find_mismatched(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return [key for key in one.keys() & other.keys() if find_variables(one[key]) != find_variables(other[key])]


def is_say(call: ast.Call) -> bool:
    function = call.func
    return "say" in (getattr(function, "id", ""), getattr(function, "attr", ""))


def find_alternatives(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.IfExp):
        yield from find_alternatives(node.body)
        yield from find_alternatives(node.orelse)
    else:
        yield node


def find_asked(tree: ast.AST, sections: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the keys and the beginnings of keys that a module asks for."""
    keys: set[str] = set()
    prefixes: set[str] = set()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args and is_say(node)]
    for call in calls:
        for argument in find_alternatives(call.args[0]):
            if isinstance(argument, ast.Constant):
                keys.add(str(argument.value))
            elif isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
                prefixes.add(str(argument.values[0].value))
    if calls:
        # A key that reaches ``say`` by a variable is a literal somewhere else: "code.said", never "services.csv".
        shaped = re.compile(rf"({'|'.join(map(re.escape, sections))})\.[a-z0-9_]+")
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        # What stands before the headings of a table is the beginning of their keys.
        under = [n.value for n in ast.walk(tree) if isinstance(n, ast.keyword) and n.arg == "under"]
        prefixes |= {str(n.value) for n in under if isinstance(n, ast.Constant)}
        parts |= {id(n) for n in under}
        literals = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in parts]
        keys |= {str(literal.value) for literal in literals if shaped.fullmatch(str(literal.value))}
    return keys, prefixes


def find_unknown(source: str, catalogue: dict[str, str]) -> set[str]:
    keys, prefixes = find_asked(ast.parse(source), {key.partition(".")[0] for key in catalogue})
    return (keys - catalogue.keys()) | {p for p in prefixes if not any(key.startswith(p) for key in catalogue)}


def test_both_languages_have_the_same_keys():
    assert CATALOGUES["id"].keys() == CATALOGUES["en"].keys()


def test_a_sentence_uses_the_same_values_in_both_languages():
    assert find_mismatched(CATALOGUES["id"], CATALOGUES["en"]) == []


def test_a_value_that_one_language_leaves_out_is_noticed():
    assert find_mismatched({"a.b": "{{ one }} dari {{ two }}"}, {"a.b": "{{ one }}"}) == ["a.b"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_a_template_that_compiles(language):
    for key, text in CATALOGUES[language].items():
        try:
            ENVIRONMENT.from_string(text)
        except TemplateSyntaxError as error:
            pytest.fail(f"{language}.toml, {key}: {error}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_key_that_the_source_asks_for_exists(path, language):
    assert find_unknown(path.read_text("utf-8"), CATALOGUES[language]) == set()


def test_the_source_asks_for_keys_at_all():
    asked = [find_asked(ast.parse(path.read_text("utf-8")), ["code", "verdict"]) for path in SOURCES]
    keys, prefixes = set().union(*(a[0] for a in asked)), set().union(*(a[1] for a in asked))
    assert {"verdict.plain", "front.banner", "code.said"} <= keys
    assert {"heading.", "record."} <= prefixes


@pytest.mark.parametrize(
    "source",
    [
        'say("a.typo")',
        'self.material.wording.say("a.typo", n=1)',
        'say("a.b" if x else "a.typo")',
        'key = "a.typo" if x else "a.b"\nsay(key)',
        'say(f"elsewhere.{name}")',
    ],
)
def test_a_key_that_no_catalogue_has_is_noticed(source):
    assert find_unknown(source, {"a.b": "ada"})


def test_a_file_name_is_not_taken_for_a_key():
    assert find_unknown('study.load("services.csv")\nsay("a.b")\nsay(f"a.{name}")', {"a.b": "ada"}) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_promises_what_a_purposive_sample_cannot_give(language):
    assert {key: text for key, text in CATALOGUES[language].items() if FORBIDDEN.search(text)} == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "Perbedaan itu signifikan.",
        "Tingkat kepercayaan temuan ini tinggi.",
        "Sampelnya representatif.",
        "A significant difference.",
        "High confidence.",
        "Representative of the population.",
    ],
)
def test_a_promise_of_statistics_is_noticed(sentence):
    assert FORBIDDEN.search(sentence)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_axis_of_minutes_has_six_labels(language):
    labels = CATALOGUES[language]["legend.minute_ticks"].split(";")
    assert len(labels) == 6
    assert all(labels)


@pytest.mark.parametrize(("language", "three", "eleven"), [("id", "tiga", "11"), ("en", "three", "11")])
def test_counts_up_to_ten_are_words(language, three, eleven):
    wording = Wording(language)
    assert (wording.words(3), wording.words(11)) == (three, eleven)
    assert len(CATALOGUES[language]["word.numbers"].split()) == 11


@pytest.mark.parametrize(
    ("end", "said"),
    [("2018-04-27", "5 Februari – 27 April 2018"), ("2019-01-02", "5 Februari 2018 – 2 Januari 2019")],
)
def test_a_period_says_its_year_once(end, said):
    assert Wording("id").period("2018-02-05", end) == said


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([], "informants; of"),
        (["1 observation"], "as well as in 1 observation; of"),
        (["3 observation", "2 document"], "as well as in 3 observations and 2 documents; of"),
    ],
)
def test_english_counts_the_texts_beside_the_informants(others, said):
    values = {"informants": 3, "of": 4, "total": 5, "pro": 1, "neutral": 0, "against": 4}
    assert said in Wording("en").say("verdict.heard", others=others, **values)
