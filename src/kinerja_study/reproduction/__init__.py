"""Reproduction: from notebooks to outputs that anybody can make again.

Runs the stages, binds the report, keeps the manifest. Knows no method.
"""

import sys

# nbformat asks jsonschema for formats that no notebook uses; one of them compiles a grammar for two seconds when it is
# first imported. Notebooks are validated all the same.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
