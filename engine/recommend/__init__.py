"""Frame in, ranked sounds out: files, the regions in them, and scores that mean the same in every library."""

from __future__ import annotations

from engine.recommend.calibration import FITS, Calibration
from engine.recommend.localisation import Localisation, Localiser, localize
from engine.recommend.recommender import Recommender
from engine.recommend.results import Result
from engine.recommend.synchroniser import Synchroniser

__all__ = ["FITS", "Calibration", "Localisation", "Localiser", "Recommender", "Result", "Synchroniser", "localize"]
