import { randomBytes } from "node:crypto";
import { isOwnPassword } from "../../plan/identities.ts";
import type { ClusterInputs, Decisions } from "./kept.ts";
import { type PortSpace, pickPorts } from "./ports.ts";

/** Keeps every earlier decision and adds what is missing. @throws when a port that the stack fixes is taken. */
export async function decide(
  args: ClusterInputs,
  before: Partial<Decisions> | undefined,
  space: PortSpace,
): Promise<Decisions> {
  return {
    clusterId: before?.clusterId ?? randomKafkaId(),
    ports: await decidePorts(args, before?.ports ?? {}, space),
    secrets: {
      ...earlierOwn(before?.secrets ?? {}),
      ...Object.fromEntries(args.secretNames.map((name) => [name, before?.secrets?.[name] ?? randomSecret()])),
    },
  };
}

const earlierOwn = (secrets: Decisions["secrets"]): Decisions["secrets"] =>
  Object.fromEntries(Object.entries(secrets).filter(([name]) => isOwnPassword(name)));

export const randomSecret = (): string => randomBytes(24).toString("base64url");

/** Kafka's own form of an id: 16 random bytes in URL-safe base64 (org.apache.kafka.common.Uuid); never begins with "-". */
export function randomKafkaId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}

async function decidePorts(
  args: ClusterInputs,
  before: Readonly<Record<string, number>>,
  space: PortSpace,
): Promise<Record<string, number>> {
  const ports: Record<string, number> = {};
  for (const key of args.listeners) {
    const port = args.fixedPorts[key] ?? before[key];
    if (port === undefined) continue;
    if (before[key] !== port) await space.require(port, key);
    ports[key] = port;
  }
  const missing = args.listeners.filter((key) => ports[key] === undefined);
  const taken = new Set([...Object.values(ports), ...Object.values(before)]);
  return { ...ports, ...(await pickPorts(missing, args.directory, taken, (port) => space.isFree(port), space.range)) };
}
