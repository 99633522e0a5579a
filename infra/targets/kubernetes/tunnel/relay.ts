import type { Socket } from "node:net";
import { PassThrough, Writable } from "node:stream";
import { PortForward } from "@kubernetes/client-node";
import type { KubeAccess } from "../../../../toolchain/kubernetes.ts";

/** A port of a pod, as it is reached through the API server. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** Of `ws`, which the Kubernetes client brings and whose types it does not. */
interface WebSocket {
  send(data: Buffer, done: (error?: Error) => void): void;
  close(): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  on(event: "message" | "close", listener: () => void): void;
  readonly readyState: number;
}

/** Until the API server has joined the two ends. */
const JOIN_MS = 10_000;
/** For the API server's answer to a goodbye; the library alone would wait for 30 s. */
const GOODBYE_MS = 5_000;
/** WebSocket.CLOSED. */
const CLOSED = 3;
/** Channel of the data that goes to the pod (channel.k8s.io). */
const TO_POD = Buffer.from([0]);

/**
 * Carries one TCP connection to a pod and back by a WebSocket of its own, until either end closes. Neither end is read
 * faster than the other takes it.
 *
 * The protocol knows no half-closed connection: when the client ends its side, what it sent is delivered and the pod's
 * side ends too.
 *
 * @param socket paused, and allowed to be half open; it is reset when the pod cannot be reached, so that a client tries again.
 * @returns why the pod could not be reached; undefined when it was.
 */
export async function relay(
  access: KubeAccess,
  { namespace, pod, port }: PodPort,
  socket: Socket,
): Promise<string | undefined> {
  socket.on("error", () => socket.destroy());
  let fault = "";
  const faults = new Writable({
    write(chunk: Buffer, _encoding, done) {
      fault += chunk.toString();
      done();
    },
  });
  // The library would read what the client sends without waiting for anyone, so it gets an input without an end.
  const nothing = new PassThrough();
  const joining = new PortForward(access.config).portForward(namespace, pod, [port], socket, faults, nothing);
  try {
    await carry(await inTime(joining as unknown as Promise<WebSocket>), socket);
  } catch (error) {
    fault = wordsOf(error as Error);
  }
  if (fault === "") socket.destroySoon();
  else socket.resetAndDestroy();
  // What the machine says of a refusal is long.
  return fault.includes("connection refused") ? `nothing listens on its port ${port}` : fault.trim() || undefined;
}

/** Ends when the WebSocket has. */
function carry(webSocket: WebSocket, socket: Socket): Promise<void> {
  const toPod = new Writable({
    write: (chunk: Buffer, _encoding, done) => webSocket.send(Buffer.concat([TO_POD, chunk]), done),
    final(done) {
      webSocket.close();
      setTimeout(() => webSocket.terminate(), GOODBYE_MS).unref();
      done();
    },
  });
  const ended = new Promise<void>((resolve) => {
    webSocket.on("close", resolve);
    if (webSocket.readyState === CLOSED) resolve();
  });
  // After the library's own listener, which wrote to the socket.
  webSocket.on("message", () => {
    if (socket.writableNeedDrain) webSocket.pause();
  });
  socket.on("drain", () => webSocket.resume());
  // Either way it is of no more use. What the pod has sent by then still goes to the client.
  socket.pipe(toPod).once("error", () => webSocket.terminate());
  socket.once("close", () => webSocket.terminate());
  if (socket.destroyed) webSocket.terminate();
  return ended;
}

/** One that comes too late is ended at once. */
async function inTime(joining: Promise<WebSocket>): Promise<WebSocket> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the API server did not answer within ${JOIN_MS / 1_000} s`));
      joining.then((webSocket) => webSocket.terminate()).catch(() => {});
    }, JOIN_MS);
  });
  return Promise.race([joining, late]).finally(() => clearTimeout(timer));
}

/** The library tells the status of an answer only, and not what it says. */
function wordsOf({ message }: Error): string {
  if (message.endsWith("response: 404")) return "there is no such pod";
  if (message.endsWith("response: 403")) return "you may not forward ports (get and create of pods/portforward)";
  if (message.endsWith("response: 400") || message.endsWith("response: 500")) return "it does not run";
  return message;
}
