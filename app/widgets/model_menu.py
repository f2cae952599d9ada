"""The Model menu: which model new libraries are made with; filled when it is opened."""

from __future__ import annotations

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from app.viewmodels.session import SessionViewModel
from engine.errors import ModelError


class ModelMenu(QMenu):
    """One entry a model, the chosen one marked; the open library keeps the model that made it."""

    def __init__(self, session: SessionViewModel, parent: QWidget | None = None) -> None:
        super().__init__("&Model", parent)
        self._session = session
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the models there are now."""
        from engine.models import available

        self.clear()
        library = self._session.library
        if library is not None:
            self.addAction(f"The open library has “{library.model_id}”").setEnabled(False)
        self.addAction("New libraries are made with:").setEnabled(False)
        group = QActionGroup(self)
        try:
            models = [info for info in available() if info.recommends]
        except ModelError as error:
            self._session.problem.emit(error)
            return
        for info in models:
            action = self.addAction(f"{info.id} – {info.title}")
            action.setCheckable(True)
            action.setChecked(info.id == self._session.model_id)
            action.setToolTip(f"{info.licence} · {info.parameters / 1e6:.1f} M parameters")
            action.triggered.connect(lambda _=False, model_id=info.id: self._choose(model_id))
            group.addAction(action)
        if not models:
            self.addAction("No model found").setEnabled(False)

    def _choose(self, model_id: str) -> None:
        self._session.model_id = model_id
        open_with = self._session.library.model_id if self._session.library is not None else model_id
        if open_with == model_id:
            self._session.say(f"New libraries are made with “{model_id}”.")
        else:
            self._session.say(
                f"New libraries are made with “{model_id}”; the open one keeps “{open_with}”. Make one with Ctrl+N."
            )
