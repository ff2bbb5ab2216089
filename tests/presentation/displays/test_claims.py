"""Claims as the report shows them: what each asserts in words, and after it as the file has it."""

from __future__ import annotations

import pytest

from kinerja_study.presentation.displays.conclusions import table_claims
from kinerja_study.presentation.html import HtmlRenderer


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "id",
            {
                "K1": "Mutu pekerjaan: cukup baik",
                "K5": "Menghambat: Listrik padam",
                "K6": "Dijawab dengan saran: Listrik padam",
                "K9": "Sub-fokus: mutu pekerjaan dan kerja tepat waktu",
                "K10": "–",
            },
        ),
        (
            "en",
            {
                "K1": "Quality of work: fairly good",
                "K5": "Hinders: Listrik padam",
                "K9": "Foci: quality of work and timely work",
                "K10": "–",
            },
        ),
    ],
)
def test_what_a_claim_asserts_is_said_in_words(rigour, language, expected):
    said = {row[0].text: row[3].text for row in table_claims(rigour(language)).rows}
    assert {claim: said[claim] for claim in expected} == expected


def test_an_indicator_is_named_and_its_comparison_spelt_out(rigour):
    cell = next(row[3] for row in table_claims(rigour("en")).rows if row[0].text == "K8")
    assert cell.text.endswith(": at least 0.85")
    assert cell.code == "indicator=tepat_waktu>=0.85"


def test_the_raw_form_stands_after_the_words_as_code_and_is_escaped(rigour):
    shown = HtmlRenderer({}, {}, "id").render_block(table_claims(rigour("id")))
    assert "<code>hinders=HAM-LISTRIK</code>" in shown
    assert "<code>indicator=tepat_waktu&gt;=0.85</code>" in shown
    assert "<code></code>" not in shown
