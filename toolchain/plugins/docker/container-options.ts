import type { ContainerCreateOptions } from "dockerode";
import type { ContainerArgs, Healthcheck, Port } from "./container-properties.ts";
import { nanoseconds } from "./duration.ts";

export const MIB = 1024 * 1024;

/** What Docker's Engine API calls a container of these inputs (POST /containers/create). Pure. */
export function createOptions(args: ContainerArgs): ContainerCreateOptions {
  const { volumes = [], ports = [] } = args;
  return {
    name: args.name,
    Image: args.image,
    ...(args.hostname && { Hostname: args.hostname }),
    ...(args.user && { User: args.user }),
    ...(args.entrypoints?.length && { Entrypoint: [...args.entrypoints] }),
    ...(args.command?.length && { Cmd: [...args.command] }),
    ...(args.envs && { Env: [...args.envs] }),
    ...(args.workingDir && { WorkingDir: args.workingDir }),
    ...(args.stopSignal && { StopSignal: args.stopSignal }),
    ...(args.stopTimeout !== undefined && { StopTimeout: args.stopTimeout }),
    ...(args.labels && { Labels: Object.fromEntries(args.labels.map(({ label, value }) => [label, value])) }),
    ...(args.healthcheck && { Healthcheck: health(args.healthcheck) }),
    Volumes: Object.fromEntries(volumes.map(({ containerPath }) => [containerPath, {}])),
    ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])),
    HostConfig: hostConfig(args),
  };
}

/** `8080/tcp`, as the engine names a port. */
export function portKey({ internal, protocol }: Pick<Port, "internal" | "protocol">): string {
  return `${internal}/${protocol || "tcp"}`;
}

/** Address of a published port; empty stands for every IPv4 address. */
export function portIp({ ip }: Pick<Port, "ip">): string {
  return ip || "0.0.0.0";
}

function hostConfig(args: ContainerArgs): ContainerCreateOptions["HostConfig"] {
  const named = (args.volumes ?? []).filter(({ volumeName }) => volumeName);
  return {
    NetworkMode: args.networkMode,
    PortBindings: bindings(args.ports ?? []),
    Binds: named.map(({ volumeName, containerPath, readOnly }) =>
      [volumeName, containerPath, readOnly ? "ro" : "rw"].join(":"),
    ),
    ...(args.tmpfs && { Tmpfs: { ...args.tmpfs } }),
    ReadonlyRootfs: args.readOnly,
    CapAdd: [...(args.capabilities?.adds ?? [])],
    CapDrop: [...(args.capabilities?.drops ?? [])],
    ...security(args.securityOpts ?? []),
    Ulimits: (args.ulimits ?? []).map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    GroupAdd: [...(args.groupAdds ?? [])],
    ...(args.sysctls && { Sysctls: { ...args.sysctls } }),
    ...limits(args),
    RestartPolicy: { Name: args.restart, MaximumRetryCount: args.maxRetryCount ?? 0 },
    AutoRemove: args.rm,
    Init: args.init ?? false,
    LogConfig: { Type: args.logDriver ?? "", Config: { ...args.logOpts } },
  };
}

function limits({ memory, memorySwap, cpus, cpuShares, shmSize }: ContainerArgs) {
  return {
    ...(memory && { Memory: memory * MIB }),
    ...(memorySwap && { MemorySwap: swap(memorySwap) }),
    ...(cpus && { NanoCpus: Math.round(Number(cpus) * 1e9) }),
    ...(cpuShares && { CpuShares: cpuShares }),
    ...(shmSize && { ShmSize: shmSize * MIB }),
  };
}

/** Memory and swap together in bytes; -1 is without limit. */
export function swap(mebibytes: number): number {
  return mebibytes < 0 ? mebibytes : mebibytes * MIB;
}

/** Docker's clients, not its engine, know `systempaths=unconfined`: nothing is masked then. */
function security(options: readonly string[]) {
  const unconfined = options.includes("systempaths=unconfined");
  return {
    SecurityOpt: options.filter((option) => option !== "systempaths=unconfined"),
    ...(unconfined && { MaskedPaths: [], ReadonlyPaths: [] }),
  };
}

function bindings(ports: readonly Port[]) {
  const bound: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    bound[portKey(port)] ??= [];
    bound[portKey(port)]!.push({ HostIp: portIp(port), HostPort: String(port.external ?? "") });
  }
  return bound;
}

function health({ tests, interval, timeout, startPeriod, startInterval, retries }: Healthcheck) {
  return {
    ...(tests && { Test: [...tests] }),
    Interval: nanoseconds(interval ?? "0")!,
    Timeout: nanoseconds(timeout ?? "0")!,
    StartPeriod: nanoseconds(startPeriod ?? "0")!,
    StartInterval: nanoseconds(startInterval ?? "0")!,
    Retries: retries ?? 0,
  };
}
