"""Which addresses the service may call: the public internet by https, never the inside of the network it runs in.

A name is resolved once and the connection goes to that very address, so that a name cannot turn to another one in between.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
MOST = 500  # characters of a URL


class AddressRefused(Exception):
    """`code` is a key of `sending.ERRORS`; `message` one Vietnamese sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def check(url: str, allow_private: bool) -> tuple[str, int]:
    """Host and port of a URL of the right shape. Raises AddressRefused."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or len(url) > MOST or any(ord(c) <= 32 or ord(c) > 126 for c in url):
        raise AddressRefused("url_invalid", "Địa chỉ phải đầy đủ, không có khoảng trắng, ví dụ https://congdoan.vi-du.vn/thuoc-hook.")
    if parts.scheme != "https" and not (parts.scheme == "http" and allow_private):
        raise AddressRefused("url_invalid", "Địa chỉ phải bắt đầu bằng https://.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused("url_invalid", "Địa chỉ không được chứa tên đăng nhập, mật khẩu hay phần sau dấu #.")
    return host, port or (443 if parts.scheme == "https" else 80)


async def resolve(host: str, port: int, allow_private: bool) -> str:
    """The address to connect to. Raises AddressRefused where the name has none, or any that must not be called."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused("name_unknown", f"Không tìm thấy máy chủ «{host[:100]}».") from error
    addresses = [str(one[4][0]) for one in found]
    if not allow_private and not all(is_public(ipaddress.ip_address(one.partition("%")[0])) for one in addresses):
        raise AddressRefused("address_private", "Địa chỉ này ở trong mạng nội bộ nên dịch vụ không gọi đến.")
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address, or the IPv4 address inside it where there is one, is of the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved
