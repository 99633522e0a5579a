import type Docker from "dockerode";
import { dockerAt, dockerHost } from "../../../toolchain/docker.ts";
import { UserError } from "../../errors.ts";
import type { Labels } from "./names.ts";

interface Thing {
  readonly name: string;
  readonly labels: Labels;
}

export interface EngineContainer extends Thing {
  readonly running: boolean;
  /** `ip:port` of everything that it publishes. */
  readonly published: readonly string[];
}

/** What a deployment needs to know of an engine; plain data. */
export interface EngineState {
  readonly host: string;
  /** Stays the same for as long as the engine keeps its data. */
  readonly id: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly os: string;
  readonly memoryBytes: number;
  readonly containers: readonly EngineContainer[];
  readonly networks: readonly Thing[];
  readonly volumes: readonly Thing[];
}

/** A client for the engine that a plan means, and its address. */
export function engineOf(host: string | undefined): { readonly host: string; readonly docker: Docker } {
  const address = dockerHost(host);
  return { host: address, docker: dockerAt(address) };
}

/** Whether the engine is on this machine, as far as its address tells: then its ports are this machine's. */
export function isThisMachine(host: string): boolean {
  return /^(unix|npipe):/.test(host) || /^tcp:\/\/(localhost|127(\.\d+){3}|\[::1\])(:|$)/.test(host);
}

/** Everything at once. @throws UserError when the engine does not answer or admits no one. */
export async function readEngine(host: string, docker: Docker): Promise<EngineState> {
  try {
    const [info, version, containers, networks, { Volumes }] = await Promise.all([
      docker.info(),
      docker.version(),
      docker.listContainers({ all: true }),
      docker.listNetworks(),
      docker.listVolumes(),
    ]);
    return {
      host,
      id: info.ID,
      version: version.Version,
      apiVersion: version.ApiVersion,
      os: version.Os,
      memoryBytes: info.MemTotal,
      containers: containers.map(({ Names, Labels, State, Ports }) => ({
        name: (Names[0] ?? "").replace(/^\//, ""),
        labels: Labels ?? {},
        running: State === "running",
        published: Ports.flatMap(({ IP, PublicPort }) => (PublicPort ? [`${IP}:${PublicPort}`] : [])),
      })),
      networks: networks.map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })),
      volumes: (Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })),
    };
  } catch (error) {
    throw unreachable(host, error);
  }
}

/** What a failed connection means, in words of a person who has to mend it. */
function unreachable(host: string, error: unknown): UserError {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  const engine = `the Docker engine at ${host}`;
  switch (code) {
    case "EACCES":
      return new UserError(
        `${engine} does not admit this user`,
        "join the group docker (sudo usermod -aG docker $USER, then log in again), or use rootless Docker",
      );
    case "ENOENT":
    case "ECONNREFUSED":
      return new UserError(
        `${engine} is not running (${code})`,
        "start it (sudo systemctl start docker, or Docker Desktop), or name another: docker.host, DOCKER_HOST, docker context use",
      );
    default:
      return new UserError(
        `${engine} does not answer: ${message}`,
        "check its address (docker.host, DOCKER_HOST, docker context ls) and that docker info works",
      );
  }
}
