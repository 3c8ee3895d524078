"""Giữ một thư mục giống các thỏa ước đang công bố trên Thước: mỗi thỏa ước một tệp JSON và một tệp HTML.

Chỉ cần Python 3.9, không thư viện.

    python thuoc_dong_bo.py https://thuoc.vi-du.vn THƯ_MỤC

Lượt sau chỉ kéo phần đổi; không có gì đổi thì máy chủ trả 304. `signature_ok` kiểm chữ ký của webhook.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

STATE = "trang-thai.json"


def pull(server: str, folder: Path) -> dict[str, Any]:
    """Một lượt kéo; trả về đã lưu và đã bỏ bao nhiêu, và máy chủ có trả 304 không."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / STATE
    state = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"since": "2000-01-01T00:00:00Z", "etag": None}
    told = {"saved": 0, "removed": 0, "not_modified": False}
    while True:
        url = f"{server.rstrip('/')}/api/v1/publications?limit=100&changed_since={quote(state['since'], safe='')}"
        status, body, etag = get(url, state["etag"])
        if status == 304:
            told["not_modified"] = True
            return told
        page = json.loads(body)
        for item in page["items"]:
            files = [folder / f"{item['id']}.{form}" for form in ("json", "html")]
            if item["withdrawn"]:
                told["removed"] += sum(file.exists() for file in files[:1])
                for file in files:
                    file.unlink(missing_ok=True)
                continue
            status, fragment, _ = get(item["links"]["fragment"])
            if status == 410:  # bị gỡ ngay giữa lượt: bản ghi gỡ đến ở trang sau
                continue
            files[0].write_text(json.dumps(item, ensure_ascii=False, indent=1), encoding="utf-8")
            files[1].write_bytes(fragment)
            told["saved"] += 1
        ended = not page["items"]
        state = {"since": page["next_changed_since"], "etag": etag if ended else None}
        path.write_text(json.dumps(state), encoding="utf-8")
        if ended:
            return told


def get(url: str, etag: str | None = None) -> tuple[int, bytes, str | None]:
    """Mã HTTP, nội dung, ETag; 304 và 410 là câu trả lời bình thường."""
    request = Request(url, headers={"If-None-Match": etag} if etag else {})
    try:
        with urlopen(request, timeout=30) as answer:
            return answer.status, answer.read(), answer.headers["ETag"]
    except HTTPError as error:
        if error.code in (304, 410):
            return error.code, b"", etag
        raise


def signature_ok(header: str, secret: str, body: bytes, now: float | None = None) -> bool:
    """Tiêu đề X-Thuoc-Signature có đúng khóa, đúng nội dung, và mới gửi trong năm phút không."""
    found = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", header)
    if not found or abs((time.time() if now is None else now) - int(found[1])) > 300:
        return False
    made = hmac.new(secret.encode(), found[1].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(made, found[2])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(json.dumps(pull(sys.argv[1], Path(sys.argv[2]))))
