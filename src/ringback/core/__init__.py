"""The core decides. It is pure: no clock, no database, no network, no Django; `now` is always an argument."""
