"""A made-up carrier and phone system in a process of its own, speaking the same HTTP as the real ones.

The product cannot tell it from the real thing: requests are authenticated and signed, answers have the same shape,
statuses come back through the same hooks. The demo, the tests and the bench all use it.
"""
