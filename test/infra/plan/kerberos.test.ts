import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { stringify } from "yaml";
import { planCluster } from "../../../infra/plan/plan.ts";
import { RESERVED_NAMES } from "../../../infra/spec/checks/security.ts";
import { parseStack } from "../../../infra/spec/load.ts";

const golden = path.resolve(import.meta.dirname, "../../golden/plan");
const kerberos = { realm: "EXAMPLE.ORG", krb5Conf: "krb5.conf", keytab: "kafka.keytab" };
const planOf = ({ security, ...stack }: { readonly security?: object } & Record<string, unknown>) =>
  planCluster(
    parseStack(stringify({ ...stack, security: { profile: "scram", kerberos, ...security } }), "s.yaml").spec,
    "s",
  );
type Plan = ReturnType<typeof planOf>;

const about = (properties: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(properties).filter(([key]) => /mechanisms|gssapi|kerberos/.test(key)));
const rulesOf = (plan: Plan): string =>
  plan.nodes[0]!.config.properties["listener.name.external_tls.sasl.kerberos.principal.to.local.rules"]!;

test("clients outside may log in by either way", (t) => {
  const plan = planOf({});
  t.assert.fileSnapshot(about(plan.nodes[0]!.config.properties), path.join(golden, "kerberos.json"));
  assert.deepEqual(plan.security.kerberos, {
    realm: "EXAMPLE.ORG",
    serviceName: "kafka",
    principal: "kafka/localhost@EXAMPLE.ORG",
    given: { "krb5.conf": "krb5.conf", "kafka.keytab": "kafka.keytab" },
  });
});

test("brokers have the files and know where they are; who serves no clients has nothing of it", () => {
  const { nodes } = planOf({ controllers: { placement: "dedicated" } });
  for (const { roles, files, jvm, config } of nodes) {
    const isBroker = roles.includes("broker");
    assert.equal(files["krb5.conf"], isBroker ? "{{given:krb5.conf}}" : undefined);
    assert.equal(files["kafka.keytab.base64"], isBroker ? "{{given:kafka.keytab}}" : undefined);
    assert.deepEqual(jvm.systemProperties, isBroker ? { "java.security.krb5.conf": "{{dir:config}}/krb5.conf" } : {});
    assert.equal(Object.keys(about(config.properties)).length > 0, isBroker);
  }
});

test("where brokers have names of their own, inside, there are passwords only", () => {
  const plan = planOf({ target: "docker", docker: { publishAddress: "0.0.0.0", advertisedHost: "kafka.example.org" } });
  const { properties } = plan.nodes[0]!.config;
  assert.equal(properties["listener.name.internal_tls.sasl.enabled.mechanisms"], "SCRAM-SHA-512");
  assert.equal(properties["listener.name.external_tls.sasl.enabled.mechanisms"], "SCRAM-SHA-512,GSSAPI");
  assert.equal(plan.security.kerberos?.principal, "kafka/kafka.example.org@EXAMPLE.ORG");
});

const principals: readonly (readonly [title: string, stack: Parameters<typeof planOf>[0], principal: string])[] = [
  ["loopback", { target: "docker" }, "kafka/localhost@EXAMPLE.ORG"],
  ["a given host", { security: { kerberos: { ...kerberos, host: "me.org" } } }, "kafka/me.org@EXAMPLE.ORG"],
  ["another service", { security: { kerberos: { ...kerberos, serviceName: "mq", realm: "R" } } }, "mq/localhost@R"],
];
for (const [title, stack, principal] of principals)
  test(`the brokers' principal: ${title}`, () => {
    const plan = planOf(stack);
    assert.equal(plan.security.kerberos?.principal, principal);
    const jaas = plan.nodes[0]!.config.properties["listener.name.external_tls.gssapi.sasl.jaas.config"];
    assert.ok(jaas?.includes(`principal="${principal}"`), jaas);
  });

/** As Kafka applies them (KerberosRule, KerberosShortNamer); undefined: nobody is let in. */
function localName(rules: string, principal: string): string | undefined {
  for (const rule of rules.split(",")) {
    const [, match = "", from] = /^RULE:\[1:\$1@\$0\]\(([^)]*)\)(?:s\/([^/]*)\/\/)?$/.exec(rule) ?? [];
    assert.notEqual(match, "", `${rule} is in Kafka's grammar`);
    if (/[/]/.test(principal) || !new RegExp(`^(?:${match})$`).test(principal)) continue;
    const name = from === undefined ? principal : principal.replace(new RegExp(from), "");
    return /[/@]/.test(name) ? undefined : name;
  }
  return undefined;
}

describe("who a principal is", () => {
  const rules = rulesOf(planOf({}));
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["alice@EXAMPLE.ORG", "alice"],
    ["kafka-connect@EXAMPLE.ORG", "kafka-connect"],
    ["alice@EXAMPLEXORG", undefined],
    ["alice@OTHER.ORG", undefined],
    ["alice@SUB.EXAMPLE.ORG", undefined],
    ["kafka/localhost@EXAMPLE.ORG", undefined],
    ...RESERVED_NAMES.map((name) => [`${name}@EXAMPLE.ORG`, undefined] as const),
  ];
  for (const [principal, name] of rows)
    test(`${principal}: ${name ?? "nobody"}`, () => assert.equal(localName(rules, principal), name));
});
