"""How study.toml is read, and what is wrong in it told to someone who writes it by hand.

Owns the way from bytes to a definition or to faults; what may be declared is the definition's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from kinerja_study.definition import FILE, Focus, Group, Indicator, StudyDefinition
from kinerja_study.errors import Fault, suggest


def parse_definition(data: bytes, folder: str) -> tuple[StudyDefinition | None, list[Fault]]:
    """Read study.toml and say everything that is wrong with it.

    Parameters
    ----------
    data : bytes
        The file as it is on disk.
    folder : str
        Name of the study's folder, which its id must equal.

    Returns
    -------
    definition : StudyDefinition or None
        None when there is a fault.
    faults : list of Fault
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        return None, [
            _fault("encoding", f"not UTF-8 at byte {error.start}", "Save the file as UTF-8 text.", None, None)
        ]
    except (ValueError, RecursionError) as error:  # also a number or a nesting beyond what Python reads
        line = re.search(r"at line (\d+)", str(error))
        row = int(line.group(1)) if line else None
        return None, [
            _fault("toml", f"not valid TOML: {error}", "Mend the line; text values stand in quotes.", None, None, row)
        ]
    try:
        definition = StudyDefinition.model_validate(table)
    except ValidationError as error:
        found = error.errors()
        # An item that is wrong is also missed in the count of its list: that is said once.
        counted = [e for e in found if e["type"] == "too_short" and any(_below(o, e) for o in found)]
        return None, [_from_pydantic(item) for item in found if item not in counted]
    if broken := list(_broken_references(definition)):
        return None, broken
    if definition.study.id != folder:
        return None, [
            _fault(
                "study_id",
                f"the study's id is not the name of its folder, '{folder}'",
                f'Write id = "{folder}", or rename the folder.',
                "study.id",
                definition.study.id,
            )
        ]
    return definition, []


def _broken_references(definition: StudyDefinition) -> Iterator[Fault]:
    # What one table says of another.
    cure = "Correct it; see docs/data-format.md."
    lists: dict[str, Sequence[Focus | Group | Indicator]] = {
        "foci": definition.foci, "groups": definition.groups, "indicators": definition.indicators,
    }  # fmt: skip
    for name, items in lists.items():
        seen: set[str] = set()
        for number, item in enumerate(items, start=1):
            if item.id in seen:
                problem = f"{name}: the id {item.id!r} is given twice"
                yield _fault("bad_value", problem, "Give each its own.", f"{name}.{number}.id", item.id)
            seen.add(item.id)
    foci = [focus.id for focus in definition.foci]
    records = [group.id for group in definition.groups if group.technique == "record"]
    for number, indicator in enumerate(definition.indicators, start=1):
        place = f"indicators.{number}"
        if indicator.focus not in foci:
            near = f"{suggest(indicator.focus, foci)}Declared are: {', '.join(foci)}."
            yield _fault("bad_value", "no such focus is declared", near, f"{place}.focus", indicator.focus)
        if indicator.group not in records:
            near = f'{suggest(indicator.group, records)}Declare it with technique = "record", or name one that has it.'
            problem = "not a group of technique 'record'"
            yield _fault("bad_value", problem, near, f"{place}.group", indicator.group)
    levels = len(definition.scale.levels)
    for number, row in enumerate(definition.multiverse.edges, start=1):
        if len(row) != levels or sorted(set(row)) != list(row) or row[0] > 20 or row[-1] > 100:
            problem = f"must be {levels} rising numbers, one a level, the first at most 20, the last at most 100"
            yield _fault("bad_value", problem, cure, f"multiverse.edges.{number}", str(list(row)))


def _fault(kind: str, problem: str, cure: str, column: str | None, value: str | None, row: int | None = None) -> Fault:
    return Fault(kind=kind, problem=problem, cure=cure, file=FILE, row=row, column=column, value=value)


def _below(error: Any, above: Any) -> bool:
    depth = len(above["loc"])
    return len(error["loc"]) > depth and error["loc"][:depth] == above["loc"]


def _from_pydantic(error: Any) -> Fault:
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"] if part != "[key]")
    if error["type"] == "extra_forbidden":
        known = _keys_beside(error["loc"])
        cure = f"{suggest(str(error['loc'][-1]), known)}Known here: {', '.join(known)}."
        return _fault("unknown_key", "unknown key", cure, place, None)
    if error["type"] == "missing":
        return _fault("missing_key", "a needed key is missing", "Add it; see docs/data-format.md.", place, None)
    shown = error["input"] if isinstance(error["input"], str | int | float | bool) else None
    cure = "Correct it; see docs/data-format.md."
    if error["type"] == "literal_error":
        options = re.findall(r"'([^']+)'", str(error["ctx"]["expected"]))
        message = f"not one of {error['ctx']['expected']}"
        cure = f"{suggest(str(shown), options)}Write one of those."
    else:
        context = error.get("ctx", {})
        worded = next((words for kind, words in _WORDED.items() if error["type"].startswith(kind)), None)
        message = worded.format_map(context) if worded else str(error["msg"]).removeprefix("Value error, ")
    return _fault("bad_value", message, cure, place or None, None if shown is None else str(shown))


_WORDED = {
    "string_type": "text is needed, in quotes",
    "string_too_short": "must not be empty",
    "float": "a number is needed, without quotes",
    "int": "a whole number is needed, without quotes",
    "bool": "true or false is needed, without quotes",
    "date": "a date is needed, as 2024-03-04, without quotes",
    "finite_number": "a finite number is needed",
    "greater_than_equal": "must be {ge:g} or more",
    "greater_than": "must be above {gt:g}",
    "too_short": "at least {min_length} needed here, and there is {actual_length}",
    "too_long": "at most {max_length} allowed here, and there are {actual_length}",
    "tuple_type": "a list in square brackets is needed",
    "dict_type": "a table of keys is needed",
    "model_type": "a table of keys is needed",
}
"""What pydantic's kinds of errors mean to someone who has never heard of it."""


def _keys_beside(loc: tuple[Any, ...]) -> list[str]:
    # Follow the location of an unknown key down the models to the one that refused it.
    model: type[BaseModel] = StudyDefinition
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        fields = {info.alias or name: info for name, info in model.model_fields.items()}
        annotation = fields[part].annotation if part in fields else None
        inner = [a for a in (annotation, *getattr(annotation, "__args__", ())) if isinstance(a, type)]
        model = next((a for a in inner if issubclass(a, BaseModel)), model)
    return [info.alias or name for name, info in model.model_fields.items()]
