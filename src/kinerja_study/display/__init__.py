"""Display: matrices of what was coded, tables and indicators of what was recorded.

From segments and records to the tables that conclusions are drawn from. Draws no figure (see ``presentation``).
"""

from kinerja_study.display.causes import build_causes
from kinerja_study.display.matrices import build_case_focus, build_cooccurrence, build_evidence, build_role_code
from kinerja_study.display.records import (
    DURATIONS,
    build_durations,
    build_lateness,
    build_presence,
    build_satisfaction,
    build_service_times,
    build_work_done,
    compute_indicators,
)
from kinerja_study.display.satisfaction import compute_satisfaction_index

__all__ = [
    "DURATIONS",
    "build_case_focus",
    "build_causes",
    "build_cooccurrence",
    "build_durations",
    "build_evidence",
    "build_lateness",
    "build_presence",
    "build_role_code",
    "build_satisfaction",
    "build_service_times",
    "build_work_done",
    "compute_indicators",
    "compute_satisfaction_index",
]
