from django.urls import URLPattern, URLResolver, path

from accounts import pages as doors
from accounts import viewsets

pages: list[URLPattern | URLResolver] = [
    path("sign-up/", doors.SignUpPage.as_view(), name="sign_up"),
    path("verify-email/<str:attempt>/", doors.VerifyEmailPage.as_view(), name="verify_email"),
    path("verify-email/<str:attempt>/resend/", doors.resend_code, name="resend_code"),
    path(
        "verify-email/<str:attempt>/link/<str:token>/",
        doors.VerifyEmailPage.as_view(),
        name="verify_email_link",
    ),
    path("sign-in/", doors.SignInPage.as_view(), name="sign_in"),
    path("sign-out/", doors.sign_out, name="sign_out"),
    path("account/", doors.overview, name="overview"),
]
api: list[URLPattern | URLResolver] = [
    path("account/", viewsets.AccountView.as_view(), name="account"),
]
