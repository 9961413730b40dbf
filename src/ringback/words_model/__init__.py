"""The model beside the rules: from words to scores, on the clinic's own machine.

The rule: nothing here decides. Words go in, `core.words.scores.Scores` come out, and `core.words.fusion` says what they
may change. Nothing is stored, sent or logged; nothing is learnt while running.
"""
