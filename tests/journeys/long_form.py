"""The portal with one page more: a form of forty fields, as long as any the portal will have."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import path

from portal import urls

FIELDS = 40
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
accepted = []


class LongForm(forms.Form):
    """Twenty lines and twenty texts."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number in range(FIELDS):
            widget = forms.Textarea if number % 2 else forms.TextInput
            attrs = {"class": "form-control"}
            self.fields[f"field{number}"] = forms.CharField(required=False, widget=widget(attrs))


@login_required
def long_form(request):
    """Takes the form in, and leads on as every page of the portal does."""
    form = LongForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accepted.append(form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("portal:change-password")
    page = {"form": form, "title": "长表单", "submit_label": "提交", "back_url": "/"}
    return render(request, "portal/form.html", page)


urlpatterns = [path("long/", long_form), *urls.urlpatterns]
