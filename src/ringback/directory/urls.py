"""The page's address."""

from django.urls import path

from ringback.directory import views

urlpatterns = [path("directory/", views.page, name="directory")]
