"""Losses, one file per paper."""

from training.losses.paper_a import (
    correspondence_loss,
    info_nce_loss,
    margin_contrastive_loss,
    nt_xent_loss,
    shared_label_loss,
)

__all__ = [
    "correspondence_loss",
    "info_nce_loss",
    "margin_contrastive_loss",
    "nt_xent_loss",
    "shared_label_loss",
]
