"""The addresses of the on-call roster and of one's own contact methods."""

from django.urls import path

from ringback.web.pages import on_call, on_call_act, on_call_reach

urlpatterns = [
    path("on-call/calendar", on_call.on_call_calendar, name="on_call_calendar"),
    path("on-call/trouble", on_call.on_call_trouble, name="on_call_trouble"),
    path("on-call/swaps", on_call.on_call_swaps, name="on_call_swaps"),
    path("on-call/reach", on_call.on_call_reach, name="on_call_reach"),
    path("on-call/put", on_call_act.on_call_put, name="on_call_put"),
    path("on-call/undo", on_call_act.on_call_undo, name="on_call_undo"),
    path("on-call/rotation", on_call_act.on_call_rotation, name="on_call_rotation"),
    path("on-call/rotation/preview", on_call_act.on_call_preview, name="on_call_preview"),
    path("on-call/away", on_call_act.on_call_away, name="on_call_away"),
    path("on-call/holiday", on_call_act.on_call_holiday, name="on_call_holiday"),
    path("on-call/roster/<int:entry>/take-off", on_call_act.on_call_drop, name="on_call_drop"),
    path("on-call/swaps/ask", on_call_act.on_call_swap, name="on_call_swap"),
    path("on-call/swaps/<uuid:swap>/answer", on_call_act.on_call_answer, name="on_call_answer"),
    path("on-call/reach/add", on_call_reach.reach_add, name="reach_add"),
    path("on-call/reach/<uuid:method>/test", on_call_reach.reach_test, name="reach_test"),
    path("on-call/reach/<uuid:method>/remove", on_call_reach.reach_remove, name="reach_remove"),
    path("reached/<int:practice>/<str:token>", on_call_reach.reached, name="reached"),
]
