"""Where samples and rows lie on screen."""

from __future__ import annotations

from dataclasses import dataclass

NAME_HEIGHT = 14  # px
LEAST_NAMED = 32  # px; lower rows show the waveform alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """A view of the timeline in logical px."""

    samples_per_px: float
    left: int
    """px of the timeline that lie left of the view."""
    top: int
    """px of the rows that lie above the view."""
    row_height: int
    width: int
    height: int

    def x_of(self, sample: float) -> float:
        """Where a project sample lies in the view."""
        return sample / self.samples_per_px - self.left

    def sample_at(self, x: float) -> int:
        """The project sample at a place in the view."""
        return max(0, round((x + self.left) * self.samples_per_px))

    def row_top(self, row: int) -> int:
        """Where a row begins in the view."""
        return row * self.row_height - self.top

    def row_at(self, y: float) -> int:
        """The row at a place in the view, whether there is one or not."""
        return int((y + self.top) // self.row_height)

    def rows(self, count: int) -> range:
        """The rows that can be seen, of ``count``."""
        return range(max(0, self.row_at(0)), min(count, self.row_at(self.height - 1) + 1))

    @property
    def span(self) -> tuple[int, int]:
        """First project sample in view and the one behind the last."""
        return self.sample_at(0), self.sample_at(self.width) + 1
