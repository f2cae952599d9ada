"""Procedural sounds: each function turns an act into mono 48 kHz samples, its onsets exactly at the act's events."""
