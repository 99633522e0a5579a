import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { Api } from "../../../../toolchain/plugins/kubernetes/api.ts";
import { ApiError, explained, isPassing, Unreachable } from "../../../../toolchain/plugins/kubernetes/api-error.ts";
import { kubeConfig } from "../../../../toolchain/plugins/kubernetes/kubeconfig.ts";

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** What the server answers next, in this order; then it answers with nothing. */
const answers: Answer[] = [];
const server = createServer((request, response) => (answers.shift() ?? ((to) => to.end("{}")))(response, request));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => {
  server.closeAllConnections();
  server.close();
});

const kubeconfig = (port: number) => `
apiVersion: v1
kind: Config
current-context: test
clusters: [{ name: a, cluster: { server: "http://127.0.0.1:${port}/base", insecure-skip-tls-verify: true } }]
contexts: [{ name: test, context: { cluster: a, user: me } }]
users: [{ name: me, user: { token: my-token } }]
`;
const configOf = (port: number) => kubeConfig({ kubeconfig: kubeconfig(port), context: undefined, cluster: undefined });
const api = new Api(configOf((server.address() as AddressInfo).port));

const status = (code: number, body: object): Answer => {
  return (response) => response.writeHead(code, { "Content-Type": "application/json" }).end(JSON.stringify(body));
};

test("api: a request has the credentials, its query and its whole body", async () => {
  const told = new Promise<object>((resolve) => {
    answers.push((response, request) => {
      let body = "";
      request.on("data", (piece) => (body += piece));
      request.on("end", () => {
        const { method, url, headers } = request;
        const { authorization, "content-type": type, "content-length": length } = headers;
        resolve({ method, url, authorization, type, length, body });
        response.end('{"kind":"Status"}');
      });
    });
  });
  const { body } = await api.ask("DELETE", "/api/v1/a", { query: { dryRun: "All", force: undefined }, body: { ü: 1 } });
  assert.deepEqual(body, { kind: "Status" });
  assert.deepEqual(await told, {
    method: "DELETE",
    url: "/base/api/v1/a?dryRun=All",
    authorization: "Bearer my-token",
    type: "application/json",
    length: "8",
    body: '{"ü":1}',
  });
});

test("api: what the server warns of is told", async () => {
  answers.push((response) => {
    response.setHeader("Warning", ['299 - "policy/v1beta1 is \\"old\\""', "not one"]);
    response.end("{}");
  });
  assert.deepEqual((await api.ask("GET", "/")).warnings, ['policy/v1beta1 is "old"']);
});

test("api: a refusal has its reason and its causes", async () => {
  const causes = [{ reason: "FieldValueInvalid", message: "field is immutable", field: "spec.a" }];
  answers.push(status(422, { reason: "Invalid", message: "it is invalid", details: { causes } }));
  const error = await api.ask("GET", "/a").catch((fault: ApiError) => fault);
  assert.ok(error instanceof ApiError);
  assert.deepEqual(
    [error.status, error.reason, error.message, error.causes],
    [422, "Invalid", "it is invalid", causes],
  );
});

test("api: what is no answer of the API is told as it is", async () => {
  answers.push((response) => response.writeHead(502).end("<html>Bad Gateway</html>"));
  await assert.rejects(api.ask("GET", "/a"), { status: 502, message: "<html>Bad Gateway</html>" });
});

test("api: a server that is busy is asked again", async () => {
  answers.push(
    status(429, { details: { retryAfterSeconds: 0.01 } }),
    status(503, { details: { retryAfterSeconds: 0.01 } }),
  );
  answers.push(status(200, { kind: "Late" }));
  assert.equal((await api.ask("GET", "/a")).body.kind, "Late");
  answers.push(status(429, { message: "the disruption budget" }));
  await assert.rejects(api.ask("POST", "/a"), { status: 429 }, "what is refused for good is not");
});

test("api: a connection that the server closed meanwhile is made anew", async () => {
  await api.ask("GET", "/a");
  answers.push((response) => response.socket?.destroy());
  assert.equal((await api.ask("GET", "/a")).status, 200);
});

test("api: an abort ends a request with its reason", async () => {
  answers.push(() => {});
  const signal = AbortSignal.timeout(50);
  await assert.rejects(api.ask("GET", "/a", { signal }), { name: "TimeoutError" });
});

test("api: a server that is not there, and a configuration that is wrong", async () => {
  const gone = new Api(configOf(1));
  const reason =
    /^the Kubernetes API at http:\/\/127\.0\.0\.1:1\/base \(context test\) cannot be reached: .*ECONNREFUSED.*; check/;
  await assert.rejects(
    gone.ask("GET", "/a"),
    (error: Error) => error instanceof Unreachable && reason.test(error.message),
  );
  const none = new Api(new Error("no configuration"));
  await assert.rejects(none.ask("GET", "/a"), { name: "Unreachable", message: "no configuration" });
});

test("api: what a person can mend is explained", () => {
  const error = (code: number, message: string) => new ApiError(code, { message }, "");
  const rows: readonly (readonly [error: Error, isLeft: boolean, message: RegExp])[] = [
    [error(401, "Unauthorized"), false, /^the API does not accept the credentials \(401\): log in again/],
    [
      error(403, 'User "a" cannot create resource "pods"'),
      false,
      /cannot create resource "pods" \(the API\): ask whoever runs/,
    ],
    [error(403, "exceeded quota"), false, /^exceeded quota$/],
    [error(404, 'namespaces "a" not found'), false, /^namespaces "a" not found \(the API\): make it first/],
    [
      Object.assign(new Error("aborted", { cause: new Error("interrupted") }), { name: "AbortError" }),
      true,
      /^interrupted$/,
    ],
    [new Unreachable("it is away"), false, /^it is away$/],
    [
      new Unreachable("it is away"),
      true,
      /^it is away; if the cluster is gone for good, PULUMI_K8S_DELETE_UNREACHABLE=true/,
    ],
  ];
  for (const [fault, isLeft, message] of rows) assert.match(explained(fault, "the API", isLeft).message, message);
});

test("api: what passes by itself", () => {
  const passing = (code: number) => isPassing(new ApiError(code, {}, ""));
  assert.deepEqual([429, 500, 503, 403, 404].map(passing), [true, true, true, false, false]);
  assert.deepEqual([isPassing(new Unreachable("")), isPassing(new Error(""))], [true, false]);
});
