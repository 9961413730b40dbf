"""The privacy officer's duties as pure rules: what is in force, what is due and by when, and how to mend it."""
