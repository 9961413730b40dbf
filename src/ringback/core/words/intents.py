"""What somebody wants, from menu answers and from their own words.

The rule: a digit or a word of the menu counts when it is the whole message; a phrase counts wherever it stands.
What is found is listed in a fixed order; nothing found is `other`, which a person reads.
"""

from __future__ import annotations

from typing import Final

from ringback.core.words.intents_words import PHRASES
from ringback.core.words.lists import either
from ringback.core.words.match import Hit, Phrases
from ringback.core.words.normal import BREAK, Words

MENU: Final[dict[str, str]] = {
    **dict.fromkeys(either("1|one|uno|1 book|option 1|number 1|opcion 1|press 1"), "book"),
    **dict.fromkeys(either("2|two|dos|2 change|option 2|number 2|opcion 2|press 2"), "reschedule"),
    **dict.fromkeys(either("3|three|tres|3 billing|3 bill|option 3|number 3|opcion 3|press 3"), "billing"),
    **dict.fromkeys(either("4|four|cuatro|4 refill|option 4|number 4|opcion 4|press 4"), "refill"),
    **dict.fromkeys(
        either("5|five|cinco|5 other|option 5|number 5|opcion 5|press 5|other|otro|otra"),
        "other",
    ),
    **dict.fromkeys(either("book|booking|schedule|appointment|cita|citas|agendar|reservar"), "book"),
    **dict.fromkeys(either("change|reschedule|cambio|cambiar|reprogramar|rescheduling"), "reschedule"),
    **dict.fromkeys(either("billing|bill|bills|pay|payment|pago|pagar|factura|cuenta|insurance"), "billing"),
    **dict.fromkeys(either("refill|refills|prescription|prescriptions|receta|recetas|medicina"), "refill"),
    **dict.fromkeys(["records", "record", "expediente", "historial"], "records"),
    **dict.fromkeys(["referral", "referido", "referencia"], "referral"),
    **dict.fromkeys(["results", "resultados", "labs"], "results"),
    **dict.fromkeys(either("confirm|confirmed|c|confirmo|confirmar|confirmado|confirmada"), "confirm"),
}
_POLITE: Final = either("please thanks thank you hi hello hola por favor gracias ok okay reply option number")
CALL: Final = either("""call|call me|call please|please call|please call me|call me please|call me back|call back|callback|
llamar|llamame|llameme|llamenme|llame|llamada|call now|pls call|phone|phone call|phone me|
call me now""")
YES: Final = either("""yes|y|yeah|yep|yup|ya|sure|si|claro|yes please|si por favor|yes i did|i did|yes thanks|yes thank you|
correct|si gracias|ok yes|yes sir|yes maam|of course|absolutely|done|booked|i booked|all set|
already did|listo|ya lo hice|yea|yes booked""")
NO: Final = either("""no|n|nope|nah|not yet|no thanks|no thank you|no gracias|todavia no|aun no|not really|no not yet|
i did not|no i did not|negative|ya no""")
REJOINS: Final = either("yes|yes please|si|si por favor")
START: Final = either(
    "start|unstop|resume|subscribe|rejoin|empezar|comenzar|iniciar|start texts|start again|opt in|optin"
)
HELP: Final = either("help|info|ayuda|help please|please help|helpme|information|informacion|ayuda por favor|hlp|aide")

_ALL: Final = Phrases(PHRASES.items())
_ORDER: Final = (
    "book",
    "reschedule",
    "cancel",
    "confirm",
    "billing",
    "refill",
    "records",
    "referral",
    "results",
    "clinical",
)


def whole(message: Words) -> str:
    """The message as one phrase, without sentence ends and without politeness around it."""
    words = [word for word in message.words if word != BREAK]
    said = " ".join(words)
    if said in CALL or said in YES or said in NO or said in HELP or said in START:
        return said
    kept = [word for word in words if word not in _POLITE]
    return " ".join(kept) if kept and len(words) - len(kept) <= 3 else said


_VISITS: Final = either(
    """
appointment appointments checkup physical cleaning mammogram colonoscopy vaccine vaccines
vaccination evaluation cita citas consultation consult telehealth shots screening chequeo vacuna
vacunas
"""
)


def find(message: Words, aside: tuple[Hit, ...] = ()) -> tuple[tuple[str, ...], tuple[Hit, ...], bool]:
    """Intents in a fixed order, where each stands, and whether a call is asked for.

    `aside`: places whose words mean nothing clinical (figures of speech, what was denied or is long past).
    """
    hits = [h for h in _ALL.find(message.words) if h.name != "clinical" or not _inside(h, aside)]
    names = {hit.name for hit in hits}
    call = "call" in names
    if "not booking" in names:
        names.discard("book")
    if "reschedule" in names:
        names -= {"book", "cancel"} if "rebook" in names or "cancel only" not in names else {"book"}
    if "cancel" in names and "rebook" in names:
        names = (names - {"cancel", "book"}) | {"reschedule"}
    elif "cancel" in names:
        names.discard("book")
    for finer in ("records", "referral"):
        if finer in names:
            names.discard("results" if finer == "records" else "")
    if (
        names <= {"clinical", "call", "not booking"}
        and _VISITS.intersection(message.words)
        and "not booking" not in names
    ):
        names.add("book")
    if "confirm" in names and names & {"book", "reschedule", "cancel"}:
        names.discard("confirm")
    found = tuple(name for name in _ORDER if name in names)
    return found, tuple(hit for hit in hits if hit.name in found), call


def _inside(hit: Hit, places: tuple[Hit, ...]) -> bool:
    return any(place.start <= hit.start and hit.end <= place.end for place in places)
