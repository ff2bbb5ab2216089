"""The weight of the survey's elements, from study.toml to the sentence of the report."""

from __future__ import annotations

from typing import Any

import pytest

from kinerja_study import display
from kinerja_study.collection import load_field_data
from kinerja_study.presentation.material import Material


@pytest.mark.parametrize(
    ("weight", "language", "value", "says"),
    # Every element has mean 3: 27 x 25 / 9 = 75, 27 x 25 x 0.111 = 74.925, half up 74.93
    [
        (None, "id", 75.0, "bobot masing-masing 1/9) dari 4 responden adalah 75,00"),
        ("1/9", "en", 75.0, "each weighing 1/9) of 4 respondents is 75.00"),
        ("0.111", "id", 74.93, "bobot masing-masing 0,111) dari 4 responden adalah 74,93"),
        ("0.111", "en", 74.93, "each weighing 0.111) of 4 respondents is 74.93"),
    ],
)
def test_report_says_by_which_weight_the_index_is_computed(
    tiny: Any, weight: str | None, language: str, value: float, says: str
):
    if weight is not None:
        tiny.write("study.toml", tiny.read("study.toml") + f'\n[satisfaction]\nweight = "{weight}"\n')
    study = tiny.open(language=language)
    data = load_field_data(study)
    found = display.compute_indicators(data.services, data.attendance, data.satisfaction, study.definition)
    (row,) = found[found["indicator"] == "skm"].to_dict("records")
    assert row["value"] == value
    assert says in Material(study).record_sentence(row)
