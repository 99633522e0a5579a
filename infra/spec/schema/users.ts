import { z } from "zod";
import { parseRate, UnitError } from "../../../capacity/units.ts";
import { quantity } from "./fields.ts";

/** What may be done to each kind of resource, in lower camel case, and what Kafka calls it (AclOperation). */
export const OPERATIONS = Object.freeze({
  topic: ["all", "alter", "alterConfigs", "create", "delete", "describe", "describeConfigs", "read", "write"],
  group: ["all", "delete", "describe", "read"],
  transactionalId: ["all", "describe", "write"],
  cluster: ["all", "alter", "alterConfigs", "create", "describe", "describeConfigs", "idempotentWrite"],
} as const);

/** Kafka's topic names; whatever else a permission names, no topic has it. */
const topicPattern = z
  .string()
  .regex(/^(\*|[a-zA-Z0-9._-]+\*?)$/)
  .meta({ wanted: "a topic's name, the beginning of names and *, or *", examples: ["orders.*"] })
  .describe("Name of the topic; orders.* stands for all that begin with orders., * for all.");

/** A string of Kafka's protocol has at most 32767 bytes. */
const LONGEST_ID = 32_767;

/** Groups and transactional ids are any text; half a surrogate pair cannot be sent. */
const idPattern = (what: string, example: string) =>
  z
    .string()
    .refine((text) => text !== "" && !/\p{Cs}/u.test(text) && Buffer.byteLength(text) <= LONGEST_ID, {
      error: `wanted a ${what} of 1 to ${LONGEST_ID} bytes, found another text`,
      params: { next: "write the id as clients have it" },
    })
    .meta({ examples: [example] })
    .describe(
      `The ${what}, any text that Kafka takes; a * at its end stands for all that begin so, * alone for all. Elsewhere a * is a plain character. In mode zookeeper without /, control characters and emoji.`,
    );

const every = [...new Set(Object.values(OPERATIONS).flat())].toSorted();

/** One kind of resource, which `checks/security.ts` sees to, so that its errors name the key that is wrong. */
const permission = z.strictObject({
  topic: topicPattern.optional(),
  group: idPattern("consumer group", "orders-*").optional(),
  transactionalId: idPattern("transactional id", "orders-*").optional(),
  cluster: z.literal(true).optional().describe("The cluster itself."),
  do: z.array(z.enum(every)).min(1).describe("What may be done."),
});

export type Permission = z.output<typeof permission>;

const rate = (what: string) =>
  quantity(parseRate, "^\\d+(\\.\\d+)?\\s*([kMGTP]?B|[KMGTP]iB)/s$").optional().describe(what);

/** @throws UnitError unless it is a share with its sign. */
function parsePercent(text: string): number {
  const [, digits, sign] = /^(\d+(?:[.,]\d+)?)\s*(%|percent)?$/i.exec(text.trim()) ?? [];
  const value = Number(digits?.replace(",", "."));
  if (sign === "%" && value > 0 && !digits?.includes(",")) return value;
  const share = value > 0 && sign === undefined && value < 1 ? `${value * 100}%, or ${value}%` : `${value}%`;
  throw new UnitError(
    `wanted a share such as 50%, found ${JSON.stringify(text)}`,
    value > 0 ? `write ${share}` : "write a share above 0%, such as 50%",
  );
}

const percent = quantity(parsePercent, "^\\d+(\\.\\d+)?\\s*%$");

const quota = z.strictObject({
  produce: rate("Most that the user may send to each broker, bytes per second."),
  consume: rate("Most that the user may read from each broker, bytes per second."),
  requests: percent.optional().describe("Most of a broker's threads that the user's requests may take."),
});

export type Quota = z.output<typeof quota>;

/** Never the password itself: `secretive` has errors not repeat what stands here. */
const passwordFrom = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .optional()
      .describe("File with the password, relative to the stack file; others may not read it (chmod 600).")
      .meta({ wanted: "the name of a file", secretive: true, examples: ["orders-app.password"] }),
    env: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
      .optional()
      .describe("Environment variable of up that holds it.")
      .meta({ wanted: "the name of an environment variable", secretive: true, examples: ["ORDERS_APP_PASSWORD"] }),
  })
  .optional()
  .describe(
    "Where up reads a password that you give, with profile scram: a file, or env. Another password there replaces the user's at the next up. Default: up makes one.",
  )
  .meta({
    wanted: "file or env, which tell where the password is",
    secretive: true,
    examples: [{ file: "orders-app.password" }],
  });

const user = z.strictObject({
  name: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/)
    .meta({ wanted: "letters, digits, dot, underscore and hyphen, at most 64", examples: ["orders-app"] })
    .describe(
      "Name that the user logs in with; Kafka's principal is User:<name>. Kafka takes any text, this file only what means nothing in a certificate's subject, a JAAS entry, a Kerberos principal, a file's name and a shell.",
    ),
  rotation: z
    .int()
    .min(1)
    .default(1)
    .describe("A higher number gives the user a new password, or a new certificate, at the next up.")
    .meta({ examples: [1] }),
  passwordFrom,
  can: z
    .array(permission)
    .default([])
    .describe("What the user may do. Nothing else is allowed.")
    .meta({ examples: [[{ topic: "orders.*", do: ["read", "write"] }]] }),
  quota: quota
    .prefault({})
    .describe("Above these the broker makes the user wait.")
    .meta({ examples: [{ produce: "10MB/s", requests: "50%" }] }),
});

export const users = z
  .array(user)
  .default([])
  .describe(
    "Who may use the cluster, with profile scram or mtls. Passwords and certificates are made by up, unless passwordFrom tells where one is.",
  );

export const defaultQuota = quota
  .optional()
  .describe(
    "Quota of every user that has none of its own of that kind, with profile scram or mtls. The cluster's own names are exempt. Default: none.",
  )
  .meta({ examples: [{ produce: "10MB/s" }] });
