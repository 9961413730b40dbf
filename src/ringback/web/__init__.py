"""The web shows: pages for people, and the door they all pass."""
