"""Nothing below `app` brings Qt in, proved by importing every module in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest

_IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module({package!r})
names = [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
qt = sorted(m for m in sys.modules if m.split(".")[0] in {{"PySide6", "shiboken6", "pyqtgraph", "qtawesome"}})
print(len(names), *qt)
"""


@pytest.mark.parametrize("package", ["engine", "training", "app.cli", "resources"])
def test_every_module_imports_without_qt(package: str) -> None:
    code = _IMPORT_ALL.format(package=package)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    count, *qt = done.stdout.split()
    assert int(count) > 0 or package == "resources"
    assert qt == []
