"""Filters of 我的任务 and 消息."""

import django_filters

from portal.models import Job, Notification


class JobFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="任务名称", field_name="label", lookup_expr="icontains")
    state = django_filters.ChoiceFilter(label="状态", choices=Job.State.choices, empty_label="全部")

    class Meta:
        model = Job
        fields = ["q", "state"]


class NotificationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="内容", field_name="text", lookup_expr="icontains")
    unread = django_filters.ChoiceFilter(
        label="状态",
        field_name="read_at",
        lookup_expr="isnull",
        choices=[("True", "未读"), ("False", "已读")],
        empty_label="全部",
    )

    class Meta:
        model = Notification
        fields = ["q", "unread"]
