"""What a run did, and what it found, as whoever started it is told.

Owns the shape of that answer; the run itself is :mod:`kinerja_study.reproduction.running`'s.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from kinerja_study.reproduction.stages import NOTEBOOKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run did: the report, and why each stage was executed (empty where it was fresh)."""

    report: Path
    reasons: dict[str, str]

    @property
    def verdicts(self) -> str:
        """The result in one look, as lines: the words for what the last notebook shows first."""
        notebook = json.loads((self.report.parent / "notebooks" / NOTEBOOKS[-1]).read_bytes())
        shown = [output for cell in notebook["cells"] for output in cell.get("outputs", ()) if "data" in output]
        return "".join(shown[0]["data"].get("text/plain", "")) if shown else ""
