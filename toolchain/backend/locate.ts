import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { pulumiHome } from "../places.ts";

type Env = NodeJS.ProcessEnv;

/** URL of the backend that the user chose, by Pulumi's own rule; undefined: none, "" when it is known by a token only. */
export function chosenBackend(env: Env): string | undefined {
  if (env.PULUMI_BACKEND_URL) return env.PULUMI_BACKEND_URL;
  const credentials = join(env.PULUMI_CREDENTIALS_PATH || pulumiHome(env), "credentials.json");
  let current: string | undefined;
  try {
    ({ current } = JSON.parse(readFileSync(credentials, "utf8")) as { current?: string });
  } catch {
    // Not logged in.
  }
  return current || (env.PULUMI_ACCESS_TOKEN ? "" : undefined);
}

/** Folder of a file backend, as Pulumi reads its URL (pkg/backend/diy, massageBlobPath); undefined for another kind. */
export function fileBackend(url: string, env: Env): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const written = url.slice("file://".length).split("?")[0]!;
  const place = decode(written);
  if (place === "~" || place.startsWith("~/")) return join(env.HOME || homedir(), place.slice(1));
  return resolve(place);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
