"""The printed cue sheet: readable text in a real PDF, over as many pages as it takes, whatever the names hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from engine.export.cue_pdf import write_pdf
from engine.export.scene import open_scene
from engine.timeline.document import Clip, Project


def test_pages_read_back_as_text(project: Project, tmp_path: Path, run_tool: Callable[..., bytes]) -> None:
    clips = tuple(
        Clip(id=f"{n}", media="door", name=f"Step {n} 🎬 足", position=n * 4800, length=2400) for n in range(60)
    )
    many = replace(project, tracks=(replace(project.tracks[0], clips=clips), project.tracks[1]))
    sheet = write_pdf(open_scene(many, tmp_path, "Reel é 1"), tmp_path / "a.pdf")
    assert len(sheet.cues) == 62
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    text = run_tool("pdftotext", "-layout", str(tmp_path / "a.pdf"), "-").decode("utf-8")
    assert text.count("\f") >= 3
    assert text.count("Licence") >= text.count("\f") - 1  # the heading stands on every page of the table
    for words in ("Cue sheet: Reel é 1", "Step 59", "CC BY 4.0", "Räin, light.wav", "No licence stated", "3/3"):
        assert words in text
