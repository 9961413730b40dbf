"""The addresses of writing to a caller, of whose a case is, and of being named in a note."""

from django.urls import path

from ringback.web.pages import reply, voicemail

urlpatterns = [
    path("cases/<uuid:case_id>/reply", reply.reply, name="reply"),
    path("cases/<uuid:case_id>/reply/lint", reply.lint, name="reply_lint"),
    path("cases/<uuid:case_id>/here", reply.here, name="case_here"),
    path("cases/<uuid:case_id>/assign", reply.assign, name="case_assign"),
    path("cases/<uuid:case_id>/snooze", reply.snooze, name="case_snooze"),
    path("cases/<uuid:case_id>/voicemail/<uuid:message_id>", voicemail.voicemail, name="voicemail"),
    path("mentions", reply.mentions, name="mentions"),
]
