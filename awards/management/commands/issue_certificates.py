"""manage.py issue_certificates: a batch's certificates as files, without a browser.

What has no certificate yet gets one; what has one is written as it was printed. Run again, it
gives the same numbers and the same bytes.
"""

import json
import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from awards import fonts
from awards.addressing import address_caveat, portal_address
from awards.models import Certificate, CertificateIssue
from awards.operations.certificate_prints import bundle, finish_issue, print_rest
from awards.operations.certificates import issue_for_batch, latest_batch
from awards.wanted import certifiable, waiting
from portal import files
from portal.errors import Refused
from portal.management.progress import Progress
from portal.models import User
from units.models import Batch, NamingDecision

NONE = "还没有生效的命名决定，没有可以制作的证书；没有写入任何文件。"


class Command(BaseCommand):
    help = "制作一批证书：每个单位一份 PDF，另有 index.json；重复运行编号和文件都不变"

    def add_arguments(self, parser):
        parser.add_argument(
            "--batch", default="latest", help="latest（最近命名的批次）、批次的编号或名称"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="写到哪个文件夹")
        parser.add_argument("--address", default="", help="门户对外的网址，二维码指向它")
        parser.add_argument("--as", dest="username", metavar="用户名", help="以谁的名义签发")

    def handle(self, *, batch, out, address, username, **options):
        try:
            chosen = self._batch(batch)
            owner = self._owner(chosen, username)
            self._folder(out)
            self._issue(chosen, address, username, owner)
            index = self._write(chosen, out)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:
            raise CommandError(f"文件没有写成（{error.strerror}），证书编号不受影响。") from None
        self.stdout.write(f"“{chosen}”证书 {len(index)} 份，已写入 {out}，目录见 index.json。")

    def _batch(self, text):
        if text == "latest":
            found = latest_batch()
            if found is None:
                raise Refused(NONE)
            return found
        rows = Batch.objects.select_related("region", "kind")
        found = list(rows.filter(pk=int(text)) if text.isdecimal() else _named(rows, text))
        if len(found) != 1:
            which = "没有找到批次" if not found else "不止一个批次叫"
            keys = "、".join(f"{each.pk}（{each}，{each.year or ''}）" for each in found[:5])
            raise Refused(f"{which}“{text}”，没有写入任何文件。{keys and '请用编号：' + keys}")
        return found[0]

    def _owner(self, batch, username):
        """To whom the files belong: the person named, or who drafted the decision."""
        if username:
            person = User.objects.filter(username=username, is_active=True).first()
            if person is None:
                raise Refused(f"没有在用的账号“{username}”，没有签发证书。")
            return person
        applied = NamingDecision.State.APPLIED
        decision = batch.decisions.filter(state=applied).select_related("created_by").first()
        if decision is None:
            raise Refused(f"“{batch}”没有生效的命名决定，没有签发证书。")
        return decision.created_by

    def _folder(self, out):
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"文件夹“{out}”不能使用，没有签发证书。") from error

    def _issue(self, batch, address, username, owner):
        """Issue what is wanted, print what is not printed, whoever issued it."""
        at = timezone.now()
        if waiting(certifiable().filter(batch=batch)):
            chosen = portal_address(address)
            for caveat in filter(None, (address_caveat(chosen), *fonts.missing_faces())):
                self.stderr.write(f"注意：{caveat}")
            given = {"address": chosen, "actor": owner if username else None, "at": at}
            issue_for_batch(batch, **given, print_now=True)
        for issue in CertificateIssue.objects.filter(certificates__in=_papers(batch)).distinct():
            self._print(issue, owner)

    def _print(self, issue, owner):
        progress = Progress(self.stderr, "制作证书", issue.count)
        told = {"at": timezone.now(), "owner": owner}
        print_rest(issue, **told, progress=lambda done, total: progress(done))
        if issue.printed_at is None:
            finish_issue(issue, *bundle(issue, **told), actor=None, at=told["at"])

    def _write(self, batch, out):
        index = []
        for each in _papers(batch).select_related("pdf").in_print_order():
            content = files.path_of(each.pdf.sha256).read_bytes()
            name = files.clean_name(each.file_name)
            put(out / name, content)
            index.append(
                {
                    "number": each.number,
                    "unit": each.unit_name,
                    "file": name,
                    "sha256": each.pdf.sha256,
                }
            )
        if not index:
            raise Refused(f"“{batch}”没有可以制作的证书，没有写入任何文件。")
        text = json.dumps(index, ensure_ascii=False, indent=2) + "\n"
        put(out / "index.json", text.encode())
        return index


def _named(rows, text):
    """By its name, 第七批, or with its level before it, 盟市级第七批."""
    return [each for each in rows.filter(decisions__isnull=False).distinct() if _is(each, text)]


def _is(batch, text):
    return text in (batch.name, str(batch))


def _papers(batch):
    """The valid certificates of a batch's titles that still stand."""
    rows = Certificate.objects.standing().filter(designation__batch=batch)
    return rows.filter(designation__in=certifiable())


def put(path, content):
    """Write a file under another name, down to the platter, and give it its own at the end."""
    part = path.with_name(f".{path.name[:40]}.part")
    with open(part, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    os.replace(part, path)
    files.sync_folder(path.parent)
