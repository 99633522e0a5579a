import assert from "node:assert/strict";
import { test } from "node:test";
import ts from "typescript";
import { projectRoot } from "../../../../infra/paths.ts";
import { type JsonObject, UNKNOWN } from "../../../../toolchain/plugin/struct.ts";
import { containerProperties } from "../../../../toolchain/plugins/docker/container-properties.ts";
import { networkProperties } from "../../../../toolchain/plugins/docker/network.ts";
import type { Properties } from "../../../../toolchain/plugins/docker/property.ts";
import { refusals } from "../../../../toolchain/plugins/docker/refusals.ts";
import { remoteImageProperties } from "../../../../toolchain/plugins/docker/remote-image.ts";
import { uploadRefusals } from "../../../../toolchain/plugins/docker/uploads.ts";
import { volumeProperties } from "../../../../toolchain/plugins/docker/volume.ts";

const rows: readonly (readonly [inputs: JsonObject, wanted: Record<string, RegExp>])[] = [
  [{}, {}],
  [{ image: UNKNOWN, ports: UNKNOWN, envs: [UNKNOWN], memory: UNKNOWN, __defaults: ["name"] }, {}],
  [{ image: null }, { image: /wanted a value, found none; set it$/ }],
  [{ privileged: true }, { privileged: /does not support this property; leave it out, or install/ }],
  [{ privileged: null }, {}],
  [
    { networksAdvanced: [{ name: "a" }, { name: "b", ipv4Address: "10.0.0.1" }] },
    { "networksAdvanced[1].ipv4Address": /does not support/ },
  ],
  [{ volumes: [{ hostPath: "/etc", containerPath: "/e" }] }, { "volumes[0].hostPath": /does not support/ }],
  [{ ports: [{ external: 1 }] }, { "ports[0].internal": /wanted a value/ }],
  [{ ports: [{ internal: 1, protocol: "icmp" }] }, { "ports[0].protocol": /wanted a text like/ }],
  [{ memory: 1.5 }, { memory: /wanted a whole number, found a number/ }],
  [{ memory: -1 }, { memory: /wanted 0 or more/ }],
  [{ memorySwap: -1 }, {}],
  [{ wait: "yes" }, { wait: /wanted true or false, found another text/ }],
  [{ healthcheck: { interval: "5 seconds" } }, { "healthcheck.interval": /wanted a duration such as 1m30s/ }],
  [{ command: ["a", ""] }, { "command[1]": /wanted a text like/ }],
  [{ restart: "sometimes" }, { restart: /unless-stopped/ }],
  [{ tmpfs: { "/tmp": 5 } }, { tmpfs: /wanted texts by name/ }],
  [{ envs: "A=1" }, { envs: /wanted a list, found another text/ }],
  [{ labels: ["a"] }, { "labels[0]": /wanted an object/ }],
  [{ uploads: [{ file: "/a", content: "x" }] }, {}],
  [{ uploads: [{ file: "/a" }] }, { "uploads[0]": /found none/ }],
  [{ uploads: [{ file: "/a", content: "x", contentBase64: "eA==" }] }, { "uploads[0]": /found both/ }],
  [{ uploads: [{ file: "/a", content: "x", source: "/b" }] }, { "uploads[0].source": /does not support/ }],
];

for (const [inputs, wanted] of rows)
  test(`docker check: ${JSON.stringify(inputs)}`, () => {
    const all = { name: "one", image: "tiny:1", ...inputs };
    const found = [...refusals(containerProperties, all), ...uploadRefusals(all)];
    assert.deepEqual(
      found.map(({ property }) => property),
      Object.keys(wanted),
    );
    for (const { property, reason } of found) assert.match(reason, wanted[property]!);
  });

test("docker check: a refusal shows no value", () => {
  const secret = "hush-hush";
  const inputs = {
    name: secret,
    image: [secret],
    envs: [{ a: secret }],
    uploads: [{ file: "/a", content: [secret] }],
    x: secret,
  };
  for (const { reason } of refusals(containerProperties, inputs)) assert.doesNotMatch(reason, /hush/);
});

/** Inputs of the SDK's resource by the names of its interface. */
function sdkInputs(file: string, name: string): string[] {
  const source = ts.sys.readFile(`${projectRoot}/node_modules/@pulumi/docker/${file}.d.ts`)!;
  const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.Latest);
  const found = parsed.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name);
  return (found as ts.InterfaceDeclaration).members.map((member) => member.name!.getText(parsed));
}

test("docker: every property that is supported is one of the SDK's", () => {
  const resources: readonly (readonly [file: string, name: string, properties: Properties])[] = [
    ["container", "ContainerArgs", containerProperties],
    ["network", "NetworkArgs", networkProperties],
    ["volume", "VolumeArgs", volumeProperties],
    ["remoteImage", "RemoteImageArgs", remoteImageProperties],
  ];
  for (const [file, name, properties] of resources) {
    const known = sdkInputs(file, name);
    assert.ok(known.length > 4);
    assert.deepEqual(
      Object.keys(properties).filter((property) => !known.includes(property)),
      [],
    );
  }
});
