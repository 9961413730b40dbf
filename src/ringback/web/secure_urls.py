"""The addresses of what staff leave for a patient behind a link, and of the files on both sides."""

from django.urls import path

from ringback.web.pages import secure

urlpatterns = [
    path("cases/<uuid:case_id>/secure", secure.secure_send, name="secure_send"),
    path("cases/<uuid:case_id>/files/<uuid:file_id>", secure.secure_file, name="secure_file"),
]
