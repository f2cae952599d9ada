"""What panels hold and decide, without widgets: QtCore only."""
