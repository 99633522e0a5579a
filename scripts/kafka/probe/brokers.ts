import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterOutputs } from "../../../infra/outputs.ts";
import { isSilence } from "../../ops/connection-faults.ts";
import { fail, undecided, type Verdict } from "../../ops/smoke/report.ts";
import { answeringAddresses, type BrokerAnswer, judgeLeaders } from "../../ops/smoke/verdicts.ts";
import { reason } from "../cluster.ts";
import { describeMetadata, withNode } from "../gaps.ts";
import type { CheckScope } from "./scope.ts";

const ANSWER_LIMIT_MS = 4_000;
/** Longer than leadership takes to settle, shorter than a person's patience. */
const LEADING_WITHIN_MS = 10_000;
const POLL_MS = 50;
const HINT = "run health: it says whether the broker is up";

/** Asks each planned broker at its address, and at the one that it advertises where that differs; a silent one twice. */
export async function askBrokers(outputs: ClusterOutputs): Promise<BrokerAnswer[]> {
  const brokers = outputs.nodes.filter((node) => node.roles.includes("broker"));
  return Promise.all(
    brokers.map(async ({ id, address }) => {
      try {
        const advertised = await liveBrokers(address);
        const own = advertised.get(id);
        if (own !== undefined && own !== address) {
          const refused = await liveBrokers(own).then(() => null, broken);
          if (refused !== null)
            return { id, address, advertised, ...refused, fault: `advertises ${own}, which fails: ${refused.fault}` };
        }
        return { id, address, advertised };
      } catch (error) {
        return { id, address, ...broken(error) };
      }
    }),
  );
}

const broken = (error: unknown) => ({ fault: reason(error), silent: isSilence(error) });

async function liveBrokers(address: string): Promise<Map<number, string>> {
  const ask = () => withNode(address, ANSWER_LIMIT_MS, (node) => describeMetadata(node, []));
  const { cluster } = await ask().catch((error: unknown) => {
    if (isSilence(error)) return ask();
    throw error;
  });
  return new Map(cluster.brokers.map((broker) => [broker.id, broker.address]));
}

/** Leaders of each topic by partition, as the broker at this address knows them; null where there is none. */
export async function leadersOf(address: string, topics: readonly string[]): Promise<Map<string, (number | null)[]>> {
  const { topics: found } = await withNode(address, ANSWER_LIMIT_MS, (node) => describeMetadata(node, topics));
  return new Map(found.map(({ name, partitions }) => [name, partitions.map(({ leader }) => leader)]));
}

/**
 * Waits a while until every planned broker leads a partition of the records topic; else says which does not. On a busy
 * machine a connection may time out by itself, so the next broker is asked then.
 */
export async function checkLeaders(scope: CheckScope): Promise<Verdict> {
  const { answers, topics } = scope.probe;
  const addresses = answeringAddresses(answers);
  const deadline = performance.now() + (addresses.length < answers.length ? 0 : LEADING_WITHIN_MS);
  scope.doing = "waiting for every broker to lead a partition";
  for (let asked = 0; ; asked++) {
    const address = addresses[asked % addresses.length]!;
    const verdict = await leadersOf(address, [topics.records.name]).then(
      (leaders) => judgeLeaders(answers, leaders.get(topics.records.name) ?? []),
      (error) => (isSilence(error) ? undecided : fail)(`broker at ${address}: ${reason(error)}`, HINT),
    );
    if (verdict.status === "pass" || performance.now() > deadline) return verdict;
    scope.signal.throwIfAborted();
    await sleep(POLL_MS);
  }
}
