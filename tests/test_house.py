"""Rules of the house that no linter knows: import contracts, README's promises, nothing that names a machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

ROOT = Path(__file__).resolve().parents[1]
README_COMMANDS = ("pip install uv && uv run foleyscope demo", "pip install uv && uv run pytest")
TEXT = {".py", ".md", ".toml", ".json", ".spec", ".qss", ".csv", ".cfg", ".yml", ""}
MACHINE = re.compile("|".join(("/" + r"work/", "/" + r"root/", "/" + r"home/\w", "/tmp/" + r"\w+_")))


def _tracked() -> list[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _texts() -> list[tuple[Path, str]]:
    chosen = [path for path in _tracked() if path.suffix in TEXT and path.name != "uv.lock"]
    return [(path, path.read_text(encoding="utf-8")) for path in chosen]


def test_import_contracts_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_readme_gives_the_two_commands_and_ci_runs_the_second() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in README_COMMANDS:
        assert f"\n{command}\n" in readme
    assert README_COMMANDS[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_readme_names_every_command() -> None:
    import typer

    from app.__main__ import cli

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = list(typer.main.get_command(cli).commands)  # type: ignore[attr-defined]
    assert len(names) >= 15
    for name in names:
        assert f"| `{name} " in readme or f"| `{name}`" in readme, name
        assert CliRunner().invoke(cli, [name, "--help"]).exit_code == 0


def test_readme_names_the_system_packages_that_ci_installs() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for package in ("libportaudio2", "pulseaudio", "xvfb", "xdotool", "libegl1", "libxcb-cursor0"):
        assert package in readme
        assert package in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_nothing_names_a_machine() -> None:
    found = [f"{path.relative_to(ROOT)}: {hit[0]}" for path, text in _texts() if (hit := MACHINE.search(text))]
    assert found == []


def test_no_unfinished_business_is_left() -> None:
    words = re.compile(r"\b(" + "TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    found = [str(path.relative_to(ROOT)) for path, text in _texts() if path.suffix == ".py" and words.search(text)]
    assert found == []


def test_documents_link_to_what_exists() -> None:
    links = [
        (path, target)
        for path, text in _texts()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
        if "://" not in target
    ]
    assert len(links) > 5
    assert [f"{path.name} -> {target}" for path, target in links if not (path.parent / target).exists()] == []


def test_python_files_open_with_one_sentence() -> None:
    import ast

    sources = [p for p in _tracked() if p.suffix == ".py" and p.stat().st_size]
    silent = [str(p.relative_to(ROOT)) for p in sources if not ast.get_docstring(ast.parse(p.read_bytes()))]
    assert silent == []


def test_shipped_models_stay_small_and_carry_cards() -> None:
    import resources

    folder = resources.path("models")
    assert {"synthetic", "starter"} <= {p.name for p in folder.iterdir()}
    assert sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) < 40e6
    for config in folder.glob("*/config.json"):
        assert "chance" in (config.parent / "card.md").read_text(encoding="utf-8").lower()
