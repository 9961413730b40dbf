"""The addresses of patients' requests, legal holds, disclosures, retention and the whole practice's export."""

from django.urls import path

from ringback.web.pages import records, records_kept

urlpatterns = [
    path("records", records.records, name="records"),
    path("records/take", records.records_take, name="records_take"),
    path("records/requests/<uuid:row>", records.records_request, name="records_request"),
    path("records/requests/<uuid:row>/act", records.records_act, name="records_act"),
    path("records/requests/<uuid:row>/copy", records.records_copy, name="records_copy"),
    path("records/holds", records_kept.legal_holds, name="legal_holds"),
    path("records/holds/ask", records_kept.holds_ask, name="holds_ask"),
    path("records/holds/<uuid:row>/act", records_kept.holds_act, name="holds_act"),
    path("records/disclosures", records_kept.register_of_disclosures, name="disclosures"),
    path("records/disclosures/add", records_kept.disclosures_add, name="disclosures_add"),
    path("records/disclosures/<uuid:row>/hold", records_kept.disclosures_hold, name="disclosures_hold"),
    path("records/kept", records_kept.kept, name="kept"),
    path("records/kept/set", records_kept.kept_set, name="kept_set"),
    path("records/export", records_kept.export_practice, name="export_practice"),
]
