"""What a patient wrote behind a link is read here, like a text, with the model beside the rules; the page only kept it.

The words are opened for as long as the reading takes. What was found goes to the message; the event keeps no word of it.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import msgspec

from ringback.core.events import TextReceived
from ringback.core.words import Reading
from ringback.core.words.fusion import understand
from ringback.engine.step import Batch, Held
from ringback.store import callers, crypt, flow


def summary(reading: Reading) -> str:
    """A reading as its message keeps it: labels, where in the sealed words they were found, and why; nothing of the words."""
    return msgspec.json.encode(
        {
            "intents": reading.intents,
            "attention": reading.attention,
            "opt_out": reading.opt_out,
            "lang": reading.lang,
            "marks": [(span.kind, span.start, span.end) for span in reading.spans],
            "why": reading.why,
        }
    ).decode()


async def heard(connection: flow.Connection, batch: Batch, held: Held, event: TextReceived) -> TextReceived:
    """The event with what was written read, and with who is on call: a page knows neither."""
    practice, message, ring = held.practice, UUID(event.message), batch.book.ring
    rows = await flow.words(connection, [(practice, message)])
    await callers.fetch(connection, ring, [(one, sealed) for one, _, sealed in rows])
    event = replace(event, staffed=batch.staffed.get(practice, True))
    if not rows:
        return event
    try:
        words = crypt.open_(ring, practice, "message", "sealed", message, rows[0][2]).decode()
    except crypt.Gone:
        return event
    ear = batch.book.ear
    scores = (await ear.ask([(words, True)]))[0] if ear is not None and words.strip() else None
    if scores is None:
        # The rules have read it on the page already; without a model nothing is added.
        return event
    reading = understand(words, scores, lang=held.case.lang or None, voicemail=True)
    await flow.reread(connection, practice, message, summary(reading))
    return replace(event, reading=replace(reading, quote="", spans=()))
