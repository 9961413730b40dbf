"""The words of the patient's pages in the languages they speak: a table, so that a missing one fails a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language_from_request

EN: Mapping[str, str] = {
    "title": "Visit request",
    "ask_head": "First, who are you?",
    "ask_text": "We ask for this before we show anything, to keep it private.",
    "name": "First and last name",
    "born": "Date of birth",
    "month": "Month",
    "day": "Day",
    "year": "Year",
    "go_on": "Continue",
    "no_match": "We could not open this with that name and date of birth. Please check both. A link works for one day, and "
    "after five tries it rests for an hour.",
    "book_head": "Choose a time",
    "change_head": "Choose a new time",
    "yours": "Your visit now",
    "keep": "It stays until you choose another one.",
    "at": "at",
    "book": "Book this time",
    "change": "Change to this time",
    "pick_first": "Please choose a time first.",
    "gone": "Somebody has just taken that time. Here are the others.",
    "elsewhere": "Other locations",
    "none_suits": "None of these suits me",
    "no_slots": "No time can be booked online right now. Tell us what suits you, and a person will confirm it.",
    "ask_days": "Which days suit you?",
    "ask_part": "What time of day?",
    "send": "Ask for a time",
    "pick_days": "Please choose at least one day.",
    "morning": "Morning",
    "afternoon": "Afternoon",
    "evening": "Late afternoon",
    "booked_head": "You are booked",
    "changed_head": "Your visit is changed",
    "booked_text": "You don't need to do anything else.",
    "asked_head": "We have your request",
    "asked_text": "A person will call you to confirm a time.",
    "closed_head": "This request has ended",
    "closed_text": "Please call us and we will help you right away.",
    "out_head": "Book online",
    "out_text": "Choose a time on our booking page, then come back here and tell us.",
    "out_go": "Open the booking page",
    "out_did": "Did you book?",
    "yes": "Yes, it is booked",
    "no": "No, please call me",
    "stop_ask": "No more texts",
    "stop_go": "Stop texts to this number",
    "stop_head": "No more texts",
    "stop_text": "We will not send automatic texts to this number any more. You can always call us.",
    "late_head": "Please start again",
    "late_text": "This page was open too long. Nothing was changed.",
    "emergency": "In an emergency call 911.",
    "call": "Or call",
    "private": "This page keeps nothing on your phone.",
    "languages": "Free help in your language",
    "other_lang": "Español",
}
ES: Mapping[str, str] = {
    "title": "Solicitud de visita",
    "ask_head": "Primero, ¿quién es usted?",
    "ask_text": "Lo preguntamos antes de mostrar algo, para cuidar su privacidad.",
    "name": "Nombre y apellido",
    "born": "Fecha de nacimiento",
    "month": "Mes",
    "day": "Día",
    "year": "Año",
    "go_on": "Continuar",
    "no_match": "No pudimos abrir esto con ese nombre y esa fecha de nacimiento. Revise los dos, por favor. El enlace sirve un "
    "día, y después de cinco intentos descansa una hora.",
    "book_head": "Elija una hora",
    "change_head": "Elija una hora nueva",
    "yours": "Su visita actual",
    "keep": "Sigue en pie hasta que elija otra.",
    "at": "en",
    "book": "Reservar esta hora",
    "change": "Cambiar a esta hora",
    "pick_first": "Elija primero una hora, por favor.",
    "gone": "Alguien acaba de tomar esa hora. Aquí están las demás.",
    "elsewhere": "Otros lugares",
    "none_suits": "Ninguna me conviene",
    "no_slots": "Ahora no hay horas para reservar en línea. Díganos qué le conviene y una persona lo confirmará.",
    "ask_days": "¿Qué días le convienen?",
    "ask_part": "¿A qué hora del día?",
    "send": "Pedir una hora",
    "pick_days": "Elija al menos un día, por favor.",
    "morning": "Mañana",
    "afternoon": "Tarde",
    "evening": "Final de la tarde",
    "booked_head": "Su cita está reservada",
    "changed_head": "Su visita está cambiada",
    "booked_text": "No tiene que hacer nada más.",
    "asked_head": "Recibimos su solicitud",
    "asked_text": "Una persona le llamará para confirmar la hora.",
    "closed_head": "Esta solicitud ha terminado",
    "closed_text": "Llámenos, por favor, y le ayudaremos enseguida.",
    "out_head": "Reserve en línea",
    "out_text": "Elija una hora en nuestra página de reservas; después vuelva aquí y díganos.",
    "out_go": "Abrir la página de reservas",
    "out_did": "¿Reservó?",
    "yes": "Sí, está reservada",
    "no": "No, llámenme por favor",
    "stop_ask": "No más mensajes",
    "stop_go": "No enviar más mensajes a este número",
    "stop_head": "No más mensajes",
    "stop_text": "Ya no enviaremos mensajes automáticos a este número. Siempre puede llamarnos.",
    "late_head": "Empiece de nuevo, por favor",
    "late_text": "Esta página estuvo abierta demasiado tiempo. No se cambió nada.",
    "emergency": "En una emergencia llame al 911.",
    "call": "O llame al",
    "private": "Esta página no guarda nada en su teléfono.",
    "languages": "Ayuda gratuita en su idioma",
    "other_lang": "English",
}
SPOKEN: Mapping[str, Mapping[str, str]] = {"en": EN, "es": ES}
DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
MONTHS = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
}


def language(request: object, wished: str, of_case: str | None) -> str:
    """The page's language: the one asked for, else the one the person wrote in, else the browser's.

    Menu words are English, so a case in English says nothing against a phone set to another language.
    """
    if wished in SPOKEN:
        return wished
    if of_case in SPOKEN and of_case != "en":
        return str(of_case)
    found = get_language_from_request(request)  # type: ignore[arg-type]
    return found[:2] if found[:2] in SPOKEN else "en"


def day(at: datetime, zone: str, lang: str) -> str:
    """A day in words."""
    local = at.astimezone(ZoneInfo(zone))
    name, month = DAYS[lang][local.weekday()], MONTHS[lang][local.month - 1]
    return f"{name}, {month} {local.day}" if lang == "en" else f"{name} {local.day} de {month}"


def hour(at: datetime, zone: str, lang: str) -> str:
    """A time of day."""
    local = at.astimezone(ZoneInfo(zone))
    half = "am" if local.hour < 12 else "pm"
    return f"{local.hour % 12 or 12}:{local:%M} {half if lang == 'en' else {'am': 'a. m.', 'pm': 'p. m.'}[half]}"
