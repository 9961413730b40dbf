"""Importing a practice's patient list, from the command line and from a page."""
