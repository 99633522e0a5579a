import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import fc from "fast-check";
import { PROJECT_ROOT } from "../../toolchain/places.ts";
import { loopbackExempted } from "../../toolchain/proxy.ts";

const LOOPBACK = "localhost,127.0.0.1,127.0.0.0/8,::1";

const lists: readonly (readonly [what: string, env: Record<string, string>, list: string | undefined])[] = [
  ["no proxy", { NO_PROXY: "a.example" }, undefined],
  ["an empty proxy", { http_proxy: "" }, undefined],
  ["no exemptions", { http_proxy: "http://proxy.example:3128" }, LOOPBACK],
  ["upper case", { HTTPS_PROXY: "http://proxy.example:3128" }, LOOPBACK],
  ["gRPC's own", { grpc_proxy: "http://proxy.example:3128" }, LOOPBACK],
  ["one for everything", { ALL_PROXY: "socks5://proxy.example:1080" }, LOOPBACK],
  ["blanks", { http_proxy: "http://p", no_proxy: "localhost, 127.0.0.1" }, "localhost,127.0.0.1,127.0.0.0/8,::1"],
  ["blanks alone", { http_proxy: "http://p", no_proxy: "a.example b.example" }, `a.example,b.example,${LOOPBACK}`],
  [
    "every spelling",
    { http_proxy: "http://p", NO_PROXY: ".a.example", no_proxy: "b.example", no_grpc_proxy: "10.0.0.0/8" },
    `.a.example,b.example,10.0.0.0/8,${LOOPBACK}`,
  ],
];

for (const [what, env, list] of lists)
  test(`proxies: ${what}`, () => {
    const wanted = list === undefined ? {} : { NO_PROXY: list, no_proxy: list, no_grpc_proxy: list };
    assert.deepEqual(loopbackExempted(env), wanted);
  });

test("proxies: whatever a person exempts stays, and doing it twice changes nothing", () => {
  const host = fc.stringMatching(/^[a-z.*0-9/]{1,12}$/);
  const list = fc.array(host).chain((hosts) => fc.constantFrom(hosts.join(","), hosts.join(" , "), hosts.join(" ")));
  fc.assert(
    fc.property(list, list, (upper, lower) => {
      const env = { https_proxy: "http://p", NO_PROXY: upper, no_proxy: lower };
      const done = loopbackExempted(env);
      const exempted = done.no_proxy!.split(",");
      for (const one of `${upper},${lower}`.split(/[\s,]+/).filter(Boolean)) assert.ok(exempted.includes(one), one);
      assert.deepEqual(loopbackExempted({ ...env, ...done }), done);
    }),
  );
});

/** A gRPC server on loopback and a client of it in one process, as an engine and its plugin are. Prints whether it answers. */
const CALL = `
  const { exemptLoopback } = await import("./toolchain/proxy.ts");
  if (process.env.EXEMPT) exemptLoopback();
  const grpc = (await import("@grpc/grpc-js")).default;
  const server = new grpc.Server();
  const port = await new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (e, bound) => (e ? reject(e) : resolve(bound))));
  const client = new grpc.Client("127.0.0.1:" + port, grpc.credentials.createInsecure());
  client.makeUnaryRequest("/a/b", (x) => x, (x) => x, Buffer.alloc(0), (error) => {
    console.log(error.code === grpc.status.UNIMPLEMENTED ? "answers" : "silent");
    process.exit();
  });`;

const call = async (env: Record<string, string>): Promise<string> =>
  (
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", CALL], {
      cwd: PROJECT_ROOT,
      env: { PATH: process.env.PATH, ...env },
    })
  ).stdout.trim();

test("proxies: gRPC finds what is on this machine, and would not without", async () => {
  // Nothing listens there.
  const office = { http_proxy: "http://127.0.0.1:9", no_proxy: "corp.example, 10.0.0.0/8" };
  assert.deepEqual(await Promise.all([call(office), call({ ...office, EXEMPT: "1" })]), ["silent", "answers"]);
});
