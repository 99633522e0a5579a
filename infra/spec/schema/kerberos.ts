import { z } from "zod";
import { advertisedHost } from "./address.ts";

const named = (what: string, example: string) =>
  z
    .string()
    .min(1)
    .describe(`${what}, relative to the stack file.`)
    .meta({ examples: [example] });

/** What stands in a Kafka rule and in a JAAS text as it is: no sign there means anything to either. */
const plain = () => z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/);

/** Kerberos beside passwords. */
export const kerberos = z
  .strictObject({
    realm: plain()
      .describe("Realm of the users and of the brokers; its name is in capitals, as a rule.")
      .meta({ wanted: "the name of a realm", examples: ["EXAMPLE.ORG"] }),
    krb5Conf: named("Kerberos configuration for the brokers, self-contained (no include)", "krb5.conf"),
    keytab: named("Keytab with the key of serviceName/host@realm, for the brokers", "kafka.keytab"),
    serviceName: plain()
      .default("kafka")
      .describe("First part of the brokers' principal; clients set it as sasl.kerberos.service.name.")
      .meta({ wanted: "the first part of a principal", examples: ["kafka"] }),
    host: advertisedHost()
      .optional()
      .describe(
        "Second part of the brokers' principal: their host's name as clients find it, which is by resolving the address back. Default: localhost where brokers are on loopback, else docker.advertisedHost.",
      )
      .meta({ examples: ["kafka.example.org"] }),
  })
  .optional()
  .describe(
    "Let clients outside log in by Kerberos (GSSAPI) too, with profile scram only. Who logs in as alice@realm is the user alice.",
  )
  .meta({ examples: [{ realm: "EXAMPLE.ORG", krb5Conf: "krb5.conf", keytab: "kafka.keytab" }] });
