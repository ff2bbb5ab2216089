"""Condensation: which segments speak, under which code.

From checked codings to the segments in force. Draws no conclusion.
"""

from kinerja_study.condensation.segments import build_segments, count_coders, count_codes

__all__ = ["build_segments", "count_coders", "count_codes"]
