import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { clientsOf } from "../../../../infra/targets/kubernetes/api.ts";
import { openTunnel, type Tunnel } from "../../../../infra/targets/kubernetes/tunnel/open.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { dropNamespace, findCluster } from "../../../helpers/kube.ts";
import { kafkaImage } from "../../../helpers/kube-node.ts";

const { access, skip } = await findCluster();
const namespace = `ktun-${process.pid}`;
const POD = "listens";
const [ECHO, DIGEST, BYE, NOBODY] = [9001, 9002, 9003, 9004];
/** What the pod runs for each connection, by port. */
const PROGRAMS = { [ECHO]: "cat", [DIGEST]: "sha256sum >/proc/1/fd/1", [BYE]: "echo bye" };
const ways = [ECHO, DIGEST, BYE, NOBODY].map((port) => ({ namespace, pod: POD, port, localPort: 0 }));
const MIB = 1 << 20;

describe("a tunnel through a real API server", { skip, timeout: 120_000 }, () => {
  const told: string[] = [];
  let tunnel: Tunnel;
  const dial = (port: number): Socket =>
    connect({ host: "127.0.0.1", port: tunnel.ports[[ECHO, DIGEST, BYE, NOBODY].indexOf(port)]! });

  before(async () => {
    await clientsOf(access!).core.createNamespace({ body: { metadata: { name: namespace } } });
    await startPod();
    tunnel = await openTunnel({ access: access!, ways, tell: (line) => told.push(line) });
  });
  after(async () => {
    tunnel?.close();
    await dropNamespace(access!, namespace);
  });

  test("many connections at once each get back what they sent", async () => {
    // No more at once: the pod's listener has room for two that it has not accepted yet.
    for (let round = 0; round < 5; round++) {
      const echoes = Array.from({ length: 8 }, () => echo(dial(ECHO), randomBytes(100_000)));
      for (const { sent, got } of await Promise.all(echoes)) assert.ok(sent.equals(got));
    }
    assert.deepEqual(told, []);
  });

  test("a client that does not read is waited for, and then gets everything", async () => {
    const socket = dial(ECHO).pause();
    const [sent, chunk, limit] = [createHash("sha256"), randomBytes(MIB), 512];
    let chunks = 0;
    const stalled = async () => socket.writableNeedDrain && !(await Promise.race([drained(socket), sleep(1_500)]));
    while (chunks < limit && !(await stalled())) {
      sent.update(chunk);
      chunks++;
      socket.write(chunk);
    }
    assert.ok(chunks < limit, `it took ${chunks} MiB from a client that reads nothing`);
    const got = createHash("sha256");
    let bytes = 0;
    for await (const part of socket as AsyncIterable<Buffer>) {
      got.update(part);
      bytes += part.length;
      if (bytes === chunks * MIB) break;
    }
    assert.equal(got.digest("hex"), sent.digest("hex"));
  });

  test("what a client sent before it ended arrives", async () => {
    const content = randomBytes(8 * MIB);
    const socket = dial(DIGEST);
    socket.end(content);
    await once(socket.resume(), "close");
    const wanted = createHash("sha256").update(content).digest("hex");
    const { core } = clientsOf(access!);
    await eventually("the pod has it all", async () =>
      (await core.readNamespacedPodLog({ name: POD, namespace })).includes(wanted),
    );
  });

  test("what a pod sent before it ended arrives, and then the end", async () => {
    assert.equal(await text(dial(BYE)), "bye\n");
  });

  test("nothing is left of connections that either side has ended", async () => {
    const open = () => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
    await sleep(200);
    const earlier = open();
    const sockets = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const socket = dial(ECHO);
        socket.write("x");
        await once(socket, "data");
        return index % 2 === 0 ? socket.destroy() : socket.resetAndDestroy();
      }),
    );
    assert.ok(sockets.every(({ destroyed }) => destroyed));
    await Promise.all(Array.from({ length: 5 }, () => text(dial(BYE))));
    await eventually("every socket is closed", () => open() <= earlier, 5_000);
  });

  test("where nobody listens, clients are cut off, and one line tells why", async () => {
    for (let round = 0; round < 3; round++) await assert.rejects(echo(dial(NOBODY), Buffer.from("x")), /ECONNRESET/);
    assert.equal(told.length, 1);
    assert.match(told.splice(0)[0]!, /^pod listens cannot be reached: nothing listens on its port 9004$/);
  });

  test("a pod that is away cuts clients off; once it is back under its name, it is reached", async () => {
    assert.equal(await text(dial(BYE)), "bye\n");
    const { core } = clientsOf(access!);
    const during = dial(ECHO);
    during.write("x");
    await once(during, "data");
    await core.deleteNamespacedPod({ name: POD, namespace, gracePeriodSeconds: 0 });
    await Promise.race([once(during, "close"), sleep(10_000, "late", { ref: false })]).then((ended) =>
      assert.notEqual(ended, "late"),
    );
    await assert.rejects(echo(dial(ECHO), Buffer.from("x")), /ECONNRESET/);
    assert.match(told.splice(0).join(), /^pod listens cannot be reached: /);
    await startPod();
    const { sent, got } = await echo(dial(ECHO), randomBytes(1_000));
    assert.ok(sent.equals(got));
  });

  test("it keeps no process alive whose own connections are closed", async () => {
    const program = `
      import { connect } from "node:net";
      import { kubeAccess } from ${JSON.stringify(import.meta.resolve("../../../../toolchain/kubernetes.ts"))};
      import { openTunnel } from ${JSON.stringify(import.meta.resolve("../../../../infra/targets/kubernetes/tunnel/open.ts"))};
      const ways = [${JSON.stringify(ways[0])}];
      const { ports } = await openTunnel({ access: kubeAccess(undefined), ways, tell: console.error });
      const socket = connect(ports[0], "127.0.0.1", () => socket.write("hello"));
      socket.once("data", (data) => { console.log(String(data)); socket.destroy(); });`;
    const args = ["--input-type=module", "-e", program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 15_000 });
    assert.equal(stdout, "hello\n");
  });
});

test("a port that is taken is told with its holder, and no other stays open", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  const free = createServer().listen(0, "127.0.0.1");
  await Promise.all([once(taken, "listening"), once(free, "listening")]);
  const [takenPort, freePort] = [taken, free].map((server) => (server.address() as { port: number }).port);
  await new Promise((resolve) => free.close(resolve));
  const [own, other] = [freePort!, takenPort!].map((localPort) => ({ ...ways[0]!, localPort }));
  await assert.rejects(openTunnel({ access: access!, ways: [own!, other!], tell: assert.fail }), (error: Error) => {
    assert.match(
      error.message,
      new RegExp(`^port ${takenPort} of 127.0.0.1, .* is taken by (.*${process.pid}|another process)`),
    );
    return true;
  });
  const again = createServer().listen(freePort, "127.0.0.1");
  await once(again, "listening");
  for (const server of [taken, again]) server.close();
});

async function startPod(): Promise<void> {
  const { core } = clientsOf(access!);
  const listen = Object.entries(PROGRAMS).map(([port, program]) => `nc -ll -p ${port} -e sh -c '${program}' &`);
  const hex = Object.keys(PROGRAMS).map((port) => `:${Number(port).toString(16).toUpperCase()}`);
  const listening = `for port in ${hex.join(" ")}; do grep -q "$port " /proc/net/tcp /proc/net/tcp6 || exit 1; done`;
  const image = await kafkaImage(access!, "4.3.1");
  const container = {
    name: "a",
    image,
    imagePullPolicy: "IfNotPresent",
    command: ["sh", "-c", `${listen.join("\n")}\nwait`],
    // Without a connection, which would make the programs run.
    readinessProbe: { exec: { command: ["sh", "-c", listening] }, periodSeconds: 1 },
  };
  const spec = { terminationGracePeriodSeconds: 0, containers: [container] };
  await core.createNamespacedPod({ namespace, body: { metadata: { name: POD }, spec } });
  await eventually("the pod listens", async () => {
    const { status } = await core.readNamespacedPod({ name: POD, namespace });
    return status?.containerStatuses?.[0]?.ready === true;
  });
}

/** Until as much came back as was sent. */
async function echo(socket: Socket, sent: Buffer): Promise<{ readonly sent: Buffer; readonly got: Buffer }> {
  let bytes = 0;
  socket.on("data", (part) => {
    bytes += part.length;
    if (bytes >= sent.length) socket.end();
  });
  socket.write(sent);
  return { sent, got: await buffer(socket) };
}

const drained = (socket: Socket): Promise<true> => once(socket, "drain").then(() => true);
