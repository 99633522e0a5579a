import assert from "node:assert/strict";
import type Docker from "dockerode";
import type { NodePlan } from "../../../infra/plan/types.ts";
import { containerName, networkName } from "../../../infra/targets/docker/names.ts";
import type { Deployed } from "../../../scripts/context.ts";
import { addressesOf, type Door, doorsOf, doorsToTry, doorTo, isAlwaysOpen } from "../../helpers/doors.ts";
import { reachRow } from "../../helpers/outpost.ts";
import { type Refusal, tryRefusals, tryRow } from "../../helpers/refusals.ts";
import { attackedFrom, type Place } from "../security/attacked.ts";
import { containerIn } from "./outpost.ts";

interface Tried extends Pick<Place, "directory" | "user" | "own"> {
  readonly name: string;
  readonly nodes: readonly NodePlan[];
  readonly deployed: Deployed;
}

interface Doors {
  /** By the containers' names, and by their addresses. */
  readonly named: readonly Door[];
  readonly numbered: readonly Door[];
  /** Of the nodes, and of who tries. */
  readonly image: string;
}

/**
 * The table of refusals, tried on a cluster of containers: at what it publishes from this machine, at its other listeners
 * from a container in its network that has no credentials; and what a container in another network reaches: nothing.
 */
export async function tryContainers(docker: Docker, tried: Tried): Promise<Refusal[]> {
  const doors = await findDoors(docker, tried);
  // Where packets are dropped only time tells.
  const both = await Promise.allSettled([tryInside(docker, tried, doors), tryOutside(docker, tried, doors)]);
  return both.flatMap((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}

async function findDoors(docker: Docker, { name, nodes }: Tried): Promise<Doors> {
  const entries = nodes.map(
    async ({ id }) => [id, await docker.getContainer(containerName(name, id)).inspect()] as const,
  );
  const about = new Map(await Promise.all(entries));
  const [first] = about.values();
  return {
    named: doorsOf(nodes, (id) => containerName(name, id)),
    numbered: doorsOf(nodes, (id) => about.get(id)!.NetworkSettings.Networks[networkName(name)]!.IPAddress),
    image: first!.Image,
  };
}

async function tryInside(docker: Docker, tried: Tried, { named, numbered, image }: Doors): Promise<Refusal[]> {
  const all = [...named, ...numbered];
  const attempts = { tried: addressesOf(all), led: addressesOf(doorsToTry(named)) };
  const post = await containerIn(docker, networkName(tried.name), image, attempts);
  try {
    const from = "its network";
    const rows = [
      ...all.filter(isAlwaysOpen).map(({ address }) => reachRow(from, post, address)),
      ...all.filter(({ onLoopback }) => onLoopback).map(({ address }) => reachRow(from, post, address, ["refused"])),
    ];
    const at: Place["at"] = (listener) => doorTo(listener, named);
    const table = await tryRefusals(attackedFrom({ ...tried, at, from: post.address }, tried.deployed));
    return [...(await Promise.all(rows.map(tryRow))), ...table];
  } finally {
    await post.remove();
  }
}

async function tryOutside(docker: Docker, tried: Tried, { named, numbered, image }: Doors): Promise<Refusal[]> {
  const network = await docker.createNetwork({ Name: `${networkName(tried.name)}-other-${process.pid}` });
  try {
    const { Name, IPAM } = await network.inspect();
    const gateway = IPAM?.Config?.[0]?.Gateway;
    assert.ok(gateway, "the engine gave the network a gateway");
    // What is published on the machine's loopback is not on its other addresses, such as this one.
    const published = tried.deployed.cluster.bootstrapServers.map((server) => `${gateway}:${server.split(":")[1]}`);
    const [names, numbers] = [addressesOf(named), [...addressesOf(numbered), ...published]];
    const post = await containerIn(docker, Name, image, { tried: [...names, ...numbers], led: [] });
    await post.remove();
    const rows = [
      ...names.map((address) => reachRow("another network", post, address, ["no such name"])),
      ...numbers.map((address) => reachRow("another network", post, address, ["no answer", "refused"])),
    ];
    return await Promise.all(rows.map(tryRow));
  } finally {
    await network.remove();
  }
}
