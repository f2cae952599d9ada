"""The master: its fader, meters and loudness."""
