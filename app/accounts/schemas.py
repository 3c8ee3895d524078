"""What goes in and out of signing in, accounts and keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

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
