import type Docker from "dockerode";

/** What limits and confines a container, as options of `docker run`; no value holds a blank. */
export function containerOptions({ Config, HostConfig }: Docker.ContainerInspectInfo): string[] {
  const { Memory, MemorySwap, ReadonlyRootfs, CapDrop, SecurityOpt, Ulimits, Tmpfs, LogConfig } = HostConfig;
  return [
    `--user=${Config.User}`,
    `--memory=${Memory}`,
    `--memory-swap=${MemorySwap}`,
    `--read-only=${ReadonlyRootfs}`,
    ...(CapDrop ?? []).map((capability: string) => `--cap-drop=${capability}`),
    ...(SecurityOpt ?? []).map((option: string) => `--security-opt=${option}`),
    ...(Ulimits ?? []).map(({ Name, Soft, Hard }) => `--ulimit=${Name}=${Soft}:${Hard}`),
    ...Object.entries(Tmpfs ?? {}).map(([place, options]) => `--tmpfs=${place}:${options}`),
    `--log-driver=${LogConfig?.Type}`,
    ...Object.entries(LogConfig?.Config ?? {}).map(([key, value]) => `--log-opt=${key}=${value}`),
  ];
}

/** Removes whatever on an engine has a label; nothing, when all went well. */
export async function removeLabelled(docker: Docker, label: string): Promise<void> {
  const filters = { label: [label] };
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  const networks = await docker.listNetworks({ filters });
  await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove()));
  const { Volumes } = await docker.listVolumes({ filters });
  await Promise.all((Volumes ?? []).map(({ Name }) => docker.getVolume(Name).remove()));
}
