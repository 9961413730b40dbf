"""What a model says of one message, as plain values: how much it reads like each thing, from 0 to 1.

The rule: scores are handed into the core and decide nothing by themselves; `fusion` says what they may change. They hold
no words of the patient's.
"""

from __future__ import annotations

from dataclasses import dataclass

from ringback.core.words.reading import INTENTS, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """One message, scored.

    `intents`: one for each of `INTENTS`, in their order. `care`: urgent or a medical matter. `caution`: something that
    a person must see. `nothing`: no answer is owed. `ordinary`: a plain question about the office. `lang` is the likeliest
    language, `lang_sure` how likely. `places`: the sentence that reads most like each thing found. `model` names the model.
    """

    intents: tuple[float, ...] = (0.0,) * len(INTENTS)
    care: float = 0.0
    caution: float = 0.0
    nothing: float = 0.0
    ordinary: float = 0.0
    lang: str = "en"
    lang_sure: float = 0.0
    places: tuple[Span, ...] = ()
    model: str = ""

    def of(self, intent: str) -> float:
        """How much it reads like `intent`; 0 for one that is not known."""
        return self.intents[INTENTS.index(intent)] if intent in INTENTS else 0.0
