"""Messages that want no answer: thanks, reactions, empty ones, and those that a machine sent.

The rule: every word must belong to it. 'Thanks, but I still need a refill' is no thanks.
"""

from __future__ import annotations

import re
from typing import Final

from ringback.core.words.lists import either
from ringback.core.words.match import Phrases
from ringback.core.words.normal import BREAK, Words

_THANKS: Final = either(
    """
thanks thank you so much very kindly ok okay k kk great perfect awesome cool got it sounds good
appreciate appreciated alright lol haha welcome bless god have a nice day wonderful excellent nice
cheers dear guys all again bye goodbye will do night you too no problem np worries yw morning evening will
do cya gracias muchas muy amable bueno bien vale perfecto de acuerdo dios bendiga le les los te amen
"""
)
_CORE: Final = either(
    """
thanks thank ok okay k kk great perfect awesome cool got sounds appreciate appreciated alright lol
haha welcome wonderful excellent nice cheers bye goodbye np problem worries too yw gracias vale
perfecto acuerdo bueno amen bless
"""
)
_TAPBACK: Final = re.compile(
    r"^\s*(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted .{1,12} to|removed an? \w+ from|"
    r"le gusto|le encanto|me gusta|.{1,3} to)\s+(?:[\"“”«'‘].*|an? (?:image|attachment|message|photo|video)\s*)$",
    re.DOTALL | re.IGNORECASE,
)
_MACHINE: Final = Phrases(
    {
        "an automatic reply": """
i am driving
driving with * focus
am driving right/and/now
do not disturb
auto reply/response/responder
automatic reply/response
automated reply/response/message
this is an automated/automatic
out of ?the office
currently out of
away from my desk/phone
i am currently unavailable/away/busy
cannot talk right now
cannot talk now
in a meeting
will respond/reply/get when/back/as
sent from my car
with do not disturb
message blocking is active
this number/mailbox does/is not accept/accepting/receive/receiving/monitored
not receiving notifications
unable to receive text/messages
estoy manejando/conduciendo
respuesta automatica
""",
    }.items()
)
_WANTS: Final = either("appointment refill prescription bill reschedule cancel book pain doctor need want cita")


def nothing_said(message: Words) -> bool:
    """Empty, emoji only, a reaction to our text, or nothing but thanks."""
    if _TAPBACK.match(message.plain):
        return True
    words = [word for word in message.words if word != BREAK]
    if not words:
        return "?" not in message.plain
    if words == ["will", "do"]:
        return True
    return len(words) <= 8 and all(w in _THANKS for w in words) and any(w in _CORE for w in words)


def automatic(message: Words) -> bool:
    """A machine answered for the person: driving, out of office, do not disturb."""
    return bool(_MACHINE.find(message.words)) and not _WANTS.intersection(message.words)
