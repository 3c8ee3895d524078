"""The isolated child: reads one file after another from its standard input and answers with Documents.

Started only by `sandbox`. It shuts itself off from the network, keeps no environment but a path and a language, and works under limits of
CPU, memory, file size and time that it sets anew for each file. A frame is a kind byte, a length (8 bytes, big-endian) and that many bytes.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import struct
import sys
import traceback
from typing import BinaryIO

HEADER = struct.Struct(">cQ")
REQUEST, ANSWER, FAILURE, PROGRESS = b"Q", b"A", b"F", b"P"
FOLDER_PREFIX = "thuoc-read-"  # of the child's own folder, its home
_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_PR_SET_NO_NEW_PRIVS = 38
_MB = 2**20
# Room above the warm child's own address space, by content; LibreOffice maps gigabytes it never touches.
MEMORY = {"docx": 640 * _MB, "pdf": 1536 * _MB, "doc": 8192 * _MB, "odt": 8192 * _MB, "rtf": 8192 * _MB}
MEMORY_OTHER = 2048 * _MB
MAX_FILE_SIZE = 1024 * _MB
MAX_OPEN_FILES = 512


def send(stream: BinaryIO, kind: bytes, payload: bytes) -> None:
    stream.write(HEADER.pack(kind, len(payload)))
    stream.write(payload)
    stream.flush()


def leave_network() -> bool:
    """Move into an empty network namespace; False where the kernel does not allow it."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    with contextlib.suppress(OSError):  # without the map the child is "nobody", which does as well
        for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(line)
    return True


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def _limit(kind: int, soft: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _limits(base: int, content: str, cpu_seconds: int) -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + cpu_seconds + 1)
    _limit(resource.RLIMIT_AS, base + MEMORY.get(content, MEMORY_OTHER))


def _read_exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:  # the parent has gone, perhaps without tidying up
        home = os.environ.get("HOME", "")
        if os.path.basename(home).startswith(FOLDER_PREFIX):
            shutil.rmtree(home, ignore_errors=True)
        sys.exit(0)
    return data


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer requests until the parent closes the pipe."""
    import app.reading.docx
    import app.reading.pdf  # noqa: F401  (both warm)
    from app.reading import ReadingError, read
    from app.reading.sniff import sniff
    from app.reading.wire import pack, pack_error

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_FSIZE, MAX_FILE_SIZE)
    _limit(resource.RLIMIT_NOFILE, MAX_OPEN_FILES)
    base = _address_space()
    send(sink, PROGRESS, b"")  # ready

    def progress(done: int, total: int) -> None:
        send(sink, PROGRESS, struct.pack(">II", done, total))

    while True:
        _, length = HEADER.unpack(_read_exactly(source, HEADER.size))
        cpu_seconds, wall_seconds, name_length = struct.unpack(">IIH", _read_exactly(source, 10))
        filename = _read_exactly(source, name_length).decode("utf-8", "replace")
        data = _read_exactly(source, length - 10 - name_length)
        signal.alarm(wall_seconds + 5)  # should the parent die, nobody else stops this file
        try:
            _limits(base, sniff(data, filename), cpu_seconds)
            answer = pack(read(data, filename, progress=progress))
        except ReadingError as error:
            answer = pack_error(error)
        except (MemoryError, RecursionError):
            answer = pack_error(
                ReadingError("too_complex", "Tệp cần quá nhiều bộ nhớ để đọc nên bị từ chối. Hãy lưu lại bằng Word rồi gửi bản mới.")
            )
        except Exception:
            send(sink, FAILURE, traceback.format_exc()[-4000:].encode())
            continue
        finally:
            signal.alarm(0)
            _limit(resource.RLIMIT_AS, resource.getrlimit(resource.RLIMIT_AS)[1])
        del data
        send(sink, ANSWER, answer)
        del answer


def main() -> None:
    leave_network()
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)  # whatever a library prints must not reach the wire
    serve(source, sink)


if __name__ == "__main__":
    main()
