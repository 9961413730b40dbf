"""The page on which a practice imports its patient list."""
