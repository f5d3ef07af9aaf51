"""A list of accounts as it comes from Excel: its rows, and what is wrong with them in sentences.

Nothing is written here. Units are looked up by name inside the administrator's region, because
that administrator sees no register; the sentences name nothing that does not stand in the list.
"""

from collections import Counter
from dataclasses import dataclass, field

from portal.errors import Refused
from portal.finding import regions_named
from portal.models import Region, User
from portal.models.user import tidy_username
from portal.scoping import below
from portal.text import folded
from units.models import Unit

R = User.Role
MOST = 2000
HEADINGS = {
    "username": ("用户名", "账号"),
    "name": ("称呼", "名称", "科室"),
    "post": ("岗位", "职务"),
    "role": ("角色",),
    "region": ("地区", "地区（代码或名称）", "行政区划", "区划代码"),
    "unit": ("单位全称", "单位", "单位名称"),
    "work_phone": ("工作电话", "办公电话", "电话"),
}
NEEDED = ("name", "role")
LONGEST = {"username": 40, "name": 40, "post": 40, "work_phone": 20}
LABELS = {name: words[0] for name, words in HEADINGS.items()}
ROLES = {folded(label): code for code, label in R.choices if code != R.UNASSIGNED}
NOTHING = "没有建立任何账号。"


@dataclass
class Line:
    """One account to be made, and the sentences that stand against it."""

    number: int
    username: str = ""
    name: str = ""
    post: str = ""
    role: str = ""
    region: object = None
    unit: object = None
    work_phone: str = ""
    faults: list = field(default_factory=list)


def parse(table, *, actor):
    """Lines of the first sheet that holds anything, each with its faults; Refused without heads."""
    sheet = next(each for each in table.sheets if each.rows)
    head, *rows = sheet.rows
    columns = _columns(head)
    if len(rows) > MOST:
        raise Refused(f"名单有 {len(rows)} 行，一次最多 {MOST} 个账号，{NOTHING}请分成几份。")
    if not rows:
        raise Refused(f"“{table.name}”只有列名，没有账号，{NOTHING}")
    place = Places(actor)
    lines = [_line(row, columns, place) for row in rows]
    _mark_untrusted(lines, sheet)
    _mark_repeated(lines)
    _mark_taken(lines)
    return lines


def faults(lines):
    """Every fault as (row number, sentence), in the order of the list."""
    return [(line.number, sentence) for line in lines for sentence in line.faults]


def _columns(head):
    """Which column holds what, by its heading."""
    words = {folded(str(value)): number for number, value in enumerate(head.values, 1) if value}
    columns = {}
    for name, headings in HEADINGS.items():
        number = next((words[folded(each)] for each in headings if folded(each) in words), None)
        if number:
            columns[name] = number
    missing = [LABELS[name] for name in NEEDED if name not in columns]
    if missing:
        raise Refused(f"第 {head.number} 行没有“{'”“'.join(missing)}”列，{NOTHING}请用模板填写。")
    return columns


def _line(row, columns, place):
    cells = {name: _text(row.at(number)) for name, number in columns.items()}
    line = Line(row.number)
    for name in LONGEST:
        setattr(line, name, cells.get(name, ""))
    line.username = tidy_username(line.username)
    _check_texts(line)
    line.role = _role(line, cells.get("role", ""))
    line.region = place.region(line, cells.get("region", ""))
    line.unit = place.unit(line, cells.get("unit", ""))
    line.region = line.region or (line.unit.region if line.unit else None)
    if line.region is None and not line.faults:
        line.faults.append("“地区”没有填写，请填区划代码或名称。")
    return line


def _text(value):
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split()) if value is not None else ""


def _check_texts(line):
    if not line.name:
        line.faults.append("“称呼”没有填写。")
    for name, length in LONGEST.items():
        if len(getattr(line, name)) > length:
            line.faults.append(f"“{LABELS[name]}”最长 {length} 个字。")
    if line.username and not line.username.replace("-", "").replace("_", "").isalnum():
        line.faults.append(f"用户名“{line.username}”只能用字母、数字和横线。")


def _role(line, word):
    role = ROLES.get(folded(word), "")
    if not role:
        told = f"角色“{word}”不认识" if word else "“角色”没有填写"
        line.faults.append(f"{told}，请填：{'、'.join(label for _, label in R.choices[1:])}。")
    return role


class Places:
    """Regions and units in the administrator's region, each name looked up once."""

    def __init__(self, actor):
        self.regions = Region.objects.visible_to(actor).in_being()
        self.units = Unit.objects.active().filter(below("region__path", actor.scope_paths))
        self.found = {}

    def region(self, line, word):
        """The region of that code or name, or None with a fault."""
        if not word:
            return None
        if word not in self.found:
            self.found[word] = list(regions_named(_long_code(word), self.regions)[:5])
        matches = self.found[word]
        if len(matches) == 1:
            return matches[0]
        if matches:
            line.faults.append(f"地区“{word}”有几处同名，请在前面加上旗县名，或填 12 位区划代码。")
        else:
            line.faults.append(f"地区“{word}”不在您的管理范围内或写法不对，请填区划代码或全名。")
        return None

    def unit(self, line, word):
        """The unit a clerk reports for; no other role has one."""
        if line.role != R.CLERK:
            return self._none_wanted(line, word)
        if not word:
            line.faults.append("填报员须填“单位全称”。")
            return None
        units = self.units.filter(name_key=folded(word)).select_related("region")
        if line.region:
            units = units.within(line.region)
        return self._only(line, word, list(units[:2]))

    def _none_wanted(self, line, word):
        if word:
            line.faults.append("只有填报员填“单位全称”，其他角色请留空。")

    def _only(self, line, word, found):
        if len(found) == 1:
            return found[0]
        if found:
            line.faults.append(f"单位“{word}”有几个同名的，请在“地区”列写明所在苏木乡镇。")
        else:
            line.faults.append(f"单位“{word}”没有登记，或不在所填地区内，请核对全称。")
        return None


def _long_code(word):
    """150702 as 150702000000: people write county codes short."""
    return word.ljust(12, "0") if word.isdigit() and len(word) in (2, 4, 6, 9) else word


def _mark_untrusted(lines, sheet):
    by_number = {line.number: line for line in lines}
    for fault in sheet.faults:
        if fault.row in by_number:
            by_number[fault.row].faults.append(fault.text)


def _mark_repeated(lines):
    names = Counter(line.username for line in lines if line.username)
    twins = Counter(_likeness(line) for line in lines)
    for line in lines:
        if names[line.username] > 1:
            line.faults.append(f"用户名“{line.username}”在名单里出现了 {names[line.username]} 次。")
        if twins[_likeness(line)] > 1 and not line.username:
            line.faults.append("与名单里另一行的称呼、岗位、角色和地区（单位）都相同。")


def _likeness(line):
    return (line.name, line.post, line.role, line.region, line.unit)


def _mark_taken(lines):
    asked = [line.username for line in lines if line.username]
    taken = set(User.objects.filter(username__in=asked).values_list("username", flat=True))
    for line in lines:
        if line.username in taken:
            line.faults.append(f"用户名“{line.username}”已有人使用，请换一个或留空自动生成。")
