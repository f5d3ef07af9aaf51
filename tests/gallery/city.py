"""What the gallery shows: the world of the access matrix, and 5,000 units with long real names."""

from datetime import date, timedelta

from portal.models import Region
from tests import factories as make
from tests.architecture.world import build
from units.models import Designation, Level, Unit, UnitSpell

BANNERS = (
    "莫力达瓦达斡尔族自治旗",
    "鄂伦春自治旗",
    "鄂温克族自治旗",
    "新巴尔虎左旗",
    "满洲里市",
    "海拉尔区",
)
TOWNSHIPS = ("杜拉尔鄂温克民族乡", "巴彦塔拉达斡尔民族乡", "正阳街道", "新宝力格苏木")
NAMES = (
    "示例嘎查",
    "示例社区",
    "内蒙古自治区示例农垦（集团）有限责任公司第一分公司",
    "示例中学",
    "示例人民医院",
)


def lay_out(rows=5000):
    """The people by number of rows they see: nobody's 苏木, one unit, the whole city."""
    world = build()
    city = world.people["leader"].region
    empty = make.make_region("空苏木", Region.objects.get(pk=world.regions["west"].pk))
    townships = [
        make.make_region(township, make.make_region(banner, city))
        for banner in BANNERS
        for township in TOWNSHIPS
    ]
    _fill(townships, rows)
    world.people["empty_officer"] = make.make_officer(empty)
    world.people["one_officer"] = make.make_officer(world.regions["south"])
    return world


def _fill(townships, rows):
    categories = [
        make.make_category(name) for name in ("嘎查村", "社区", "企业", "学校", "事业单位")
    ]
    units = [_unit(number, townships, categories) for number in range(rows)]
    Unit.objects.bulk_create(units, batch_size=500)
    UnitSpell.objects.bulk_create(
        [
            UnitSpell(unit=unit, **{each: getattr(unit, each) for each in UnitSpell.COPIED})
            for unit in units
        ],
        batch_size=500,
    )
    batch, kind = make.make_batch("第五批"), make.make_kind()
    Designation.objects.bulk_create(
        [_title(number, unit, batch, kind) for number, unit in enumerate(units)], batch_size=500
    )


def _unit(number, townships, categories):
    region = townships[number % len(townships)]
    name = f"{region.parent.name}{region.name}{NAMES[number % len(NAMES)]}{number}"
    unit = Unit(
        name=name,
        region=region,
        category=categories[number % len(categories)],
        contact_post="文书",
        contact_phone="0470-0000000",
        registered_on=date(2018, 1, 1),
    )
    unit.derive()
    return unit


def _title(number, unit, batch, kind):
    starts_on = date(2019, 1, 1) + timedelta(days=number)
    return Designation(
        unit=unit,
        level=Level.values[number % 4],
        kind=kind,
        batch=batch,
        title="全市民族团结进步示范区示范单位",
        document_no=f"呼民委发〔2021〕示例{number}号",
        named_on=starts_on,
        named_year=starts_on.year,
        starts_on=starts_on,
        ends_on=starts_on.replace(year=starts_on.year + 5, day=1),
        recorded_at=make.NOON,
    )
