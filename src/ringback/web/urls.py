"""Every address of the pages. Each name has a row in `routes.ROUTES`."""

from django.urls import path

from ringback.directory.urls import urlpatterns as directory
from ringback.web import sign_in
from ringback.web.account_urls import urlpatterns as accounts
from ringback.web.desk_urls import urlpatterns as own
from ringback.web.inbox_urls import urlpatterns as inbox
from ringback.web.office_urls import urlpatterns as office
from ringback.web.pages import audit_log, cases, choices, health, language, live, on_call, setup, today
from ringback.web.patient import ack, book
from ringback.web.records_urls import urlpatterns as records
from ringback.web.reply_urls import urlpatterns as replies
from ringback.web.roster_urls import urlpatterns as roster
from ringback.web.secure_urls import urlpatterns as secure_pages
from ringback.web.setup_urls import urlpatterns as setup_pages
from ringback.web.sign_on_urls import urlpatterns as sign_on
from ringback.web.task_urls import urlpatterns as task_pages

urlpatterns = [
    path("", today.today, name="today"),
    path("today/lists", today.today_lists, name="today_lists"),
    path("urgent", today.urgent_strip, name="urgent_strip"),
    path("menu", today.nav, name="nav"),
    path("next", today.next_task, name="next_task"),
    path("events", live.events, name="events"),
    path("cases/<uuid:case_id>", cases.case, name="case"),
    path("cases/<uuid:case_id>/thread", cases.case_thread, name="case_thread"),
    path("cases/<uuid:case_id>/acknowledge", cases.acknowledge, name="acknowledge"),
    path("cases/<uuid:case_id>/called-back", cases.called_back, name="called_back"),
    path("cases/<uuid:case_id>/note", cases.note, name="note"),
    path("cases/<uuid:case_id>/close", cases.close, name="close"),
    path("cases/<uuid:case_id>/opt-out", cases.opt_out, name="opt_out"),
    path("cases/<uuid:case_id>/tasks/<slug:task>/claim", cases.claim, name="claim"),
    path("cases/<uuid:case_id>/tasks/<slug:task>/release", cases.release, name="release"),
    path("cases/<uuid:case_id>/tasks/<slug:task>/tried", cases.tried, name="tried"),
    path("cases/<uuid:case_id>/tasks/<slug:task>/done", cases.done, name="done"),
    path("cases/<uuid:case_id>/tasks/<slug:task>/refill-done", cases.refill_done, name="refill_done"),
    *task_pages,
    path("choices", choices.choices, name="choices"),
    path("choices/<slug:number>", choices.choices_number, name="choices_number"),
    path("choices/<slug:number>/stop", choices.choices_stop, name="choices_stop"),
    path("choices/<slug:number>/lift", choices.choices_lift, name="choices_lift"),
    path("choices/<slug:number>/consent", choices.choices_consent, name="choices_consent"),
    path("choices/<slug:number>/level", choices.choices_level, name="choices_level"),
    path("choices/<slug:number>/never", choices.choices_never, name="choices_never"),
    path("choices/<slug:number>/proof", choices.choices_proof, name="choices_proof"),
    path("setup/lines/<int:line>/greeting", choices.greeting, name="greeting"),
    path("on-call", on_call.on_call, name="on_call"),
    path("on-call/add", on_call.on_call_add, name="on_call_add"),
    path("on-call/<int:entry>/remove", on_call.on_call_remove, name="on_call_remove"),
    path("audit", audit_log.audit_log, name="audit_log"),
    path("setup", setup.setup, name="setup"),
    path("setup/lines/<int:line>", setup.line_mode, name="line_mode"),
    path("setup/kill", setup.kill, name="kill"),
    path("p/<int:practice>/<str:token>", book.patient, name="patient"),
    path("ack/<int:practice>/<str:token>", ack.ack, name="ack"),
    path("language", language.language, name="language"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/<str:token>", sign_in.sign_in_link, name="sign_in_link"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    *directory,
    *accounts,
    *sign_on,
    *inbox,
    *office,
    *own,
    *records,
    *roster,
    *replies,
    *secure_pages,
    *setup_pages,
    path("health", health.health, name="health"),
]
