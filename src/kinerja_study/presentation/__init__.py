"""Presentation: what was found, said in sentences and drawn in figures.

From the findings object and the tables to chapters. Computes no finding.
"""

from kinerja_study.presentation.report import Report

__all__ = ["Report"]
