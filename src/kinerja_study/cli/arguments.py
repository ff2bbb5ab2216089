"""Arguments that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from kinerja_study.study import find_root, list_studies

DEFAULT_STUDY = "balikpapan-kota"

StudyArgument = Annotated[str | None, typer.Argument(help="Name of the study's folder in data/raw.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


def chosen_study(study: str | None) -> str:
    """Return the study that is named, else the sample, else the only one."""
    if study is not None:
        return study
    known = list_studies(find_root())
    if DEFAULT_STUDY in known or not known:
        return DEFAULT_STUDY
    if len(known) > 1:
        message = f"there are several studies, name one: {', '.join(known)}"
        raise typer.BadParameter(message, param_hint="STUDY")
    return known[0]
