"""What the list of proposals says while it has none: what is missing, what is being made, what to do."""

from __future__ import annotations

from app.viewmodels.page import ADD_FOLDER, CLEAR_SEARCH, OPEN_VIDEO, Page
from app.viewmodels.session import SessionViewModel


def page_of(session: SessionViewModel, *, asked: bool, text: str) -> Page:
    """The page for a list without rows.

    Args:
        session: what is open.
        asked: whether the library has answered for a frame.
        text: what its answer was narrowed by.
    """
    missing = _missing(session)
    if missing is not None:
        return missing
    if not asked:
        return Page("image-search-outline", "Looking at the frame")
    if text:
        return Page("magnify", "No sound matches", f"Nothing in this library matches “{text}”.", (CLEAR_SEARCH,))
    if session.indexing is not None:
        return Page("waveform", "Reading your sounds", "Suggestions follow when they have been listened to.")
    return Page("music-off", "No sounds to propose", "This library holds no sounds yet.", (ADD_FOLDER,))


def _missing(session: SessionViewModel) -> Page | None:
    """What has to come before a frame can be looked at."""
    if session.preparing is not None:
        return Page("movie-open-outline", "The film is being made", "Its sounds follow as soon as it is open.")
    if session.film.state == "missing":
        lost = f"The picture {session.film.missing} is missing"
        return Page("movie-open-outline", lost, "Suggestions follow once it is found.")
    if session.video is None:
        said = "Open a video or a still to get sounds for it."
        return Page("movie-open-outline", "No picture yet", said, (OPEN_VIDEO,))
    if session.model_loading:
        return Page("brain", "Waking the model", "The first suggestions follow at once.")
    return None if session.library is not None else _without_library(session)


def _without_library(session: SessionViewModel) -> Page:
    if session.indexing is not None:
        return Page("waveform", "Reading the sounds", "Suggestions follow when they have been listened to.")
    return Page("folder-music-outline", "No sounds yet", "Add a folder of your own sounds.", (ADD_FOLDER,))
