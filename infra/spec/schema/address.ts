import { isIP, isIPv4 } from "node:net";
import { domainToASCII } from "node:url";
import { z } from "zod";

/** What is wrong with an address, and what to write instead. */
interface Fault {
  readonly message: string;
  readonly next: string;
}

/** RFC 1123: what DNS, certificates and Java's TLS all take. */
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const LONGEST_NAME = 253;

const refine =
  (fault: (text: string) => Fault | undefined) => (text: string, context: z.core.$RefinementCtx<string>) => {
    const found = fault(text);
    if (found) context.addIssue({ code: "custom", message: found.message, params: { next: found.next } });
  };

/**
 * A name or an IPv4 address that clients connect to. @param placeholder a part of it that is filled in later.
 *
 * IPv6 literals are refused: the client library of this program cuts addresses at their first colon.
 */
export const advertisedHost = (placeholder?: string) =>
  z.string().superRefine(refine((text) => hostFault(text, placeholder)));

/** A DNS name without anything around it. */
export const domain = () =>
  z
    .string()
    .superRefine(
      refine((text) =>
        isName(text) ? undefined : fault("a DNS name", text, candidate(text) ?? "write a name such as example.org"),
      ),
    );

/** An address of a machine's own, on which something listens. */
export const ownAddress = () =>
  z.string().superRefine(
    refine((text) => {
      if (isIP(text) !== 0 && !text.includes("%")) return undefined;
      const host = hostIn(text);
      const next =
        host === "localhost"
          ? "write 127.0.0.1"
          : isIP(host) !== 0
            ? `write ${host.replace(/%.*/, "")}`
            : "write one of the machine's addresses, or 127.0.0.1 for this machine only";
      return fault("an IP address of the engine's machine", text, next);
    }),
  );

function hostFault(written: string, placeholder: string | undefined): Fault | undefined {
  const host = placeholder === undefined ? written : written.replaceAll(placeholder, STAND_IN);
  const wanted = "the name (letters, digits, hyphens, dots) or IPv4 address alone that clients connect to";
  if (isUnspecified(host))
    return fault(`${wanted}, not one that stands for every address`, written, "write the name that clients resolve");
  if (isIP(hostIn(host)) === 6)
    return fault(
      wanted,
      written,
      `write a DNS name that leads to ${hostIn(host)}: IPv6 addresses themselves are not supported here`,
    );
  if (isIPv4(host) || isName(host)) return undefined;
  const next = candidate(host)?.replaceAll(STAND_IN, placeholder ?? STAND_IN);
  return fault(wanted, written, next ?? "write a name such as kafka.example.org, or an IPv4 address");
}

/** What a placeholder is taken to be while the rest is judged. */
const STAND_IN = "0id0";

const fault = (wanted: string, found: string, next: string): Fault => ({
  message: `wanted ${wanted}, found ${found === "" ? "an empty text" : JSON.stringify(found)}`,
  next,
});

/** A name whose last part is a number would be read as an address, and none of those is one. */
const isName = (text: string): boolean =>
  text.length <= LONGEST_NAME &&
  text.split(".").every((label) => LABEL.test(label)) &&
  !/^(0x[\da-f]*|\d+)$/i.test(text.split(".").at(-1) ?? "");

/** In every spelling: `0`, `0.0.0.0`, `::`, `[::0]`. */
function isUnspecified(text: string): boolean {
  const host = text.replace(/^\[(.*)\]$/, "$1");
  if (/^(0x)?0+(\.(0x)?0+){0,3}$/i.test(host) || host === "*") return true;
  return isIP(host) === 6 && ["[::]", "[::ffff:0:0]"].includes(new URL(`http://[${host.split("%")[0]}]`).hostname);
}

/** Without protocol, user, port, path, brackets and blanks around it. */
function hostIn(text: string): string {
  const bare = text
    .trim()
    .replace(/^[A-Za-z][A-Za-z0-9+._-]*:\/\//, "")
    .replace(/[/?#].*$/, "")
    .replace(/^.*@/, "");
  const [, inBrackets] = /^\[([^\]]*)\](?::\d*)?$/.exec(bare) ?? [];
  if (inBrackets !== undefined) return inBrackets;
  return isIP(bare) === 6 ? bare : bare.replace(/:\d*$/, "");
}

/** `write …` with the name that was probably meant; undefined where none can be seen. */
function candidate(text: string): string | undefined {
  const host = hostIn(text).replace(/\.$/, "");
  if (isUnspecified(host)) return undefined;
  const spelled = /[^\x20-\x7e]/.test(host) ? domainToASCII(host) : host.replace(/[\s_]+/g, "-");
  return isIPv4(spelled) || isName(spelled) ? `write ${spelled}` : undefined;
}

/** Where a Docker engine listens. */
export const engineAddress = () => z.string().superRefine(refine(engineFault));

function engineFault(text: string): Fault | undefined {
  const wanted = "the address of a Docker engine, such as unix:///var/run/docker.sock or ssh://me@build1";
  const [, protocol = "", rest = ""] = /^([a-z]+):\/\/(\S*)$/.exec(text) ?? [];
  if (protocol === "npipe" && rest !== "") return undefined;
  if (protocol === "unix" && rest.startsWith("/")) return undefined;
  if (protocol === "tcp" || protocol === "ssh") {
    const [, host = "", port] = /^(?:[^@/\s]+@)?(\[[^\]]*\]|[^:/@\s]+)(?::(\d+))?\/?\S*$/.exec(rest) ?? [];
    const known = isIP(host.replace(/^\[(.*)\]$/, "$1")) !== 0 || isName(host.replaceAll("_", "-"));
    if (known && (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535))) return undefined;
  }
  return fault(wanted, text, engineCandidate(text.trim()));
}

function engineCandidate(text: string): string {
  if (/^\/\S+$/.test(text)) return `write unix://${text}`;
  if (/^unix:\/{1,2}[^/]\S*$/.test(text)) return `write unix:///${text.replace(/^unix:\/*/, "")}`;
  const [, host, port] = /^(?:https?:\/\/)?([A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d{1,5}))?\/?$/.exec(text) ?? [];
  if (host && (port === undefined || Number(port) <= 65_535)) return `write tcp://${host}:${port ?? 2375}`;
  return "write it as unix://, tcp://, ssh:// or npipe:// and where the engine listens";
}
