import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** A server on 127.0.0.1 that treats every connection alike, until the test ends. */
export async function listen(
  t: TestContext,
  handle: (socket: Socket) => void,
): Promise<{ port: number; open: Set<Socket> }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => {});
    socket.setNoDelay();
    handle(socket);
    socket.resume(); // Or the end of a connection that nobody reads is never seen.
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, open };
}

export const API = { metadata: 3, describeQuorum: 55, describeCluster: 60 } as const;

/** What a listener answers to each API; one that is not there makes it hang up, as Kafka does. */
export type Answers = { readonly [api in keyof typeof API]?: Buffer };

const write = (socket: Socket, bytes: Buffer): boolean => socket.write(bytes);

/** Answers whole requests, one after the other. */
export function kafka(answers: Answers, send: (socket: Socket, bytes: Buffer) => unknown = write) {
  return (socket: Socket): void => answer(socket, (request) => answers[apiOf(request)!], send);
}

/** The same on a listener with SASL PLAIN: whoever says anything else before it is hung up on. */
export function kafkaWithLogin(user: string, password: string, answers: Answers) {
  const login = new Map<number, (request: Buffer) => Buffer>([
    [SASL.handshake, (request: Buffer) => join(int32(0), int16(request.includes("PLAIN") ? 0 : 33), int32(0))],
    [SASL.authenticate, (request: Buffer) => join(int32(0), int16(proves(request) ? 0 : 58), int16(-1), int32(0))],
  ]);
  // Behind its header: API, version, correlation id and the client's name.
  const proves = (request: Buffer): boolean => {
    const proof = request.subarray(10 + request.readInt16BE(8));
    return proof.equals(join(int32(proof.length - 4), Buffer.from(`\0${user}\0${password}`)));
  };
  return (socket: Socket): void => {
    const steps = [...login.keys()];
    answer(socket, (request) => {
      if (steps.length === 0) return answers[apiOf(request)!];
      return request.readInt16BE() === steps.shift() ? login.get(request.readInt16BE())!(request) : undefined;
    });
  };
}

const SASL = { handshake: 17, authenticate: 36 } as const;

const apiOf = (request: Buffer): keyof Answers | undefined =>
  Object.entries(API).find(([, key]) => key === request.readInt16BE())?.[0] as keyof Answers | undefined;

function answer(
  socket: Socket,
  bodyFor: (request: Buffer) => Buffer | undefined,
  send: (socket: Socket, bytes: Buffer) => unknown = write,
): void {
  let bytes = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE()) {
      const end = 4 + bytes.readInt32BE();
      const body = bodyFor(bytes.subarray(4, end));
      bytes = bytes.subarray(end);
      if (body) send(socket, framed(body));
      else socket.end();
    }
  });
}

export const framed = (body: Buffer): Buffer => Buffer.concat([int32(body.length), body]);

export interface Partition {
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** Metadata, version 1, as Kafka's MetadataResponse.json lays it out. */
export function metadata(live: readonly number[], topics: Readonly<Record<string, readonly Partition[]>>): Buffer {
  const partition = ({ leader, replicas, isr }: Partition, index: number) =>
    join(int16(leader < 0 ? 5 : 0), int32(index), int32(leader), list(replicas, int32), list(isr, int32));
  return join(
    int32(0),
    list(live, (id) => join(int32(id), string(`broker-${id}`), int32(40_000 + id), id % 2 ? string("r1") : int16(-1))),
    int32(live[0] ?? -1),
    list(Object.entries(topics), ([name, partitions]) =>
      join(int16(0), string(name), Buffer.of(0), list(partitions, partition)),
    ),
  );
}

/** DescribeCluster, version 1, of controllers that are all reached at 127.0.0.1. */
export function describeCluster(leader: number, ports: Readonly<Record<number, number>>): Buffer {
  return join(
    // Correlation id, tags, throttle time, no error, no message, endpoint type.
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]),
    compact("AAAAAAAAAAAAAAAAAAAAAA"),
    int32(leader),
    compactList(Object.entries(ports), ([id, port]) =>
      join(int32(Number(id)), compact("127.0.0.1"), int32(port), Buffer.of(0, 0)),
    ),
    int32(-(2 ** 31)),
    Buffer.of(0),
  );
}

/** DescribeQuorum, version 1: when each voter was last caught up, in milliseconds since 1970; -1 for never. */
export function describeQuorum(leader: number, caughtUp: Readonly<Record<number, number>>, error = 0): Buffer {
  const voter = ([id, time]: [string, number]) =>
    join(int32(Number(id)), int64(1234), int64(time), int64(time), Buffer.of(0));
  return join(
    // Correlation id, tags, no error, one topic.
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 2]),
    compact("__cluster_metadata"),
    Buffer.of(2),
    join(int32(0), int16(error), int32(leader), int32(7), int64(1234)),
    compactList(Object.entries(caughtUp), voter),
    Buffer.of(1, 0, 0, 0),
  );
}

const join = (...parts: Buffer[]): Buffer => Buffer.concat(parts);
const int16 = (value: number): Buffer => written(2, (buffer) => buffer.writeInt16BE(value));
const int32 = (value: number): Buffer => written(4, (buffer) => buffer.writeInt32BE(value));
const int64 = (value: number): Buffer => written(8, (buffer) => buffer.writeBigInt64BE(BigInt(value)));
const string = (value: string): Buffer => join(int16(value.length), Buffer.from(value));
const compact = (value: string): Buffer => join(varint(value.length + 1), Buffer.from(value));

function written(size: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(size);
  write(buffer);
  return buffer;
}

function varint(value: number): Buffer {
  return value < 128 ? Buffer.of(value) : join(Buffer.of((value % 128) + 128), varint(Math.floor(value / 128)));
}

function list<T>(items: readonly T[], one: (item: T, index: number) => Buffer): Buffer {
  return join(int32(items.length), ...items.map(one));
}

function compactList<T>(items: readonly T[], one: (item: T) => Buffer): Buffer {
  return join(varint(items.length + 1), ...items.map(one));
}
