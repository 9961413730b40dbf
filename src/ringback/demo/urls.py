"""The product's pages, and the demo's beside them."""

from django.urls import include, path

from ringback.demo import views

urlpatterns = [
    path("demo/enter/<str:token>", views.enter, name="demo_enter"),
    path("demo", views.page, name="demo"),
    path("demo/live", views.live, name="demo_live"),
    path("demo/call", views.call, name="demo_call"),
    path("demo/text", views.text, name="demo_text"),
    path("demo/clock", views.move, name="demo_clock"),
    path("demo/acknowledge", views.acknowledge, name="demo_acknowledge"),
    path("demo/task", views.task, name="demo_task"),
    path("demo/scene", views.scene, name="demo_scene"),
    path("demo/reset", views.reset, name="demo_reset"),
    path("", include("ringback.web.urls")),
]
