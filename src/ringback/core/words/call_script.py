"""What staff say when they ring a patient back: an opening for anybody who may answer, and a line for the kind of task.

The rule: until identity is checked, only who we are and that we return a call; no name, no reason, no specialty. The line
of the task is for after the check. Nothing here asks for a social security number, and nothing promises an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("en", "es")
OPENING: Final[Mapping[str, str]] = {
    "en": "Hello, this is {staff} from {practice}. I am returning a call from this number. Who am I speaking with?",
    "es": "Hola, le habla {staff} de {practice}. Devuelvo una llamada de este número. ¿Con quién hablo?",
}
CHECK: Final[Mapping[str, str]] = {
    "en": "Before we go on, please tell me your full name and your date of birth.",
    "es": "Antes de continuar, dígame por favor su nombre completo y su fecha de nacimiento.",
}
SOMEBODY_ELSE: Final[Mapping[str, str]] = {
    "en": "Thank you. I will try again later. You can reach us at {phone}.",
    "es": "Gracias. Volveré a intentarlo más tarde. Puede llamarnos al {phone}.",
}
_BOOKING = {
    "en": "You asked us about a visit. Which days and times suit you?",
    "es": "Nos preguntó por una cita. ¿Qué días y horas le convienen?",
}
_READ = {
    "en": "You left us a message. How can we help you?",
    "es": "Nos dejó un mensaje. ¿En qué podemos ayudarle?",
}
LINES: Final[Mapping[str, Mapping[str, str]]] = {
    "booking": _BOOKING,
    "confirm_visit": {
        "en": "You asked for a time on our page. Let us confirm it together.",
        "es": "Pidió una hora en nuestra página. Vamos a confirmarla.",
    },
    "reschedule": {
        "en": "You asked to change a visit. Which days and times suit you instead?",
        "es": "Pidió cambiar una cita. ¿Qué días y horas le convienen?",
    },
    "protect_visit": {
        "en": "You have a visit soon and asked about it. Do you want to keep it or change it?",
        "es": "Tiene una cita pronto y preguntó por ella. ¿Desea mantenerla o cambiarla?",
    },
    "possible_appointment_cancel": {
        "en": "You wrote to us about cancelling. Nothing was changed yet. Do you want to keep your visit?",
        "es": "Nos escribió sobre cancelar. Todavía no hemos cambiado nada. ¿Desea mantener su cita?",
    },
    "billing": {
        "en": "You had a question about your bill. What would you like to know?",
        "es": "Tenía una pregunta sobre su factura. ¿Qué desea saber?",
    },
    "refill": {
        "en": "You asked for a refill. Which medicine is it, and which pharmacy do you use?",
        "es": "Pidió una renovación. ¿Qué medicamento es y qué farmacia usa?",
    },
    "records": {
        "en": "You asked about your records. Which ones do you need, and where should they go?",
        "es": "Preguntó por su expediente. ¿Qué documentos necesita y adónde deben enviarse?",
    },
    "referral": {
        "en": "You asked about a referral. Let me note what you need.",
        "es": "Preguntó por una derivación. Permítame anotar lo que necesita.",
    },
    "results": {
        "en": "You asked about results. A clinician will go through them with you; when can they call?",
        "es": "Preguntó por unos resultados. Un profesional los revisará con usted; ¿cuándo puede llamarle?",
    },
    "clinical": {
        "en": "You had a question for the care team. Please tell me in your own words; is it getting worse right now?",
        "es": "Tenía una pregunta para el equipo médico. Cuénteme con sus palabras; ¿está empeorando ahora?",
    },
    "urgent_callback": {
        "en": "You sent us an urgent message. How are you right now? If it is an emergency, hang up and call 911.",
        "es": "Nos envió un mensaje urgente. ¿Cómo está ahora? Si es una emergencia, cuelgue y llame al 911.",
    },
    "new_patient_callback": {
        "en": "Thank you for calling us. How can we help you?",
        "es": "Gracias por llamarnos. ¿En qué podemos ayudarle?",
    },
    "opt_out_check": {
        "en": "You wrote to us and we are not sure what you meant. Would you like us to stop texting you?",
        "es": "Nos escribió y no estamos seguros de lo que quiso decir. ¿Desea que dejemos de enviarle mensajes?",
    },
    "voicemail": _READ,
    "other": _READ,
}
ANY: Final[Mapping[str, str]] = {
    "en": "You called us and we missed you. How can we help you?",
    "es": "Nos llamó y no pudimos contestar. ¿En qué podemos ayudarle?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is said, in one language: `lang` is the one it is in, which is English where we have no words of theirs."""

    lang: str
    opening: str
    check: str
    line: str
    somebody_else: str


def script(kind: str, lang: str, *, staff: str, practice: str, phone: str) -> Script:
    """The script for a task of this kind in the patient's language."""
    spoken = lang if lang in LANGUAGES else "en"
    given = {"staff": staff, "practice": practice, "phone": phone}
    return Script(
        lang=spoken,
        opening=OPENING[spoken].format(**given),
        check=CHECK[spoken],
        line=LINES.get(kind, ANY)[spoken],
        somebody_else=SOMEBODY_ELSE[spoken].format(**given),
    )
