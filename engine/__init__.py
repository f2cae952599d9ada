"""Speaks arrays, tensors, paths and frozen dataclasses: media, features, models, library. No Qt, no training."""
