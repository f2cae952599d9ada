"""The timeline's dock before there is a project."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.widgets.timeline.panel import TimelinePanel


def test_the_page_says_what_to_do_without_a_project(panel: TimelinePanel, qtbot: QtBot) -> None:
    panel.viewmodel.projects.close()
    assert panel.stack.currentWidget() is panel.page
    with qtbot.waitSignal(panel.new_wanted):
        panel.page.pressed.emit("New project…")
