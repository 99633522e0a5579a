import { printBytes } from "../../../../capacity/units.ts";
import type { CheckFailure } from "../../../../toolchain/plugin/resource.ts";
import type { LiveMigration } from "../../../plan/migration.ts";
import { type Holdings, refusals } from "../../../plan/refusals.ts";
import type { ClusterArgs } from "../resources.ts";

/**
 * Changes that the cluster's data would not survive; refused before anything happens. Pure.
 *
 * @param held what the brokers hold that would go.
 * @param live how far a migration is; undefined where nobody was asked.
 */
export function dockerRefusals(
  before: ClusterArgs,
  now: ClusterArgs,
  held: Holdings,
  live?: LiveMigration | string,
): CheckFailure[] {
  return [...moved(before, now), ...shrunk(before, now), ...refusals(before, now, held, live)];
}

function moved(before: ClusterArgs, now: ClusterArgs): CheckFailure[] {
  if (before.engineId === now.engineId) return [];
  const reason = `docker.host: the data of ${now.name} lies on the engine at ${before.host} (${before.engineId}); the one at ${now.host} is another (${now.engineId}), and volumes do not move; put docker.host, DOCKER_HOST or the context back, or make a stack of another name`;
  return [{ property: "engineId", reason }];
}

function shrunk(before: ClusterArgs, now: ClusterArgs): CheckFailure[] {
  const smaller = Object.entries(now.volumeBytes).filter(([name, bytes]) => bytes < (before.volumeBytes[name] ?? 0));
  const [first] = smaller;
  if (!first) return [];
  const [name, bytes] = first;
  const others = smaller.length > 1 ? ` and ${smaller.length - 1} more` : "";
  const reason = `brokers.disk: volume ${name}${others} is planned with ${printBytes(before.volumeBytes[name] ?? 0)} and cannot shrink to ${printBytes(bytes)}; put the size back, or make a stack of another name`;
  return [{ property: "volumeBytes", reason }];
}
