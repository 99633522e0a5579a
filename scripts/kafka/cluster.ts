import { UserError } from "../../infra/errors.ts";
import { connectionFault } from "../ops/connection-faults.ts";
import { describeMetadata, type NodeConnection, withNode } from "./gaps.ts";
import type { ClusterState } from "./state.ts";

/**
 * Runs `ask` on whichever broker answers first. All are tried at once, so that a dead or hanging one costs no time.
 *
 * @param name that their certificates must bear; absent: the addresses' own.
 * @throws a UserError that names every address and what each said, when none answers in time.
 */
export async function withAnyBroker<T>(
  bootstrapServers: readonly string[],
  timeoutMs: number,
  ask: (node: NodeConnection) => Promise<T>,
  name?: string,
): Promise<T> {
  const address = await firstToAnswer(bootstrapServers, timeoutMs, name);
  return withNode(address, timeoutMs, ask, name);
}

/** Runs `ask` where requests of controllers are taken: in KRaft any broker passes them on, with ZooKeeper one decides. */
export async function withController<T>(
  node: NodeConnection,
  { brokers, controllerId }: Pick<ClusterState, "brokers" | "controllerId">,
  { kraft, timeoutMs }: { readonly kraft: boolean; readonly timeoutMs: number },
  ask: (node: NodeConnection) => Promise<T>,
): Promise<T> {
  if (kraft) return ask(node);
  const controller = brokers.find(({ id }) => id === controllerId);
  if (!controller) throw new Error("no broker is the controller");
  return withNode(controller.address, timeoutMs, ask);
}

async function firstToAnswer(addresses: readonly string[], timeoutMs: number, name?: string): Promise<string> {
  const probe = (address: string) =>
    withNode(
      address,
      timeoutMs,
      async (node) => {
        await describeMetadata(node, []);
        return address;
      },
      name,
    );
  const probes = addresses.map(probe);
  return Promise.any(probes).catch((error: unknown) => {
    const said: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
    const reasons = addresses.map((address, i) => `${address}: ${reason(said[i])}`);
    const faults = said.flatMap((one) => connectionFault(one) ?? []);
    throw new UserError(
      `no broker answers (${reasons.join("; ")})`,
      faults[0]?.next ?? "kafka-stacks health tells which nodes are down, kafka-stacks up starts them",
    );
  });
}

/** The cause in words: what is wrong with the login, or the innermost `connect ECONNREFUSED …` rather than `Connection failed.` */
export function reason(error: unknown): string {
  return connectionFault(error)?.text ?? innermost(error);
}

function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermost(error.cause) : error.message;
}
