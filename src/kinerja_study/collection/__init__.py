"""Collection: raw field data, read as it is, checked as a whole.

From files to tables that later stages can trust. Draws no conclusion.
"""

from kinerja_study.collection.field_data import FieldData, check_study, load_field_data, save_field_data

__all__ = ["FieldData", "check_study", "load_field_data", "save_field_data"]
