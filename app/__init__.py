"""The Qt desktop program and the ``foleyscope`` command."""
