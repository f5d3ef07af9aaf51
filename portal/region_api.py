"""Regions through the API: the same scope as the page."""

from django.utils.functional import cached_property
from rest_framework import serializers

from portal.api import RolesOnly, ScopedReadOnly
from portal.filters.regions import RegionListFilter
from portal.finding import full_names
from portal.models import Region, RegionName, User

R = User.Role


class RegionNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = RegionName
        fields = ["name", "kind", "starts_on", "ends_on"]


class RegionSerializer(serializers.ModelSerializer):
    full_name = serializers.SerializerMethodField(help_text="市以下各级名称")
    names = RegionNameSerializer(many=True, read_only=True)

    class Meta:
        model = Region
        fields = [
            "id",
            "code",
            "name",
            "full_name",
            "level",
            "kind",
            "parent",
            "entrusted_to",
            "entrusted_confirmed",
            "statistical_only",
            "starts_on",
            "ends_on",
            "names",
        ]

    def get_full_name(self, region) -> str:
        return self.places.get(region.pk) or full_names([region])[region.pk]

    @cached_property
    def places(self):
        """Full names of the whole page, read once."""
        page = getattr(self.parent, "instance", None)
        return full_names(page) if page else {}


class RegionAPI(ScopedReadOnly):
    """行政区划 in sight: 层级、上级、类型和关键词可筛选。"""

    queryset = Region.objects.prefetch_related("names").order_by("code", "pk")
    serializer_class = RegionSerializer
    filterset_class = RegionListFilter
    permission_classes = (RolesOnly,)
    roles = frozenset({R.OFFICER, R.AUDITOR, R.SYSTEM_ADMIN, R.SECURITY_ADMIN})
