import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { everyItem, kubeApi } from "../../../../infra/targets/kubernetes/api.ts";
import { refusal, unreachable } from "../../../../infra/targets/kubernetes/api-errors.ts";
import { readVersion } from "../../../../infra/targets/kubernetes/survey/cluster.ts";
import { freePorts } from "../../../../toolchain/ports.ts";
import { findCluster } from "../../../helpers/kube.ts";

const { access, skip } = await findCluster();
const folder = mkdtempSync(path.join(tmpdir(), "kafka-stacks-api-"));
const mine = process.env.KUBECONFIG;
after(() => {
  rmSync(folder, { recursive: true });
  if (mine === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = mine;
});

/** The kubeconfig becomes one of a single context, `test`. JSON is YAML. */
function useKubeconfig(cluster: object, user: object = { token: "secret-token" }): void {
  const file = path.join(folder, "config");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    clusters: [{ name: "test", cluster }],
    users: [{ name: "test", user }],
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  process.env.KUBECONFIG = file;
}

/** What a person reads when the first question fails. */
async function told(timeoutMs = 2_000): Promise<string> {
  const began = performance.now();
  const error = await readVersion(kubeApi(undefined, timeoutMs)).then(
    () => assert.fail("it answered"),
    (error: Error & { readonly next?: string }) => error,
  );
  assert.equal(error.name, "UserError", error.stack);
  assert.match(error.next ?? "", /^[a-z]/);
  assert.ok(performance.now() - began < timeoutMs + 2_000, "it was told in seconds");
  return error.message;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe("an API that cannot be reached", () => {
  test("nobody listens", async () => {
    const [port] = await freePorts(1);
    useKubeconfig({ server: `https://127.0.0.1:${port}`, "insecure-skip-tls-verify": true });
    assert.equal(
      await told(),
      `the Kubernetes API at https://127.0.0.1:${port} (context test) is not running: connection refused`,
    );
  });

  test("a name that no DNS knows", async () => {
    useKubeconfig({ server: "https://nowhere.invalid:6443" });
    assert.match(
      await told(),
      /^the Kubernetes API at https:\/\/nowhere\.invalid:6443 \(context test\) is not known to DNS \((ENOTFOUND|EAI_AGAIN)\)$/,
    );
  });

  test("somebody listens and says nothing", async () => {
    const sockets = new Set<{ destroy(): void }>();
    const server = createServer((socket) => sockets.add(socket));
    after(() => {
      for (const socket of sockets) socket.destroy();
    });
    const port = await listening(server);
    useKubeconfig({ server: `https://127.0.0.1:${port}`, "insecure-skip-tls-verify": true });
    assert.match(await told(500), /\(context test\) does not answer in time$/);
  });

  test("an answer that breaks off", async () => {
    const port = await listening(
      createHttpServer((_, response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write("{");
        setTimeout(() => response.destroy(), 50);
      }),
    );
    useKubeconfig({ server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true });
    assert.match(await told(), /\(context test\) cannot be reached: /);
  });

  test("somebody else answers", async () => {
    const port = await listening(createHttpServer((_, response) => response.writeHead(404).end("<h1>Not here</h1>")));
    useKubeconfig({ server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true });
    assert.equal(
      await told(),
      `what answers at http://127.0.0.1:${port} (context test) is no Kubernetes API: <h1>Not here</h1>`,
    );
  });

  test("a server that is in trouble", async () => {
    const status = JSON.stringify({ kind: "Status", message: "etcdserver: leader changed" });
    const port = await listening(createHttpServer((_, response) => response.writeHead(503).end(status)));
    useKubeconfig({ server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true });
    assert.match(await told(), /\(context test\) answers 503: etcdserver: leader changed$/);
  });

  test("credentials that a command should make, and does not", async () => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "no-such-login", interactiveMode: "Never" };
    useKubeconfig({ server: "https://127.0.0.1:1", "insecure-skip-tls-verify": true }, { exec });
    assert.match(await told(), /^the credentials of context test cannot be had: .*no-such-login/);
  });
});

test("networks and certificates, as Node tells them", () => {
  const place = { context: "test", server: "https://k" };
  const failed = (code: string, message: string) =>
    unreachable(place, new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) })).message;
  assert.match(failed("EHOSTUNREACH", "no route"), /cannot be reached: no route \(EHOSTUNREACH\)$/);
  assert.match(failed("UND_ERR_CONNECT_TIMEOUT", "x"), /does not answer in time$/);
  assert.match(failed("CERT_HAS_EXPIRED", "certificate has expired"), /^the certificate of .* is not trusted: /);
  assert.match(failed("ERR_TLS_CERT_ALTNAME_INVALID", "does not match"), /^the certificate of .* is not trusted: /);
});

test("a refusal that no role would change is not told as one", () => {
  const body = (message: string) => JSON.stringify({ kind: "Status", message });
  const place = { context: "test", server: "https://k" };
  const quota = refusal(place, 403, body('pods "x" is forbidden: exceeded quota: q, requested: pods=1'));
  assert.equal(quota.name, "UserError");
  assert.equal(quota.message, 'context test: pods "x" is forbidden: exceeded quota: q, requested: pods=1');
  assert.equal(refusal(place, 404, body('pods "x" not found')).name, "KubeError");
});

test("a list is read to its last page", async () => {
  const asked: (string | undefined)[] = [];
  const pages = [["a", "b"], [], ["c"]];
  const items = await everyItem(async ({ _continue }) => {
    asked.push(_continue);
    const items = pages[asked.length - 1]!;
    return asked.length < pages.length ? { items, metadata: { _continue: `after-${asked.length}` } } : { items };
  });
  assert.deepEqual(items, ["a", "b", "c"]);
  assert.deepEqual(asked, [undefined, "after-1", "after-2"]);
});

describe("a cluster that does not admit us", { skip }, () => {
  const cluster = access?.config.getCurrentCluster();
  const user = access?.config.getCurrentUser();
  const server = access?.server ?? "";
  let authority: object;
  before(() => {
    authority = cluster?.caData
      ? { "certificate-authority-data": cluster.caData }
      : { "certificate-authority": cluster?.caFile };
  });

  test("whose certificate is of no authority that we trust", async () => {
    useKubeconfig({ server });
    assert.match(
      await told(),
      /^the certificate of the Kubernetes API at \S+ \(context test\) is not trusted: .*\([A-Z_]+\)$/,
    );
  });

  test("whose certificate is of another authority", async () => {
    const other = (await import("node:tls")).rootCertificates[0]!;
    useKubeconfig({ server, "certificate-authority-data": Buffer.from(other).toString("base64") });
    assert.match(await told(), /is not trusted: .*\([A-Z_]+\)$/);
  });

  test("with a token that it does not know", async () => {
    useKubeconfig({ server, ...authority }, { token: "no-such-token" });
    const message = await told();
    assert.equal(message, `the Kubernetes API at ${server} (context test) does not accept the credentials (401)`);
  });

  test("with no credentials at all", async () => {
    useKubeconfig({ server, ...authority }, {});
    const api = kubeApi(undefined);
    await assert.rejects(api.core.listNode(), { name: "UserError", message: /does not accept the credentials/ });
  });

  test("and with the right ones it does", async () => {
    const { token, certData, keyData, certFile, keyFile, exec } = user ?? {};
    const credentials = {
      ...(token ? { token } : {}),
      ...(certData ? { "client-certificate-data": certData, "client-key-data": keyData } : {}),
      ...(certFile ? { "client-certificate": certFile, "client-key": keyFile } : {}),
      ...(exec ? { exec } : {}),
    };
    useKubeconfig({ server, ...authority }, credentials);
    assert.match(await readVersion(kubeApi(undefined)), /^\d+\.\d+\.\d+/);
  });
});
