"""The project document: frozen values, edits as change records, and a file that survives crashes."""

from __future__ import annotations
