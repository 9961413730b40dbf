"""The store keeps: tables, keys, who may see what, and the set-based statements of the hot path."""
