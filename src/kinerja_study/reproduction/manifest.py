"""The manifest of a run: what it ran on and what came out, each file by its SHA-256.

Owns its form and the reading of it; one that was edited or damaged counts as none.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ValidationError

from kinerja_study.reproduction.installing import MANIFEST
from kinerja_study.study import Study

SCHEMA = "kinerja-manifest/1"

Manifest = dict[str, Any]


class _Stage(BaseModel):
    notebook: str
    parameters: dict[str, Any]
    key: str
    outputs: dict[str, str]


class _Manifest(BaseModel):
    # What later runs and comparisons ask of it; one that comes from elsewhere may be anything.
    parameters: dict[str, Any]
    rules: dict[str, Any]
    versions: dict[str, str]
    inputs: dict[str, str]
    notebooks: dict[str, str]
    stages: list[_Stage]
    outputs: dict[str, str]


def read_manifest(study: Study) -> Manifest:
    """Return the manifest of the last good run; empty when there is none that can be used."""
    return open_manifest(study)[0]


def open_manifest(study: Study) -> tuple[Manifest, str]:
    """Return the manifest of the last good run, or an empty one and what is wrong with it."""
    try:
        manifest = json.loads((study.reports / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}, "is not there, or cannot be read"
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        return {}, "is not there, or cannot be read"
    try:
        _Manifest.model_validate(manifest)
    except ValidationError as error:
        return {}, f"is damaged at {'.'.join(map(str, error.errors()[0]['loc']))}"
    return manifest, ""
