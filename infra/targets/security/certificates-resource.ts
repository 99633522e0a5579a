import { isDeepStrictEqual } from "node:util";
import type { CheckFailure, OperationContext, ResourceHandler } from "../../../toolchain/plugin/resource.ts";
import { hasUnknown, type JsonObject, UNKNOWN } from "../../../toolchain/plugin/struct.ts";
import { expiryOf } from "../../expiry.ts";
import { carryOut } from "./carry-out.ts";
import { type Decision, decide, isKnown, type Step } from "./decide.ts";
import type { Facts, Wish } from "./facts.ts";
import { givenFault } from "./given.ts";
import { keep, readKept } from "./kept.ts";
import { canonicalHosts, factsOf, fingerprintOf } from "./read.ts";
import type { Authority, CertificatesInputs, Issued } from "./types.ts";

/**
 * A cluster's authority and certificates. They are kept in the state and beside the data (`certificates.json`), so that
 * data kept by `down` is taken up again with them. `diff` looks at the clock too, so a plain `up` renews what nears its
 * end, and nodes whose certificates change are rolled as with any other change.
 *
 * @param clock what time it is.
 */
export function makeCertificatesResource(clock: () => Date): ResourceHandler {
  return {
    check(inputs) {
      return hasUnknown(inputs) ? [] : faults(inputs as unknown as CertificatesInputs, clock());
    },

    async diff(_id, inputs, state, oldInputs, context) {
      const names = new Set([...Object.keys(inputs), ...Object.keys(oldInputs)]);
      // Chosen at creation, as for the cluster.
      names.delete("directory");
      const changed = [...names].filter((name) => !isDeepStrictEqual(inputs[name], oldInputs[name])).sort();
      if (isVague(inputs)) return { changed };
      const decision = settled(issuedIn(state), inputs, clock());
      tell(decision, context);
      // Where nothing else is asked for it is the time that passed.
      const passed = changed.length === 0 && decision.steps.some(isChange);
      return { changed: passed ? ["notAfter"] : changed };
    },

    async create(inputs, context) {
      const directory = String(inputs.directory);
      const now = clock();
      if (isVague(inputs)) return { id: String(inputs.name), outputs: { ...NOTHING_KNOWN, directory } };
      const there = usable(readKept(directory), now, context);
      const decision = settled(there, inputs, now);
      tell(decision, context);
      return { id: String(inputs.name), outputs: await converge(decision, there, inputs, directory, now, context) };
    },

    /** The state is the truth: what it names cannot be asked, and made anew nobody would trust it. */
    async read(_id, state) {
      return state;
    },

    async update(_id, inputs, state, context) {
      const directory = String(state.directory);
      if (isVague(inputs)) return { ...NOTHING_KNOWN, directory };
      const [there, now] = [issuedIn(state), clock()];
      return await converge(settled(there, inputs, now), there, inputs, directory, now, context);
    },

    /** What belongs to the data stays with it. */
    async delete() {},
  };
}

export const certificatesResource: ResourceHandler = makeCertificatesResource(() => new Date());

const NOTHING_KNOWN = { phase: UNKNOWN, authorities: UNKNOWN, authority: UNKNOWN, pems: UNKNOWN, notAfter: UNKNOWN };

async function converge(
  decision: Decision,
  there: Issued | undefined,
  inputs: JsonObject,
  directory: string,
  now: Date,
  context: OperationContext,
): Promise<JsonObject> {
  if (context.preview) return previewOf(decision, there, directory);
  const issued = await carryOut(decision, there, inputs as unknown as CertificatesInputs, now);
  keep(directory, issued);
  return outputsOf(issued, directory);
}

const isChange = ({ action }: Step): boolean => action !== "keep";

/** As `renew node-1, node-2: it ends on 2027-03-01; issue node-3: it is new`, beside the resource. */
function tell({ steps, warnings }: Decision, context: OperationContext): void {
  for (const warning of warnings) context.warn(warning);
  const alike = Map.groupBy(steps.filter(isChange), ({ action, reason }) => JSON.stringify([action, reason]));
  const lines = [...alike.values()].map(
    (some) => `${some[0]!.action} ${some.map(({ name }) => name).join(", ")}: ${some[0]!.reason}`,
  );
  if (lines.length > 0) context.log(lines.join("; "));
}

/** @throws when the decision is a refusal. */
function settled(there: Issued | undefined, inputs: JsonObject, now: Date): Decision {
  const facts: Facts | undefined = there && factsOf(there);
  const decided = decide(facts, wishOf(inputs as unknown as CertificatesInputs), now);
  if ("refused" in decided) throw new Error(decided.refused);
  return decided;
}

function wishOf({ given, wanted, ...rest }: CertificatesInputs): Wish {
  return {
    ...rest,
    given: given && fingerprintOf(given.certificate),
    ...(given ? { givenNotAfter: expiryOf(given.certificate) } : {}),
    wanted: wanted.map(({ hosts, ...one }) => ({
      ...one,
      hosts: hasUnknown(hosts as string[]) ? undefined : canonicalHosts(hosts),
    })),
  };
}

/** Whether a preview knows too little of what is wanted to decide about single certificates. */
function isVague({ wanted, ...rest }: JsonObject): boolean {
  if (hasUnknown(rest) || !Array.isArray(wanted)) return true;
  return wanted.some((one) => hasUnknown({ ...(one as JsonObject), hosts: [] }));
}

/** What was kept, unless its authority has ended: after a `down` nothing runs that would have to trust a new one first. */
function usable(kept: Issued | undefined, now: Date, context: OperationContext): Issued | undefined {
  const signer = kept?.authorities[kept.phase === "reissue" ? 1 : 0];
  if (!signer || expiryOf(signer.certificate) > now) return kept;
  context.warn("the authority that was kept has ended: another takes its place, which clients must be told to trust");
  return undefined;
}

function issuedIn(state: JsonObject): Issued {
  return state as unknown as Issued;
}

function outputsOf(issued: Issued, directory: string): JsonObject {
  const notAfter = Object.entries(issued.pems).map(([name, pem]) => [name, expiryOf(pem.certificate).toISOString()]);
  return {
    directory,
    ...(issued as unknown as JsonObject),
    authority: bundle(issued.authorities),
    notAfter: Object.fromEntries(notAfter),
  };
}

const bundle = (authorities: readonly Authority[]): string => authorities.map((one) => one.certificate).join("");

/** The outputs as far as they stay what they are. */
function previewOf(decision: Decision, there: Issued | undefined, directory: string): JsonObject {
  const { steps, authorities } = decision;
  const trusted = there?.authorities.filter(({ certificate }) =>
    authorities.some((source) => isKnown(source) && source.fingerprint === fingerprintOf(certificate)),
  );
  const all = trusted?.length === authorities.length;
  const left = steps.filter(({ action }) => action !== "drop");
  const of = <T>(known: (name: string) => T) =>
    Object.fromEntries(left.map(({ name, action }) => [name, action === "keep" ? known(name) : UNKNOWN])) as JsonObject;
  return {
    directory,
    phase: UNKNOWN,
    authorities: UNKNOWN,
    authority: all ? bundle(trusted) : UNKNOWN,
    pems: of((name) => there!.pems[name]!),
    notAfter: of((name) => expiryOf(there!.pems[name]!.certificate).toISOString()),
  };
}

function faults({ given, lifetimeDays, renewBeforeDays, wanted }: CertificatesInputs, now: Date): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const fault = given && givenFault(given, now);
  // Of no property: Pulumi prints the value of one that is named, and here that is the key.
  if (fault) failures.push({ property: "", reason: `security.certificates.authority: ${fault}` });
  if (renewBeforeDays >= lifetimeDays)
    failures.push({
      property: "renewBeforeDays",
      reason: `security.certificates.renewBefore: wanted less than the lifetime of ${lifetimeDays}d, found ${renewBeforeDays}d; certificates would be renewed by each up`,
    });
  const odd = wanted.flatMap(({ hosts }) => hosts).find((host) => !/^(\*\.)?[\w.:-]+$/.test(host));
  if (odd !== undefined)
    failures.push({ property: "wanted", reason: `wanted names and addresses of hosts, found ${JSON.stringify(odd)}` });
  return failures;
}
