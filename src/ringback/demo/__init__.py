"""`ringback demo`: the whole product on one machine with a made-up practice; only the carrier is invented."""

from __future__ import annotations


def demo_main(argv: list[str]) -> int:
    """Run the demo until Ctrl-C. Returns the exit code; 2 where the set-up is wrong."""
    from ringback.demo.run import demo_main as main

    return main(argv)
