"""Filters of the list of accounts."""

import django_filters
from django.db.models import Q

from portal.models import User
from portal.widgets import RegionFilter

STATES = {
    "proposed": ("待授权", Q(is_active=True) & ~Q(proposed_role="")),
    "new": ("未首次登录", Q(is_active=True, last_login=None)),
    "active": ("启用", Q(is_active=True)),
    "disabled": ("停用", Q(is_active=False)),
}


class AccountFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="用户名、称呼或岗位", method="search")
    region = RegionFilter()
    role = django_filters.ChoiceFilter(label="角色", choices=User.Role.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=[(code, label) for code, (label, _) in STATES.items()],
        empty_label="全部",
        method="standing",
    )

    class Meta:
        model = User
        fields = ["q", "region", "role", "state"]

    def search(self, queryset, name, value):
        words = Q(username__icontains=value) | Q(name__icontains=value) | Q(post__icontains=value)
        return queryset.filter(words)

    def standing(self, queryset, name, value):
        return queryset.filter(STATES[value][1])
