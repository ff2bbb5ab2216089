from __future__ import annotations

from typing import Any

import pandas as pd

from kinerja_study.presentation import figures

CELLS = pd.DataFrame(
    [("mutu", "TELITI", "warga", -1.0, 2), ("mutu", "HASIL", "staf", 0.5, 1)],
    columns=["group", "case_id", "focus", "position", "segments"],
)


def marks(**columns: Any) -> list[tuple[str, float]]:
    ax = figures.plot_case_focus(
        CELLS, {"HASIL": "Hasil", "TELITI": "Teliti"}, {"staf": "Staf", "warga": "Warga"}, {"mutu": "Mutu"},
        step_labels=["--", "-", "0", "+", "++"], silent_label="diam", **columns,
    )  # fmt: skip
    return [(str(line.get_marker()), float(line.get_xdata()[0])) for line in ax.lines if line.get_marker() != "."]


def test_the_mark_of_a_group_stands_where_it_heads_rows_or_above_its_columns():
    assert marks() == [("o", 0.01)]
    groups = {"a": "A", "b": "B"}
    assert marks(column_groups=["a", "b"], all_groups=groups) == [("o", 0), ("s", 1)]
