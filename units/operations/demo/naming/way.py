"""What units and desks do with one application, each act at its day."""

from datetime import timedelta

from units.desks import desk_of, is_final, recommends
from units.models import Requirement
from units.operations.application_files import add_file, caption_file
from units.operations.applications import (
    save_part,
    start_application,
    version_of,
    withdraw_application,
)
from units.operations.clerks import bind_clerk
from units.operations.demo.naming import words
from units.operations.desks import (
    accept_application,
    forward_application,
    reject_application,
    return_application,
)
from units.operations.handing_in import submit_application
from units.operations.opinions import missing_approvals, record_approvals
from units.recommenders import bodies_open_to
from units.said import Said

COLLECTIVE = "tianbao-duojia"  # reports for whoever has no clerk of their own


class Way:
    """Moves applications of one batch; what units hand in comes from `materials`."""

    def __init__(self, cast, materials, dice, batch):
        self.cast, self.materials, self.dice, self.batch = cast, materials, dice, batch
        self.consents = {}

    def clerk_of(self, unit):
        """The unit's clerk; for a unit without one, who reports for many."""
        known = unit.clerks.filter(is_demo=True).first()
        if known:
            return known
        office, at = self.cast.office, self.cast.at
        return bind_clerk(unit, username=COLLECTIVE, actor=office, at=at)

    def begin(self, unit, day):
        """An application that has only been begun."""
        at = self.cast.moment(day, 9, self.dice.randint(0, 59))
        told = {"category": unit.category, "body": bodies_open_to(unit, self.batch)[0]}
        clerk = self.clerk_of(unit)
        return start_application(unit, self.batch, **told, actor=clerk, at=at)

    def fill(self, application, day, *, whole=True):
        """The parts of the form, and the files; not whole: it stops half way."""
        clerk = application.created_by
        act = {"actor": clerk, "at": self.cast.moment(day, 10, self.dice.randint(0, 59))}
        application = self._save(application, "basics", self._basics(application), act)
        application = self._save(application, "deeds", self._deeds(application), act)
        if not whole:
            return application
        self._hand_over(application, act)
        return self._save(application, "pledge", {"pledged": True}, act)

    def _save(self, application, part, values, act):
        version = version_of(application, part)
        return save_part(application, part, version=version, values=values, **act)

    def _basics(self, application):
        nature, rank = words.NATURES.get(application.unit.category.code, ("事业单位", ""))
        return {
            "nature": nature,
            "rank_name": rank,
            "staff_count": str(self.dice.randint(12, 260)),
            "address": application.unit.address or "示例路 1 号",
            "contact_name": words.CONTACT,
            "contact_post": application.unit.contact_post or "办公室",
            "contact_phone": "0470-0000000",
        }

    def _deeds(self, application):
        n, m = self.dice.randint(6, 30), self.dice.randint(200, 900)
        told = [each.format(name=application.unit.name, n=n, m=m) for each in words.DEEDS]
        summary = words.SUMMARIES.get(application.unit.category.code, words.SUMMARY)
        return {"summary": summary, "deeds": "\n".join(told)}

    def _hand_over(self, application, act):
        asked = [each for each in self.batch.requirements.all() if each.is_required]
        for each in asked:
            photo = each.kind == Requirement.Kind.PHOTO
            found = self.dice.choice(self.materials.photos) if photo else self.materials.summary
            made = self.add(application, each, found, act)
            if photo:
                caption_file(made, caption="专题学习现场", **act)

    def hand_over_one(self, application, day):
        """The first document alone; photos and pledge are still to come."""
        act = {"actor": application.created_by, "at": self.cast.moment(day, 11)}
        asked = next(each for each in self.batch.requirements.all() if each.is_required)
        self.add(application, asked, self.materials.summary, act)

    def add(self, application, requirement, found, act):
        """One more file."""
        received = self.materials.copy(found, owner=act["actor"], at=act["at"])
        return add_file(application, requirement, received, **act)

    def submit(self, application, day):
        """Handed in, with its receipt."""
        at = self.cast.moment(day, 15, self.dice.randint(0, 59))
        submit_application(application, actor=application.created_by, at=at)
        return self.again(application)

    def applied(self, unit, day):
        """Begun, filled in and handed in within two days."""
        application = self.fill(self.begin(unit, day), day)
        return self.submit(application, day + timedelta(days=1))

    def again(self, application):
        """The application as it stands."""
        return type(application).objects.for_display().get(pk=application.pk)

    def pass_on(self, application, day):
        """Forward by whoever holds the desk; with the approvals where it recommends."""
        desk = desk_of(application)
        officer, at = (
            self.cast.officer_at(desk),
            self.cast.moment(day, 11, self.dice.randint(0, 59)),
        )
        recommended = recommends(application)
        if recommended:
            self.approve(application, officer, at - timedelta(minutes=30))
        texts = words.RECOMMENDED if recommended else words.FORWARDED
        said = Said(text=self.dice.choice(texts))
        return forward_application(application, actor=officer, at=at, said=said)

    def approve(self, application, officer, at):
        """Every step of the approval route, with the body's paper."""
        stored = self._consent(application, officer, at)
        for step in missing_approvals(application):
            record_approvals([application], step=step, said=Said(file=stored), actor=officer, at=at)

    def _consent(self, application, officer, at):
        key = application.body_id
        if key not in self.consents:
            found = self.materials.copy(self.materials.consent, owner=officer, at=at)
            self.consents[key] = found.stored
        return self.consents[key]

    def to_city(self, application, day, pace=4):
        """Through every desk below, some days at each."""
        while not is_final(application):
            day += timedelta(days=pace)
            application = self.pass_on(application, day)
        return application, day

    def accept(self, application, day):
        """Taken in by the city."""
        at = self.cast.moment(day, 16, self.dice.randint(0, 59))
        said = Said(words.ACCEPTED)
        return accept_application(application, actor=self.cast.office, at=at, said=said)

    def give_back(self, application, day, number):
        """Returned with remarks by section."""
        text, remarks = words.RETURNS[number % len(words.RETURNS)]
        officer, at = self._officer(application), self.cast.moment(day, 14, 20)
        said = Said(text=text, remarks=remarks)
        return return_application(application, actor=officer, at=at, said=said)

    def turn_down(self, application, day, number):
        """Refused for good, with the reason."""
        officer, at = self._officer(application), self.cast.moment(day, 14, 50)
        said = Said(text=words.REJECTS[number % len(words.REJECTS)])
        return reject_application(application, actor=officer, at=at, said=said)

    def _officer(self, application):
        return self.cast.officer_at(desk_of(application))

    def mend(self, application, day):
        """Changed as asked, and handed in again."""
        act = {"actor": application.created_by, "at": self.cast.moment(day, 10, 30)}
        values = {"summary": application.summary, "deeds": f"{application.deeds}\n{words.MENDED}"}
        application = self._save(application, "deeds", values, act)
        basics = {**self._basics(application), "address": application.address}
        application = self._save(application, "basics", basics, act)
        photo = self.batch.requirements.get(kind=Requirement.Kind.PHOTO)
        held = application.files.standing().filter(requirement=photo).first().file.sha256
        other = next(e for e in self.materials.photos if e.stored.sha256 != held)
        self.add(application, photo, other, act)
        return self.submit(application, day)

    def take_back(self, application, day, number):
        """Withdrawn by the unit, with its reason."""
        at = self.cast.moment(day, 9, 40)
        note = words.WITHDRAWN[number % len(words.WITHDRAWN)]
        act = {"actor": application.created_by, "at": at}
        return withdraw_application(application, note=note, **act)
