"""The timeline: one painted widget over a view-model, that draws only what is visible."""
