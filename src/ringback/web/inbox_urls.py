"""The addresses of the inbox, of the views kept there, and of the search."""

from django.urls import path

from ringback.web.pages import inbox, inbox_views, search

urlpatterns = [
    path("inbox", inbox.inbox, name="inbox"),
    path("inbox/list", inbox.inbox_list, name="inbox_list"),
    path("inbox/cases/<uuid:case_id>", inbox.inbox_case, name="inbox_case"),
    path("inbox/views", inbox_views.view_keep, name="view_keep"),
    path("inbox/views/<uuid:view>/rename", inbox_views.view_rename, name="view_rename"),
    path("inbox/views/<uuid:view>/delete", inbox_views.view_delete, name="view_delete"),
    path("search", search.search, name="search"),
]
