"""Refused: the only exception a person ever reads. Busy: please wait a moment."""

import logging

log = logging.getLogger("portal.refused")


class Refused(Exception):
    """An anticipated "no". Its text is a full Chinese sentence: what, where, what now.

    It is logged where it is made, masked like every line: what failed must be told with its reason.
    """

    def __init__(self, text):
        super().__init__(text)
        log.info(text)


class Busy(Refused):
    """The portal is full for the moment; answered with 503 and a friendly sentence."""

    def __init__(self):
        super().__init__("登录的人较多，请稍候重试。您填的内容没有丢失，也没有记作输错。")
