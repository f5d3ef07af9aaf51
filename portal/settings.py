"""With no environment set: the embedded default, data in var/. Server: environment only."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from portal import logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

SERVER = env.str("PORTAL_MODE", "embedded") == "server"
VAR_DIR = Path(env.str("PORTAL_VAR", str(BASE_DIR / "var")))
for folder in (VAR_DIR, VAR_DIR / "tmp", VAR_DIR / "build", VAR_DIR / "files"):
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # the database lies there


def kept_secret(name):
    """A secret from the environment; embedded, one made at first use and kept in var/."""
    if SERVER:
        return env.str(name, "")
    path = VAR_DIR / f"{name.lower()}.txt"
    if not path.exists():
        path.write_text(get_random_secret_key())
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = kept_secret("SECRET_KEY")
AUDIT_KEY = kept_secret("AUDIT_KEY")
AUDIT_HEAD_FILE = env.str("AUDIT_HEAD_FILE", str(VAR_DIR / "audit-head.json"))
DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEMO = not SERVER and env.bool("DEMO", True)  # demonstration data and accounts
COMMISSION_NAME = env.str("COMMISSION_NAME", "呼伦贝尔市")
HOME_REGION_CODE = env.str("HOME_REGION_CODE", "150700000000")


def is_weak(key):
    """Too short, or typed rather than drawn."""
    return len(key) < 50 or len(set(key)) < 12


if SERVER:
    faults = {
        "DEBUG 不能在正式环境打开": DEBUG,
        "DEMO 不能在正式环境打开": env.bool("DEMO", False),
        "SECRET_KEY 没有设置、太短或太简单": is_weak(SECRET_KEY),
        "AUDIT_KEY 没有设置、太短或太简单": is_weak(AUDIT_KEY),
        "SECRET_KEY 和 AUDIT_KEY 不能相同": SECRET_KEY == AUDIT_KEY,
        "ALLOWED_HOSTS 须写明域名，不能留空或用通配符": not env.list("ALLOWED_HOSTS", default=[])
        or any("*" in host for host in ALLOWED_HOSTS),
        "DATABASE_URL 没有设置": not env.str("DATABASE_URL", ""),
        "REDIS_URL 没有设置": not env.str("REDIS_URL", ""),
    }
    if any(faults.values()):
        reasons = "；".join(text for text, bad in faults.items() if bad)
        raise ImproperlyConfigured(f"正式环境的设置有误，没有启动：{reasons}。")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "portal.apps.PageFilesConfig",
    "axes",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "portal.apps.PortalConfig",
    "units.apps.UnitsConfig",
    "evaluations.apps.EvaluationsConfig",
    "awards.apps.AwardsConfig",
]

MIDDLEWARE = [
    "portal.middleware.arrival",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.guard_body.known_senders",
    "portal.middleware.keep_session",
    "portal.middleware.keep_place",
    "portal.middleware.own_password_first",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.middleware.settle_draft",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.desk.chrome",
            ],
            "builtins": ["portal.templatetags.portal"],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 0.2,
    "socket_connect_timeout": 0.2,
    "max_retries": 0,  # whoever rings never waits for a broker that is away
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for ever
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat")
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "portal.sweep", "schedule": 5, "options": {"expires": 10}},
    "tick": {"task": "portal.tick", "schedule": 2, "options": {"expires": 5}},
}
JOB_LEASE_SECONDS = env.float("JOB_LEASE_SECONDS", 60)  # a silent worker's job is taken over
JOB_RESEND_SECONDS = env.float("JOB_RESEND_SECONDS", 30)  # an unanswered ring is repeated
JOB_RETRY_SECONDS = env.float("JOB_RETRY_SECONDS", 10)  # doubles with each attempt
JOB_GRACE_SECONDS = env.float("JOB_GRACE_SECONDS", 8)  # for the running job when asked to stop

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "portal.backends.OfficeBackend",
]
PASSWORD_HASHERS = [
    "portal.hashers.OfficeArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"portal.passwords.{name}"}
    for name in ("LongEnough", "NotCommon", "NotOnlyDigits", "NotLikeTheAccount")
]
LOGIN_URL = "portal:sign-in"
LOGIN_REDIRECT_URL = "portal:home"

AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "ip_address",
    "code",
    "new_password",
    "repeated",
    "step_up_password",
]
AXES_LOCKOUT_CALLABLE = "portal.views.sign_in.as_answered"
AXES_CLIENT_IP_CALLABLE = "portal.middleware.client_address"
AXES_VERBOSE = False
CSRF_FAILURE_VIEW = "portal.views.faults.csrf_failure"
TRUST_PROXY = env.bool("TRUST_PROXY", SERVER)  # the last hop names the visitor's address

SESSION_ENGINE = "portal.sessions"
SESSION_COOKIE_AGE = 30 * 60  # seconds without a request
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVER
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVER else None
SECURE_SSL_REDIRECT = SERVER
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = 31536000 if SERVER else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SERVER
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
        "media-src": ["'self'"],  # videos of the evidence
    }
}

LOGGING = logs.LOGGING

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", str(VAR_DIR / "static"))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("tabler", BASE_DIR / "node_modules/@tabler/core/dist/css"),
    ("htmx", BASE_DIR / "node_modules/htmx.org/dist"),
    ("build", VAR_DIR / "build"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "files"
FILE_RESERVE_BYTES = env.int("FILE_RESERVE_BYTES", 2 * 1024**3)  # free space no upload may touch:
FILE_RESERVE_SHARE = env.float("FILE_RESERVE_SHARE", 0.1)  # this or a share, whichever is less
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "tmp"
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "portal.guard_body.FileLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_LIMIT = 20 * 1024 * 1024
EVIDENCE_FILE_LIMIT = env.int("EVIDENCE_FILE_LIMIT", 20 * 1024 * 1024)
EVIDENCE_VIDEO_LIMIT = env.int("EVIDENCE_VIDEO_LIMIT", 200 * 1024 * 1024)
EVIDENCE_UNIT_LIMIT = env.int("EVIDENCE_UNIT_LIMIT", 500 * 1024 * 1024)
EVIDENCE_UPLOAD_HOURS = env.int("EVIDENCE_UPLOAD_HOURS", 24)  # how long half a file waits
ARCHIVE_LIMIT = env.int("ARCHIVE_LIMIT", 2 * 1024**3)  # bytes of files in one package
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", "")  # host:port or a socket's path; empty: no scanner
OBJECTION_LIMIT = 30 * 1024 * 1024  # three files
OPEN_UPLOADS = [r"^/public/notices/\w+/objections/"]  # also from people not signed in
UPLOADS = [  # addresses that take files: bytes of a request, and of one file if not FILE_LIMIT
    (r"^/(units/imports|accounts/import)/", FILE_LIMIT),
    (
        r"^/(units/notices/\d+|public/notices/\w+)/objections/",
        OBJECTION_LIMIT,
        OBJECTION_LIMIT // 3,
    ),
    (r"^/evaluations/(editions/import|score-books)/", FILE_LIMIT),
    (r"^/units/(deliberations|decisions)/", FILE_LIMIT),
    (
        r"^/units/applications/\d+/(materials/\d+|stamped)/$",
        EVIDENCE_VIDEO_LIMIT + FILE_LIMIT,
        EVIDENCE_VIDEO_LIMIT,
    ),
    (
        r"^/evaluations/self-checks/\d+/items/\d+/evidence/$",
        EVIDENCE_VIDEO_LIMIT + FILE_LIMIT,
        EVIDENCE_VIDEO_LIMIT,
    ),
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "portal.paging.Pages",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "portal.api.refusals",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "示范单位管理门户接口",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "DESCRIPTION": "单位、称号和区划的只读接口。范围与登录后看到的相同。",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "TitleLevel": "units.models.Level",
        "RegionLevel": "portal.models.Region.Level",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "PREPROCESSING_HOOKS": ["drf_spectacular.hooks.preprocess_exclude_path_format"],
}

# Messages beyond the portal, where the office has a mail server or a gateway (政务微信, 钉钉)
vars().update(env.email_url("EMAIL_URL", default="smtp://"))
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "portal@localhost")
NEWS_GATEWAY_URL = env.str("NEWS_GATEWAY_URL", "")
NEWS_GATEWAY_SECRET = env.str("NEWS_GATEWAY_SECRET", "")
PORTAL_ADDRESS = env.str("PORTAL_ADDRESS", "")  # https://… before links of messages and QR codes
FONT_FOLDERS = env.list("FONT_FOLDERS", default=[])  # looked through before the usual places

# Upper floors are named here as strings only.
UPPER_URLS = [
    ("accounts/import/", "units.account_urls"),
    ("units/", "units.urls"),
    ("api/v1/", "units.api_urls"),
    ("evaluations/", "evaluations.urls"),
    ("awards/", "awards.urls"),
    ("public/", "units.addresses.public"),
    ("verify/", "awards.addresses.verify"),
]
DESK = ["units.panels", "evaluations.panels", "awards.panels"]
SCHEDULES = [  # modules that register with jobs.every
    "portal.schedules",
    "units.schedules",
    "evaluations.schedules",
]
CLOCK = ["units.duties", "evaluations.duties"]  # modules that register what falls due each day
LOADERS = [  # reference rows of upper floors
    "evaluations.operations.samples.load_families",
    "evaluations.operations.appraisals.load_weights",
    "awards.operations.templates.load_templates",
]
SEEDERS = [  # what fills the demonstration, floor by floor
    "units.operations.demo.seed_units",
    "units.operations.demo.naming.seed_past_batches",
    "evaluations.operations.demo.seed_evaluations",
    "evaluations.operations.demo.next_edition.seed_next_edition",
    "evaluations.operations.demo.naming.seed_naming_scores",
    "units.operations.demo.naming.seed_present_batches",
    "awards.operations.demo.certificates.seed_certificates",  # before some of the titles end
    "units.operations.demo.naming.seed_title_ends",
    "units.operations.demo.follow_up.seed_follow_up",
    "awards.operations.demo.candidates.seed_candidates",
    "awards.operations.demo.certificates.seed_certificates",
]
