"""What an act on an account is called where people read it."""

ACCOUNT_ACTS = {
    "user.create": "建立账号",
    "user.make_demo": "建立演示账号",
    "user.edit": "修改账号",
    "account_intake.make": "按名单建立账号",
    "user.grant": "授予角色",
    "user.revoke": "收回角色",
    "user.disable": "停用",
    "user.enable": "启用",
    "user.lock": "锁定登录",
    "user.unlock": "解除锁定",
    "user.issue_code": "生成登录码",
    "user.use_code": "用登录码设置密码",
    "user.change_password": "修改密码",
    "user.sign_in": "登录",
    "user.confirm": "再次验证密码",
    "user.sign_out": "退出",
    "user.sign_out_everywhere": "在所有设备上退出",
}
