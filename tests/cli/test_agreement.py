"""``kinerja agreement``: a tool of its own for any table of units and coders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kinerja_study.cli import app

# Krippendorff (2011), example C.
RATINGS = (
    "unit,A,B,C,D\n1,1,1,,1\n2,2,2,3,2\n3,3,3,3,3\n4,3,3,3,3\n5,2,2,2,2\n6,1,2,3,4\n7,4,4,4,4\n8,1,1,2,1\n9,2,2,2,2\n"
    "10,,5,5,5\n11,,,1,1\n12,,3,,\n"
)
# Krippendorff (2019), Fig. 12.11.
SEGMENTS = (
    "coder,start,end,code\nAlex,2,9,1\nAlex,11,17,2\nAlex,24,30,5\nAlex,32,36,6\nAlex,36,44,6\nAlex,44,60,7\n"
    "Paul,2,9,1\nPaul,11,17,3\nPaul,19,25,5\nPaul,32,44,6\nSuzan,2,9,1\nSuzan,11,17,4\nSuzan,21,27,5\n"
    "Suzan,32,36,6\nSuzan,36,40,6\nSuzan,40,44,6\n"
)


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # No study is needed.
    monkeypatch.chdir(tmp_path)
    Path("r.csv").write_text(RATINGS, "utf-8")
    Path("s.csv").write_text(SEGMENTS, "utf-8")


def invoke(*words: str) -> Result:
    result = CliRunner().invoke(app, ["agreement", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def answer(*words: str) -> dict[str, dict[str, object]]:
    result = invoke(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_answer_holds_value_interval_and_reason_of_every_coefficient() -> None:
    found = answer("r.csv")
    assert (found["units"], found["coders"]) == (12, 4)
    coefficients = found["coefficients"]
    # Six decimals: 113/152 and, of irrCAC on the same table, .419 as the lower end.
    assert coefficients["alpha_nominal"] == {"value": 0.743421, "low": 0.419241, "high": 1.0, "reason": None}
    assert coefficients["kappa_cohen"] == {
        "value": None, "low": None, "high": None, "reason": "defined for two coders only",
    }  # fmt: skip
    assert {"alpha_ratio", "gwet_ac2_ordinal", "kappa_fleiss_category_5", "expected_agreement_fleiss"} <= set(
        coefficients
    )
    assert {tuple(each) for each in coefficients.values()} == {("value", "low", "high", "reason")}


@pytest.mark.parametrize(
    ("level", "there", "absent"),
    [
        ("nominal", "gwet_ac1", "alpha_ordinal"),
        ("ordinal", "alpha_ordinal", "alpha_interval"),
        ("interval", "kappa_fleiss_quadratic", "alpha_ratio"),
        ("ratio", "alpha_ratio", "u_alpha_nominal"),
    ],
)
def test_the_level_leaves_out_what_needs_a_higher_one(level: str, there: str, absent: str) -> None:
    coefficients = answer("r.csv", "--level", level)["coefficients"]
    assert there in coefficients
    assert absent not in coefficients
    assert coefficients["alpha_nominal"]["value"] == 0.743421


def test_texts_have_nominal_coefficients_only() -> None:
    Path("t.csv").write_text("unit;A;B\n1;ya;ya\n2;ya;tidak\n3;tidak;tidak\n", "utf-8")
    coefficients = answer("t.csv")["coefficients"]
    assert "kappa_fleiss_category_tidak" in coefficients
    assert not [name for name in coefficients if "ordinal" in name or "quadratic" in name or "interval" in name]


def test_texts_in_a_declared_order_are_their_ranks() -> None:
    order = "rendah, sedang,tinggi"
    Path("t.csv").write_text("unit,A,B\n1,tinggi,sedang\n2,rendah,rendah\n3,sedang,sedang\n4,rendah,tinggi\n", "utf-8")
    Path("n.csv").write_text("unit,A,B\n1,3,2\n2,1,1\n3,2,2\n4,1,3\n", "utf-8")
    for level in ("ordinal", "interval"):
        words, numbers = (answer("t.csv", "--order", order, "--level", level), answer("n.csv", "--level", level))
        compared = [name for name in numbers["coefficients"] if "_category_" not in name]
        assert {n: words["coefficients"][n] for n in compared} == {n: numbers["coefficients"][n] for n in compared}
    assert answer("t.csv", "--order", order) == answer("t.csv", "--order", order, "--level", "ordinal")
    turned = answer("t.csv", "--order", "rendah,tinggi,sedang")["coefficients"]["alpha_ordinal"]
    assert turned != answer("t.csv", "--order", order)["coefficients"]["alpha_ordinal"]


def test_one_value_only_has_no_number_anywhere() -> None:
    Path("t.csv").write_text("unit,A,B\n1,1,1\n2,1,1\n", "utf-8")
    assert {(each["value"], each["reason"]) for each in answer("t.csv")["coefficients"].values()} == {
        (None, "no variation")
    }


def test_segments_have_the_unitizing_family() -> None:
    found = answer("s.csv", "--unitizing")
    assert (found["units"], found["coders"]) == (16, 3)
    coefficients = found["coefficients"]
    assert coefficients["u_alpha_nominal"]["value"] == 0.50967
    assert coefficients["cu_alpha_nominal"]["value"] == 0.723929
    assert coefficients["ku_alpha"]["value"] == {"1": 1.0, "2": 0.0, "3": 0.0, "4": 0.0, "5": 1.0, "6": 1.0, "7": None}
    assert set(coefficients["ku_alpha"]["reason"]) == {"7"}
    assert coefficients["coverage"]["value"]["5"] == 0.444444


def test_a_longer_continuum_has_more_gap_to_agree_on() -> None:
    short, long = (answer("s.csv", "--unitizing", "--length", length)["coefficients"] for length in ("60", "100"))
    assert long["u_alpha_binary"]["value"] > short["u_alpha_binary"]["value"]
    assert long["cu_alpha_nominal"] == short["cu_alpha_nominal"]


def test_the_table_names_each_coefficient_and_how_its_interval_was_made() -> None:
    shown = invoke("r.csv").stdout
    assert "12 units, 4 coders" in shown
    assert "brennan_prediger_quadratic" in shown
    assert "0.743" in shown
    assert "linearised over units (Gwet 2014)" in shown
    assert "16 segments, 3 coders" in invoke("s.csv", "--unitizing").stdout


def test_a_value_that_looks_like_markup_is_shown_as_typed() -> None:
    Path("t.csv").write_text("unit,A,B\n1,[red]x,[red]x\n2,y,[red]x\n", "utf-8")
    assert "category_[red]x" in invoke("t.csv").stdout


@pytest.mark.parametrize(
    ("words", "text", "message"),
    [
        (["t.csv", "--level", "interval"], "unit,A,B\n1,1,2\n2,dua,2\n", "t.csv, row 3, column A: "),
        (["t.csv", "--order", "a,b"], "unit,A,B\n1,a,b\n2,b,c\n", "t.csv, row 3, column B: the value is not in"),
        (["t.csv"], "unit,A,B\n1,1,2\n1,2,2\n", "t.csv, row 3, column unit: "),
        (["t.csv", "--unitizing"], "coder,start,end,code\nA,1,x,y\n", "t.csv, row 2, column end: "),
        (["s.csv", "--unitizing", "--length", "50"], "", "s.csv, row 7, column end: beyond the length of 50"),
        (["absent.csv"], "", "absent.csv"),
    ],
)
def test_bad_input_is_a_message_with_its_place_and_a_status_of_1(words: list[str], text: str, message: str) -> None:
    Path("t.csv").write_text(text, "utf-8")
    result = invoke(*words)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""


@pytest.mark.parametrize(
    "words",
    [["r.csv", "--level", "nominl"], ["s.csv", "--unitizing", "--level", "nominal"], ["r.csv", "--length", "9"],
     ["s.csv", "--unitizing", "--length", "0"], ["r.csv", "--order", "1"], ["r.csv", "--order", "1,2,1"],
     ["r.csv", "--order", "1,2", "--level", "ratio"], ["s.csv", "--unitizing", "--order", "1,2"]],
)  # fmt: skip
def test_options_that_do_not_fit_are_wrong_usage(words: list[str]) -> None:
    assert invoke(*words).exit_code == 2
