"""Presentation: what was found, said in sentences and drawn in figures.

From the findings object and the tables to chapters. Computes no finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kinerja_study.presentation.report import Report

__all__ = ["Report"]


def __getattr__(name: str) -> Any:
    # What binds a page or prints a word needs no figures: they come with the report.
    if name == "Report":
        from kinerja_study.presentation.report import Report

        return Report
    problem = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(problem)
