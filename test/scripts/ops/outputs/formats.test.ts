import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Kafka } from "kafkajs";
import type { AccessOutputs } from "../../../../infra/outputs.ts";
import { chooseUser } from "../../../../scripts/commands/outputs/choose-user.ts";
import { ticketOf } from "../../../../scripts/commands/outputs/ticket.ts";
import { clientOf, withTicket } from "../../../../scripts/ops/outputs/client.ts";
import { FORMATS, type FormatName } from "../../../../scripts/ops/outputs/formats.ts";

const SERVERS = ["10.0.0.1:9098", "10.0.0.2:9098"];
const profiles: Readonly<Record<AccessOutputs["profile"], AccessOutputs>> = {
  plaintext: { schemaVersion: 1, profile: "plaintext", authority: null, identities: [] },
  tls: { schemaVersion: 1, profile: "tls", authority: "CA\nPEM\n", identities: [] },
  scram: {
    schemaVersion: 1,
    profile: "scram",
    authority: "CA\nPEM\n",
    identities: [
      { name: "kafka-admin", purpose: "admin", password: "admins" },
      { name: "alice", purpose: "user", password: 'a"b\\c' },
    ],
  },
  mtls: {
    schemaVersion: 1,
    profile: "mtls",
    authority: "CA\nPEM\n",
    identities: [{ name: "alice", purpose: "user", certificate: "CHAIN\n", key: "KEY\n" }],
  },
};

const kcatOf = (...lines: string[]) => ["bootstrap.servers=10.0.0.1:9098,10.0.0.2:9098", ...lines, ""].join("\n");
const TRUST_BY_FILE = ["ssl.ca.location=/home/me/kcat.conf.ca.pem", "ssl.endpoint.identification.algorithm=https"];

const rows: readonly (readonly [
  FormatName,
  AccessOutputs["profile"],
  text: string,
  beside?: Record<string, string>,
])[] = [
  ["properties", "plaintext", kcatOf("security.protocol=PLAINTEXT")],
  [
    "properties",
    "tls",
    kcatOf("security.protocol=SSL", "ssl.truststore.type=PEM", "ssl.truststore.certificates=CA\\nPEM\\n"),
  ],
  [
    "properties",
    "scram",
    kcatOf(
      "security.protocol=SASL_SSL",
      "ssl.truststore.type=PEM",
      "ssl.truststore.certificates=CA\\nPEM\\n",
      "sasl.mechanism=SCRAM-SHA-512",
      'sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="alice" password="a\\\\"b\\\\\\\\c";',
    ),
  ],
  [
    "properties",
    "mtls",
    kcatOf(
      "security.protocol=SSL",
      "ssl.truststore.type=PEM",
      "ssl.truststore.certificates=CA\\nPEM\\n",
      "ssl.keystore.type=PEM",
      "ssl.keystore.certificate.chain=CHAIN\\n",
      "ssl.keystore.key=KEY\\n",
    ),
  ],
  ["kcat", "plaintext", kcatOf("security.protocol=PLAINTEXT"), {}],
  ["kcat", "tls", kcatOf("security.protocol=SSL", ...TRUST_BY_FILE), { ".ca.pem": "CA\nPEM\n" }],
  [
    "kcat",
    "scram",
    `# Kafka 4 refuses SCRAM of librdkafka before 2.6.1 (kcat -V tells its version)\n${kcatOf(
      "security.protocol=SASL_SSL",
      ...TRUST_BY_FILE,
      "sasl.mechanisms=SCRAM-SHA-512",
      "sasl.username=alice",
      'sasl.password=a"b\\c',
    )}`,
    { ".ca.pem": "CA\nPEM\n" },
  ],
  [
    "kcat",
    "mtls",
    kcatOf(
      "security.protocol=SSL",
      ...TRUST_BY_FILE,
      "ssl.certificate.location=/home/me/kcat.conf.client.pem",
      "ssl.key.location=/home/me/kcat.conf.client.pem",
    ),
    { ".ca.pem": "CA\nPEM\n", ".client.pem": "KEY\nCHAIN\n" },
  ],
];

const clientFor = ({ authority, identities }: AccessOutputs) =>
  clientOf(
    SERVERS,
    authority,
    identities.find(({ name }) => name === "alice"),
  );

describe("a client's configuration", () => {
  for (const [format, profile, text, beside] of rows)
    it(`${format} with ${profile}`, () => {
      const access = profiles[profile];
      const found = FORMATS[format](clientFor(access), "/home/me/kcat.conf");
      assert.deepEqual(found, beside === undefined ? { text } : { text, beside });
    });

  it("kafkajs is JSON of its own options", () => {
    const configs = Object.values(profiles).map((access) =>
      JSON.parse(FORMATS.kafkajs(clientFor(access), undefined).text),
    );
    const brokers = SERVERS;
    const producer = { idempotent: false };
    const sasl = { mechanism: "scram-sha-512", username: "alice", password: 'a"b\\c' };
    const ca = ["CA\nPEM\n"];
    assert.deepEqual(configs, [
      { brokers, producer },
      { brokers, ssl: { ca }, producer },
      { brokers, ssl: { ca }, sasl, producer },
      { brokers, ssl: { ca, cert: "CHAIN\n", key: "KEY\n" }, producer },
    ]);
  });

  it("kafkajs itself takes it, with a producer that is not idempotent, and the notes say why", () => {
    for (const access of Object.values(profiles)) {
      const { text, notes = [] } = FORMATS.kafkajs(
        { ...clientFor(access), notes: ["while a tunnel is open"] },
        undefined,
      );
      const { producer, ...client } = JSON.parse(text);
      assert.equal(new Kafka(client).producer(producer).isIdempotent(), false);
      assert.match(notes.join(" "), /idempotent off and acks at -1.*not in the log.*while a tunnel is open/);
    }
  });

  it("python is a module that makes its own TLS context", () => {
    const module = (profile: AccessOutputs["profile"]) => FORMATS.python(clientFor(profiles[profile]), undefined).text;
    assert.match(module("scram"), /^_context = ssl.create_default_context\(cadata="""CA\nPEM\n"""\)$/m);
    assert.match(module("scram"), /^ {4}"sasl_plain_password": "a\\"b\\\\c",$/m);
    assert.match(
      module("mtls"),
      /_file\.write\("""KEY\nCHAIN\n"""\)\n {4}_file\.flush\(\)\n {4}_context\.load_cert_chain/,
    );
    assert.doesNotMatch(module("tls"), /sasl|load_cert_chain/);
    assert.doesNotMatch(module("plaintext"), /ssl/);
  });

  it("has notes, where a format has room for them", () => {
    const client = { ...clientFor(profiles.plaintext), notes: ["while a tunnel is open"] };
    for (const format of ["properties", "kcat", "python"] as const)
      assert.match(FORMATS[format](client, undefined).text, /^# while a tunnel is open$/m);
  });
});

describe("--user", () => {
  it("is the one who is named, the stack's own names too", () => {
    assert.equal(chooseUser(profiles.scram, "shop", "alice")?.password, 'a"b\\c');
    assert.equal(chooseUser(profiles.scram, "shop", "kafka-admin")?.purpose, "admin");
    assert.equal(chooseUser(profiles.tls, "shop", undefined), undefined);
  });

  const refusals: readonly (readonly [AccessOutputs, wanted: string | undefined, message: string])[] = [
    [profiles.scram, undefined, "shop lets nobody in without a name; its users: alice"],
    [profiles.scram, "bob", "shop has no user bob; its users: alice"],
    [
      { ...profiles.scram, identities: profiles.scram.identities.slice(0, 1) },
      undefined,
      "shop lets nobody in without a name; it has no users yet",
    ],
    [profiles.tls, "alice", "nobody logs in to shop: its security profile is tls"],
    [profiles.plaintext, "alice", "nobody logs in to shop: its security profile is plaintext"],
  ];
  for (const [access, wanted, message] of refusals)
    it(`refused: ${message}`, () => assert.throws(() => chooseUser(access, "shop", wanted), { message, exitCode: 2 }));
});

describe("a ticket in place of a password", () => {
  const ticket = { principal: "alice@EXAMPLE.ORG", serviceName: "kafka" };
  const alice = { name: "alice", purpose: "user", password: "hush" } as const;
  const kerberos = { realm: "EXAMPLE.ORG", serviceName: "kafka" };
  const access: AccessOutputs = { ...profiles.scram, kerberos };

  const tickets: readonly (readonly [FormatName, lines: readonly string[]])[] = [
    [
      "properties",
      [
        "# needs a ticket: kinit alice@EXAMPLE.ORG",
        "security.protocol=SASL_SSL",
        "sasl.mechanism=GSSAPI",
        "sasl.kerberos.service.name=kafka",
        'sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useTicketCache=true doNotPrompt=true principal="alice@EXAMPLE.ORG";',
      ],
    ],
    [
      "kcat",
      [
        "# needs a ticket: kinit alice@EXAMPLE.ORG",
        "security.protocol=SASL_SSL",
        "sasl.mechanisms=GSSAPI",
        "sasl.kerberos.service.name=kafka",
        "sasl.kerberos.principal=alice@EXAMPLE.ORG",
        "sasl.kerberos.kinit.cmd=true",
        "sasl.kerberos.min.time.before.relogin=0",
      ],
    ],
    [
      "python",
      [
        "# needs a ticket: kinit alice@EXAMPLE.ORG",
        '    "security_protocol": "SASL_SSL",',
        '    "sasl_mechanism": "GSSAPI",',
        '    "sasl_kerberos_service_name": "kafka",',
      ],
    ],
  ];
  for (const [format, lines] of tickets)
    it(format, () => {
      const client = withTicket(clientOf(SERVERS, access.authority, alice), ticketOf(access, "s", format, alice));
      const { text } = FORMATS[format](client, "/home/me/kcat.conf");
      for (const line of lines) assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
      assert.doesNotMatch(text, /SCRAM|hush/i);
    });

  it("is of a user's, in the realm", () => assert.deepEqual(ticketOf(access, "s", "properties", alice), ticket));

  const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
    ["a cluster without", () => ticketOf(profiles.scram, "s", "properties", alice), /s was deployed without/],
    ["a name of its own", () => ticketOf(access, "s", "properties", access.identities[0]), /kafka-admin is a name of/],
    ["kafkajs", () => ticketOf(access, "s", "kafkajs", alice), /kafkajs knows no Kerberos/],
  ];
  for (const [title, act, message] of refused) it(`${title}: refused`, () => void assert.throws(act, message));
});
