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

export const publishingChecks: readonly Check[] = [advertisable];
