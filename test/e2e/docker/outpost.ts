import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import { USER_ID } from "../../../infra/targets/container/node.ts";
import { confinedTo } from "../../../infra/targets/docker/throwaway.ts";
import { leadTo } from "../../../scripts/kafka/ways.ts";
import { type Attempts, type Outpost, outpostPorts, outpostScript, readOutpost } from "../../helpers/outpost.ts";

/** A container in a network, as confined as a node's. @param image of the cluster. */
export async function containerIn(
  docker: Docker,
  network: string,
  image: string,
  attempts: Attempts,
): Promise<Outpost> {
  const ports = outpostPorts(attempts).map((port) => `${port}/tcp`);
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["/bin/bash", "-c"],
    Cmd: [outpostScript(attempts)],
    User: `${USER_ID}:${USER_ID}`,
    ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
    HostConfig: {
      ...confinedTo(network),
      PortBindings: Object.fromEntries(ports.map((port) => [port, [{ HostIp: "127.0.0.1", HostPort: "" }]])),
    },
  });
  const remove = async () => void (await container.remove({ force: true, v: true }).catch(() => {}));
  try {
    await container.start();
    const seen = await untilTried(docker, container);
    const { NetworkSettings } = await container.inspect();
    for (const [index, address] of attempts.led.entries())
      leadTo(address, Number(NetworkSettings.Ports[ports[index]!]![0]!.HostPort));
    return { address: NetworkSettings.Networks[network]!.IPAddress, seen, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function untilTried(docker: Docker, container: Docker.Container): Promise<Outpost["seen"]> {
  const log = await container.logs({ follow: true, stdout: true, stderr: true });
  const said = new PassThrough().setEncoding("utf8");
  docker.modem.demuxStream(log, said, said);
  log.on("end", () => said.end());
  let text = "";
  for await (const chunk of said) {
    text += chunk;
    const seen = readOutpost(text);
    if (seen) return seen;
  }
  throw new Error(`the container ended:\n${text}`);
}
