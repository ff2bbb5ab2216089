"""Conclusions: verdicts or reasons, drawn from matrices and verified by recomputation.

From evidence to the findings object. Words and figures are made elsewhere.
"""

from kinerja_study.conclusions.findings import build_findings, finding_side
from kinerja_study.conclusions.scoring import FocusScore, build_focus_evidence, score_focus

__all__ = ["FocusScore", "build_findings", "build_focus_evidence", "finding_side", "score_focus"]
