"""审定."""

urlpatterns = []
