from django.urls import URLPattern, URLResolver, path

from accounts.pages import (
    approvals,
    confirm,
    data,
    deletion,
    email_change,
    history,
    lost_factors,
    not_me,
    overview,
    password,
    password_reset,
    profile,
    second_step,
    security,
    sign_in,
    sign_up,
)
from accounts.viewsets import account
from accounts.viewsets.approvals import ApprovalViewSet, MfaResetRequestView
from accounts.viewsets.data import DeletionViewSet, ExportViewSet
from accounts.viewsets.email_change import EmailChangeViewSet
from accounts.viewsets.lost_factors import LostFactorsViewSet, MfaResetView, StopLinkView
from accounts.viewsets.password_reset import PasswordResetViewSet
from accounts.viewsets.profile import AvatarView, ProfileView
from accounts.viewsets.second_step import SecondStepViewSet
from accounts.viewsets.security import (
    ConfirmCodeView,
    ConfirmView,
    PasswordView,
    SignInHistoryView,
)
from accounts.viewsets.sign_in import SignInViewSet
from accounts.viewsets.sign_up import SignUpViewSet

pages: list[URLPattern | URLResolver] = [
    path("sign-up/", sign_up.SignUpPage.as_view(), name="sign_up"),
    path("verify-email/<str:attempt>/", sign_up.VerifyEmailPage.as_view(), name="verify_email"),
    path("verify-email/<str:attempt>/resend/", sign_up.resend_code, name="resend_code"),
    path(
        "verify-email/<str:attempt>/link/<str:token>/",
        sign_up.VerifyEmailPage.as_view(),
        name="verify_email_link",
    ),
    path("sign-in/", sign_in.SignInPage.as_view(), name="sign_in"),
    path("sign-in/second-step/", second_step.SecondStepPage.as_view(), name="second_step"),
    path("sign-in/second-step/send/", second_step.send_code, name="second_step_send"),
    path("sign-in/lost/", lost_factors.LostPage.as_view(), name="lost"),
    path("sign-in/lost/send/", lost_factors.send_mail, name="lost_send"),
    path("lost/stopped/", lost_factors.stopped, name="lost_stopped"),
    path("lost/stop/<str:token>/", lost_factors.StopPage.as_view(), name="lost_stop"),
    path("lost/finish/<str:token>/", lost_factors.FinishPage.as_view(), name="lost_finish"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", overview.overview, name="overview"),
    path("confirm/", confirm.ConfirmPage.as_view(), name="confirm"),
    path("confirm/send/", confirm.send_code, name="confirm_send"),
    path("confirm/go-on/", confirm.go_on, name="go_on"),
    path("settings/password/", password.PasswordPage.as_view(), name="password"),
    path("settings/history/", history.history, name="history"),
    path("settings/security/", security.security, name="security"),
    path("settings/security/stop-reset/", lost_factors.stop_here, name="lost_stop_here"),
    path("settings/profile/", profile.ProfilePage.as_view(), name="profile"),
    path("not-me/done/", not_me.done, name="not_me_done"),
    path("not-me/<str:alert_id>/", not_me.NotMePage.as_view(), name="not_me"),
    path("not-me/link/<str:token>/", not_me.NotMeLinkPage.as_view(), name="not_me_link"),
    path("reset-password/", password_reset.AskResetPage.as_view(), name="reset"),
    path("reset-password/sent/", password_reset.reset_sent, name="reset_sent"),
    path("reset-password/<str:token>/", password_reset.SetPasswordPage.as_view(), name="reset_set"),
    path("settings/email/", email_change.EmailPage.as_view(), name="email"),
    path("settings/email/confirm/", email_change.ConfirmEmailPage.as_view(), name="email_confirm"),
    path("settings/email/resend/", email_change.resend_code, name="email_resend"),
    path("settings/email/cancel/", email_change.cancel, name="email_cancel"),
    path(
        "settings/email/link/<str:token>/",
        email_change.ConfirmEmailPage.as_view(),
        name="email_link",
    ),
    path("settings/data/", data.DataPage.as_view(), name="data"),
    path("settings/data/<str:export_id>/", data.download_export, name="export"),
    path("settings/delete/", deletion.DeletionPage.as_view(), name="delete"),
    path("settings/delete/keep/", deletion.keep_account, name="keep"),
    path("staff/approvals/", approvals.list_page, name="approvals"),
    path("staff/approvals/<str:approval_id>/", approvals.ApprovalPage.as_view(), name="approval"),
    path("staff/mfa-reset/", approvals.MfaResetRequestPage.as_view(), name="mfa_reset_request"),
]
api: list[URLPattern | URLResolver] = [
    path("account/confirm/", ConfirmView.as_view(), name="confirm"),
    path("account/confirm/send/", ConfirmCodeView.as_view(), name="confirm_send"),
    path("account/password/", PasswordView.as_view(), name="password"),
    path("account/sign-ins/", SignInHistoryView.as_view(), name="sign_ins"),
    path("account/", account.AccountView.as_view(), name="account"),
    path("profile/", ProfileView.as_view(), name="profile"),
    path("profile/avatar/", AvatarView.as_view(), name="avatar"),
    path("sign-ups/", SignUpViewSet.as_view({"post": "create"}), name="sign_ups"),
    path(
        "sign-ups/<str:attempt>/verify/", SignUpViewSet.as_view({"post": "verify"}), name="verify"
    ),
    path(
        "sign-ups/<str:attempt>/resend/", SignUpViewSet.as_view({"post": "resend"}), name="resend"
    ),
    path("sessions/", SignInViewSet.as_view({"get": "list", "post": "create"}), name="sessions"),
    path(
        "sessions/second-step/",
        SecondStepViewSet.as_view({"post": "create"}),
        name="second_step",
    ),
    path(
        "sessions/second-step/send/",
        SecondStepViewSet.as_view({"post": "send"}),
        name="second_step_send",
    ),
    path(
        "sessions/second-step/lost/",
        LostFactorsViewSet.as_view({"get": "retrieve", "post": "create"}),
        name="lost",
    ),
    path(
        "sessions/second-step/lost/send/",
        LostFactorsViewSet.as_view({"post": "send"}),
        name="lost_send",
    ),
    path(
        "sessions/second-step/lost/finish/",
        LostFactorsViewSet.as_view({"post": "finish"}),
        name="lost_finish",
    ),
    path("mfa-reset/stop/", StopLinkView.as_view(), name="lost_stop"),
    path("account/mfa-reset/", MfaResetView.as_view(), name="mfa_reset"),
    path("staff/approvals/", ApprovalViewSet.as_view({"get": "list"}), name="approvals"),
    path(
        "staff/approvals/<str:approval_id>/",
        ApprovalViewSet.as_view({"get": "retrieve"}),
        name="approval",
    ),
    path(
        "staff/approvals/<str:approval_id>/approve/",
        ApprovalViewSet.as_view({"post": "approve"}),
        name="approve",
    ),
    path(
        "staff/approvals/<str:approval_id>/refuse/",
        ApprovalViewSet.as_view({"post": "refuse"}),
        name="refuse",
    ),
    path("staff/mfa-resets/", MfaResetRequestView.as_view(), name="mfa_reset_request"),
    path("sessions/current/", SignInViewSet.as_view({"delete": "end_current"}), name="sign_out"),
    path(
        "password-resets/",
        PasswordResetViewSet.as_view({"post": "create"}),
        name="password_resets",
    ),
    path(
        "password-resets/confirm/",
        PasswordResetViewSet.as_view({"post": "confirm"}),
        name="password_reset_confirm",
    ),
    path(
        "account/email-change/",
        EmailChangeViewSet.as_view({"get": "retrieve", "post": "create", "delete": "destroy"}),
        name="email_change",
    ),
    path(
        "account/email-change/confirm/",
        EmailChangeViewSet.as_view({"post": "confirm"}),
        name="email_change_confirm",
    ),
    path(
        "account/email-change/resend/",
        EmailChangeViewSet.as_view({"post": "resend"}),
        name="email_change_resend",
    ),
    path(
        "account/exports/",
        ExportViewSet.as_view({"get": "list", "post": "create"}),
        name="exports",
    ),
    path(
        "account/exports/<str:export_id>/",
        ExportViewSet.as_view({"get": "download"}),
        name="export",
    ),
    path(
        "account/deletion/",
        DeletionViewSet.as_view({"get": "retrieve", "post": "create", "delete": "destroy"}),
        name="deletion",
    ),
]
