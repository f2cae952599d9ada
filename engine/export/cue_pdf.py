"""The cue sheet as a PDF to print or send."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from engine.export.cues import HEADINGS, CueSheet, cue_sheet
from engine.export.scene import Scene
from engine.jobs import Job

if TYPE_CHECKING:
    from fpdf import FPDF

_WIDTHS = (21, 21, 28, 44, 58, 38, 36, 31)  # mm, of 277 on a lying A4
_SIZE = 7.5  # points
_FONT = "DejaVu"


def write_pdf(scene: Scene, target: Path, job: Job | None = None) -> CueSheet:
    """Writes the sheet as PDF (A4, lying) to ``target``, a temporary path, and returns it."""
    sheet = cue_sheet(scene, job)
    pdf = _page(sheet)
    _cues(pdf, sheet)
    _list(pdf, "Credits", sheet.credits)
    _list(pdf, "No licence stated by these files", sheet.unlicensed)
    target.write_bytes(bytes(pdf.output()))
    return sheet


def _page(sheet: CueSheet) -> FPDF:
    from fpdf import FPDF

    class Sheet(FPDF):
        """Numbers its pages."""

        def footer(self) -> None:
            self.set_y(-9)
            self.set_font(_FONT, "", _SIZE)
            self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # tells every table of a font it leaves out
    pdf = Sheet(orientation="landscape", format="A4")
    for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        pdf.add_font(_FONT, style, _font_folder() / file)
    pdf.set_margin(10)
    pdf.set_auto_page_break(True, margin=12)
    pdf.set_title(f"Cue sheet: {sheet.title}")
    pdf.set_creator("Foleyscope")
    pdf.add_page()
    pdf.set_font(_FONT, "B", 14)
    pdf.cell(0, 8, _shown(pdf, f"Cue sheet: {sheet.title}"), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(_FONT, "", _SIZE)
    pdf.set_text_color(90)
    pdf.cell(0, 6, f"{len(sheet.cues)} sounds", new_x="LMARGIN", new_y="NEXT")
    pdf.set_text_color(0)
    return pdf


def _font_folder() -> Path:
    """DejaVu Sans, which matplotlib brings: the fonts of PDF itself have Latin letters only."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def _cues(pdf: FPDF, sheet: CueSheet) -> None:
    from fpdf.fonts import FontFace

    heading = FontFace(emphasis="BOLD", fill_color=(235, 235, 235))
    with pdf.table(
        col_widths=_WIDTHS,
        headings_style=heading,
        borders_layout="HORIZONTAL_LINES",
        line_height=4,
        padding=(0.8, 1),
        text_align="LEFT",
        v_align="TOP",
    ) as table:
        table.row(HEADINGS)
        for cue in sheet.cues:
            table.row([_shown(pdf, cell) for cell in cue.cells()])


def _list(pdf: FPDF, title: str, lines: tuple[str, ...]) -> None:
    if not lines:
        return
    pdf.ln(5)
    pdf.set_font(_FONT, "B", 10)
    pdf.cell(0, 6, title, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(_FONT, "", _SIZE)
    for line in lines:
        pdf.multi_cell(0, 4, _shown(pdf, line), new_x="LMARGIN", new_y="NEXT")


def _shown(pdf: FPDF, text: str) -> str:
    """``text`` with a box for each character the font has no shape for (emoji, Chinese); the CSV keeps them."""
    known = pdf.fonts[_FONT.lower()].cmap  # type: ignore[union-attr]
    return "".join(letter if ord(letter) in known else "□" for letter in text)
