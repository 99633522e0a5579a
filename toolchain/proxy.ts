type Env = NodeJS.ProcessEnv;

/** Every process of a deployment talks to the others here, and a local cluster listens here. */
const LOOPBACK = ["localhost", "127.0.0.1", "127.0.0.0/8", "::1"] as const;

/** Variables by which one program or another is told which proxy to use. */
const PROXIES = /^(https?|grpc|all|ftp)_proxy$/i;

/** Go reads the first that is set, curl and gRPC the second; gRPC prefers the third to both. */
const EXEMPTIONS = ["NO_PROXY", "no_proxy", "no_grpc_proxy"] as const;

/**
 * What must be laid over an environment that names a proxy, so that nothing on this machine is asked through it; empty
 * where none is named. A person's own exemptions stay, the proxy stays, and hosts elsewhere are reached through it.
 *
 * gRPC of Node takes `no_proxy` apart at commas and keeps blanks, so the list is written without; one list for all, since a
 * person means the same by each spelling.
 */
export function loopbackExempted(env: Env = process.env): Record<string, string> {
  if (!Object.entries(env).some(([name, value]) => PROXIES.test(name) && value)) return {};
  const own = EXEMPTIONS.flatMap((name) => env[name]?.split(/[\s,]+/) ?? []).filter((host) => host !== "");
  const list = [...new Set([...own, ...LOOPBACK])].join(",");
  return Object.fromEntries(EXEMPTIONS.map((name) => [name, list]));
}

/** The same for this process and what it starts. Before its first connection: gRPC looks when it makes one. */
export function exemptLoopback(env: Env = process.env): void {
  Object.assign(env, loopbackExempted(env));
}
