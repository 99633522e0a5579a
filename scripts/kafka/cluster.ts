import { UserError } from "../../infra/errors.ts";
import { describeMetadata, type NodeConnection, withNode } from "./gaps.ts";

/**
 * Runs `ask` on whichever broker answers first. All are tried at once, so that a dead or hanging one costs no time.
 *
 * @throws a UserError that names every address and what each said, when none answers in time.
 */
export async function withAnyBroker<T>(
  bootstrapServers: readonly string[],
  timeoutMs: number,
  ask: (node: NodeConnection) => Promise<T>,
): Promise<T> {
  const address = await firstToAnswer(bootstrapServers, timeoutMs);
  return withNode(address, timeoutMs, ask);
}

async function firstToAnswer(addresses: readonly string[], timeoutMs: number): Promise<string> {
  const probes = addresses.map((address) =>
    withNode(address, timeoutMs, async (node) => {
      await describeMetadata(node, []);
      return address;
    }),
  );
  return Promise.any(probes).catch((error: unknown) => {
    const said = error instanceof AggregateError ? error.errors : [error];
    const reasons = addresses.map((address, i) => `${address}: ${reason(said[i])}`);
    throw new UserError(
      `no broker answers (${reasons.join("; ")})`,
      "kafka-stacks health tells which nodes are down, kafka-stacks up starts them",
    );
  });
}

/** The innermost cause in words: `connect ECONNREFUSED …` rather than `Connection failed.` */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reason(error.cause) : error.message;
}
