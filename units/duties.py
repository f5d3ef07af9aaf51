"""What falls due each day on this floor."""

from portal import clock
from units.operations import follow_up_reminders, title_reminders
from units.operations.title_clock import coming_due, running_out

clock.duty("titles.due", "称号即将到期", position=40)(coming_due)
clock.duty("titles.expire", "称号到期", position=41)(running_out)
clock.duty(title_reminders.DUTY, "称号到期提醒", position=60)(title_reminders.remind_of_ends)
clock.duty(follow_up_reminders.DUTY, "整改和复验提醒", position=61)(
    follow_up_reminders.remind_of_work
)
