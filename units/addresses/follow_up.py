"""复验, 整改, 撤销 and 退出."""

urlpatterns = []
