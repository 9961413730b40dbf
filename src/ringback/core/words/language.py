"""Which language a message is in, and when somebody asks for one.

The rule: a message changes the stored language only when several of its words say so; one word never does.
Only English and Spanish are read by rule; any other script or language goes to a person.
"""

from __future__ import annotations

from typing import Final

from ringback.core.words.lists import either
from ringback.core.words.match import Phrases
from ringback.core.words.normal import Words

READ: Final = ("en", "es")

_SPANISH: Final = either(
    """
el la los las una unos que de del por para con sin mi su sus tengo tiene quiero quiere necesito
necesita cita citas cambiar cancelar manana hoy ayer gracias hola buenos buenas dias tardes noches
favor puedo puede esta estoy soy es muy pero porque como cuando donde dolor duele hijo hija esposo
esposa mama papa bebe receta medicina pago factura cuenta llamar llame llamen llamada ayuda urgente
emergencia ya mas manden mensajes mensaje numero equivocado doctora fiebre sangre pecho respirar
alto parar cambio otro otra uno dos tres cuatro cinco si nino nina seguro resultados examenes
analisis espanol se le les nos ella ellos usted ustedes hacer ver ir tomar quisiera mis hablar
horario semana lunes martes miercoles jueves viernes sabado morir morirme al no sobredosis
"""
)
_SHARED: Final = either("no me a doctor he sin son once hospital mama papa es real la el see")
_ENGLISH: Final = either(
    """
the i my is am are you to for and need want can please appointment call have has not it of in on me
with at this that will be was do does what when how who your we he she they him her would could
doctor today tomorrow cancel book change billing refill stop help yes no thanks pain bill pay get my
new prescription
"""
)
_OTHERS: Final[dict[str, frozenset[str]]] = {
    "fr": either(
        """
je suis vous bonjour merci rendez vous avec pour dans est une des les mon ma votre ai besoin arret
pas
"""
    ),
    "pt": either("voce nao obrigado obrigada consulta preciso quero meu minha uma com ola marcar estou tenho"),
    "vi": either("toi khong muon can hen bac si cho xin chao cam on ngay benh dau thuoc duoc"),
    "tl": either("po ako ang ng mga sa ko hindi gusto kailangan salamat ba na"),
    "ht": either("mwen ou pa nan pou yon randevou bezwen mesi bonjou doulè gen"),
}

ASKS: Final = Phrases(
    {
        "asks for an interpreter or a language": """
interpreter/interpreters/translator/interprete/traductor/traductora
habla/hablan/hablas/hablen/ablan ?usted/ustedes ?en espanol/ingles
alguien que hable espanol
no hablo ?mucho/bien ingles
no entiendo ?el ingles
en espanol ?por ?favor
speak/speaks/speaking/talk ?in spanish/vietnamese/chinese/mandarin/cantonese/russian/arabic/korean/creole/french/portuguese/tagalog/asl/english
in spanish/vietnamese/chinese/mandarin/russian/arabic/korean/creole/french/portuguese/tagalog ?please
^ espanol $
^ spanish ?please $
do not speak * english
no english
no speak english
sign language
asl
deaf
""",
    }.items()
)


def _script(char: str) -> str:
    code = ord(char)
    if 0x4E00 <= code <= 0x9FFF:
        return "zh"
    if 0x3040 <= code <= 0x30FF:
        return "ja"
    if 0xAC00 <= code <= 0xD7AF or 0x1100 <= code <= 0x11FF:
        return "ko"
    if 0x0400 <= code <= 0x04FF:
        return "ru"
    if 0x0600 <= code <= 0x06FF:
        return "ar"
    if 0x0900 <= code <= 0x097F:
        return "hi"
    return "other"


def tell(message: Words, stored: str | None) -> str:
    """The language of the message, or the stored one when the message does not say enough."""
    if not message.text.isascii():
        foreign = [c for c in message.text if c.isalpha() and ord(c) > 0x24F and not 0xFF00 <= ord(c) <= 0xFFEF]
        foreign = [c for c in foreign if _script(c) != "other"]
        if foreign and len(foreign) * 3 >= sum(c.isalpha() for c in message.text):
            return "ja" if any(_script(c) == "ja" for c in foreign) else _script(foreign[0])
    words = [word for word in message.words if word.isalpha()]
    spanish = sum(word in _SPANISH for word in words)
    plain = sum(word in _SPANISH and word not in _SHARED for word in words)
    english = sum(word in _ENGLISH for word in words)
    if plain and spanish > english:
        lang, weight = "es", spanish
    else:
        lang, weight = "en", english
    for other, known in _OTHERS.items() if weight < 4 else ():
        many = sum(word in known for word in words)
        if many >= 3 and many > weight:
            lang, weight = other, many
    if stored and (weight < 2 or len(words) < 2):
        return stored
    return lang if weight else (stored or "en")
