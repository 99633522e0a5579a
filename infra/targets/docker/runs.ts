import type { ContainerInspectInfo, default as Docker } from "dockerode";

type State = Pick<ContainerInspectInfo["State"], "Running" | "Restarting">;

/** Between two starts of a crash loop the engine calls a container running and restarting: no process is there. Pure. */
export function isUp({ Running, Restarting }: State): boolean {
  return Running && !Restarting;
}

/**
 * Whether a container's health check has passed since its start. The engine forgets that when it is restarted itself, and a
 * container that fell ill may have served: the mark of serves.sh, which goes with the processes, is what counts.
 */
export async function hasServed(docker: Docker, name: string): Promise<boolean> {
  const container = docker.getContainer(name);
  const { State } = await container.inspect();
  if (State.Health?.Status === "healthy") return true;
  return hasMark(container).catch(() => true);
}

/** Fails where the container has ended meanwhile, which is seen elsewhere. */
async function hasMark(container: Docker.Container): Promise<boolean> {
  const exec = await container.exec({ Cmd: ["/bin/bash", "-c", "[[ -e /tmp/served ]]"], AttachStdout: true });
  const stream = await exec.start({});
  await new Promise((resolve, reject) => stream.resume().on("end", resolve).on("error", reject));
  const { ExitCode } = await exec.inspect();
  return ExitCode !== 1;
}
