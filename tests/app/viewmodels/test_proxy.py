"""Proxies: made in the background, used when ready, and stopped with their film."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.viewmodels.proxy import ProxyViewModel
from app.viewmodels.session import SessionViewModel
from tests.app.conftest import frame_number


def test_the_film_is_read_through_its_proxy_once_there_is_one(
    threaded: SessionViewModel, film: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    ProxyViewModel(threaded, tmp_path / "proxies", threaded)
    before = film.read_bytes()
    threaded.open_video(film)
    qtbot.waitUntil(lambda: threaded.film.proxied)
    threaded.seek(1.0)
    qtbot.waitUntil(lambda: threaded.frame is not None and threaded.frame.time == 1.0)
    assert threaded.frame is not None and abs(frame_number(threaded.frame.image) - 25) <= 1
    assert list((tmp_path / "proxies").iterdir()) and film.read_bytes() == before


def test_closing_the_film_stops_the_work(threaded: SessionViewModel, film: Path, tmp_path: Path, qtbot: QtBot) -> None:
    ProxyViewModel(threaded, tmp_path / "proxies", threaded)
    threaded.open_video(film)
    qtbot.waitUntil(lambda: threaded.film.state == "open")
    threaded.film.close()
    qtbot.waitUntil(lambda: not threaded.runner.jobs)
    assert not threaded.film.proxied
