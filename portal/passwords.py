"""Password rules, each refusal a sentence that says what to do instead."""

from django.contrib.auth import password_validation as rules
from django.core.exceptions import ValidationError

from portal.text import folded

LOCAL_FAVOURITES = frozenset(
    ["woaini1314", "woaizhongguo", "zhongguo123", "a123456789", "qq123456789", "1qaz2wsx3edc"]
)


class LongEnough(rules.MinimumLengthValidator):
    def __init__(self, min_length=10):
        super().__init__(min_length)

    def validate(self, password, user=None):
        if len(password) < self.min_length:
            raise ValidationError(
                f"密码至少 {self.min_length} 位，现在是 {len(password)} 位，可以用一句好记的话。"
            )

    def get_help_text(self):
        return f"至少 {self.min_length} 位，可以用一句好记的话。"


class NotCommon(rules.CommonPasswordValidator):
    def validate(self, password, user=None):
        plain = folded(password)
        if plain in self.passwords or plain in LOCAL_FAVOURITES or len(set(plain)) < 4:
            raise ValidationError("这个密码太常见，容易被猜到，请换一个。")

    def get_help_text(self):
        return "不用常见的密码。"


class NotOnlyDigits(rules.NumericPasswordValidator):
    def validate(self, password, user=None):
        if password.isdigit():
            raise ValidationError("密码不能全是数字，请加上字母或汉字。")

    def get_help_text(self):
        return "不全是数字。"


class NotLikeTheAccount(rules.UserAttributeSimilarityValidator):
    def __init__(self):
        super().__init__(user_attributes=("username", "name", "post", "work_phone"))

    def validate(self, password, user=None):
        try:
            super().validate(password, user)
        except ValidationError:
            raise ValidationError("密码与用户名、称呼或电话太接近，请换一个。") from None

    def get_help_text(self):
        return "不与用户名、称呼或电话相近。"
