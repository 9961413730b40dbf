"""The addresses of tasks, of the call panel, and of one patient's page."""

from django.urls import path

from ringback.web.pages import callback, person, task_bulk, tasks

urlpatterns = [
    path("tasks", tasks.tasks, name="tasks"),
    path("tasks/lists", tasks.task_lists, name="task_lists"),
    path("tasks/acts", task_bulk.task_acts, name="task_acts"),
    path("tasks/bulk", task_bulk.task_bulk, name="task_bulk"),
    path("tasks/bulk/<uuid:bulk_id>/undo", task_bulk.task_undo, name="task_undo"),
    path("tasks/bulk/<uuid:bulk_id>/finish", task_bulk.task_finish, name="task_finish"),
    path("cases/<uuid:case_id>/callback", callback.callback, name="callback"),
    path("cases/<uuid:case_id>/callback/take", callback.callback_take, name="callback_take"),
    path("cases/<uuid:case_id>/callback/who", callback.callback_who, name="callback_who"),
    path("cases/<uuid:case_id>/callback/outcome", callback.callback_outcome, name="callback_outcome"),
    path("people/patients/<uuid:person_id>", person.person, name="person"),
    path("people/patients/<uuid:person_id>/flag", person.person_flag, name="person_flag"),
]
