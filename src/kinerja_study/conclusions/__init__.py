"""Conclusions: verdicts or reasons, drawn from matrices and verified by recomputation.

From evidence to the findings object. Words and figures are made elsewhere.
"""

from kinerja_study.conclusions.findings import MIDDLE, build_findings, finding_side
from kinerja_study.conclusions.multiverse import build_specification_curve
from kinerja_study.conclusions.scoring import FocusScore, build_focus_evidence, score_focus
from kinerja_study.conclusions.stability import LARGEST_SEARCH

__all__ = [
    "LARGEST_SEARCH",
    "MIDDLE",
    "FocusScore",
    "build_findings",
    "build_focus_evidence",
    "build_specification_curve",
    "finding_side",
    "score_focus",
]
