"""What goes in and out of signing in, accounts and keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from app.accounts.principal import Role
from app.web.text import printable

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(printable)]
Secret = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(printable)]
EXAMPLE_ID = "01938f3a-7c2e-7b11-9d55-3f0a6f2c1e44"


class SignInIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Đăng nhập")

    username: Words = Field(max_length=100, description="Tên đăng nhập.", examples=["hoa.nguyen"])
    password: Secret = Field(description="Mật khẩu.", examples=["chuồn chuồn bay thấp"])


class PasswordIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Đổi mật khẩu")

    current: Secret = Field(description="Mật khẩu đang dùng.")
    new: Secret = Field(description="Mật khẩu mới, từ 10 ký tự; một câu ngắn dễ nhớ là đủ tốt.", examples=["chuồn chuồn bay thấp"])


class GrantOut(BaseModel):
    model_config = ConfigDict(title="Quyền")

    role: Role
    role_label: str = Field(examples=["người duyệt"])
    unit_id: str = Field(examples=[EXAMPLE_ID])
    unit_name: str = Field(examples=["Liên đoàn Lao động tỉnh Hà Tĩnh"])


class SessionOut(BaseModel):
    model_config = ConfigDict(title="Người đang dùng")

    kind: Literal["account", "key"] = Field(description="account: người đăng nhập; key: khóa API.")
    id: str = Field(examples=[EXAMPLE_ID])
    name: str = Field(examples=["Nguyễn Thị Hoa"])
    grants: list[GrantOut] = Field(description="Được làm gì, cho đơn vị nào.")
    must_change_password: bool = Field(description="Đang dùng mật khẩu một lần: phải đổi trước khi làm việc khác.")
    expires_at: datetime | None = Field(description="Phiên hoặc khóa dùng được đến lúc này; null: không hạn.")
    csrf_token: str | None = Field(description="Gửi lại trong tiêu đề `X-CSRF-Token` của mọi yêu cầu thay đổi; null với khóa API.")


class GrantIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Quyền cần giao")

    role: Role = Field(description="officer: chỉ đơn vị này; các vai khác: cả những đơn vị bên dưới.")
    unit_id: Words = Field(max_length=36, examples=[EXAMPLE_ID])


class AccountIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Tài khoản mới")

    username: Words = Field(max_length=100, description="Tên đăng nhập: a–z, 0–9 và . _ @ + -", examples=["hoa.nguyen"])
    name: Words = Field(max_length=200, description="Họ tên.", examples=["Nguyễn Thị Hoa"])
    email: Words | None = Field(default=None, max_length=200, examples=["hoa@congdoan.example"])
    subject: Words | None = Field(default=None, max_length=300, description="Mã của người này ở máy chủ đăng nhập OIDC.")
    grants: list[GrantIn] = Field(min_length=1, max_length=50)
    password: bool = Field(default=True, description="false: không có mật khẩu, chỉ đăng nhập bằng OIDC.")


class AccountOut(BaseModel):
    model_config = ConfigDict(title="Tài khoản")

    id: str = Field(examples=[EXAMPLE_ID])
    username: str
    name: str
    email: str | None
    subject: str | None
    state: Literal["active", "must_change_password", "disabled"] = Field(
        description="active: đang dùng; must_change_password: còn dùng mật khẩu một lần; disabled: đã khóa."
    )
    grants: list[GrantOut]
    created_at: datetime


class AccountPage(BaseModel):
    model_config = ConfigDict(title="Một trang tài khoản")

    items: list[AccountOut]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")


class OneTimePassword(BaseModel):
    model_config = ConfigDict(title="Mật khẩu một lần")

    account: AccountOut
    one_time_password: str | None = Field(description="Chỉ hiện lần này; phải đổi ở lần đăng nhập đầu. null: tài khoản không có mật khẩu.")
    good_until: datetime | None = Field(description="Dùng được đến lúc này.")


class KeyIn(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Khóa API mới")

    name: Words = Field(max_length=200, description="Dùng vào việc gì.", examples=["Trang tin của Liên đoàn"])
    grants: list[GrantIn] = Field(min_length=1, max_length=50, description="Không được rộng hơn quyền của người tạo.")
    expires_at: AwareDatetime | None = Field(default=None, description="Hết hạn lúc này; null: không hết hạn.")


class KeyOut(BaseModel):
    model_config = ConfigDict(title="Khóa API")

    id: str = Field(examples=[EXAMPLE_ID])
    name: str
    hint: str = Field(description="Mấy ký tự đầu, để nhận ra khóa.", examples=["thuoc_Ab12Cd"])
    grants: list[GrantOut]
    made_by: str | None = Field(description="Người tạo; null: tạo bằng dòng lệnh.")
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="Lần dùng cuối, chính xác đến phút.")


class KeyPage(BaseModel):
    model_config = ConfigDict(title="Một trang khóa API")

    items: list[KeyOut]
    next_cursor: str | None = Field(description="Gửi lại trong `cursor` để đọc trang sau; null ở trang cuối.")


class KeyMade(BaseModel):
    model_config = ConfigDict(title="Khóa API vừa tạo")

    key: KeyOut
    secret: str = Field(description="Chính khóa, chỉ hiện lần này: gửi trong `Authorization: Bearer …`.", examples=["thuoc_Ab12…"])
