"""The review desk."""

urlpatterns = []
