"""Optimistic versions: a second editor is shown the difference, nothing is overwritten."""

from portal.errors import Refused


class Stale(Refused):
    """Somebody saved the row meanwhile; `current` is how it stands now."""

    def __init__(self, current):
        super().__init__(
            "您打开之后，他人已修改过这条记录，您的内容还没有保存。两份内容的差别列在上方，请核对后再保存。"
        )
        self.current = current


def save_versioned(obj, *, version, fields):
    """Write `fields` of `obj` if the row still has `version`; otherwise raise Stale."""
    model = type(obj)
    values = {name: getattr(obj, name) for name in fields}
    unmoved = model._base_manager.filter(pk=obj.pk, version=version)
    if not unmoved.update(**values, version=version + 1):
        raise Stale(model._base_manager.get(pk=obj.pk))
    obj.version = version + 1
