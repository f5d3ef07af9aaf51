"""What falls due each day on this floor."""

from portal import clock
from units.operations.title_reminders import DUTY, remind_of_ends

clock.duty(DUTY, "称号到期提醒", position=60)(remind_of_ends)
