"""账号: the list, one account, and what each administrator may do with it."""

from django.contrib import messages
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.access import may_grant, may_make_accounts, may_reset
from portal.errors import Refused
from portal.filters.accounts import AccountFilter
from portal.forms.accounts import EditAccountForm, GrantForm, NewAccountForm, ReasonForm
from portal.gate import roles_only
from portal.lists import Column, ScopedList
from portal.models import AuditEvent, User
from portal.once import once
from portal.operations import accounts as act
from portal.operations.passwords import code_days
from portal.operations.sign_in import lock_of
from portal.slips import slips_of, slips_page
from portal.versions import Stale
from portal.widgets import is_key

R = User.Role
ADMINISTRATORS = (R.SYSTEM_ADMIN, R.SECURITY_ADMIN)


def state_of(user):
    """Where an account stands, in words."""
    if not user.is_active:
        return "已停用"
    if user.proposed_role:
        return "待授权"
    return "启用" if user.last_login else "未首次登录"


TONES = {"已停用": "t-off", "待授权": "t-due", "启用": "t-ok", "未首次登录": "t-off"}


def tone_of(user):
    return TONES[state_of(user)]


def role_of(user):
    """The role, or the one that was proposed."""
    proposed = f"拟授{user.get_proposed_role_display()}" if user.proposed_role else ""
    return proposed or user.get_role_display() + ("（可签发）" if user.may_sign else "")


class AccountList(ScopedList):
    queryset = User.objects.select_related("region")
    filterset_class = AccountFilter
    template_name = "portal/accounts.html"
    roles = ADMINISTRATORS
    title = "账号"
    section = "accounts"
    count_word = "个账号"
    default_sort = "username"
    empty_hint = "新建一个账号，或从 Excel 名单批量建立。"
    columns = (
        Column(
            "username",
            "用户名",
            lambda user: user.username,
            css="first",
            sort="username",
            url=lambda user: reverse("portal:account", args=[user.pk]),
        ),
        Column("name", "称呼", lambda user: user.name),
        Column("post", "岗位", lambda user: user.post, css="hide-mid hide-phone"),
        Column("role", "角色", role_of, sort="role"),
        Column("region", "所属地区", lambda user: user.region and user.region.name),
        Column(
            "last_login",
            "最近登录",
            lambda user: user.last_login,
            "moment",
            sort="last_login",
            css="hide-phone",
        ),
        Column("state", "状态", state_of, "tag", tone=tone_of, css="state"),
    )


def seen(request, pk):
    """An account in sight, or 404."""
    visible = User.objects.visible_to(request.user).select_related("region", "intake")
    return get_object_or_404(visible, pk=pk)


@require_safe
@roles_only(*ADMINISTRATORS)
def account(request, pk):
    """One account: what it is, what may be done with it, what was done."""
    user = seen(request, pk)
    context = {
        "account": user,
        "title": user.name,
        "state": state_of(user),
        "tone": tone_of(user),
        "role": role_of(user),
        "lock": lock_of(user.username, at=timezone.now()),
        "may_make": may_make_accounts(request.user),
        "may_grant": may_grant(request.user, user),
        "may_reset": may_reset(request.user, user) and user.is_active,
        "history": AuditEvent.objects.about(user).select_related("actor")[:20],
        "section": "accounts",
    }
    return render(request, "portal/account.html", context)


@roles_only(R.SYSTEM_ADMIN)
@once
def account_new(request):
    """One account by hand; a code leads its owner in, a role follows from the other side."""
    form = NewAccountForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in form.field_order}
        try:
            user = act.create_account(**words, actor=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = f"已建立账号“{user.username}”。请打印登录码条，并请安全保密管理员授权。"
            messages.success(request, said)
            return redirect("portal:account", user.pk)
    return form_page(request, form, "新建账号", "建立账号", reverse("portal:accounts"))


@roles_only(R.SYSTEM_ADMIN)
def account_edit(request, pk):
    """Names and phone; rights are not touched here."""
    user = seen(request, pk)
    initial = {name: getattr(user, name) for name in EditAccountForm.base_fields}
    form = EditAccountForm(request.POST or None, initial=initial)
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            return save_edit(request, user, form.cleaned_data)
        except Stale as stale:
            conflict, form = renewed(form, stale)
    back = reverse("portal:account", args=[pk])
    return form_page(request, form, "修改账号", "保存", back, conflict=conflict)


def save_edit(request, user, words):
    version = words.pop("version")
    for name, value in words.items():
        setattr(user, name, value)
    act.edit_account(user, version=version, fields=words, actor=request.user, at=timezone.now())
    messages.success(request, "已保存。")
    return redirect("portal:account", user.pk)


def renewed(form, stale):
    """The two versions side by side, and the form ready to be saved over the newer one."""
    conflict = [
        {"label": form.fields[name].label, "theirs": getattr(stale.current, name), "mine": mine}
        for name, mine in form.cleaned_data.items()
        if name != "version" and getattr(stale.current, name) != mine
    ]
    return conflict, EditAccountForm({**form.cleaned_data, "version": stale.current.version})


@roles_only(R.SECURITY_ADMIN)
def account_grant(request, pk):
    """Role, region and the right to sign, in one decision."""
    user = seen(request, pk)
    proposed = {"role": user.proposed_role or user.role, "region": user.region_id}
    proposed["may_sign"] = user.may_sign
    form = GrantForm(request.POST or None, user=request.user, initial=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            act.grant(user, **form.cleaned_data, actor=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{user.username}”现在是{role_of(user)}。")
            return redirect("portal:account", pk)
    intro = f"{user.name}（{user.username}）"
    back = reverse("portal:account", args=[pk])
    return form_page(request, form, "授予角色", "授予", back, intro=intro)


@roles_only(R.SECURITY_ADMIN)
def account_revoke(request, pk):
    """Take the role away, with a reason."""
    intro = (
        "收回后，这个账号立即看不到任何业务内容，登录后只有空的工作台。账号本身保留，可以重新授权。"
    )
    return with_reason(request, seen(request, pk), act.revoke, "收回角色", "已收回角色。", intro)


@roles_only(R.SYSTEM_ADMIN)
def account_disable(request, pk):
    """Close an account, with a reason."""
    intro = (
        "停用后，正在使用的登录立即结束，未用的登录码作废。办过的事项和记录都保留，可以重新启用。"
    )
    return with_reason(request, seen(request, pk), act.disable, "停用账号", "已停用。", intro)


def with_reason(request, user, operation, title, said, intro):
    """Ask once, say what will happen, and want to know why."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operation(user, actor=request.user, at=timezone.now(), note=form.cleaned_data["note"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{user.username}”{said}")
            return redirect("portal:account", user.pk)
    back = reverse("portal:account", args=[user.pk])
    return form_page(
        request, form, f"{title}：{user.username}", title, back, intro=intro, ends=True
    )


def form_page(request, form, title, submit_label, back_url, **more):
    context = {
        "form": form,
        "title": title,
        "submit_label": submit_label,
        "back_url": back_url,
        "section": "accounts",
        **more,
    }
    return render(request, "portal/account_form.html", context)


@require_POST
@roles_only(R.SYSTEM_ADMIN)
def account_enable(request, pk):
    return simply(request, seen(request, pk), act.enable, "已启用。")


@require_POST
@roles_only(R.SYSTEM_ADMIN)
def account_unlock(request, pk):
    return simply(request, seen(request, pk), act.unlock, "已解除锁定，可以马上登录。")


def simply(request, user, operation, said):
    """Do one thing with an account and return to its page."""
    try:
        operation(user, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{user.username}”{said}")
    return redirect("portal:account", user.pk)


@require_POST
@roles_only(R.SYSTEM_ADMIN)
def account_code(request, pk):
    """A new one-use code on a slip, shown in this answer only."""
    user, back = seen(request, pk), reverse("portal:account", args=[pk])
    try:
        codes = act.reset_codes([user], actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    as_pdf = "pdf" in request.POST
    return slips_page(request, slips_of(codes), days=code_days(), back_url=back, as_pdf=as_pdf)


@roles_only(R.SECURITY_ADMIN)
def account_grants(request):
    """Roles that were proposed: tick them, grant them together."""
    waiting = User.objects.visible_to(request.user).filter(is_active=True).exclude(proposed_role="")
    if request.method == "POST":
        ticked = [each for each in request.POST.getlist("pk") if is_key(each)]
        return grant_ticked(request, waiting.filter(pk__in=ticked))
    rows = waiting.select_related("region", "intake").order_by(F("intake").asc(), "username")[:500]
    context = {"title": "待授权", "rows": rows, "total": waiting.count(), "section": "grants"}
    return render(request, "portal/account_grants.html", context)


def grant_ticked(request, users):
    users = list(users.select_related("region"))
    if not users:
        messages.error(request, "没有勾选账号，没有授予任何角色。请先勾选。")
        return redirect("portal:account-grants")
    try:
        act.grant_proposed(users, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已授予 {len(users)} 个账号。")
    return redirect("portal:account-grants")
