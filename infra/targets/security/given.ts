import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { UserError } from "../../errors.ts";
import { certificatesOf } from "../../expiry.ts";
import type { ClusterPlan } from "../../plan/types.ts";
import { day } from "./rotation.ts";
import type { Pem } from "./types.ts";

/** The texts of a given authority's files. @throws UserError when one cannot be read. */
export function readGiven(files: Pem): Pem {
  return { certificate: textOf("certificate", files.certificate), key: textOf("key", files.key) };
}

/**
 * Content of the files that Kerberos was given, by the name of their tokens; undefined without Kerberos. The keytab is
 * binary, so it is in base64.
 *
 * @throws when one cannot be read any more: that it is there, loading the stack has seen to (`infra/given-files.ts`).
 */
export function readKerberos({ security }: Pick<ClusterPlan, "security">): Record<string, string> | undefined {
  const given = security.kerberos?.given;
  return (
    given && {
      "krb5.conf": readFileSync(given["krb5.conf"], "utf8"),
      "kafka.keytab": readFileSync(given["kafka.keytab"], "base64"),
    }
  );
}

function textOf(part: keyof Pem, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `security.certificates.authority.${part}: wanted a PEM file, found ${code === "ENOENT" ? "none" : `one that cannot be read (${code})`} at ${file}`,
      "name the authority's file, or leave authority out to have one made",
    );
  }
}

/**
 * Why a given authority cannot sign, with the next step; undefined when it can. No text of a key is in it.
 *
 * It must be self-signed: whom it or an authority above it signs as `kafka-node` is a super user, so the only safe one
 * is the cluster's own.
 */
export function givenFault({ certificate, key }: Pem, now: Date): string | undefined {
  const found = certificateIn(certificate);
  if (typeof found === "string") return found;
  const fault = authorityFault(found, now);
  if (fault) return fault;
  const secret = keyIn(key);
  if (typeof secret === "string") return secret;
  if (!found.checkPrivateKey(secret))
    return "certificate and key do not belong to each other; name the two files of one authority";
  return undefined;
}

function certificateIn(pem: string): X509Certificate | string {
  try {
    const [found, ...others] = certificatesOf(pem);
    if (found && others.length === 0) return found;
    return `wanted one certificate in PEM, found ${others.length > 0 ? others.length + 1 : "none"}; name the file of a self-signed authority of this cluster alone`;
  } catch {
    return "the certificate cannot be read; name a PEM file";
  }
}

function authorityFault(certificate: X509Certificate, now: Date): string | undefined {
  const [begin, end] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  if (!certificate.ca) return "the certificate may not sign others (CA:TRUE, keyCertSign); name that of an authority";
  if (!certificate.checkIssued(certificate) || !certificate.verify(certificate.publicKey))
    return `wanted a self-signed authority, found one that another signed (${certificate.issuer.replaceAll("\n", ", ")}), which could let in whom it likes; make one for this cluster alone`;
  if (end <= now) return `the certificate ended on ${day(end)}; give one that is valid`;
  if (begin > now)
    return `the certificate is valid from ${day(begin)} on only; give one that is valid, or set this machine's clock`;
  return undefined;
}

function keyIn(pem: string): KeyObject | string {
  try {
    const key = createPrivateKey(pem);
    return keyFault(key) ?? key;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_MISSING_PASSPHRASE" || /ENCRYPTED/.test(pem)
      ? "the key is encrypted, and nobody could be asked for its password; give it unencrypted, readable by you alone: openssl pkcs8 -topk8 -nocrypt"
      : "the key cannot be read; name a PEM file with the authority's private key";
  }
}

function keyFault({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): string | undefined {
  if (type === "ec" && ["prime256v1", "secp384r1"].includes(details.namedCurve ?? "")) return undefined;
  if (type === "rsa" && (details.modulusLength ?? 0) >= 2048) return undefined;
  const size = details.namedCurve ?? details.modulusLength;
  return `wanted a key on P-256 or P-384, or RSA with 2048 bits or more, found ${type}${size ? ` ${size}` : ""}; give an authority with such a key`;
}
