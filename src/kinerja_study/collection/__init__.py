"""Collection: raw field data, read as it is, checked as a whole.

From files to tables that later stages can trust. Draws no conclusion.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kinerja_study.collection.field_data import Check, FieldData, check_study, load_field_data, save_field_data

__all__ = ["Check", "FieldData", "check_study", "load_field_data", "save_field_data"]


def __getattr__(name: str) -> Any:
    # Later stages need the claims or the patterns of this package, and not the readers of spreadsheets and word files.
    if name in __all__:
        from kinerja_study.collection import field_data

        return getattr(field_data, name)
    problem = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(problem)
