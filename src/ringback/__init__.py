"""Ringback: missed-call recovery for medical practices, self-hosted."""

__version__ = "0.1.0"
