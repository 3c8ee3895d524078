"""The story of one agreement by HTTP alone, with real files: told by `tell`, checked by `test_story`, printed as a page by this module.

`python -m tests.service.story > docs/story.md` runs it on a service of its own and writes down every command with its answer.
"""

from __future__ import annotations

import io
import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
import httpx
from fastapi.testclient import TestClient

SAMPLES = Path(__file__).parents[2] / "samples"
DRAFT = SAMPLES / "d01-may-ky-anh" / "docx-typed.docx"
_FIGURES = re.compile(r"\d+(,\d+)?")
VAGUE = "Cá nhân có sáng kiến làm lợi cho Công ty thì tùy hiệu quả mang lại mà được khen thưởng thích đáng."
PAID = "Thời gian đi khám được trả lương."
CHECK = "Công ty tổ chức khám sức khỏe mỗi năm 01 lần cho NLĐ;"
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def edited(*changes: tuple[str, str]) -> bytes:
    """The sample's Word file with sentences replaced, as somebody would in Word."""
    document = docx.Document(str(DRAFT))
    for old, new in changes:
        [paragraph] = [one for one in document.paragraphs if old in one.text]
        paragraph.text = paragraph.text.replace(old, new)
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


@dataclass
class Story:
    """Who takes part (each with the name of the shell variable that holds the key), and what was said so far."""

    people: dict[str, TestClient]
    grade: Callable[[], None]  # let the service's worker do what waits
    lines: list[str] = field(default_factory=list)
    agreement: str = ""
    tag: str = ""

    def say(self, text: str) -> None:
        self.lines.append(f"# {text}")

    def call(
        self,
        who: str,
        method: str,
        path: str,
        told: Callable[[Any], str],
        body: dict[str, Any] | None = None,
        file: tuple[str, bytes] | None = None,
        *,
        ok: int = 200,
        quiet: bool = False,
    ) -> Any:
        """One call over HTTP, with the ETag of the agreement's last answer; the command and what came of it are written down."""
        changes = method != "GET" and bool(self.agreement)
        headers = {"If-Match": self.tag} if changes and not path.endswith("/release") else {}
        files = {"file": file} if file else None
        answer: httpx.Response = self.people[who].request(method, f"/api/v1{path}", json=body, files=files, headers=headers)
        assert answer.status_code == ok, answer.text
        if "etag" in answer.headers and not path.endswith(("/assessment", "/release", "/approve")):
            self.tag = answer.headers["etag"]
        got = answer.json()
        if not quiet:
            words = ["curl", "-s", "-H", f'"Authorization: Bearer ${who}"']
            words += ["-H", '"If-Match: $ETAG"'] if headers else []
            words += ["-X", method] if method not in ("GET", "POST") or (method == "POST" and not body and not file) else []
            words += ["-F", f"file=@{file[0]}"] if file else []
            words += ["--json", shlex.quote(json.dumps(body, ensure_ascii=False))] if body else []
            self.lines.append(_ID.sub("MÃ", " ".join([*words, f"$API{path}"])))
            self.lines.append(_ID.sub("MÃ", f"→ {answer.status_code} {told(got)}"))
        return got


def number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def scores(got: Any) -> str:
    return f"điểm nội dung: máy {number(got['machine']['content_points'])}, người duyệt {number(got['person']['content_points'])}"


def stage(got: Any) -> str:
    return f"stage {got['stage']}, bản {got['version']}"


def tell(story: Story) -> dict[str, Any]:
    """The whole of it; what the machine and the person said in the end, and what the person changed."""
    union, reviewer, publisher = story.people
    story.say("Công đoàn cơ sở gửi bản thảo; máy chấm để góp ý")
    sent = story.call(union, "POST", "/agreements", stage, file=("ban-thao.docx", DRAFT.read_bytes()), ok=202)
    story.agreement = sent["id"]
    own, review = f"/agreements/{sent['id']}", f"/reviews/{sent['id']}"
    story.grade()
    advised = story.call(
        union,
        "GET",
        f"{own}/assessment",
        lambda got: f"góp ý {len(got['advice']['vague'])} chỗ nói chung chung; {_advice(got)['where']}: {_advice(got)['how']}",
    )
    story.say("Sửa theo góp ý, gửi bản 2, nộp")
    refresh(story, union, own)
    better = (VAGUE, _advice(advised)["model_clause"])
    story.call(union, "POST", f"{own}/versions", stage, file=("ban-2.docx", edited(better)), ok=202)
    story.grade()
    refresh(story, union, own)
    story.call(union, "POST", f"{own}/submit", stage)

    story.say("Người duyệt: sửa hai phát hiện, thêm một điều máy bỏ sót")
    story.call(reviewer, "POST", f"{own}/review", stage)
    machine = story.call(reviewer, "GET", f"{own}/assessment", lambda got: "", quiet=True)
    meal, pause = _index(machine, "shift_meal"), _index(machine, "shift_break")
    corrections = f"{review}/corrections"
    first = {"action": "correct", "finding": meal, "amount": 15000, "reason": "Bảng kê nguyên liệu: 15.000 đồng"}
    story.call(reviewer, "POST", corrections, scores, first, ok=201)
    second = {"action": "correct", "finding": pause, "verdict": "better", "amount": 45, "unit": "minute", "reason": "Nghỉ trưa 45 phút"}
    story.call(reviewer, "POST", corrections, scores, second, ok=201)
    start = "".join(clause["text"] for clause in machine["clauses"]).index(PAID)
    span = [start, start + len(PAID)]
    third = {"action": "add", "provision": "health_check_package", "verdict": "better", "span": span, "quote": PAID}
    story.call(reviewer, "POST", corrections, scores, third, ok=201)

    story.say("Hồ sơ: tài liệu và điểm từng mục")
    items = story.call(reviewer, "GET", review, lambda got: "", quiet=True)["dossier"]
    paper = ("bien-ban-lay-y-kien.docx", (SAMPLES / "d04-xay-dung-huong-khe" / "docx-typed.docx").read_bytes())
    story.call(reviewer, "POST", f"{review}/dossier/workforce_vote/documents", lambda got: got["filename"], file=paper, ok=201)
    for place, one in enumerate(items):
        points = 0 if one["group"] == "bonus" else one["max_points"]
        body = {"points": points, "state": "verified"}
        got = story.call(reviewer, "PUT", f"{review}/dossier/{one['item']}", _total, body, quiet=place != len(items) - 1)
    assert got["person"]["total"] is not None

    story.say("Trả lại một lần kèm nhận xét; công đoàn sửa, nộp lại")
    remarks = {"remarks": [{"path": "43.1", "text": "Biên bản thương lượng ghi khám 6 tháng một lần"}]}
    story.call(reviewer, "POST", f"{own}/return", lambda got: f"{stage(got)}, {got['returned']['remarks'][0]['label']}", remarks)
    again = ("ban-3.docx", edited(better, (CHECK, "Công ty tổ chức khám sức khỏe 06 tháng một lần cho NLĐ;")))
    story.call(union, "POST", f"{own}/versions", stage, file=again, ok=202)
    story.grade()
    refresh(story, union, own)
    story.call(union, "POST", f"{own}/submit", stage)

    story.say("Các chỗ sửa vẫn còn trong bản mới; xác nhận; người khác công bố")
    story.call(reviewer, "POST", f"{own}/review", stage)
    reviewed = story.call(reviewer, "GET", review, lambda got: f"{_statuses(got)}; {scores(got)}; tổng {number(got['person']['total'])}")
    letter = reviewed["person"]["grade"]
    confirmed = story.call(reviewer, "POST", f"{own}/confirm", _confirmed, {"grade": letter})
    story.call(publisher, "POST", f"{own}/release", lambda got: got["state"], ok=202)
    story.grade()
    release = story.people[publisher].get(f"/api/v1{own}/release")
    kept, story.tag = story.tag, release.headers["etag"]
    story.call(publisher, "POST", f"{own}/release/approve", lambda got: got["state"])
    story.tag = kept
    refresh(story, publisher, own)
    story.call(publisher, "POST", f"{own}/publish", stage)
    return {
        "agreement": story.agreement,
        "machine": story.call(reviewer, "GET", f"{own}/assessment", lambda got: "", quiet=True),
        "person": story.call(reviewer, "GET", f"{review}/assessment", lambda got: "", quiet=True),
        "confirmation": confirmed["confirmation"],
        "changed": {("33.1", "shift_meal"), ("26.1", "shift_break")},
        "added": {("43.1", "health_check_package")},
        "review": reviewed,
    }


def refresh(story: Story, who: str, own: str) -> None:
    """Read the agreement once more: the ETag is a new one since the machine graded."""
    story.call(who, "GET", own, lambda got: "", quiet=True)


def _advice(got: Any) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in got["advice"]["vague"] if one["provision"] == "initiative_bonus")
    return found


def _index(assessment: Any, provision: str) -> int:
    return next(n for n, one in enumerate(assessment["findings"]) if one["provision"] == provision)


def _total(got: Any) -> str:
    return f"đủ điểm hồ sơ; tổng {number(got['person']['total'])}, loại {got['person']['grade']}" if got["person"]["total"] else ""


def _statuses(got: Any) -> str:
    told = [row["status"] for row in got["corrections"]]
    return f"{len(told)} chỗ sửa: {', '.join(told)}"


def _confirmed(got: Any) -> str:
    one = got["confirmation"]
    return f"stage {got['stage']}, loại {one['grade']}, tổng {number(one['total'])} (máy đề xuất: {got['machine']['grade']})"


def without_figures(lines: list[str]) -> list[str]:
    """The lines with every figure but the status left out: points move when rules get better, what happens does not."""
    return [line[:6] + _FIGURES.sub("N", line[6:]) for line in lines]


def page(lines: list[str]) -> str:
    """The story as a page of the documentation."""
    return "\n".join(
        [
            "# Một thỏa ước, từ bản thảo đến công bố",
            "",
            "Những lệnh đã chạy và trả lời của máy chủ, trên thỏa ước mẫu `samples/d01-may-ky-anh`. `CDCS`, `DUYET`, `CONGBO` là khóa",
            "API của công đoàn cơ sở, người duyệt, người công bố; `ETAG` là ETag của trả lời trước; lệnh cho các mục hồ sơ khác cũng như",
            "lệnh cho mục cuối. Trang này do `python -m tests.service.story > docs/story.md` viết ra, một bài thử chạy lại nó.",
            "",
            "```",
            *lines,
            "```",
            "",
        ]
    )


def main() -> None:
    import tempfile
    from datetime import date

    from app.accounts.principal import Role
    from app.jobs.worker import worker_of
    from app.logs import configure_logs
    from app.main import create_app
    from app.settings import Settings
    from app.wiring import Services

    from .life import somebody

    configure_logs("error")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder), database_url="", workers=0, today=date(2025, 6, 30))
        with TestClient(create_app(settings)) as client:
            services = Services.open(settings)
            roles = {"CDCS": Role.OFFICER, "DUYET": Role.REVIEWER, "CONGBO": Role.PUBLISHER}
            worker = worker_of(services)

            def grade() -> None:
                while worker.run_one():
                    pass

            story = Story({name: somebody(client, role) for name, role in roles.items()}, grade)
            tell(story)
            services.close()
    print(page(story.lines), end="")


if __name__ == "__main__":
    main()
