"""What a certificate is worth today: read from its title and its chain, never from the paper."""

from dataclasses import dataclass

from django.utils import timezone

from awards.models import Certificate
from units.models import Designation, ExitCase
from units.models.designation import due_within
from units.rules import last_day, title_status

S, C, R = Designation.Status, Certificate.State, Certificate.Reason


@dataclass(frozen=True)
class Verdict:
    """The verdict as the public reads it, and its colour for the staff's pages."""

    word: str
    sentence: str
    css: str  # of the public box: empty, off, bad
    icon: str
    tag: str
    tone: str


REPLACED = {
    R.RENEWED: "称号已续期，请核验新证书。",
    R.CORRECTED: "单位名称已更正，请核验新证书。",
    R.RENAMED: "单位更名，请核验新证书。",
    R.LOST: "原证书遗失或损坏，已补发，请核验新证书。",
}
GIVEN = "称号在有效期内，与名册记录一致。"


def verdict_of(certificate, today, follower=None, case=None):
    """The verdict on a paper today; `follower` is what replaced it, `case` what ended the title."""
    title = certificate.designation
    status = title_status(title, today, due_within())
    if certificate.state == C.VOID:
        return _void(certificate)
    if status in ENDED:
        return ENDED[status](title, case)
    if certificate.state == C.SUPERSEDED:
        sentence = REPLACED.get(follower and follower.reason, "请核验新证书。")
        return _verdict("已换发新证", sentence, "off", icon="refresh")
    if status == S.EXPIRED:
        sentence = f"有效期至 {last_day(title.ends_on)}，尚未复验。"
        return _verdict("称号已到期", sentence, "off", icon="clock")
    if status == S.PENDING:
        return _verdict("称号尚未生效", f"{title.starts_on} 起生效。", "off", icon="clock")
    return _verdict("证书有效", _valid(certificate, title), "", icon="circle-check")


def _valid(certificate, title):
    if certificate.ends_on == title.ends_on:
        return GIVEN
    until = last_day(title.ends_on)
    return f"称号已续期，现有效期至 {until}。" if until else "称号现在没有规定有效期。"


def _verdict(word, sentence, css, *, icon):
    tones = {"": "t-ok", "off": "t-off", "bad": "t-bad"}
    tag = word.removeprefix("称号").removeprefix("证书").removesuffix("新证")
    return Verdict(word, sentence, css, icon, tag, tones[css])


def _void(certificate):
    on = certificate.state_changed_at
    day = f"{timezone.localdate(on)} " if on else ""
    return _verdict("证书已作废", f"{day}由命名机关作废，不能作为凭据。", "bad", icon="x")


def _revoked(title, case):
    day = f"{case.happened_on} " if case else ""
    sentence = f"{day}由命名机关撤销，本证书作废。"
    return _verdict("称号已撤销", sentence, "bad", icon="shield-off")


def _withdrawn(title, case):
    day = f"{case.happened_on} " if case else ""
    return _verdict("称号已退出", f"单位{day}退出称号，本证书不再有效。", "off", icon="logout")


def _succeeded(title, case):
    return _verdict("称号已续接", "单位已重新命名，请核验新证书。", "off", icon="refresh")


def _superseded(title, case):
    sentence = "单位合并、升格或注销，称号已更替，本证书不再有效。"
    return _verdict("称号已更替", sentence, "off", icon="refresh")


def _voided(title, case):
    return _verdict("命名已取消", "命名机关已取消这项命名，本证书作废。", "bad", icon="x")


ENDED = {
    S.REVOKED: _revoked,
    S.WITHDRAWN: _withdrawn,
    S.RENEWED: _succeeded,
    S.SUPERSEDED: _superseded,
    S.VOIDED: _voided,
}


def with_verdicts(certificates, today):
    """[(certificate, verdict)] of rows from `for_display`, followers and endings read once."""
    keys = [each.pk for each in certificates]
    titles = [each.designation_id for each in certificates]
    followers = {
        each.supersedes_id: each for each in Certificate.objects.filter(supersedes__in=keys)
    }
    cases = {each.designation_id: each for each in ExitCase.objects.filter(designation__in=titles)}
    return [
        (each, verdict_of(each, today, followers.get(each.pk), cases.get(each.designation_id)))
        for each in certificates
    ]
