"""Losses, one file per paper, and one of ours."""

from training.losses.offsets import offset_loss
from training.losses.paper_a import (
    correspondence_loss,
    info_nce_loss,
    margin_contrastive_loss,
    nt_xent_loss,
    pair_distance,
    shared_label_loss,
)
from training.losses.paper_b import distance_sigmoid_loss
from training.losses.paper_c import stereo_sound_ranking_loss
from training.losses.paper_d import own_sound_loss, place_contrast_loss, synchronisation_loss

__all__ = [
    "correspondence_loss",
    "distance_sigmoid_loss",
    "info_nce_loss",
    "margin_contrastive_loss",
    "nt_xent_loss",
    "offset_loss",
    "own_sound_loss",
    "pair_distance",
    "place_contrast_loss",
    "shared_label_loss",
    "stereo_sound_ranking_loss",
    "synchronisation_loss",
]
