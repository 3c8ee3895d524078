"""Every setting of the service: an environment variable `THUOC_…` or a line of the file `.env`. `docs/settings.md` lists them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.problems import CannotStart

PREFIX = "THUOC_"
PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Read once when a process starts; the five rooms never see it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore")

    data_dir: Path = Field(default=Path("data"), description="Thư mục dữ liệu: cơ sở dữ liệu SQLite và kho tệp.")
    database_url: str = Field(
        default="",
        description="Địa chỉ PostgreSQL, ví dụ `postgresql://thuoc:matkhau@may-chu/thuoc`. Để trống: SQLite trong thư mục dữ liệu.",
    )
    s3_url: str = Field(
        default="",
        description="Địa chỉ máy chủ tệp tương thích S3, ví dụ `https://s3.vi-du.vn`. Để trống: kho tệp trong thư mục dữ liệu.",
    )
    s3_bucket: str = Field(default="thuoc", description="Bucket của kho tệp S3; phải có sẵn.")
    s3_prefix: str = Field(default="", description="Thư mục của kho tệp trong bucket S3.")
    s3_region: str = Field(default="us-east-1", description="Vùng (region) của kho tệp S3.")
    s3_access_key: str = Field(default="", description="Khóa truy cập kho tệp S3. Để trống: theo môi trường của máy chủ.")
    s3_secret_key: str = Field(default="", repr=False, description="Khóa bí mật của kho tệp S3.")
    max_upload_mb: float = Field(default=50, gt=0, description="Cỡ lớn nhất của một tệp tải lên, tính bằng MB (1.000.000 byte).")
    upload_idle_seconds: float = Field(
        default=60, gt=0, description="Ngắt lượt tải lên khi không nhận thêm được byte nào trong bấy nhiêu giây."
    )
    workers: int = Field(
        default=1,
        ge=0,
        le=64,
        description="Số tiến trình chấm điểm mà `thuoc serve` tự chạy kèm; 0 khi chạy riêng `thuoc worker`.",
    )
    job_lease_seconds: float = Field(
        default=30, gt=0, description="Một việc không có nhịp báo trong bấy nhiêu giây thì tiến trình khác nhận lại."
    )
    job_time_limit_seconds: float = Field(default=900, gt=0, description="Thời gian tối đa cho một lần chấm; quá hạn thì bỏ lần đó.")
    job_max_attempts: int = Field(default=4, ge=1, description="Số lần thử một việc trước khi báo hỏng.")
    job_backoff_seconds: float = Field(default=5, ge=0, description="Chờ trước lần thử thứ hai; mỗi lần sau chờ gấp đôi, tối đa một giờ.")
    job_poll_seconds: float = Field(default=0.5, gt=0, description="Khoảng cách giữa hai lần hỏi việc khi hàng chờ trống.")
    today: date | None = Field(
        default=None,
        description="Ngày được coi là hôm nay, ví dụ `2025-06-30`, để trình diễn và kiểm thử. Để trống: ngày thật theo giờ Việt Nam.",
    )
    feed_clock_seconds: float = Field(
        default=1, ge=0, description="Danh sách công bố được nhớ bấy nhiêu giây trước khi hỏi lại cơ sở dữ liệu xem có gì đổi."
    )
    log_level: Literal["info", "warning", "error"] = Field(default="info", description="Ghi nhật ký từ mức nào: info, warning, error.")
    webhook_allow_private: bool = Field(
        default=False, description="Cho webhook gọi `http://` và địa chỉ trong mạng nội bộ; chỉ để thử trên máy phát triển."
    )
    webhook_max_attempts: int = Field(default=24, ge=1, description="Số lần gửi một tin webhook trước khi thôi; chờ gấp đôi sau mỗi lần.")
    webhook_backoff_seconds: float = Field(default=10, ge=0, description="Chờ trước lần gửi webhook thứ hai; tối đa sáu giờ một lần chờ.")
    webhook_disable_days: float = Field(default=3, gt=0, description="Webhook hỏng liên tục bấy nhiêu ngày thì tự tắt.")
    webhook_log_days: int = Field(default=90, ge=1, description="Giữ nhật ký gửi webhook bấy nhiêu ngày.")
    alert_days: int = Field(default=60, ge=0, le=1000, description="Cảnh báo thỏa ước còn bấy nhiêu ngày thì hết hiệu lực.")
    alert_review_months: int = Field(default=12, ge=1, le=120, description="Thỏa ước phải được rà soát lại sau bấy nhiêu tháng.")
    alerts_hour: int = Field(default=6, ge=0, le=23, description="Cảnh báo của một ngày được tính từ giờ này, giờ Việt Nam.")
    digest_repeat_days: int = Field(
        default=7, ge=1, description="Thư cảnh báo gửi khi có việc mới; việc cũ được nhắc lại sau bấy nhiêu ngày."
    )
    smtp_host: str = Field(default="", description="Máy chủ gửi thư (SMTP). Để trống: không gửi thư cảnh báo.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Cổng của máy chủ gửi thư.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="Bảo mật đường gửi thư: starttls, tls (cổng 465), none chỉ cho máy chủ thư trên cùng máy."
    )
    smtp_user: str = Field(default="", description="Tên đăng nhập máy chủ gửi thư; để trống: không đăng nhập.")
    smtp_password: str = Field(default="", repr=False, description="Mật khẩu máy chủ gửi thư.")
    smtp_from: str = Field(default="", description="Địa chỉ gửi, ví dụ `Thước <thuoc@lien-doan.vn>`.")
    orphan_hours: float = Field(default=24, ge=0, description="Tệp không thuộc thỏa ước nào được dọn sau bấy nhiêu giờ.")

    session_idle_minutes: float = Field(default=60, gt=0, description="Phiên đăng nhập hết hạn khi không dùng trong bấy nhiêu phút.")
    session_hours: float = Field(default=12, gt=0, description="Phiên đăng nhập hết hạn sau bấy nhiêu giờ, dù vẫn đang dùng.")
    session_cookie_secure: bool = Field(
        default=True, description="Chỉ gửi cookie phiên qua HTTPS; chỉ tắt khi thử trên máy mình mà không có HTTPS."
    )
    public_url: str = Field(
        default="", description="Địa chỉ mà người dùng mở, ví dụ `https://thuoc.example.vn`; để trống: theo tên máy trong từng yêu cầu."
    )
    sign_in_failures: int = Field(default=10, ge=1, description="Sai mật khẩu bấy nhiêu lần thì tên đăng nhập bị khóa tạm.")
    sign_in_failures_per_address: int = Field(
        default=100, ge=1, description="Sai mật khẩu bấy nhiêu lần từ một địa chỉ mạng thì địa chỉ đó bị khóa tạm."
    )
    sign_in_lock_minutes: float = Field(default=15, gt=0, description="Khóa tạm, và đếm số lần sai, trong bấy nhiêu phút.")
    one_time_password_hours: float = Field(
        default=72, gt=0, description="Mật khẩu do quản trị đặt lại chỉ dùng để đăng nhập lần đầu, trong bấy nhiêu giờ."
    )
    password_memory_mb: int = Field(default=64, ge=1, le=1024, description="Bộ nhớ cho một lần băm mật khẩu (argon2id), MB.")
    password_rounds: int = Field(default=3, ge=1, le=100, description="Số vòng của một lần băm mật khẩu (argon2id).")

    oidc_issuer: str = Field(
        default="", description="Địa chỉ máy chủ đăng nhập OIDC (issuer), đúng từng ký tự; để trống: chỉ đăng nhập bằng mật khẩu."
    )
    oidc_client_id: str = Field(default="", description="Mã ứng dụng của hệ thống này ở máy chủ OIDC.")
    oidc_client_secret: str = Field(default="", repr=False, description="Khóa bí mật của ứng dụng ở máy chủ OIDC.")
    oidc_claim: str = Field(
        default="sub",
        min_length=1,
        description="Mục (claim) nói ai đăng nhập: `email` (đã xác minh) khớp địa chỉ thư, mục khác khớp danh tính OIDC của tài khoản.",
    )

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret and self.public_url):
            raise ValueError("oidc_issuer needs oidc_client_id, oidc_client_secret and public_url")
        host = urlsplit(self.oidc_issuer).hostname
        if self.oidc_issuer and not self.oidc_issuer.startswith("https://") and host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("oidc_issuer must be https")
        return self

    @model_validator(mode="after")
    def _mail_has_a_sender(self) -> Self:
        if self.smtp_host and "@" not in self.smtp_from:
            raise ValueError("smtp_host needs smtp_from")
        return self

    @classmethod
    def load(cls) -> Self:
        """The settings of the environment. Raises CannotStart that names every wrong one."""
        try:
            return cls()
        except ValidationError as error:
            wrong = ", ".join(
                f"{PREFIX}{str(one['loc'][0]).upper()}={str(one['input'])[:60]!r}" if one["loc"] else str(one["ctx"]["error"])
                for one in error.errors()
            )
            raise CannotStart("settings_invalid", f"Thiết lập chưa đúng: {wrong}. Xem docs/settings.md.") from None

    @property
    def max_upload_bytes(self) -> int:
        return int(self.max_upload_mb * 1_000_000)

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def sqlalchemy_url(self) -> str:
        """The address for SQLAlchemy, with the driver named."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir.resolve() / 'thuoc.sqlite3'}"
        for scheme in ("postgresql://", "postgres://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url.removeprefix(scheme)
        return self.database_url


def documentation() -> str:
    """The table of `docs/settings.md`, so that the page and the code cannot differ."""
    lines = [
        "# Thiết lập",
        "",
        "Đặt bằng biến môi trường hoặc trong tệp `.env` ở thư mục chạy lệnh.",
        "Trang này do `python -m app.settings > docs/settings.md` viết ra.",
        "",
        "| biến | mặc định | nghĩa |",
        "| --- | --- | --- |",
    ]
    for name, field in Settings.model_fields.items():
        default = "(trống)" if field.default in ("", None) else f"`{field.default}`"
        lines.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(documentation(), end="")
