"""Is the portal able to work? Asked by monitors and by whoever starts it."""

from datetime import timedelta

from django.db import Error, connection
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal import jobs

SILENCE = timedelta(seconds=20)  # four heartbeats; the promise is thirty seconds


@never_cache
@require_safe
def healthz(request):
    """200 while database and worker answer; 503 with the reason otherwise."""
    faults = faults_at(timezone.now())
    return JsonResponse(
        {"status": "fail" if faults else "ok", "faults": faults},
        status=503 if faults else 200,
        json_dumps_params={"ensure_ascii": False},
    )


def faults_at(now):
    """What doesn't work, by part; nothing when all is well."""
    try:
        connection.ensure_connection()
        seen_at = jobs.worker_seen_at()
    except Error:
        return {"database": "数据库连接不上，现在不能读写。"}
    if seen_at is None:
        return {"worker": "后台任务进程没有启动。"}
    if now - seen_at > SILENCE:
        return {"worker": f"后台任务进程已 {int((now - seen_at).total_seconds())} 秒没有动静。"}
    return {}
