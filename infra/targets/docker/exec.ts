import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";

/** Runs a command in a container that runs. @throws when it has ended. */
export async function runInContainer(
  container: Docker.Container,
  command: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string }> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true });
  const [stream, stdout, other] = [await exec.start({}), new PassThrough(), new PassThrough()];
  container.modem.demuxStream(stream, stdout, other);
  stream.on("end", () => stdout.end()).on("error", (error: Error) => stdout.destroy(error));
  const printed = await text(stdout);
  return { code: (await exec.inspect()).ExitCode ?? -1, stdout: printed };
}
