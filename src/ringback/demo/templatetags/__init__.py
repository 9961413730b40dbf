"""Template tags of the demo page."""
