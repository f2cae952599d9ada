"""The export dialog: presets fill the choices, a choice of one's own leaves them, and the delivery is really made."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog
from pytestqt.qtbot import QtBot

from app.tasks import Task
from app.viewmodels.delivery import DeliveryViewModel
from app.viewmodels.timeline import TimelineViewModel
from app.widgets.export_dialog import CUSTOM, ExportDialog
from engine.export import ExportReport, read_bwf
from engine.jobs import Job
from engine.timeline import edits


@pytest.fixture
def delivery(placed: TimelineViewModel, home: Path) -> DeliveryViewModel:
    return DeliveryViewModel(placed.projects, placed)


@pytest.fixture
def dialog(delivery: DeliveryViewModel, settings: QSettings, qtbot: QtBot) -> ExportDialog:
    made = ExportDialog(delivery, settings)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_delivery_fills_in_format_and_loudness(dialog: ExportDialog) -> None:
    dialog.delivery.setCurrentText("Netflix, -27 LUFS")
    assert dialog.format.currentData() == "wav" and dialog.options.loudness.lufs == -27
    assert dialog.out.text().endswith("scene.wav")
    dialog.delivery.setCurrentText("Stems, 24-bit")
    assert dialog.format.currentData() == "stems" and dialog.out.text().endswith("scene stems")
    assert dialog.bits.isEnabled() and not dialog.extent.isEnabled(), "there is no loop"


def test_a_choice_of_ones_own_says_so(dialog: ExportDialog) -> None:
    dialog.format.setCurrentIndex(dialog.format.findData("rpp"))
    dialog.format.activated.emit(dialog.format.currentIndex())
    assert dialog.delivery.currentText() == CUSTOM
    assert dialog.out.text().endswith(".rpp") and not dialog.loudness.isVisible() and not dialog.bits.isVisible()
    assert "Leaves out" in dialog.facts.text()


def _type(dialog: ExportDialog, text: str) -> None:
    dialog.out.setText(text)
    dialog.out.textEdited.emit(text)


def _choose(box: QComboBox, index: int) -> None:
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_a_typed_name_is_kept_whatever_else_is_chosen(dialog: ExportDialog, tmp_path: Path) -> None:
    _type(dialog, str(tmp_path / "reel1_v2.wav"))
    dialog.delivery.setCurrentText("Netflix, -27 LUFS")
    assert dialog.out.text() == str(tmp_path / "reel1_v2.wav")
    _choose(dialog.bits, 1 - dialog.bits.currentIndex())
    assert dialog.delivery.currentText() == CUSTOM and dialog.out.text() == str(tmp_path / "reel1_v2.wav")
    for name, wanted in (("rpp", "reel1_v2.rpp"), ("stems", "reel1_v2"), ("wav", "reel1_v2.wav")):
        _choose(dialog.format, dialog.format.findData(name))
        assert dialog.out.text() == str(tmp_path / wanted)


def test_a_typed_folder_gets_a_file_named_after_the_project(dialog: ExportDialog, tmp_path: Path) -> None:
    _type(dialog, str(tmp_path))
    _choose(dialog.format, dialog.format.findData("csv"))
    assert dialog.out.text() == str(tmp_path / "scene.csv")
    _type(dialog, f"{tmp_path}/new/")
    _choose(dialog.format, dialog.format.findData("pdf"))
    assert dialog.out.text() == str(tmp_path / "new" / "scene.pdf")
    _type(dialog, " ")
    _choose(dialog.format, dialog.format.findData("wav"))
    assert dialog.out.text().endswith("scene.wav"), "an emptied field gets a name again"


def test_it_writes_and_says_what(dialog: ExportDialog, tmp_path: Path) -> None:
    said: list[tuple[str, object]] = []
    dialog.viewmodel.session.status.connect(lambda text, action: said.append((text, action)))
    out = tmp_path / "out" / "mix.wav"
    out.parent.mkdir()
    dialog.out.setText(str(out))
    dialog.go.click()
    assert dialog.viewmodel.state == "done" and out.is_file()
    assert read_bwf(out) is not None
    assert "Exported mix.wav" in said[-1][0] and said[-1][1].text == "Show"  # type: ignore[attr-defined]
    assert str(out) in dialog.told.text() and dialog.show_files.isVisible()


def test_a_refusal_is_told_in_the_dialog(dialog: ExportDialog, sound_folder: Path) -> None:
    dialog.out.setText(str(sound_folder / "water/drip.wav"))
    before = (sound_folder / "water/drip.wav").read_bytes()
    dialog.go.click()
    assert dialog.viewmodel.state == "failed" and "source" in dialog.told.text()
    assert (sound_folder / "water/drip.wav").read_bytes() == before


def test_a_missing_sound_is_delivered_as_silence_only_when_asked(dialog: ExportDialog, tmp_path: Path) -> None:
    from engine.timeline import paths

    projects = dialog.viewmodel.projects
    project = projects.project
    assert project is not None
    lost = paths.resolve(project.media[0], projects.base)
    dialog.out.setText(str(tmp_path / "mix.wav"))
    lost.rename(tmp_path / "hidden")
    try:
        dialog.go.click()
        assert dialog.viewmodel.state == "failed" and not (tmp_path / "mix.wav").exists()
        assert lost.name in dialog.told.text() and "silence" in dialog.told.text()
        assert dialog.go.text() == "Export with silence"
        dialog.go.click()
        assert dialog.viewmodel.state == "done" and (tmp_path / "mix.wav").is_file()
        assert dialog.go.text() == "Export"
    finally:
        (tmp_path / "hidden").rename(lost)


def test_a_file_that_is_there_is_replaced_only_by_a_second_click(dialog: ExportDialog, tmp_path: Path) -> None:
    out = tmp_path / "mix.wav"
    out.write_bytes(b"mine")
    dialog.out.setText(str(out))
    assert not dialog.replace.isVisible()
    dialog.go.click()
    assert out.read_bytes() == b"mine"
    assert dialog.told.text() == "mix.wav is there already. Replace it, or choose another name."
    assert dialog.replace.isVisible() and not dialog.go.isEnabled()
    dialog.go.click()
    assert out.read_bytes() == b"mine", "no double click answers"
    dialog.replace.click()
    assert dialog.viewmodel.state == "done" and read_bwf(out) is not None
    assert not dialog.replace.isVisible() and dialog.go.isEnabled()
    ours = out.stat()
    dialog.go.click()
    assert dialog.viewmodel.state == "taken" and out.stat().st_ino == ours.st_ino, "asked again for our own file"


def test_another_name_takes_the_question_back(dialog: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "mix.wav").write_bytes(b"mine")
    dialog.out.setText(str(tmp_path / "mix.wav"))
    dialog.go.click()
    assert dialog.replace.isVisible()
    dialog.out.setText(str(tmp_path / "mix 2.wav"))
    dialog.out.textEdited.emit(dialog.out.text())
    assert not dialog.replace.isVisible() and dialog.go.isEnabled()
    dialog.viewmodel.replace()
    assert (tmp_path / "mix.wav").read_bytes() == b"mine", "nothing is asked any more"
    dialog.go.click()
    assert (tmp_path / "mix 2.wav").is_file()


def test_stems_in_a_folder_that_has_them_are_asked_about(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.delivery.setCurrentText("Stems, 24-bit")
    out = tmp_path / "stems"
    dialog.out.setText(str(out))
    dialog.go.click()
    made = sorted(out.iterdir())
    for file in made:
        file.write_bytes(b"mine")
    dialog.go.click()
    assert {file.read_bytes() for file in made} == {b"mine"}
    words = f"{len(made)} files of this delivery are in “stems” already, such as {made[0].name}. Replace them"
    assert dialog.told.text().startswith(words)
    dialog.replace.click()
    assert dialog.viewmodel.state == "done" and all(read_bwf(file) is not None for file in made)


@pytest.mark.parametrize("name", ["wav", "stems"])
def test_a_yes_to_one_question_holds_for_the_next(dialog: ExportDialog, name: str, tmp_path: Path) -> None:
    """The file is there and a sound is not: both are asked, each once."""
    from engine.timeline import paths

    dialog.delivery.setCurrentIndex(dialog.delivery.findData("stems" if name == "stems" else "mix"))
    out = tmp_path / ("stems" if name == "stems" else "mix.wav")
    dialog.out.setText(str(out))
    dialog.go.click()
    projects = dialog.viewmodel.projects
    assert projects.project is not None
    lost = paths.resolve(projects.project.media[0], projects.base)
    lost.rename(tmp_path / "hidden")
    try:
        dialog.go.click()
        assert dialog.viewmodel.state == "taken"
        dialog.replace.click()
        assert dialog.viewmodel.sounds_missing and "Find it first" in dialog.told.text()
        dialog.go.click()
        assert dialog.viewmodel.state == "done"
    finally:
        (tmp_path / "hidden").rename(lost)


def test_another_project_takes_the_question_back(dialog: ExportDialog, tmp_path: Path) -> None:
    (tmp_path / "mix.wav").write_bytes(b"mine")
    dialog.out.setText(str(tmp_path / "mix.wav"))
    dialog.go.click()
    dialog.viewmodel.projects.close()
    assert dialog.viewmodel.state == "ready" and not dialog.replace.isVisible()


def test_a_chosen_file_is_asked_about_here_alone(
    dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's own question would come first, and this dialog's after it."""
    asked: list[object] = []

    def choose(*words: object) -> tuple[str, str]:
        asked.append(words[-1])
        return str(tmp_path / "b.wav"), ""

    (tmp_path / "a.wav").write_bytes(b"mine")
    dialog.out.setText(str(tmp_path / "a.wav"))
    dialog.go.click()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    dialog.browse.click()
    assert asked == [QFileDialog.Option.DontConfirmOverwrite] and dialog.viewmodel.state == "ready"


def test_in_and_out_can_be_exported_alone(placed: TimelineViewModel, dialog: ExportDialog, tmp_path: Path) -> None:
    placed.projects.do(lambda project: edits.set_loop(project, (4800, 52_800)))
    dialog._take_delivery()
    assert dialog.extent.isEnabled()
    dialog.extent.setCurrentIndex(1)
    dialog.out.setText(str(tmp_path / "part.wav"))
    dialog.go.click()
    import soundfile

    assert soundfile.info(tmp_path / "part.wav").frames == 48_000


def test_names_that_are_taken_get_a_number(delivery: DeliveryViewModel, tmp_path: Path) -> None:
    (tmp_path / "scene.wav").touch()
    assert delivery.suggested("wav", tmp_path).name == "scene 2.wav"


def test_own_loudness_targets_are_offered(delivery: DeliveryViewModel) -> None:

    from app.viewmodels.delivery import presets_file

    presets_file().parent.mkdir(parents=True)
    presets_file().write_text('[loudness.mine]\ntitle = "My channel"\nlufs = -20.0\ntrue_peak = -1.5\n')
    assert delivery.targets()["mine"].lufs == -20
    presets_file().write_text("nonsense")
    told: list[object] = []
    delivery.session.problem.connect(told.append)
    assert "mine" not in delivery.targets() and told


def test_every_format_s_facts_have_room(dialog: ExportDialog) -> None:
    for index in range(dialog.format.count()):
        dialog.format.setCurrentIndex(index)
        dialog.format.activated.emit(index)
        assert dialog.facts.heightForWidth(dialog.facts.width()) <= dialog.facts.height(), dialog.format.currentText()


def test_a_new_choice_takes_the_old_result_away(dialog: ExportDialog, tmp_path: Path) -> None:
    dialog.out.setText(str(tmp_path / "mix.wav"))
    dialog.go.click()
    assert dialog.told.isVisible()
    dialog.format.setCurrentIndex(dialog.format.findData("rpp"))
    dialog.format.activated.emit(dialog.format.currentIndex())
    assert not dialog.told.isVisible() and not dialog.show_files.isVisible()


def test_where_another_project_went_is_not_where_this_one_goes(
    delivery: DeliveryViewModel, settings: QSettings, tmp_path: Path, qtbot: QtBot
) -> None:
    settings.setValue("folders/export", str(tmp_path / "elsewhere"))
    settings.setValue("folders/export_of", "/other/reel.foleyscope")
    first = ExportDialog(delivery, settings)
    qtbot.addWidget(first)
    assert Path(first.out.text()).parent == delivery.projects.base
    (tmp_path / "mixes").mkdir()
    first.out.setText(str(tmp_path / "mixes" / "a.wav"))
    first.export()
    again = ExportDialog(delivery, settings)
    qtbot.addWidget(again)
    assert Path(again.out.text()).parent == tmp_path / "mixes"


def test_stopping_is_said_until_it_has_stopped(dialog: ExportDialog) -> None:
    dialog.viewmodel.state, dialog.viewmodel.task = "working", Task("decode", print, (), job=Job())
    dialog.viewmodel.changed.emit()
    assert dialog.stop.isVisible() and not dialog.go.isVisible()
    dialog.stop.click()
    assert dialog.stop.text() == "Stopping…" and not dialog.stop.isEnabled()
    dialog.viewmodel._cancelled()
    assert dialog.go.isVisible() and not dialog.stop.isVisible()


def test_no_button_moves_when_a_result_comes_or_goes(dialog: ExportDialog, tmp_path: Path, qtbot: QtBot) -> None:
    def stands() -> tuple[int, int]:
        QApplication.processEvents()
        return dialog.height(), dialog.go.mapTo(dialog, QPoint()).y()

    vm, before = dialog.viewmodel, stands()
    dialog.out.setText(str(tmp_path / "mix.wav"))
    dialog.go.click()
    assert vm.state == "done" and stands() == before
    dialog.go.click()
    assert vm.state == "taken" and stands() == before
    dialog.out.textEdited.emit(dialog.out.text())
    assert vm.state == "ready" and stands() == before
    vm.state, vm.task = "working", Task("decode", print, (), job=Job())
    vm.changed.emit()
    assert dialog.bar.isVisible()
    QApplication.processEvents()
    assert (dialog.height(), dialog.stop.mapTo(dialog, QPoint()).y()) == before
    vm._cancelled()
    report = ExportReport(format="wav", files=(tmp_path / "mix.wav",), warnings=("A long story. " * 20,) * 9)
    vm._done(report)
    assert stands() == before and dialog.told.height() > dialog.told_room.height(), "the rest is scrolled to"
