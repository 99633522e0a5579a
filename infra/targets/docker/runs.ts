import type { ContainerInspectInfo, default as Docker } from "dockerode";
import { runInContainer } from "./exec.ts";

type State = Pick<ContainerInspectInfo["State"], "Running" | "Restarting">;

/** Between two starts of a crash loop the engine calls a container running and restarting: no process is there. Pure. */
export function isUp({ Running, Restarting }: State): boolean {
  return Running && !Restarting;
}

/** The file by which serves.sh knows that the node has served; it lies on a tmpfs and goes with the processes. */
const MARK = "/tmp/served";

/**
 * Whether a container's health check has passed since its start. The engine forgets that when it is restarted itself, and a
 * container that fell ill may have served: so its mark is what counts. Where it cannot be told, it has.
 */
export async function hasServed(docker: Docker, name: string): Promise<boolean> {
  const container = docker.getContainer(name);
  const { State } = await container.inspect();
  if (State.Health?.Status === "healthy") return true;
  return runInContainer(container, ["/bin/bash", "-c", `[[ -e ${MARK} ]]`]).then(
    ({ code }) => code !== 1,
    () => true,
  );
}
