import { readFileSync } from "node:fs";
import { principalsIn } from "./keytab.ts";
import type { ClusterPlan } from "./plan/types.ts";
import type { Path, Problem } from "./spec/problem.ts";

/** What is wrong with the files that a planned stack names: one that cannot be read, a keytab that is of no use. */
export function givenProblems({ security }: Pick<ClusterPlan, "security">): Problem[] {
  const { certificates, kerberos } = security;
  const problems: Problem[] = [];
  const read = (key: Path, what: string, file: string): Buffer | undefined => {
    const content = contentOf(file);
    if (typeof content !== "string") return content;
    const message = `wanted ${what}, found ${content} at ${file}`;
    problems.push({ path: ["security", ...key], message, next: "name a file that you can read" });
    return undefined;
  };
  if (certificates?.given)
    for (const part of ["certificate", "key"] as const)
      read(["certificates", "authority", part], "a PEM file", certificates.given[part]);
  if (!kerberos) return problems;
  read(["kerberos", "krb5Conf"], "a Kerberos configuration", kerberos.given["krb5.conf"]);
  const keytab = read(["kerberos", "keytab"], "a keytab", kerberos.given["kafka.keytab"]);
  if (keytab) problems.push(...keytabProblems(keytab, kerberos.principal));
  return problems;
}

/** Without the key a broker would not start, and say "Unable to obtain password from user". */
function keytabProblems(keytab: Buffer, principal: string): Problem[] {
  const principals = principalsIn(keytab);
  if (principals?.includes(principal)) return [];
  const found = principals === undefined ? "no keytab" : `keys of ${principals.join(", ") || "nobody"}`;
  return [
    {
      path: ["security", "kerberos", "keytab"],
      message: `wanted a keytab with a key of ${principal}, found ${found}`,
      next: `have it made (kadmin: ktadd -k kafka.keytab ${principal}), or set host, serviceName and realm to what it has`,
    },
  ];
}

/** Or in words why there is none. */
function contentOf(file: string): Buffer | string {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? "none" : `one that cannot be read (${code})`;
  }
}
