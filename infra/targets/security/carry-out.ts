import { X509Certificate } from "node:crypto";
import { type Decision, isKnown } from "./decide.ts";
import { canonicalHosts, fingerprintOf } from "./read.ts";
import type { Source } from "./rotation.ts";
import type { Authority, CertificatesInputs, Issued, Pem } from "./types.ts";

/** Makes what a decision asks for, and keeps the rest as it is, byte for byte. */
export async function carryOut(
  decision: Decision,
  there: Issued | undefined,
  inputs: CertificatesInputs,
  now: Date,
): Promise<Issued> {
  // Loaded only when something is made: most runs make nothing.
  const { issue, makeAuthority } = await import("./make.ts");
  const find = async (source: Source): Promise<Authority> => {
    if (isKnown(source))
      return there!.authorities.find((one) => fingerprintOf(one.certificate) === source.fingerprint)!;
    // In Node's spelling: files may hold comments, and end without a line's end.
    if (source === "given")
      return {
        certificate: new X509Certificate(inputs.given!.certificate).toString(),
        key: inputs.given!.key,
        given: true,
      };
    // ZooKeeper tells authorities apart by name alone: of two that share one it trusts only the last.
    return await makeAuthority(`${inputs.name} authority ${now.getTime().toString(36)}`, inputs.authorityDays, now);
  };
  const authorities = await Promise.all(decision.authorities.map(find));
  const signer = authorities[decision.authorities.indexOf(decision.signer)]!;
  const pems: Record<string, Pem> = {};
  for (const { name, action } of decision.steps) {
    if (action === "drop") continue;
    const wanted = inputs.wanted.find((one) => one.name === name)!;
    const request = { ...wanted, hosts: canonicalHosts(wanted.hosts) };
    pems[name] = action === "keep" ? there!.pems[name]! : await issue(request, inputs.lifetimeDays, signer, now);
  }
  return { phase: inputs.rotation, authorities, pems };
}
