import type { StackSpec } from "../spec/resolve.ts";
import { listenerParts } from "./listeners.ts";
import type { NodeSeat } from "./nodes.ts";

/** Controllers that every node knows from its configuration at least, so that going from three to five restarts nobody. */
const KNOWN = 3;

/** Whether voters stand in the metadata log (KIP-853) instead of every node's configuration. */
export const isDynamic = ({ controllers }: Pick<StackSpec, "controllers">): boolean =>
  controllers?.quorum === "dynamic";

/** Who votes in the KRaft quorum, or where a node asks who does. */
export function quorumProperties(spec: StackSpec, seats: readonly NodeSeat[]): Record<string, string> {
  const { quorum } = listenerParts(spec);
  const controllers = seats.filter((seat) => seat.roles.includes("controller"));
  const address = ({ id }: NodeSeat) => `{{address:${quorum}@${id}}}`;
  if (!isDynamic(spec))
    return { "controller.quorum.voters": controllers.map((voter) => `${voter.id}@${address(voter)}`).join(",") };
  const asked = controllers.slice(0, knownControllers(controllers.length));
  return { "controller.quorum.bootstrap.servers": asked.map(address).join(",") };
}

/** How many of so many controllers have to be known for one of them to be in every majority. */
export const knownControllers = (count: number): number => Math.min(count, Math.max(KNOWN, Math.ceil(count / 2)));
