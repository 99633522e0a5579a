import { MiB } from "../../../capacity/units.ts";
import type { ClusterPlan } from "../../plan/types.ts";
import { inGiB, type Obstacle, requireNone } from "../obstacle.ts";
import type { EngineState } from "./engine.ts";
import { containerName, LABEL, networkName, volumeName } from "./names.ts";

/** Health checks, read-only root and everything else that is asked for: Docker 20.10. */
const OLDEST_API = "1.41";

/** @throws UserError with everything that is in the way. */
export function requireRoom(plan: ClusterPlan, engine: EngineState): void {
  requireNone(plan.name, obstacles(plan, engine));
}

/** What keeps this plan from running on this engine; everything at once. Pure. */
export function obstacles(plan: ClusterPlan, engine: EngineState): Obstacle[] {
  return [...wrongKind(engine), ...tooLittleMemory(plan, engine), ...strangers(plan, engine)];
}

function wrongKind({ os, version, apiVersion }: EngineState): Obstacle[] {
  const found: Obstacle[] = [];
  if (os !== "linux")
    found.push({ message: `wanted an engine of Linux containers, found ${os}`, next: "switch it to Linux containers" });
  if (apiVersion.localeCompare(OLDEST_API, "en", { numeric: true }) < 0)
    found.push({
      message: `wanted Docker 20.10 (API ${OLDEST_API}) or newer, found ${version} (API ${apiVersion})`,
      next: "update the engine",
    });
  return found;
}

function tooLittleMemory({ nodes }: ClusterPlan, { memoryBytes }: EngineState): Obstacle[] {
  const wanted = nodes.reduce((sum, { memoryMiB }) => sum + memoryMiB * MiB, 0);
  if (wanted <= memoryBytes) return [];
  return [
    {
      message: `wanted ${inGiB(wanted)} of memory for ${nodes.length} containers, found ${inGiB(memoryBytes)} on the engine's machine`,
      next: "lower brokers.memory or brokers.count, or give the engine more memory",
    },
  ];
}

/** Things of our names that are not ours are never touched, and would be in the way. */
function strangers(plan: ClusterPlan, engine: EngineState): Obstacle[] {
  const { name, nodes } = plan;
  const kinds = [
    ["container", engine.containers, nodes.map(({ id }) => containerName(name, id)), "docker rm"],
    ["network", engine.networks, [networkName(name)], "docker network rm"],
    [
      "volume",
      engine.volumes,
      nodes.flatMap(({ id, volumes }) =>
        [...volumes, { name: "config" }].map((volume) => volumeName(name, id, volume.name)),
      ),
      "docker volume rm",
    ],
  ] as const;
  return kinds.flatMap(([kind, found, ours, remove]) =>
    found
      .filter((one) => (ours as readonly string[]).includes(one.name) && one.labels[LABEL.stack] !== name)
      .map((one) => ({
        message: `a ${kind} named ${one.name} is on the engine and is not of stack ${name}`,
        next: `remove it if nobody needs it (${remove} ${one.name}), or give the stack file another name`,
      })),
  );
}
