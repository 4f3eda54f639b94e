"""Certificates, made by openssl when a test wants them."""
import subprocess


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Authority:
    """A root, and what it issues. Files lie in `folder`; `ca` is the root's."""

    def __init__(self, folder, name="root"):
        self.folder, self.name = folder, name
        self.ca, self.ca_key = str(folder / f"{name}.pem"), str(folder / f"{name}.key")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", f"/CN={name}", "-keyout", self.ca_key, "-out", self.ca)

    def issue(self, name, hosts="IP:127.0.0.1", days=1):
        """The files of a new certificate and of its key."""
        base = str(self.folder / f"{self.name}-{name}")
        certificate, key, request, extensions = (base + end for end in (".pem", ".key", ".csr", ".ext"))
        with open(extensions, "w", encoding="utf-8") as out:
            out.write(f"subjectAltName={hosts}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.ca_key, "-CAcreateserial",
                "-days", str(days), "-extfile", extensions, "-out", certificate)
        return certificate, key
