/** Certificates for tests, made with the openssl command: no code of the project stands behind what it is tested with. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Why there are none; false when there are. */
export const noOpenssl = hasOpenssl() ? false : "openssl is not installed";

export interface Pem {
  readonly certificate: string;
  /** PKCS#8. */
  readonly key: string;
}

export interface Authority extends Pem {
  /** @param names as openssl writes them: `IP:127.0.0.1,DNS:localhost`. @param days of life from now; −1: over since yesterday. */
  issue(commonName: string, names?: string, days?: number): Pem;
}

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

export function makeAuthority(commonName: string): Authority {
  const own = inFolder((run, read) => {
    const extensions = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"];
    run(
      "req",
      "-x509",
      ...KEY,
      "-keyout",
      "key",
      "-out",
      "crt",
      "-days",
      "2",
      "-subj",
      `/CN=${commonName}`,
      ...extensions,
    );
    return { certificate: read("crt"), key: read("key") };
  });
  const issue = (name: string, names = "", days = 1): Pem =>
    inFolder((run, read, write) => {
      write("ca.crt", own.certificate);
      write("ca.key", own.key);
      const extension = names === "" ? [] : ["-addext", `subjectAltName=${names}`];
      run("req", ...KEY, "-keyout", "key", "-out", "csr", "-subj", `/CN=${name}`, ...extension);
      const signer = ["-CA", "ca.crt", "-CAkey", "ca.key", "-copy_extensions", "copyall"];
      run("x509", "-req", "-in", "csr", ...signer, "-days", String(days), "-out", "crt");
      return { certificate: read("crt"), key: read("key") };
    });
  return { ...own, issue };
}

type Run = (...args: string[]) => void;

function inFolder<T>(
  work: (run: Run, read: (file: string) => string, write: (file: string, text: string) => void) => T,
): T {
  const folder = mkdtempSync(path.join(tmpdir(), "certificates-"));
  try {
    return work(
      (...args) => void execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] }),
      (file) => readFileSync(path.join(folder, file), "utf8"),
      (file, text) => writeFileSync(path.join(folder, file), text, { mode: 0o600 }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
