import assert from "node:assert/strict";
import type Docker from "dockerode";
import type { NodePlan } from "../../../infra/plan/types.ts";
import { containerName, networkName } from "../../../infra/targets/docker/names.ts";
import type { Deployed } from "../../../scripts/context.ts";
import { addressesOf, doorsOf, doorsToTry, doorTo, isAlwaysOpen } from "../../helpers/doors.ts";
import { type Outpost, reachRow } from "../../helpers/outpost.ts";
import { type Refusal, type Row, tryRefusals, tryRow } from "../../helpers/refusals.ts";
import { attackedFrom, type Place } from "../security/attacked.ts";
import { containerIn } from "./outpost.ts";

interface Tried extends Pick<Place, "directory" | "user" | "own"> {
  readonly name: string;
  readonly nodes: readonly NodePlan[];
  readonly deployed: Deployed;
}

/**
 * The table of refusals, tried on a cluster of containers: at what it publishes from this machine, at its other listeners
 * from a container in its network that has no credentials; and what a container in another network reaches: nothing.
 */
export async function tryContainers(docker: Docker, tried: Tried): Promise<Refusal[]> {
  const { name, nodes, deployed } = tried;
  const [first] = nodes as [NodePlan];
  const about = await Promise.all(
    nodes.map(async ({ id }) => [id, await docker.getContainer(containerName(name, id)).inspect()] as const),
  );
  const ips = new Map(about.map(([id, { NetworkSettings }]) => [id, ipIn(NetworkSettings, networkName(name))]));
  const image = about.find(([id]) => id === first.id)![1].Image;
  const named = doorsOf(nodes, (id) => containerName(name, id));
  const numbered = doorsOf(nodes, (id) => ips.get(id)!);
  const posts: Outpost[] = [];
  const other = await docker.createNetwork({ Name: `${networkName(name)}-other-${process.pid}` });
  try {
    const { Name, IPAM } = await other.inspect();
    const gateway = IPAM?.Config?.[0]?.Gateway;
    assert.ok(gateway, "the engine gave the network a gateway");
    // What is published on the machine's loopback is not on its other addresses, such as this one.
    const published = deployed.cluster.bootstrapServers.map((server) => `${gateway}:${server.split(":")[1]}`);
    const inside = await containerIn(docker, networkName(name), image, {
      tried: addressesOf([...named, ...numbered]),
      led: addressesOf(doorsToTry(named)),
    });
    posts.push(inside);
    const outside = await containerIn(docker, Name, image, {
      tried: [...addressesOf([...named, ...numbered]), ...published],
      led: [],
    });
    posts.push(outside);
    const rows: Row[] = [
      ...[...named, ...numbered].filter(isAlwaysOpen).map(({ address }) => reachRow("its network", inside, address)),
      ...[...named, ...numbered]
        .filter(({ onLoopback }) => onLoopback)
        .map(({ address }) => reachRow("its network", inside, address, ["refused"])),
      ...named.map(({ address }) => reachRow("another network", outside, address, ["no such name"])),
      ...numbered.map(({ address }) => reachRow("another network", outside, address, ["no answer", "refused"])),
      ...published.map((address) => reachRow("another network", outside, address, ["no answer", "refused"])),
    ];
    const reached = await Promise.all(rows.map(tryRow));
    const at: Place["at"] = (listener) => doorTo(listener, named);
    return [...reached, ...(await tryRefusals(attackedFrom({ ...tried, at, from: inside.address }, deployed)))];
  } finally {
    for (const post of posts) await post.remove();
    await other.remove();
  }
}

const ipIn = ({ Networks }: Docker.ContainerInspectInfo["NetworkSettings"], network: string): string =>
  Networks[network]!.IPAddress;
