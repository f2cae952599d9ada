"""Looks: each function draws an act at a moment; the unit is the thing's own height, the origin is where it stands."""
