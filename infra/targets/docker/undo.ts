import type Docker from "dockerode";

/** What was done to a container for a while. */
export interface Deed {
  readonly what: "pause" | "cut";
  readonly container: string;
  readonly network: string;
}

/**
 * Without effect where it was undone already. A container that is back in its network is found by its name, as before; its
 * ports are published again by the engine. Its address may be another: nobody was told that.
 */
export async function undo(docker: Docker, { what, container: name, network }: Deed): Promise<void> {
  const container = docker.getContainer(name);
  const { State, NetworkSettings } = await container.inspect();
  if (what === "pause" && State.Paused) await container.unpause();
  if (what === "cut" && !(network in NetworkSettings.Networks))
    await docker.getNetwork(network).connect({ Container: name });
}
