"""命名决定."""

urlpatterns = []
