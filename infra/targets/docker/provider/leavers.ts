import type Docker from "dockerode";
import { withAnyBroker } from "../../../../scripts/kafka/cluster.ts";
import { as } from "../../../../scripts/kafka/identity.ts";
import type { OperationContext } from "../../../../toolchain/plugin/resource.ts";
import { type Holdings, leavers } from "../../../plan/refusals.ts";
import { type Kept, readKept } from "../../decisions/kept.ts";
import { letGo } from "../../leave.ts";
import { type AskBroker, holdings } from "../../members.ts";
import { keptAdmin } from "../../security/admin.ts";
import { containerName } from "../names.ts";
import { STOP_SECONDS } from "../render.ts";
import type { ClusterArgs } from "../resources.ts";
import { stopContainer } from "../stop.ts";

/** A broker behind another machine's engine needs no longer to refuse a connection or to answer one. */
const TIMEOUT_MS = 10_000;

/** What the brokers hold that would go; nobody is asked where none would. */
export async function heldByLeavers(before: ClusterArgs, now: ClusterArgs, kept: Kept | undefined): Promise<Holdings> {
  if (before.engineId !== now.engineId || leavers(before, now).length === 0) return new Map();
  if (!kept) return notHere(before);
  return holdings(askBroker(kept, now.advertisedHost), now.mode === "kraft" ? kept.clusterId : undefined);
}

/** Stops the containers of brokers that go and signs them off. @returns who went. */
export async function letBrokersGo(
  docker: Docker,
  before: ClusterArgs,
  now: ClusterArgs,
  context: Pick<OperationContext, "log" | "signal">,
): Promise<number[]> {
  const gone = leavers(before, now);
  if (gone.length === 0) return [];
  const kept = readKept(before.directory);
  if (!kept) throw new Error(notHere(before));
  const stop = async () => {
    await Promise.all(gone.map((id) => stopContainer(docker, containerName(now.name, id), STOP_SECONDS * 1_000)));
  };
  await letGo({ leavers: gone, kraft: now.mode === "kraft", ask: askBroker(kept, now.advertisedHost), stop, context });
  return gone;
}

const notHere = ({ directory }: ClusterArgs): string =>
  `its ports and passwords are not on this machine, in ${directory}`;

/** Where brokers are published, as the admin unless a plaintext listener is open. */
function askBroker(kept: Kept, host: string): AskBroker {
  const at = (listener: string) =>
    Object.entries(kept.ports).flatMap(([key, port]) => (key.startsWith(`${listener}@`) ? [`${host}:${port}`] : []));
  const plain = at("EXTERNAL");
  const [addresses, admin] = plain.length > 0 ? [plain] : [at("EXTERNAL_TLS"), keptAdmin(kept.directory, kept)];
  return (question) => as(admin, () => withAnyBroker(addresses, TIMEOUT_MS, question));
}
