import { isIP } from "node:net";
import type { Check } from "./check.ts";

const EVERY_ADDRESS = ["0.0.0.0", "::"];

/** An address that stands for all of them is nothing that a client could connect to. */
const advertisable: Check = {
  reads: ["docker.publishAddress", "docker.advertisedHost"],
  *run({ docker: { publishAddress, advertisedHost } }) {
    if (!EVERY_ADDRESS.includes(publishAddress) || advertisedHost !== undefined) return;
    yield {
      path: ["docker", "publishAddress"],
      message: `wanted docker.advertisedHost beside ${publishAddress}, found none: clients must be told one address that they can reach`,
      next: "set docker.advertisedHost, or write one address of the engine's machine",
    };
  },
};

/** The client library of this program cuts an address at its first colon. */
const hasName: Check = {
  reads: ["target", "docker.publishAddress", "docker.advertisedHost"],
  *run({ target, docker: { publishAddress, advertisedHost } }) {
    if (target !== "docker" || isIP(publishAddress) !== 6 || advertisedHost !== undefined) return;
    if (EVERY_ADDRESS.includes(publishAddress)) return;
    yield {
      path: ["docker", "publishAddress"],
      message: `wanted docker.advertisedHost next to the IPv6 address ${publishAddress}, found none: commands need a name for it`,
      next: `set docker.advertisedHost to a name that leads to ${publishAddress}`,
    };
  },
};

export const publishingChecks: readonly Check[] = [advertisable, hasName];
