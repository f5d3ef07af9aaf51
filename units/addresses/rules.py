"""评选条件, 命名部门 and 推荐单位: what the documents ask for, and who acts in them."""

from django.urls import path, re_path

from units.models import HonourRule
from units.views import bodies, rules

NAMES = "|".join(HonourRule.VALUES)

urlpatterns = [
    path("rules/", rules.RuleList.as_view(), name="rules"),
    path("rules/unconfirmed/", rules.unconfirmed, name="unconfirmed"),
    path("rules/new/", rules.rule_new, name="rule-new"),
    path("rules/<int:pk>/", rules.rule, name="rule"),
    path("rules/<int:pk>/edit/", rules.rule_edit, name="rule-edit"),
    path("rules/<int:pk>/copy/", rules.rule_copy, name="rule-copy"),
    path("rules/<int:pk>/confirm/", rules.rule_confirm, name="rule-confirm"),
    re_path(
        rf"^rules/(?P<pk>\d{{1,12}})/doubt/(?P<name>{NAMES})/$",
        rules.rule_doubt,
        name="rule-doubt",
    ),
    path("rules/<int:pk>/drop/", rules.rule_drop, name="rule-drop"),
    path(
        "recommending-bodies/",
        bodies.RecommendingBodyList.as_view(),
        name="recommending-bodies",
    ),
    path("recommending-bodies/new/", bodies.recommending_body_new, name="recommending-body-new"),
    path(
        "recommending-bodies/fill/",
        bodies.recommending_bodies_fill,
        name="recommending-bodies-fill",
    ),
    path("recommending-bodies/<int:pk>/", bodies.recommending_body, name="recommending-body"),
    path("issuing-bodies/", bodies.IssuingBodyList.as_view(), name="issuing-bodies"),
    path("issuing-bodies/new/", bodies.issuing_body_new, name="issuing-body-new"),
    path("issuing-bodies/<int:pk>/", bodies.issuing_body, name="issuing-body"),
    path("issuing-bodies/<int:pk>/seal/", bodies.issuing_body_seal, name="issuing-body-seal"),
    path(
        "issuing-bodies/<int:pk>/seal/set/",
        bodies.issuing_body_seal_set,
        name="issuing-body-seal-set",
    ),
]
