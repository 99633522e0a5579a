import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Identity, tlsOptions } from "../../scripts/kafka/identity.ts";
import { wayTo } from "../../scripts/kafka/ways.ts";
import { isTlsRecord, SpeaksTls } from "../../scripts/ops/connection-faults.ts";

/**
 * As much of a ZooKeeper client as it takes to be refused: a session, SASL DIGEST-MD5, and requests by the wire format
 * (zookeeper.jute of 3.8). A client of Java's would take a second for each attempt and calls every refusal a lost connection.
 */
export interface Way {
  readonly address: string;
  /** Absent: plaintext. */
  readonly tls?: Identity;
  readonly login?: { readonly name: string; readonly password: string };
}

/** What is asked: read its data, make it, or delete it. */
export type Verb = "read" | "write" | "delete";

const TIMEOUT_MS = 10_000;
/** org.apache.zookeeper.KeeperException.Code */
const CODES: Readonly<Record<number, string>> = {
  0: "OK",
  [-101]: "NO_NODE",
  [-102]: "NO_AUTH",
  [-110]: "NODE_EXISTS",
  [-115]: "AUTH_FAILED",
  [-124]: "SESSION_CLOSED_REQUIRE_SASL_AUTH",
};
const SASL = 102;

/** @throws Error with ZooKeeper's name of the refusal; `closed` when it hangs up without a word. */
export async function askZooKeeper(way: Way, verb: Verb, path: string): Promise<void> {
  const socket = await open(way.address, way.tls);
  const answers = packets(socket);
  const send = async (...parts: Buffer[]): Promise<Buffer> => {
    const body = Buffer.concat(parts);
    socket.write(Buffer.concat([int(body.length), body]));
    return take(answers);
  };
  try {
    // protocol, last zxid, session time-out, session id, password, read-only
    await send(int(0), long(0n), int(30_000), long(0n), buffer(Buffer.alloc(16)), Buffer.from([0]));
    if (way.login) await logIn(send, way.login);
    const [type, body] = REQUESTS[verb](path);
    check(await send(int(2), int(type), body));
  } finally {
    socket.destroy();
  }
}

const REQUESTS: Readonly<Record<Verb, (path: string) => readonly [type: number, body: Buffer]>> = {
  read: (path) => [4, Buffer.concat([text(path), Buffer.from([0])])],
  // Data, one ACL (all rights for whoever made it), no flags.
  write: (path) => [1, Buffer.concat([text(path), text("x"), int(1), int(31), text("auth"), text(""), int(0)])],
  delete: (path) => [2, Buffer.concat([text(path), int(-1)])],
};

type Send = (...parts: Buffer[]) => Promise<Buffer>;

/** RFC 2831 as JDK's DIGEST-MD5 has it, algorithm md5-sess and qop auth. */
async function logIn(send: Send, { name, password }: NonNullable<Way["login"]>): Promise<void> {
  const challenge = check(await send(int(1), int(SASL), buffer(Buffer.alloc(0)))).toString();
  const said = (key: string) => new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const [realm, nonce, cnonce, uri] = [
    said("realm"),
    said("nonce"),
    randomBytes(16).toString("hex"),
    "zookeeper/zk-sasl-md5",
  ];
  const a1 = Buffer.concat([md5(`${name}:${realm}:${password}`), Buffer.from(`:${nonce}:${cnonce}`)]);
  const [ha1, ha2] = [md5(a1).toString("hex"), md5(`AUTHENTICATE:${uri}`).toString("hex")];
  const response = md5(`${ha1}:${nonce}:00000001:${cnonce}:auth:${ha2}`).toString("hex");
  const token =
    `charset=utf-8,username="${name}",realm="${realm}",nonce="${nonce}",nc=00000001,` +
    `cnonce="${cnonce}",digest-uri="${uri}",response=${response},qop=auth`;
  check(await send(int(1), int(SASL), buffer(Buffer.from(token))));
}

/** Reply: xid, zxid, error, and what was asked for. */
function check(reply: Buffer): Buffer {
  const code = reply.readInt32BE(12);
  if (code !== 0) throw new Error(CODES[code] ?? `ZooKeeper error ${code}`);
  return reply.subarray(16 + 4);
}

/** Connects, and with TLS shakes hands. @throws what the peer or TLS has against it. */
export async function open(address: string, tls?: Identity): Promise<Socket> {
  const { hostname, port } = new URL(`zk://${address}`);
  const way = wayTo(hostname, Number(port));
  const options = tlsOptions(tls, hostname);
  const socket: Socket = options ? connectTls({ ...options, ...way }) : connectPlain(way);
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error("no answer in time")));
  await once(socket, options ? "secureConnect" : "connect");
  return socket;
}

/** What the peer says next; `closed` when it hangs up instead. */
export async function* chunks(socket: Socket): AsyncGenerator<Buffer> {
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    if (!("encrypted" in socket) && isTlsRecord(chunk)) throw new SpeaksTls();
    yield chunk;
  }
}

async function* packets(socket: Socket): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0);
  for await (const chunk of chunks(socket)) {
    held = Buffer.concat([held, chunk]);
    for (; held.length >= 4 && held.length >= 4 + held.readInt32BE(0); held = held.subarray(4 + held.readInt32BE(0)))
      yield held.subarray(4, 4 + held.readInt32BE(0));
  }
}

export async function take(answers: AsyncGenerator<Buffer>): Promise<Buffer> {
  const { value, done } = await answers.next();
  if (done) throw new Error("closed");
  return value;
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function long(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

const buffer = (bytes: Buffer): Buffer => Buffer.concat([int(bytes.length), bytes]);
const text = (value: string): Buffer => buffer(Buffer.from(value));
const md5 = (value: string | Buffer): Buffer => createHash("md5").update(value).digest();
