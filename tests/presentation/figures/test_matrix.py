from __future__ import annotations

import pandas as pd

from kinerja_study.presentation import figures

CELLS = pd.DataFrame(
    [("mutu", "TELITI", "warga", -1.0, 2), ("mutu", "HASIL", "staf", 0.5, 1)],
    columns=["group", "case_id", "focus", "position", "segments"],
)


def marks(*, marked: bool) -> list[str]:
    ax = figures.plot_case_focus(
        CELLS, {"HASIL": "Hasil", "TELITI": "Teliti"}, {"staf": "Staf", "warga": "Warga"}, {"mutu": "Mutu"},
        step_labels=["--", "-", "0", "+", "++"], silent_label="diam", marked=marked,
    )  # fmt: skip
    return [str(line.get_marker()) for line in ax.lines if line.get_marker() != "."]


def test_the_mark_of_a_group_stands_only_where_groups_head_the_rows():
    assert marks(marked=True) == ["o"]
    assert marks(marked=False) == []
