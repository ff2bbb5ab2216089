"""The study that the displays are tested on, with every table of rigour written as the notebooks write it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kinerja_study import display
from kinerja_study.collection import load_field_data, save_field_data
from kinerja_study.conclusions import build_findings, relations, tactics
from kinerja_study.conclusions.triangulation import build_triangulation
from kinerja_study.condensation import build_segments
from kinerja_study.condensation.saturation import build_saturation
from kinerja_study.presentation.material import Material
from kinerja_study.study import Study


def prepare(study: Study) -> Study:
    save_field_data(study, load_field_data(study))
    tables = {name: study.load(f"{name}.csv") for name in ("codings", "codebook", "documents", "claims")}
    documents, codebook = tables["documents"], tables["codebook"]
    services, attendance, satisfaction, informants, events = (
        study.load(f"{name}.csv") for name in ("services", "attendance", "satisfaction", "informants", "events")
    )
    segments = build_segments(tables["codings"], coder=study.rules.coder)
    indicators = display.compute_indicators(services, attendance, satisfaction, study.definition)
    evidence = display.build_evidence(segments, indicators)
    findings = build_findings(study, segments=segments, indicators=indicators, **tables)
    results, curve = build_saturation(segments, codebook, documents, informants, study.definition)
    outliers = tactics.find_outliers(evidence, study.definition, neutral=study.rules.neutral)
    durations = display.build_durations(services, study.definition)
    study.save("segments.csv", segments)
    study.save("case_focus.csv", display.build_case_focus(evidence, neutral=study.rules.neutral))
    study.save("role_code.csv", display.build_role_code(segments, informants, study.definition.privacy))
    study.save("cooccurrence.csv", display.build_cooccurrence(segments))
    study.save("causes.csv", display.build_causes(segments, study.load("turns.csv")))
    study.save("indicators.csv", indicators)
    study.save("findings.json", findings)
    study.save("saturation_answers.csv", results)
    study.save("saturation_curve.csv", curve)
    study.save(
        "triangulation_pairs.csv", build_triangulation(segments, evidence, documents, informants, study.definition)
    )
    study.save("roles.csv", tactics.count_roles(segments, informants))
    study.save("weighting.csv", tactics.weigh_evidence(evidence, study.definition, study.rules))
    study.save("outliers.csv", outliers)
    study.save("extremes.csv", tactics.find_extreme_cases(outliers, segments, study.definition))
    study.save("longest.csv", tactics.find_longest(durations))
    study.save("negative_evidence.csv", tactics.list_negative_evidence(findings["foci"], segments))
    study.save("relations.csv", relations.compare_event_days(durations, services, events))
    return study


@pytest.fixture(scope="session")
def rigour(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Material]:
    """Return the material of the tiny study in a language."""
    tiny = make_tiny(tmp_path_factory.mktemp("ketat"))
    prepare(tiny.open())
    return lambda language="id": Material(tiny.open(language=language))
