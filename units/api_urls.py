"""The API of the first floor, below api/v1/."""

from rest_framework.routers import SimpleRouter

from units.api import DesignationAPI, UnitAPI

app_name = "units-api"

router = SimpleRouter()
router.register("units", UnitAPI, basename="unit")
router.register("designations", DesignationAPI, basename="designation")
urlpatterns = router.urls
