"""Addresses of 行政区划, below regions/ in the portal's own namespace."""

from django.urls import path

from portal.views import region_acts, regions

urlpatterns = [
    path("", regions.regions, name="regions"),
    path("pick/", regions.regions_pick, name="regions-pick"),
    path("<int:pk>/", regions.region, name="region"),
    path("<int:pk>/children/", regions.region_children, name="region-children"),
    path("<int:pk>/names/", region_acts.region_name_add, name="region-name-add"),
    path("<int:pk>/names/<int:name_pk>/end/", region_acts.region_name_end, name="region-name-end"),
    *(
        path(f"<int:pk>/{act}/", region_acts.region_act, {"act": act}, name=f"region-{act}")
        for act in region_acts.ACTS
    ),
]
