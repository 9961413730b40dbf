"""Adapters translate. One file a system, no I/O: they take and return plain values and never import each other."""
