import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { dockerAt, dockerHost } from "../../toolchain/docker.ts";
import { listeningIn } from "./listening.ts";

/** The engine that tests use, if one answers; else why its tests are skipped. */
export async function findEngine(): Promise<{ readonly docker: Docker; readonly skip: false | string }> {
  const host = dockerHost(undefined);
  const docker = dockerAt(host);
  const skip = await docker.ping().then(
    () => false as const,
    (error: Error) => `no Docker engine answers at ${host} (${error.message})`,
  );
  return { docker, skip };
}

const filters = (stack: string) => ({ label: [`kafka-stacks.stack=${stack}`] });

export interface NodeContainer {
  readonly id: string;
  readonly running: boolean;
}

/** The containers of a cluster by node id. */
export async function nodeContainers(docker: Docker, stack: string): Promise<Map<number, NodeContainer>> {
  const found = await docker.listContainers({ all: true, filters: filters(stack) });
  return new Map(
    found
      .map(
        ({ Id, State, Labels }) =>
          [Number(Labels["kafka-stacks.node"]), { id: Id, running: State === "running" }] as const,
      )
      .sort(([a], [b]) => a - b),
  );
}

/** TCP ports on which something in a container listens. */
export async function listeningPorts(docker: Docker, { id }: Pick<NodeContainer, "id">): Promise<number[]> {
  const Cmd = ["cat", "/proc/net/tcp", "/proc/net/tcp6"];
  const exec = await docker.getContainer(id).exec({ Cmd, AttachStdout: true });
  const stream = await exec.start({});
  const tables = new PassThrough();
  docker.modem.demuxStream(stream, tables, tables);
  stream.on("end", () => tables.end());
  return listeningIn(await text(tables)).flatMap(({ port, ofDocker }) => (ofDocker ? [] : port));
}

/** Names of everything that a stack has on the engine. */
export async function leftOf(docker: Docker, stack: string) {
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters: filters(stack) }),
    docker.listNetworks({ filters: filters(stack) }),
    docker.listVolumes({ filters: filters(stack) }),
  ]);
  return {
    containers: containers.map(({ Names }) => Names[0]!.replace(/^\//, "")).sort(),
    networks: networks.map(({ Name }) => Name).sort(),
    volumes: (Volumes ?? []).map(({ Name }) => Name).sort(),
  };
}
