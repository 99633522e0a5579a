import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import type { InsideRun } from "../../../scripts/kafka/probe/inside.ts";
import { USER_ID } from "../container/node.ts";

/** A volume and where the script finds it. */
export interface Mount {
  readonly volume: string;
  readonly at: string;
  readonly readOnly?: boolean;
}

export interface Throwaway {
  readonly image: string;
  /** For bash. */
  readonly script: string;
  /** What the script reads: an engine keeps nothing of it. */
  readonly stdin?: string;
  readonly network: string;
  readonly mounts?: readonly Mount[];
  readonly signal?: AbortSignal | undefined;
}

/** What a container in this network may do: no more than a node; the engine removes it when it ends. */
export const confinedTo = (network: string) => ({
  AutoRemove: true,
  NetworkMode: network,
  ReadonlyRootfs: true,
  CapDrop: ["ALL"],
  SecurityOpt: ["no-new-privileges"],
});

/**
 * Runs a script in a container as confined as a node's; the engine removes it when it ends, and with it the volumes that
 * its image declares. An abort kills it.
 */
export async function runThrowaway(
  docker: Docker,
  { image, script, stdin, network, mounts = [], signal }: Throwaway,
): Promise<InsideRun> {
  signal?.throwIfAborted();
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["/bin/bash", "-c"],
    Cmd: [script],
    ...(stdin === undefined ? {} : { OpenStdin: true, StdinOnce: true }),
    User: `${USER_ID}:${USER_ID}`,
    HostConfig: {
      ...confinedTo(network),
      Tmpfs: { "/tmp": "rw,exec,nosuid,nodev,size=64m" },
      Mounts: mounts.map(({ volume, at, readOnly = false }) => ({
        Type: "volume",
        Source: volume,
        Target: at,
        ReadOnly: readOnly,
      })),
    },
  });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const kill = () => void container.kill().catch(() => {});
  try {
    const takes = stdin === undefined ? {} : { stdin: true, hijack: true };
    const stream = await container.attach({ stream: true, stdout: true, stderr: true, ...takes });
    docker.modem.demuxStream(stream, stdout, stderr);
    stream.on("end", () => {
      stdout.end();
      stderr.end();
    });
    // Asked for before the start: afterwards it may be gone already.
    const ended = container.wait({ condition: "removed" });
    await container.start();
    if (stdin !== undefined) stream.end(stdin);
    signal?.addEventListener("abort", kill);
    const [{ StatusCode }, out, err] = await Promise.all([ended, text(stdout), text(stderr)]);
    signal?.throwIfAborted();
    return { code: StatusCode, stdout: out, stderr: err };
  } catch (error) {
    await container.remove({ force: true, v: true }).catch(() => {});
    throw error;
  } finally {
    signal?.removeEventListener("abort", kill);
  }
}
