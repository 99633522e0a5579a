import { Readable, Writable } from "node:stream";
import { Attach } from "@kubernetes/client-node";
import type { KubeAccess } from "../../../toolchain/kubernetes.ts";

/**
 * Hands a container that runs what it reads on its standard input, which nobody sees who looks at the pod. The connection
 * ends with the input.
 */
export async function feed(
  { config }: KubeAccess,
  pod: { readonly namespace: string; readonly name: string; readonly container: string },
  text: string,
): Promise<void> {
  const nothing = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const input = Readable.from([text]);
  const attach = new Attach(config).attach(pod.namespace, pod.name, pod.container, nothing(), nothing(), input, false);
  const webSocket = await attach;
  // Whatever becomes of the connection: the script says what it did not get.
  webSocket.on("error", () => {});
}
