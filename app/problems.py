"""What can go wrong in the service, said once: a stable code, the HTTP status and a short Vietnamese title for each.

Services raise `Problem`; `app.web.errors` turns it into an RFC 9457 answer. Reading a file has codes of its own (`ReadingError`);
they pass through unchanged with the status of `READING_STATUS`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One catalogue entry: `status` is the HTTP status, `title` the Vietnamese name of the problem."""

    status: int
    title: str


KINDS: dict[str, Kind] = {
    "agreement_not_found": Kind(404, "Không tìm thấy thỏa ước"),
    "sign_in_required": Kind(401, "Phải đăng nhập"),
    "sign_in_failed": Kind(401, "Tên hoặc mật khẩu không đúng"),
    "session_ended": Kind(401, "Phiên đăng nhập đã hết"),
    "key_invalid": Kind(401, "Khóa API không dùng được"),
    "sign_in_locked": Kind(429, "Tạm khóa đăng nhập"),
    "oidc_off": Kind(404, "Không đăng nhập qua OIDC"),
    "oidc_failed": Kind(401, "Đăng nhập qua OIDC không thành"),
    "oidc_unavailable": Kind(502, "Máy chủ đăng nhập không trả lời"),
    "forbidden": Kind(403, "Không có quyền"),
    "csrf_failed": Kind(403, "Yêu cầu không đến từ trang của hệ thống"),
    "password_change_required": Kind(403, "Phải đổi mật khẩu trước"),
    "account_not_found": Kind(404, "Không có tài khoản này"),
    "grant_not_found": Kind(404, "Không có quyền này"),
    "key_not_found": Kind(404, "Không có khóa API này"),
    "account_exists": Kind(409, "Tài khoản đã có"),
    "account_invalid": Kind(422, "Tài khoản chưa đúng"),
    "password_weak": Kind(422, "Mật khẩu quá dễ đoán"),
    "unit_unknown": Kind(422, "Không có đơn vị này"),
    "if_match_required": Kind(428, "Phải gửi kèm If-Match"),
    "unit_not_found": Kind(404, "Không tìm thấy đơn vị"),
    "unit_exists": Kind(409, "Đơn vị này đã có"),
    "unit_invalid": Kind(422, "Thông tin đơn vị chưa đúng"),
    "unit_parent_invalid": Kind(422, "Đơn vị cấp trên chưa đúng"),
    "unit_closed": Kind(409, "Đơn vị đã kết thúc"),
    "unit_not_closed": Kind(409, "Đơn vị đang hoạt động"),
    "unit_changed_later": Kind(409, "Đã có thay đổi ghi từ ngày sau đó"),
    "unit_has_children": Kind(409, "Còn đơn vị trực thuộc"),
    "units_file_invalid": Kind(422, "Bảng đơn vị chưa đúng"),
    "head_invalid": Kind(422, "Đầu sổ đã giữ chưa đúng dạng"),
    "account_required": Kind(403, "Cần một tài khoản"),
    "law_not_found": Kind(404, "Không có quy định này trong bộ quy định pháp luật"),
    "route_not_found": Kind(404, "Không có địa chỉ này"),
    "method_not_allowed": Kind(405, "Địa chỉ này không nhận phương thức đó"),
    "request_too_large": Kind(413, "Yêu cầu quá lớn"),
    "request_invalid": Kind(422, "Yêu cầu chưa đúng"),
    "multipart_invalid": Kind(400, "Nội dung gửi lên không phải biểu mẫu tải tệp hợp lệ"),
    "multipart_required": Kind(415, "Phải gửi tệp bằng biểu mẫu multipart/form-data"),
    "file_missing": Kind(422, "Chưa chọn tệp thỏa ước"),
    "one_file_only": Kind(422, "Mỗi lần chỉ gửi một tệp"),
    "file_too_large": Kind(413, "Tệp quá lớn"),
    "upload_timeout": Kind(408, "Tải tệp lên bị gián đoạn quá lâu"),
    "cursor_invalid": Kind(422, "Con trỏ trang không đúng"),
    "rubric_not_found": Kind(422, "Không có bộ tiêu chí này"),
    "rubric_invalid": Kind(422, "Bảng tính khung điểm chưa đúng"),
    "rubric_exists": Kind(409, "Khung điểm này đã có"),
    "rubric_confirmed": Kind(409, "Khung điểm này đã được xác nhận"),
    "regrade_not_found": Kind(404, "Không có lần chấm lại này"),
    "regrade_invalid": Kind(422, "Lần chấm lại chưa đúng"),
    "not_graded_yet": Kind(409, "Thỏa ước chưa chấm xong"),
    "version_not_found": Kind(404, "Không có bản này của thỏa ước"),
    "file_of_another_agreement": Kind(409, "Tệp là của thỏa ước khác"),
    "unit_required": Kind(422, "Phải nêu đơn vị"),
    "move_not_open": Kind(409, "Việc này chưa làm được lúc này"),
    "own_upload": Kind(403, "Người gửi không tự duyệt"),
    "own_confirmation": Kind(403, "Người xác nhận không tự công bố"),
    "resubmit_unchanged": Kind(422, "Bản nộp lại chưa có gì mới"),
    "remarks_required": Kind(422, "Phải ghi nhận xét"),
    "clause_not_found": Kind(422, "Văn bản không có điều khoản này"),
    "not_publishable": Kind(409, "Thỏa ước không công bố được"),
    "predecessor_invalid": Kind(422, "Thỏa ước được thay chưa đúng"),
    "correction_invalid": Kind(422, "Chỗ sửa chưa đúng"),
    "correction_not_found": Kind(404, "Không có chỗ sửa này"),
    "corrections_unsettled": Kind(409, "Còn chỗ sửa phải quyết định lại"),
    "gate_unknown": Kind(422, "Không có lý do này"),
    "gate_stands": Kind(409, "Còn lý do không xếp loại"),
    "dossier_invalid": Kind(422, "Hồ sơ chưa đúng"),
    "document_type": Kind(422, "Dạng tệp không dùng cho hồ sơ"),
    "document_not_found": Kind(404, "Không có tài liệu này"),
    "reviewer_unknown": Kind(422, "Không có người duyệt này"),
    "setting_invalid": Kind(422, "Thiết lập chưa đúng"),
    "gate_reason_required": Kind(422, "Phải nêu lý do"),
    "letter_reason_required": Kind(422, "Phải nêu lý do chọn loại khác đề xuất"),
    "points_invalid": Kind(422, "Điểm hồ sơ chưa đúng"),
    "filter_invalid": Kind(422, "Bộ lọc chưa đúng"),
    "publication_not_found": Kind(404, "Không có thỏa ước đã công bố này"),
    "publication_withdrawn": Kind(410, "Thỏa ước không còn được công bố"),
    "not_confirmed": Kind(409, "Thỏa ước chưa được xác nhận"),
    "release_not_found": Kind(404, "Chưa có bản công khai"),
    "release_not_ready": Kind(409, "Bản công khai chưa sẵn sàng"),
    "release_edit_invalid": Kind(422, "Chữ bỏ thêm hoặc giữ lại chưa đúng"),
    "redaction_incomplete": Kind(409, "Bản công khai còn dữ liệu cá nhân"),
    "redaction_not_approved": Kind(409, "Bản công khai chưa được phê duyệt"),
    "webhook_not_found": Kind(404, "Không có webhook này"),
    "delivery_not_found": Kind(404, "Không có lần gửi này"),
    "webhook_url_refused": Kind(422, "Địa chỉ webhook không dùng được"),
    "webhook_limit": Kind(409, "Quá nhiều webhook"),
    "changed_meanwhile": Kind(412, "Bản ghi đã đổi từ khi anh/chị mở"),
    "pdf_unavailable": Kind(501, "Máy chủ chưa tạo được PDF"),
    "pdf_failed": Kind(500, "Không tạo được PDF"),
    "grading_failed": Kind(422, "Không chấm được tệp này"),
    "busy": Kind(503, "Hệ thống đang bận"),
    "database_unavailable": Kind(503, "Chưa kết nối được cơ sở dữ liệu"),
    "storage_full": Kind(507, "Hết chỗ lưu tệp"),
    "storage_unavailable": Kind(503, "Kho tệp không ghi hoặc không đọc được"),
    "file_damaged": Kind(500, "Tệp đã lưu không còn nguyên vẹn"),
    "internal_error": Kind(500, "Lỗi trong hệ thống"),
}
READING_STATUS = 422


class Problem(Exception):
    """A refusal that a person can act on: `code` of `KINDS` (or of a `ReadingError`) and one Vietnamese `detail`."""

    def __init__(self, code: str, detail: str, **extra: object) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.extra = extra

    @property
    def status(self) -> int:
        kind = KINDS.get(self.code)
        return kind.status if kind else READING_STATUS

    @property
    def title(self) -> str:
        kind = KINDS.get(self.code)
        return kind.title if kind else "Không đọc được tệp thỏa ước"


class CannotStart(Exception):
    """A command of the service that cannot even begin: stable `code`, one Vietnamese `message` that says what to put right."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def documentation() -> str:
    """The table of `docs/problems.md`, so that the page and the code cannot differ."""
    lines = [
        "# Mã lỗi của API",
        "",
        "Mọi lỗi là `application/problem+json` (RFC 9457): `type`, `title`, `status`, `code`, `detail`.",
        "`code` không đổi giữa các phiên bản.",
        "Tệp không đọc được hoặc không phải thỏa ước trả 422 với mã của phần đọc tệp, giống mã của lệnh `thuoc grade`.",
        "Trang này do `python -m app.problems > docs/problems.md` viết ra.",
        "",
        "| mã | HTTP | nghĩa |",
        "| --- | --- | --- |",
    ]
    lines += [f"| `{code}` | {kind.status} | {kind.title} |" for code, kind in KINDS.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(documentation(), end="")
