"""Proxies: made in the background, used when ready, stopped with their film, and bounded on disk."""

from __future__ import annotations

import os
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.viewmodels.proxy import ProxyViewModel, forget_oldest
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


def test_the_oldest_proxies_go_first(tmp_path: Path) -> None:
    for age, name in enumerate(["new.mkv", "middle.mkv", "old.mkv"]):
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    forget_oldest(tmp_path, 200, keep=tmp_path / "new.mkv")
    assert sorted(f.name for f in tmp_path.iterdir()) == ["middle.mkv", "new.mkv"]
    forget_oldest(tmp_path, 0, keep=tmp_path / "new.mkv")
    assert [f.name for f in tmp_path.iterdir()] == ["new.mkv"]
