"""The one spelling of a web address that identifies an article, however it was linked to.

Whether an address may be fetched is decided in `fetching.py`.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from extract.article import storable

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Parameters that say where a reader came from, never which article it is.
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|hsa|vero|oly|at|ns|wt|itm|guce|stm)_.*|_hs\w+|(?:fb|g|d|y|tw|li|tt)clid|msclkid|gclsrc"
    r"|[gw]braid|igshid|mc_[ce]id|_ga|_gl|mkt_tok|ref_src|ref_url|smid|smtyp|ocid|icid|cmpid|xtor|s_cid|guccounter"
)
_AMP_PARAMETERS = {"amp": {"", "1", "true"}, "outputtype": {"amp"}, "output": {"amp"}}
_AMP_PATH = re.compile(r"/amp/?$|\.amp(?=\.html?$|$)|^/amp(?=/)", re.IGNORECASE)
_HOST = re.compile(r"[^\s\x00-\x1f\x7f]+")
_MIRROR_HOST = re.compile(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.)")
# Quoted already, or needing no quotes: quoting twice changes nothing.
_SAFE_PATH = "/%:@!$&'()*+,;=~-._"


def canonical_url(url: str) -> str:
    """Return the address without what does not tell articles apart; what is no web address is returned as it is.

    Scheme, letter case of the host, default port, AMP, tracking parameters, the order of parameters, the fragment and
    a slash at the end make no difference. Applying it twice changes nothing.
    """
    url = storable(url).strip()
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host.encode("idna").decode() if not host.isascii() else host
    except (ValueError, UnicodeError):
        return url
    if parts.scheme.lower() not in _DEFAULT_PORTS or not _HOST.fullmatch(host):
        return url
    is_default_port = port in {None, *_DEFAULT_PORTS.values()}
    host = host.lower()
    path = quote(_plain_path(parts.path), safe=_SAFE_PATH)
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _is_tracking(name.lower(), value.lower())
    )
    return (
        f"https://{f'[{host}]' if ':' in host else host}{'' if is_default_port else f':{port}'}"
        f"{path}{f'?{urlencode(query)}' if query else ''}"
    )


def _plain_path(path: str) -> str:
    """Return a path without marks of AMP and slashes at its end, however many there are."""
    while (shorter := _AMP_PATH.sub("", path).rstrip("/")) != path:
        path = shorter
    return path


def quoted_url(url: str) -> str:
    """Return the address as it is sent: the host in ASCII, everything else percent-encoded where it has to be."""
    url = storable(url)
    try:
        parts = urlsplit(url.strip())
        netloc = parts.netloc
        if not netloc.isascii():
            netloc = netloc.encode("idna").decode()
    except (ValueError, UnicodeError):
        return url
    path, query = quote(parts.path, safe=_SAFE_PATH), quote(parts.query, safe=_SAFE_PATH + "?")
    return urlunsplit((parts.scheme.lower(), netloc, path, query, ""))


def origin_of(url: str) -> tuple[str, str] | None:
    """Return scheme and host with port of an address; None where it has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return (parts.scheme, parts.netloc) if parts.netloc else None


def resolve_url(base: str, link: str) -> str:
    """Return the absolute address of a link on the page `base`; a link that is no address stays as it is."""
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return link


def host_of(url: str) -> str:
    """Return the host of an address, the same for its pages for telephones; "" where there is none."""
    try:
        return _MIRROR_HOST.sub("", urlsplit(url).hostname or "")
    except ValueError:
        return ""


def trusted_canonical(address: str, link: str) -> str:
    """Return the canonical form of what a page calls its address, or of `address` where it cannot be meant.

    A page speaks for its own host only, or it could replace the articles of others; a home page is the address of no
    article below it.
    """
    said = canonical_url(resolve_url(address, link))
    # A canonical address has a slash after its host where it is more than a home page, or a query.
    is_home = not re.fullmatch(r"https://[^/?]+[/?].+", said)
    if host_of(said) == host_of(address) and not is_home:
        return said
    return canonical_url(address)


def _is_tracking(name: str, value: str) -> bool:
    return value in _AMP_PARAMETERS.get(name, ()) or _TRACKING.fullmatch(name) is not None
