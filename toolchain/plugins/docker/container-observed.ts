import type { ContainerInspectInfo } from "dockerode";
import type { Json, JsonObject } from "../../plugin/struct.ts";
import { MIB, portIp, portKey } from "./container-options.ts";
import { containerProperties, type Port } from "./container-properties.ts";
import { same } from "./differences.ts";
import { durationText } from "./duration.ts";
import { isEmpty } from "./property.ts";

/** The engine may tell these otherwise than the state: somebody changed them, or an update could not. */
const DRIFTS = [
  "name",
  "image",
  "user",
  "entrypoints",
  "command",
  "readOnly",
  "tmpfs",
  "memory",
  "cpus",
  "cpuShares",
  "restart",
  "maxRetryCount",
  "rm",
  "init",
];

/**
 * The state of a container as a refresh finds it: the old state, with what the engine tells about the container's
 * running, its limits, its networks and ports, and about all that it chose itself. What means the same keeps the words
 * of the state, so that a refresh right after a creation finds no difference. Environment, labels, uploads and volumes
 * are kept as they are, like in the official plugin: nobody can change them in a container that exists. Pure.
 */
export function observed(state: JsonObject, info: Inspected): JsonObject {
  const seen = told(info, state);
  const after: JsonObject = { ...state, ...always(info, state) };
  for (const name of DRIFTS) {
    const { shape, computed } = containerProperties[name]!;
    const known = !isEmpty(state[name]);
    // What an image brings is no difference to a program that does not ask for anything else.
    if (!known && computed && isEmpty(seen[name])) continue;
    if (same(shape, state[name], seen[name])) continue;
    if (isEmpty(seen[name])) delete after[name];
    else after[name] = seen[name]!;
  }
  for (const [name, value] of Object.entries(seen)) after[name] ??= value;
  return after;
}

/** With what the client's types leave out. */
type Inspected = ContainerInspectInfo & {
  readonly NetworkSettings: { readonly Bridge?: string };
  readonly Config: { readonly StopSignal?: string; readonly StopTimeout?: number };
};

/** What is read anew each time, whatever the state says. */
function always(info: Inspected, state: JsonObject): JsonObject {
  const { Running, ExitCode } = info.State;
  const running = Running || state.start === false;
  return {
    ...(state.mustRun === true && { mustRun: running }),
    ...(!Running && { exitCode: ExitCode }),
    ...(state.ports !== undefined && Running && { ports: ports(state.ports as unknown as Port[], info) }),
    ...(state.networksAdvanced !== undefined && { networksAdvanced: networks(state.networksAdvanced, info) }),
    ...(state.memorySwap !== undefined && { memorySwap: memorySwap(info) }),
    ...(state.healthcheck !== undefined && { healthcheck: healthcheck(state.healthcheck as JsonObject, info) }),
    networkDatas: networkDatas(info),
    bridge: info.NetworkSettings.Bridge ?? "",
  };
}

/** What the engine tells in the words of the inputs; empty values are left out, except those that have a meaning. */
function told({ Name, Image, Config, HostConfig, Platform }: Inspected, state: JsonObject): JsonObject {
  const { RestartPolicy, LogConfig, NanoCpus, ShmSize } = HostConfig;
  const known: Record<string, Json | undefined> = {
    name: Name.replace(/^\//, ""),
    image: String(state.image ?? "").startsWith("sha256:") ? Image : Config.Image,
    hostname: Config.Hostname,
    user: Config.User,
    entrypoints: texts(Config.Entrypoint),
    command: texts(Config.Cmd),
    workingDir: Config.WorkingDir,
    stopSignal: Config.StopSignal || "SIGTERM",
    stopTimeout: Config.StopTimeout,
    readOnly: HostConfig.ReadonlyRootfs ?? false,
    tmpfs: HostConfig.Tmpfs as JsonObject | undefined,
    memory: (HostConfig.Memory ?? 0) / MIB,
    cpus: NanoCpus ? processors(NanoCpus, state) : undefined,
    cpuShares: HostConfig.CpuShares,
    restart: RestartPolicy?.Name || "no",
    maxRetryCount: RestartPolicy?.MaximumRetryCount,
    rm: HostConfig.AutoRemove ?? false,
    init: HostConfig.Init ?? false,
    securityOpts: HostConfig.SecurityOpt ?? [],
    shmSize: (ShmSize ?? 0) / MIB,
    logDriver: LogConfig?.Type,
    runtime: HostConfig.Runtime,
    ipcMode: HostConfig.IpcMode,
    healthcheck: imageHealthcheck(Config.Healthcheck),
    platform: Platform,
  };
  const always = ["readOnly", "rm", "init", "securityOpts"];
  const kept = (entry: [string, Json | undefined]): entry is [string, Json] =>
    !isEmpty(entry[1]) || (always.includes(entry[0]) && entry[1] !== undefined);
  return Object.fromEntries(Object.entries(known).filter(kept));
}

/** As the state writes it, where that is the same number: 1.50 is 1.5. */
function processors(nano: number, { cpus }: JsonObject): string {
  return typeof cpus === "string" && Math.round(Number(cpus) * 1e9) === nano ? cpus : String(nano / 1e9);
}

function texts(words: string | string[] | null | undefined): string[] | undefined {
  return typeof words === "string" ? [words] : (words ?? undefined);
}

type Health = ContainerInspectInfo["Config"]["Healthcheck"];

function imageHealthcheck(health: Health): JsonObject | undefined {
  if (!health) return undefined;
  return {
    tests: health.Test ?? [],
    interval: durationText(health.Interval ?? 0),
    timeout: durationText(health.Timeout ?? 0),
    startPeriod: durationText(health.StartPeriod ?? 0),
    // Newer than API 1.41: an older engine does not tell it.
    ...(health.StartInterval !== undefined && { startInterval: durationText(health.StartInterval) }),
    retries: health.Retries ?? 0,
  };
}

/** Of a health check only what the state knows: the rest comes from the image, or the engine is too old to tell it. */
function healthcheck(state: JsonObject, { Config }: ContainerInspectInfo): JsonObject {
  const seen = imageHealthcheck(Config.Healthcheck) ?? {};
  const { shape } = containerProperties.healthcheck!;
  const now = Object.fromEntries(
    Object.entries(state).map(([name, value]) => {
      const other = isEmpty(value) || value === "0s" || (name === "startInterval" && seen[name] === undefined);
      return [name, other ? value : (seen[name] ?? null)];
    }),
  );
  return same(shape, state, now) ? state : now;
}

/** Memory and swap together in MiB; -1 is without limit, also where the kernel cannot limit swap. */
function memorySwap({ HostConfig }: ContainerInspectInfo): number {
  const bytes = HostConfig.MemorySwap ?? 0;
  return bytes > 0 ? bytes / MIB : bytes;
}

/** The published ports of the state with the port on the host that the engine gave each. */
function ports(known: readonly Port[], { NetworkSettings }: ContainerInspectInfo): Json {
  return known.flatMap((port) => {
    const bound = (NetworkSettings.Ports?.[portKey(port)] ?? []).filter(({ HostIp }) => HostIp === portIp(port));
    const found = bound.find(({ HostPort }) => Number(HostPort) === port.external) ?? bound[0];
    return found
      ? [{ ...port, ip: portIp(port), external: Number(found.HostPort), protocol: port.protocol || "tcp" }]
      : [];
  });
}

/** The networks of the state that the container still is in, by name or id, with the aliases that it still has. */
function networks(known: Json, { NetworkSettings }: ContainerInspectInfo): Json {
  const joined = Object.entries(NetworkSettings.Networks ?? {});
  return (known as JsonObject[]).flatMap((network) => {
    const found = joined.find(([name, { NetworkID }]) => name === network.name || NetworkID === network.name)?.[1];
    if (!found) return [];
    const aliases = (network.aliases as string[] | undefined)?.filter((alias) => found.Aliases?.includes(alias));
    return [{ ...network, ...(aliases && { aliases }) }];
  });
}

function networkDatas({ NetworkSettings }: ContainerInspectInfo): Json {
  const byName = Object.entries(NetworkSettings.Networks ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return byName.map(([networkName, network]) => ({
    networkName,
    ipAddress: network.IPAddress,
    ipPrefixLength: network.IPPrefixLen,
    gateway: network.Gateway,
    globalIpv6Address: network.GlobalIPv6Address,
    globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
    ipv6Gateway: network.IPv6Gateway,
    macAddress: network.MacAddress,
  }));
}
