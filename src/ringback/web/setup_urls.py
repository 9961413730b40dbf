"""The addresses of set-up's sections."""

from django.urls import path

from ringback.web.pages import setup, setup_hours, setup_links, setup_places, setup_policy, setup_queues, setup_words

urlpatterns = [
    path("setup/live", setup.setup_live, name="setup_live"),
    path("setup/test-call", setup.setup_call, name="setup_call"),
    path("setup/practice", setup_places.setup_practice, name="setup_practice"),
    path("setup/practice/save", setup_places.setup_practice_save, name="setup_practice_save"),
    path("setup/locations/add", setup_places.setup_location_add, name="setup_location_add"),
    path("setup/locations/<int:location>/save", setup_places.setup_location_save, name="setup_location_save"),
    path("setup/locations/<int:location>/remove", setup_places.setup_location_remove, name="setup_location_remove"),
    path("setup/lines/add", setup_places.setup_line_add, name="setup_line_add"),
    path("setup/lines/<int:line>/save", setup_places.setup_line_save, name="setup_line_save"),
    path("setup/undo/<uuid:change>", setup_places.setup_undo, name="setup_undo"),
    path("setup/hours", setup_hours.setup_hours, name="setup_hours"),
    path("setup/hours/<int:location>", setup_hours.setup_hours, name="setup_hours_of"),
    path("setup/hours/<int:location>/save", setup_hours.setup_hours_save, name="setup_hours_save"),
    path("setup/hours/<int:location>/try", setup_hours.setup_hours_try, name="setup_hours_try"),
    path("setup/queues", setup_queues.setup_queues, name="setup_queues"),
    path("setup/windows", setup_policy.setup_windows, name="setup_windows"),
    path("setup/policy", setup_policy.policy, name="policy"),
    path("setup/policy/<int:version>/restore", setup_policy.policy_restore, name="policy_restore"),
    path("setup/windows/what-if", setup_policy.setup_what_if, name="setup_what_if"),
    path("setup/wordings", setup_words.setup_words_page, name="setup_words"),
    path("setup/wordings/<slug:template>/<int:base>", setup_words.setup_word, name="setup_word"),
    path("setup/wordings/<slug:template>/<int:base>/check", setup_words.setup_word_check, name="setup_word_check"),
    path("setup/wordings/<slug:template>/<int:base>/draft", setup_words.setup_word_draft, name="setup_word_draft"),
    path("setup/wordings/<slug:template>/versions/<int:version>", setup_words.setup_word_act, name="setup_word_act"),
    path("setup/languages/<slug:lang>", setup_words.setup_language, name="setup_language"),
    path("setup/connections", setup_links.setup_links_page, name="setup_links"),
    path("setup/connections/check", setup_links.setup_links_check, name="setup_links_check"),
    path("setup/connections/add", setup_links.setup_link_add, name="setup_link_add"),
    path("setup/connections/<int:connection>/save", setup_links.setup_link_save, name="setup_link_save"),
]
