"""The addresses of the privacy officer's pages, and of everybody's own training page."""

from django.urls import path

from ringback.web.pages import compliance, office_incidents, office_reviews, office_settings, training

urlpatterns = [
    path("compliance", compliance.compliance, name="compliance"),
    path("compliance/pack", compliance.pack_page, name="compliance_pack"),
    path("compliance/inventory", compliance.inventory_take, name="compliance_inventory"),
    path("compliance/access", office_reviews.access_page, name="compliance_access"),
    path("compliance/access/act", office_reviews.access_act, name="compliance_access_act"),
    path("compliance/audit", office_reviews.audit_page, name="compliance_audit"),
    path("compliance/audit/sign", office_reviews.audit_sign, name="compliance_audit_sign"),
    path("compliance/incidents", office_incidents.incidents_page, name="compliance_incidents"),
    path("compliance/incidents/open", office_incidents.incident_open, name="compliance_incident_open"),
    path("compliance/incidents/<uuid:incident>", office_incidents.incident_page, name="compliance_incident"),
    path("compliance/incidents/<uuid:incident>/add", office_incidents.incident_add, name="compliance_incident_add"),
    path("compliance/settings", office_settings.settings_page, name="compliance_settings"),
    path("compliance/settings/propose", office_settings.setting_propose, name="compliance_setting_propose"),
    path("compliance/settings/<uuid:row>", office_settings.setting_act, name="compliance_setting_act"),
    path("compliance/devices/<uuid:row>/act", compliance.device_act, name="device_act"),
    path("compliance/registers/<slug:register>", compliance.register, name="compliance_register"),
    path("compliance/registers/<slug:register>/add", compliance.register_add, name="compliance_register_add"),
    path("compliance/registers/<slug:register>/<uuid:row>", compliance.entry, name="compliance_entry"),
    path(
        "compliance/registers/<slug:register>/<uuid:row>/change", compliance.register_change, name="compliance_change"
    ),
    path("training", training.training, name="training"),
    path("training/devices/<uuid:row>", compliance.device_bind, name="device_bind"),
    path("training/<slug:module>", training.training_module, name="training_module"),
    path("training/<slug:module>/attest", training.training_attest, name="training_attest"),
]
