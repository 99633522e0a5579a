/** Checks of what keeps strangers out: certificates, and listeners that ask nobody for a name. */
import type { ClusterPlan, NodePlan } from "../../../infra/plan/types.ts";
import type { CertificateState } from "../../kafka/state.ts";
import { few } from "../words.ts";
import type { Check } from "./check.ts";

const DAY_MS = 86_400_000;
/** An authority is replaced in three phases, each a roll, so it is told twice as early. */
const AUTHORITY_EARLIER = 2;
/** More is no inaccuracy of the network: certificates then begin and end at another time than people think. */
const CLOCK_WARN_MS = 60_000;

export const certificates: Check = ({ security, clock }, plan, outputs) => {
  if (security === null) return { status: "skip", detail: "the cluster has no certificates" };
  const { nowMs } = security;
  const renewBeforeMs = (plan.security.certificates?.renewBeforeDays ?? 0) * DAY_MS;
  const over = security.certificates.filter(({ untilMs }) => untilMs <= nowMs);
  const early = security.certificates.filter(({ fromMs }) => fromMs > nowMs);
  const near = security.certificates.filter(
    ({ untilMs, isAuthority }) =>
      untilMs > nowMs && untilMs - nowMs < renewBeforeMs * (isAuthority ? AUTHORITY_EARLIER : 1),
  );
  const nodes = security.certificates.filter(({ who }) => who.startsWith("node "));
  const hint = hintFor([...over, ...near], outputs.stack);
  if (over.length > 0)
    return { status: "fail", detail: `expired: ${few(over.map((one) => expiry(one, nowMs)))}`, hint };
  if (early.length > 0)
    return {
      status: "fail",
      detail: `not valid yet: ${few(early.map(({ who, fromMs }) => `${who} (from ${new Date(fromMs).toISOString()})`))}`,
      hint: "set the clocks of the machines: one of them is wrong",
    };
  if (nodes.length === 0) return { status: "skip", detail: "no node presents its certificate; see the brokers check" };
  if (near.length > 0) return { status: "warn", detail: few(near.map((one) => expiry(one, nowMs))), hint };
  if (clock !== null && Math.abs(clock.aheadMs) > CLOCK_WARN_MS)
    return { status: "warn", detail: told(clock), hint: "set the clocks: certificates are valid by them" };
  const first = security.certificates.reduce((a, b) => (b.untilMs < a.untilMs ? b : a));
  const presented = `${nodes.length} of ${outputs.nodes.length} nodes seen`;
  const time = clock === null ? "no node tells the time" : told(clock);
  return { status: "pass", detail: `${presented}; the first to expire: ${expiry(first, nowMs)}; ${time}` };
};

function expiry({ who, untilMs }: CertificateState, nowMs: number): string {
  const days = Math.floor(Math.abs(untilMs - nowMs) / DAY_MS);
  const words = days === 1 ? "1 day" : `${days} days`;
  return untilMs <= nowMs ? `${who} ${words} ago` : `${who} in ${words}`;
}

function hintFor(concerned: readonly CertificateState[], stack: string): string {
  if (concerned.some(({ isAuthority }) => isAuthority))
    return "replace the authority: security.certificates.rotation: trustBoth, then reissue, then stable, with an up after each";
  return `kafka-stacks up ${stack} renews it`;
}

function told({ id, aheadMs }: { readonly id: number; readonly aheadMs: number }): string {
  const seconds = Math.abs(aheadMs / 1000);
  return `the clock of node ${id} is ${seconds.toFixed(1)} s ${aheadMs < 0 ? "behind" : "ahead of"} this machine's`;
}

export const openListeners: Check = (_state, plan) => {
  const { profile } = plan.security;
  if (!isExposed(plan)) return { status: "pass", detail: "others than this machine do not reach the brokers" };
  const plain = [...new Set(plan.nodes.flatMap(plaintextListeners))];
  if (plain.length > 0)
    return {
      status: "warn",
      detail: `whoever reaches ${plain.join(", ")} may read, write and delete everything, and listen in`,
      hint:
        profile === "plaintext"
          ? "write security: { profile: scram } into the stack file"
          : "end security.transition as soon as no client uses them",
    };
  if (profile === "tls")
    return {
      status: "warn",
      detail: "whoever reaches the brokers may read, write and delete everything: with profile tls nobody needs a name",
      hint: "write security: { profile: scram } into the stack file",
    };
  return { status: "pass", detail: `whoever reaches the brokers must log in (${profile})` };
};

const LOOPBACK = /^(127\.|::1$)/;

/** Whether others than this machine, and than containers of the cluster's own network, reach a listener for clients. */
const isExposed = ({ target, docker }: ClusterPlan): boolean =>
  target === "kubernetes" || (docker !== undefined && !LOOPBACK.test(docker.publishAddress));

/** Of those that the node has, not of those that it only knows. */
function plaintextListeners({ listeners, config }: NodePlan): string[] {
  const protocols = (config.properties["listener.security.protocol.map"] ?? "").split(",");
  return listeners.map(({ name }) => name).filter((name) => protocols.includes(`${name}:PLAINTEXT`));
}
