"""Pages of the first floor."""

app_name = "units"

urlpatterns = []
