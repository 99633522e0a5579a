import { UserError } from "../../infra/errors.ts";

const BY_NODE: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** This machine's architecture by the name that Debian and Docker give it; an image is made for that only. */
export function architecture(node: string = process.arch): string {
  const name = BY_NODE[node];
  if (name !== undefined) return name;
  throw new UserError(
    `an image without a registry is made for this machine's processor; wanted ${Object.keys(BY_NODE).join(" or ")}, found ${node}`,
    "name an image that your engine can pull (docker.image: apache/kafka:<version>)",
  );
}
