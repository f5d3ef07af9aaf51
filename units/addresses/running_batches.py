"""A batch that is run here: timetable, quotas, requirements, stages."""

urlpatterns = []
