import { isIP } from "node:net";
import type { Check } from "./check.ts";

const passwordsBeside: Check = {
  reads: ["security.profile", "security.kerberos", "target"],
  *run({ security: { kerberos, profile } }) {
    if (!kerberos || profile === "scram") return;
    yield {
      path: ["security", "kerberos"],
      message: `wanted it with profile scram, found ${profile}: it is a second way to log in, and the cluster's own tools use the first`,
      next: "write security.profile: scram, or take kerberos out",
      atKey: true,
    };
  },
};

const oneName: Check = {
  reads: ["security.kerberos", "target", "docker"],
  *run({ target, security: { kerberos } }) {
    if (!kerberos) return;
    const path = ["security", "kerberos"];
    if (target === "kubernetes")
      yield {
        path,
        message:
          "wanted it on target local or docker, found kubernetes, where each pod has names of its own and one principal does not fit them",
        next: "take it out: users log in with passwords there",
        atKey: true,
      };
    else if (isIP(kerberos.host) !== 0)
      yield {
        path: [...path, "host"],
        message: `wanted the name that clients find by resolving ${kerberos.host} back, found the address alone`,
        next: "write host: and that name, which the keytab's principal has too",
      };
  },
};

export const kerberosChecks: readonly Check[] = [passwordsBeside, oneName];
