"""The addresses of one's own sessions, of emergency access, and of who works where."""

from django.urls import path

from ringback.web.pages import emergency, places, sessions

urlpatterns = [
    path("me/sessions", sessions.my_sessions, name="my_sessions"),
    path("me/sessions/<uuid:session>/end", sessions.session_end, name="session_end"),
    path("me/sessions/end-others", sessions.sessions_end_others, name="sessions_end_others"),
    path("me/kiosk", sessions.kiosk, name="kiosk"),
    path("me/stay", sessions.session_stay, name="session_stay"),
    path("me/left", sessions.session_left, name="session_left"),
    path("me/again", sessions.again, name="again"),
    path("lock", sessions.lock, name="lock"),
    path("locked", sessions.locked, name="locked"),
    path("emergency", emergency.emergency, name="emergency"),
    path("emergency/end", emergency.emergency_end, name="emergency_end"),
    path("emergency/codes", emergency.emergency_codes, name="emergency_codes"),
    path("emergency/code", emergency.emergency_code, name="emergency_code"),
    path("emergency/<uuid:glass_id>/review", emergency.emergency_review, name="emergency_review"),
    path("setup/places", places.places, name="places"),
    path("setup/places/<int:member>", places.places_set, name="places_set"),
]
