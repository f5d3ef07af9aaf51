"""评选条件: what the documents ask for."""

urlpatterns = []
