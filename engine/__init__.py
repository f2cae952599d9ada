"""Speaks arrays, tensors, paths and frozen dataclasses: media, features, models, library, recommendation. No Qt, no training."""
