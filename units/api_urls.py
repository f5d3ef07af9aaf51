"""The API of the first floor."""

app_name = "units-api"

urlpatterns = []
