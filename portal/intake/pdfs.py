"""PDF: whole, without a password, without scripts; its pages can be shown as pictures."""

import io
import re
import zipfile

from portal.errors import Refused
from portal.intake.kinds import HEAD, NOTHING
from portal.intake.pictures import day_in, jpeg

PRINT = "请用“打印”另存一份 PDF 后再传。"
ACTIONS = {
    "/JavaScript": "脚本",
    "/Launch": "启动程序的动作",
    "/SubmitForm": "向外发送内容的动作",
    "/ImportData": "导入外部数据的动作",
    "/GoToE": "打开内嵌文件的动作",
    "/Rendition": "多媒体动作",
}
KEYS = {"/JS": "脚本", "/XFA": "动态表单", "/RichMedia": "多媒体内容", "/JavaScript": "脚本"}
SUSPECT = re.compile(
    rb"/(?:JS|JavaScript|Launch|SubmitForm|ImportData|GoToE|Rendition|XFA|RichMedia|EF)\b"
)
QUIET = (".xml", ".ofd", ".pdf", ".txt", ".csv", ".json", ".jpg", ".jpeg", ".png", ".docx", ".xlsx")
DEEPEST = 40


def look(path, kind, name, limits):
    """How many pages a PDF has and when it was made; Refused if it is broken or not quiet."""
    import pikepdf

    check_ends(path, name)
    try:
        with pikepdf.open(path) as pdf:
            pages = len(pdf.pages)
            check_quiet(pdf, name, limits)
            found = day_of(pdf)
    except pikepdf.PasswordError as error:
        raise Refused(f"“{name}”设有打开密码，{NOTHING}请取消密码后再传。") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError) as error:
        raise broken(name) from error
    if not 0 < pages <= limits.pages:
        raise Refused(f"“{name}”有 {pages} 页，超过 {limits.pages} 页或没有内容，{NOTHING}")
    return {"pages": pages, "found_on": found}


def broken(name):
    return Refused(f"“{name}”不完整或已损坏，打不开，{NOTHING}请重新扫描或重新导出 PDF。")


def check_ends(path, name):
    """A PDF ends where it says so; one cut off on the way, or with more behind it, is refused."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - HEAD))
        if b"%%EOF" not in file.read():
            raise broken(name)
    if zipfile.is_zipfile(path):
        raise Refused(f"“{name}”里夹带了压缩包，{NOTHING}{PRINT}")


def check_quiet(pdf, name, limits):
    """Refuse what a viewer would act upon by itself."""
    if len(pdf.objects) > limits.objects:
        raise Refused(f"“{name}”内部过于复杂，{NOTHING}{PRINT}")
    for each in pdf.objects:
        if SUSPECT.search(_words(each)):
            _examine(each, name, DEEPEST)


def _words(each):
    """An object as it is written; of a stream only what stands before its content."""
    import pikepdf

    if isinstance(each, pikepdf.Stream):
        return each.stream_dict.unparse(resolved=True)
    return each.unparse(resolved=True)


def _examine(each, name, depth):
    """Names in strings are harmless; names that are keys or kinds of actions are not."""
    import pikepdf

    if depth == 0:
        raise Refused(f"“{name}”内部过于复杂，{NOTHING}{PRINT}")
    if isinstance(each, pikepdf.Stream):
        each = each.stream_dict
    if isinstance(each, pikepdf.Dictionary):
        _check_dictionary(each, name)
        children = [child for _, child in each.items()]
    elif isinstance(each, pikepdf.Array):
        children = list(each)
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            _examine(child, name, depth - 1)


def _check_dictionary(each, name):
    found = [word for key, word in KEYS.items() if key in each]
    kinds = {str(each.get(key, "")) for key in ("/S", "/Subtype")}
    found += [word for action, word in ACTIONS.items() if action in kinds]
    if found:
        raise Refused(f"“{name}”里含有{found[0]}，{NOTHING}{PRINT}")
    if "/EF" in each and not _file_name(each).lower().endswith(QUIET):
        raise Refused(f"“{name}”里附带了其他文件，{NOTHING}请去掉附件，或{PRINT}")


def _file_name(each):
    return str(each.get("/UF", each.get("/F", "")))


def day_of(pdf):
    """The day the PDF was made, by its own word."""
    try:
        text = str(pdf.docinfo.get("/CreationDate", ""))
    except Exception:  # a broken note in a good document is no reason to refuse it
        return None
    found = re.match(r"D:(\d{4})(\d\d)(\d\d)", text)
    return day_in("-".join(found.groups())) if found else None


def derive(path, kind, name, limits):
    """A thumbnail of the first page."""
    image = page(path, 1, limits.thumb)
    image.thumbnail((limits.thumb, limits.thumb))
    return {"thumbnail": jpeg(image, 78)}


def page(path, number, width):
    """One page as a picture this wide, or as high as paper of that width may be."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        sheet = document[number - 1]
        across, down = sheet.get_size()
        scale = min(width / max(across, 1), 2 * width / max(down, 1))
        return sheet.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")


def picture_of_page(path, number, width):
    """One page as JPEG bytes."""
    out = io.BytesIO()
    page(path, number, width).save(out, "JPEG", quality=84)
    return out.getvalue()
