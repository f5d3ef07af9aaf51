"""What falls due each day on this floor."""

from portal import clock
from portal.clock import Effect
from units.operations import follow_up_reminders, objection_reminders, title_reminders
from units.operations.notices import close_due_notices, tell_waiting
from units.operations.running_batches import close_due_stages
from units.operations.title_clock import coming_due, running_out


@clock.duty("batches.close_stages", "结束阶段", position=10)
def close_stages(on, at):
    """Stages of batches whose date has passed end; who is next hears of it."""
    for stage in close_due_stages(at):
        yield Effect(str(stage.batch), f"{stage.get_kind_display()}已到期结束。")


@clock.duty("notices.close", "结束公示", position=20)
def close_notices(on, at):
    """Notices whose days are over end, unless an objection is open: that is said once."""
    for notice, waiting in close_due_notices(on, at):
        if not waiting:
            yield Effect(notice.title, "公示期满，已结束。")
        elif clock.unmarked("notices.close", [f"{notice.pk} {notice.ends_on}"], at):
            tell_waiting(notice, waiting, at)
            yield Effect(notice.title, f"公示期满，还有 {waiting} 件异议没有办结。")


clock.duty(objection_reminders.DUTY, "异议办理提醒", position=25)(
    objection_reminders.remind_of_objections
)
clock.duty("titles.due", "称号即将到期", position=40)(coming_due)
clock.duty("titles.expire", "称号到期", position=41)(running_out)
clock.duty(title_reminders.DUTY, "称号到期提醒", position=60)(title_reminders.remind_of_ends)
clock.duty(follow_up_reminders.DUTY, "整改和复验提醒", position=61)(
    follow_up_reminders.remind_of_work
)
