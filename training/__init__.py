"""Reproduces the four papers and trains the models the product ships. No Qt; sits on ``engine``."""
