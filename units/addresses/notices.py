"""公示 and 异议, as the office sees them."""

urlpatterns = []
