"""How the desk asks the server over HTTP, and whom it believes to be the server."""

import os
from collections.abc import Sequence

from PySide6.QtCore import QUrl
from PySide6.QtNetwork import QNetworkRequest, QSslCertificate, QSslConfiguration, QSslError

_Kind = QSslError.SslError
_UNKNOWN = {
    _Kind.SelfSignedCertificate,
    _Kind.SelfSignedCertificateInChain,
    _Kind.UnableToGetIssuerCertificate,
    _Kind.UnableToGetLocalIssuerCertificate,
    _Kind.UnableToVerifyFirstCertificate,
    _Kind.CertificateUntrusted,
    _Kind.NoPeerCertificate,
}
_DATE = {
    _Kind.CertificateNotYetValid,
    _Kind.CertificateExpired,
    _Kind.InvalidNotBeforeField,
    _Kind.InvalidNotAfterField,
}


class CertificatesUnreadable(ValueError):
    """A file holds nobody whom one could believe. The text says which file, and why."""


def base(server: str) -> QUrl:
    """The server's address, `http://...` or `https://...`, as one to which paths are added."""
    return QUrl(server if server.endswith("/") else server + "/")


def question(url: QUrl, token: str = "") -> QNetworkRequest:
    """A request for `url`. `token`: of the session; empty: there is none yet.

    HTTP/1.1 only, which is all that the server speaks: where HTTP/2 is allowed, Qt 6.11 may die of a certificate that
    it does not believe (SIGSEGV in `QSslSocket::close`). Nothing follows the server elsewhere: password and token are
    for this one.
    """
    request = QNetworkRequest(url)
    request.setAttribute(QNetworkRequest.Attribute.Http2AllowedAttribute, False)
    request.setAttribute(
        QNetworkRequest.Attribute.RedirectPolicyAttribute, QNetworkRequest.RedirectPolicy.ManualRedirectPolicy
    )
    if token:
        request.setRawHeader(b"Authorization", f"Bearer {token}".encode())
    return request


def believe_only(path: str) -> None:
    """From now on nobody vouches for a server but the authorities in this PEM file, over HTTP and WebSockets.

    It is a setting of the whole process (Qt's default configuration), so that no connection can be forgotten. Raises
    `CertificatesUnreadable`.
    """
    try:
        with open(path, "rb") as file:
            found = QSslCertificate.fromData(file.read())
    except OSError as error:
        raise CertificatesUnreadable(
            f"the certificates {path} cannot be read: {os.strerror(error.errno or 0)}"
        ) from error
    if not found:
        raise CertificatesUnreadable(
            f"the certificates {path} cannot be read: the file holds no certificate; "
            "name the authority's PEM file, which begins with -----BEGIN CERTIFICATE-----"
        )
    settings = QSslConfiguration.defaultConfiguration()
    settings.setCaCertificates(found)
    QSslConfiguration.setDefaultConfiguration(settings)


def distrust(errors: Sequence[QSslError]) -> str:
    """Why a certificate is not believed, as a stable id, the most important reason first."""
    kinds = {one.error() for one in errors}
    if kinds & _UNKNOWN:
        return "certificate-unknown"
    if _Kind.HostNameMismatch in kinds:
        return "certificate-host"
    return "certificate-date" if kinds & _DATE else "certificate-refused"
