"""What the files of a study say of each other, and of study.toml.

Owns the faults that show only when two files are laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import PurePosixPath

import pandas as pd

from kinerja_study.collection.documents import INTERVIEWER, Document
from kinerja_study.collection.schemas import CODINGS
from kinerja_study.definition import FILE, StudyDefinition, is_suggester
from kinerja_study.errors import Fault, suggest


def group_of(document: Document, definition: StudyDefinition) -> str:
    """Return the group of an observation or document: that of its header, else the first of its technique."""
    groups = [group.id for group in definition.groups if group.technique == document.kind]
    return document.group or (groups[0] if groups else "")


def check_informants(informants: pd.DataFrame, definition: StudyDefinition) -> Iterator[Fault]:
    """Yield the informants whose group nobody declared, or whose id is the interviewer's."""
    groups = {group.id: group.technique for group in definition.groups}
    interviewed = [group for group, technique in groups.items() if technique == "interview"]
    for row, group, informant in zip(informants.index, informants["group"], informants["informant_id"], strict=True):
        place = {"file": informants.attrs["file"], "row": int(row)}
        if groups.get(group) != "interview":
            problem = "no group of study.toml" if group not in groups else "a group whose technique is not 'interview'"
            cure = f"{suggest(group, interviewed)}Groups of those interviewed: {', '.join(interviewed)}."
            yield Fault(kind="unknown_group", problem=problem, cure=cure, column="group", value=group, **place)
        if informant == INTERVIEWER:
            cure = "Give the informant another id."
            problem = f"'{INTERVIEWER}' is the interviewer in the transcripts"
            yield Fault(kind="bad_value", problem=problem, cure=cure, column="informant_id", value=informant, **place)


def check_document(
    document: Document, definition: StudyDefinition, informants: Sequence[str] | None, others: Mapping[str, Document]
) -> Iterator[Fault]:
    """Yield what is wrong between a text's header and the study.

    Parameters
    ----------
    document : Document
        The text.
    definition : StudyDefinition
        Of the study.
    informants : sequence of str or None
        Their ids; None where there is no table of them.
    others : mapping of str to Document
        The texts before it, by id.
    """
    if document.provenance and document.provenance != definition.study.provenance:
        cure = "An invented text must not stand among field data, nor the other way round: correct one of the two."
        problem = f"the text is '{document.provenance}' and the study '{definition.study.provenance}'"
        yield document.header_fault("provenance", problem, cure, "provenance", document.provenance)
    if document.kind == "interview":
        for name in document.informants:
            if informants is not None and name not in informants:
                cure = f"{suggest(name, informants)}Correct it, or add the informant to informants.csv."
                yield document.header_fault("unknown_informant", "not in informants.csv", cure, "informant", name)
    else:
        yield from _check_group(document, definition)
    if document.id in others:
        cure = "Give one of the two another id."
        problem = f"the id is also that of {others[document.id].file}"
        yield document.header_fault("duplicate_id", problem, cure, "id", document.id)
    elif document.id in (informants or ()):
        cure = "Give the text another id: a case is an informant, an observation or a document."
        problem = "the id is also that of an informant"
        yield document.header_fault("duplicate_id", problem, cure, "id", document.id)


def _check_group(document: Document, definition: StudyDefinition) -> Iterator[Fault]:
    groups = [group.id for group in definition.groups if group.technique == document.kind]
    if document.group in groups or (not document.group and len(groups) == 1):
        return
    there = ", ".join(groups) if groups else f"none; declare one with technique '{document.kind}' in study.toml"
    cure = f"{suggest(document.group, groups)}Groups of this technique: {there}."
    problem = "no group of this technique" if document.group else "the header must say to which group it belongs"
    yield document.header_fault("unknown_group", problem, cure, "group", document.group)


def check_coders(files: Sequence[str], definition: StudyDefinition) -> Iterator[Fault]:
    """Yield the coders whom study.toml names and who have not coded; whether anybody has.

    Parameters
    ----------
    files : sequence of str
        The tables of codings.
    definition : StudyDefinition
        Of the study.
    """
    coders = {stem for name in files if not is_suggester(stem := PurePosixPath(name).stem)}
    if not coders:
        cure = "Add codings/<coder>.csv; its columns are: " + ", ".join(CODINGS.columns) + "."
        yield Fault(kind="no_codings", problem="there are no codings", cure=cure, file="codings/")
        return
    wanted = [("rules.coder", definition.rules.coder)]
    wanted += [("multiverse.coder", coder) for coder in definition.multiverse.coder]
    for place, coder in wanted:
        if coder not in coders:
            cure = f"{suggest(coder, coders)}Coders: {', '.join(sorted(coders))}."
            problem = "nobody of this name has coded"
            yield Fault(kind="unknown_coder", problem=problem, cure=cure, file=FILE, column=place, value=coder)


def check_indicators(definition: StudyDefinition, taken: Set[str]) -> Iterator[Fault]:
    """Yield the indicators whose id an informant or a text has: each of the three is a case."""
    cure = "Give the indicator another id: an informant, a text and an indicator are each a case."
    problem = "the id is also that of an informant or a text"
    for indicator in definition.indicators:
        if indicator.id in taken:
            yield Fault(kind="duplicate_id", problem=problem, cure=cure, file=FILE, column="indicators.id",
                        value=indicator.id)  # fmt: skip


def check_foci(codebook: pd.DataFrame, definition: StudyDefinition) -> Iterator[Fault]:
    """Yield the codes whose focus nobody declared."""
    foci = [focus.id for focus in definition.foci]
    for row, focus in zip(codebook.index, codebook["focus"], strict=True):
        if focus not in foci:
            cure = f"{suggest(focus, foci)}Foci of study.toml: {', '.join(foci)}."
            place = {"file": codebook.attrs["file"], "row": int(row)}
            yield Fault(kind="unknown_focus", problem="no focus of study.toml", cure=cure, column="focus", value=focus,
                        **place)  # fmt: skip
