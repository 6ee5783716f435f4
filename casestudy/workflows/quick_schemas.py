"""Imported for its effect: keeps `import nbformat` quick.

jsonschema's optional format checks pull in rfc3987_syntax, which builds a grammar for most of a second.
Notebooks' schemas use no such format, so the import is blocked before nbformat asks for it.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)
