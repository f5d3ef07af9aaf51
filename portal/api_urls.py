"""The API of the ground floor, below api/v1/."""

from rest_framework.routers import SimpleRouter

from portal.region_api import RegionAPI

app_name = "portal-api"

router = SimpleRouter()
router.register("regions", RegionAPI, basename="region")
urlpatterns = router.urls
