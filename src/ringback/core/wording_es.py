"""The Spanish wordings, written without the accents that GSM-7 lacks.

The rule: nothing here is sent before a practice has named a qualified reviewer of the language (C62); until
then the caller gets English.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FIRST_SPANISH: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("general", "digits"): (
        "T1-es",
        (
            "{practice}: perdon, no contestamos. Responda 1 cita 2 cambio 3 pago 4 receta 5 otro, "
            "o llame {phone}. "
            "Emergencia: 911. STOP para salir"
        ),
    ),
    ("general", "words"): (
        "T1-es",
        (
            "{practice}: perdon, no contestamos. Responda CITA, CAMBIO, PAGO, RECETA o URGENTE, o "
            "llame {phone}. "
            "Emergencia: 911. STOP para salir"
        ),
    ),
    ("new_patient", "digits"): (
        "T1n-es",
        (
            "{practice}: perdon, no contestamos. Responda 1 para cita, 5 para otro, o llame {phone}. "
            "Emergencia: 911. STOP para salir"
        ),
    ),
    ("new_patient", "words"): (
        "T1n-es",
        (
            "{practice}: perdon, no contestamos. Responda CITA o URGENTE, o llame {phone}. "
            "Emergencia: 911. STOP para salir"
        ),
    ),
    ("callback", "digits"): (
        "T1c-es",
        (
            "{practice}: perdon, vimos su llamada. Responda 5 o con sus palabras, o llame {phone}. "
            "Emergencia: 911. STOP para salir"
        ),
    ),
    ("callback", "words"): (
        "T1c-es",
        (
            "{practice}: perdon, vimos su llamada. Responda URGENTE o con sus palabras, o llame {phone}. "
            "Emergencia: 911. STOP para salir"
        ),
    ),
    ("reschedule", "digits"): (
        "T1r-es",
        (
            "{practice}: perdon, no contestamos. Responda 2 cambio de hora, 1 cita, 5 otro, o llame {phone}. "
            "Emergencia: 911. STOP para salir"
        ),
    ),
    ("reschedule", "words"): (
        "T1r-es",
        (
            "{practice}: perdon, no contestamos. Responda CAMBIO, CITA o URGENTE, o llame {phone}. "
            "Emergencia: 911. STOP para salir"
        ),
    ),
    ("after_hours", "digits"): (
        "T2-es",
        (
            "{practice}: perdon, no contestamos. Cerrado ahora; escriba y seguimos. Urgente: llame {phone}. "
            "Emergencia: 911. STOP para salir"
        ),
    ),
    ("after_hours", "words"): (
        "T2-es",
        (
            "{practice}: perdon, no contestamos. Cerrado ahora; escriba y seguimos. URGENTE o llame {phone}. "
            "Emergencia: 911. STOP para salir"
        ),
    ),
}

SPANISH: Final[Mapping[str, tuple[str, str]]] = {
    "second": (
        "T1b-es",
        (
            "{practice}: aun podemos ayudar con su llamada. Responda 5 o con sus palabras, o llame {phone}. "
            "Emergencia: 911. STOP para salir"
        ),
    ),
    "voicemail_link": (
        "T6v-es",
        "{practice}: elija hora en {url} o llame {phone}. Emergencia: 911. STOP para salir",
    ),
    "stop_confirmation": (
        "T3-es",
        ("{practice}: ya no recibira mensajes de texto. Llame {phone} si nos necesita. Escriba START para volver."),
    ),
    "cancel_confirmation": (
        "T3b-es",
        (
            "{practice}: ya no recibira mensajes. Esto no cambio ninguna cita; para eso llame {phone}. "
            "Escriba START para volver."
        ),
    ),
    "rejoined": (
        "T3c-es",
        ("{practice}: recibira mensajes otra vez cuando llame o escriba. Ayuda: llame {phone}. STOP para salir"),
    ),
    "help": (
        "T4-es",
        (
            "{practice}: para ayuda llame {phone}. Frecuencia variable. Pueden aplicar tarifas. "
            "STOP para salir. Emergencia: 911"
        ),
    ),
    "urgent": (
        "T5-es",
        (
            "{practice}: si es una emergencia llame al 911. Crisis: llame o escriba al 988. Para "
            "hablar ya llame {phone}. "
            "Avisamos al personal."
        ),
    ),
    "urgent_unstaffed": (
        "T5b-es",
        (
            "{practice}: emergencia, llame al 911. Crisis: llame o escriba al 988. Nadie lee este "
            "chat ahora. "
            "Fuera de horario: {phone}"
        ),
    ),
    "urgent_acknowledged": (
        "T5c-es",
        (
            "{practice}: una persona vio su mensaje y le llamara. Si es una emergencia llame ya al 911. "
            "Crisis: 988. O llame {phone}"
        ),
    ),
    "urgent_nobody": (
        "T5d-es",
        ("{practice}: aun no localizamos a nadie. No espere: emergencia, llame al 911. Crisis: 988. O llame {phone}"),
    ),
    "booking_link": (
        "T6-es",
        "{practice}: elija hora en {url} o llame {phone}. No escriba datos de salud. STOP para salir",
    ),
    "reschedule_link": (
        "T6r-es",
        "{practice}: cambie la hora en {url} o llame {phone}. No escriba datos de salud. STOP para salir",
    ),
    "did_you_book": (
        "T6q-es",
        "{practice}: encontro hora? Responda 1 si no, o con sus palabras, o llame {phone}. STOP para salir",
    ),
    "acknowledged": (
        "T7-es",
        (
            "{practice}: recibido. Le responderemos antes de {window} o llame {phone}. No escriba "
            "datos de salud. "
            "STOP para salir"
        ),
    ),
    "acknowledged_later": (
        "T7l-es",
        (
            "{practice}: recibido. Le responderemos al abrir, o llame {phone}. No escriba datos de "
            "salud. STOP para salir"
        ),
    ),
    "billing": (
        "T7b-es",
        (
            "{practice}: recibido. Le llamaremos antes de {window}. Que hora del dia prefiere? O "
            "llame {phone}. "
            "STOP para salir"
        ),
    ),
    "refill": (
        "T7f-es",
        (
            "{practice}: recibido. Le responderemos antes de {window} y avisaremos cuando este "
            "listo. Llame {phone}. "
            "STOP para salir"
        ),
    ),
    "refill_done": (
        "T7d-es",
        "{practice}: su solicitud esta lista. Preguntas? Llame {phone}. STOP para salir",
    ),
    "call_back": (
        "T7c-es",
        (
            "{practice}: recibido. Le llamaremos antes de {window}. Diga si prefiere otra hora, o "
            "llame {phone}. "
            "STOP para salir"
        ),
    ),
    "secure_message": (
        "T8-es",
        "{practice}: tiene un mensaje seguro en {url} (con codigo) o llame {phone}. STOP para salir",
    ),
    "secure_code": (
        "T8c-es",
        "{practice}: su codigo es {one_time_code}. No lo comparta; nunca lo pedimos. Preguntas? Llame {phone}. STOP para salir",
    ),
    "signed_up": (
        "T9-es",
        (
            "{practice}: se inscribio para mensajes de citas y llamadas. Frecuencia variable. "
            "Pueden aplicar tarifas. "
            "Los textos no son seguros. HELP para ayuda, STOP para salir. {phone}"
        ),
    ),
    "unclear": (
        "T10-es",
        (
            "{practice}: gracias. Una persona lo leera. Responda 1 cita 2 cambio 3 pago 4 receta 5 otro, "
            "o llame {phone}. Emergencia: 911"
        ),
    ),
}
