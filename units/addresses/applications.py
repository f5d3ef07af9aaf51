"""申报, as the unit sees it."""

urlpatterns = []
