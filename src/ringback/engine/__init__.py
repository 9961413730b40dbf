"""The engine does: the only I/O, in the order of the flow: receive, read, step, perform, wake."""
