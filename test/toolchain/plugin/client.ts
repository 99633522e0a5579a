import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Client, credentials, type ServiceError } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { eventually } from "../../helpers/eventually.ts";

/** A provider plugin as the engine has it: a process that printed its port, and calls to it. */
export interface RunningPlugin {
  readonly child: ChildProcess;
  /** First line on stdout. */
  readonly firstLine: string;
  /** Everything on stderr so far. */
  stderr(): string;
  /** Waits until stderr holds this: what is said before an answer may arrive after it, since they go separate ways. */
  says(pattern: RegExp): Promise<void>;
  /** @throws ServiceError as the engine would get it. */
  call<Request, Response>(method: string, request: Request): Promise<Response>;
}

/** Starts a plugin and connects to it; both end with the test, or with the file when `scope` is the module's `after`. */
export async function startPlugin(
  scope: { after(end: () => void): void },
  command: string,
  args: readonly string[] = [],
): Promise<RunningPlugin> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  scope.after(() => child.kill("SIGKILL"));
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the plugin ended with ${code} before it told its port\n${stderr}`);
  });
  const [firstLine] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
  ended.catch(() => {});
  const Connection = providerGrpc.ResourceProviderClient as unknown as new (...args: unknown[]) => Client & Methods;
  const client = new Connection(`127.0.0.1:${firstLine}`, credentials.createInsecure());
  scope.after(() => client.close());
  return {
    child,
    firstLine,
    stderr: () => stderr,
    says: (pattern) => eventually(`${pattern} on stderr of the plugin`, () => pattern.test(stderr)),
    call: <Request, Response>(method: string, request: Request) =>
      new Promise<Response>((resolve, reject) => {
        client[method]!(request, (error, response) => (error ? reject(error) : resolve(response as Response)));
      }),
  };
}

type Methods = Record<
  string,
  (request: unknown, done: (error: ServiceError | null, response: unknown) => void) => void
>;
