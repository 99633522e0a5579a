import { z } from "zod";
import { parseDays } from "../../../capacity/units.ts";
import { quantity } from "./fields.ts";
import { kerberos } from "./kerberos.ts";

/** A time of whole days. */
const days = () =>
  quantity(parseDays, "^\\d+d$", (value, written) =>
    value >= 1 ? undefined : { message: `wanted one day or more, found ${written}`, next: "write 1d or more" },
  );

const pemFile = (what: string) =>
  z
    .string()
    .min(1)
    .describe(`PEM file with ${what}, relative to the stack file.`)
    .meta({ examples: ["ca.pem"] });

const certificates = z
  .strictObject({
    lifetime: days().prefault("365d").describe("How long certificates of nodes and clients are good for, in days."),
    renewBefore: days()
      .prefault("30d")
      .describe("How long before its end a certificate is made anew, by the next up, as a roll."),
    authorityLifetime: days().prefault("3650d").describe("How long the cluster's own authority is good for, in days."),
    authority: z
      .strictObject({ certificate: pemFile("the certificate"), key: pemFile("its private key, not encrypted") })
      .optional()
      .describe("An authority of your own that signs the certificates. Default: one is made for the cluster.")
      .meta({ examples: [{ certificate: "ca.pem", key: "ca.key" }] }),
    rotation: z
      .enum(["stable", "trustBoth", "reissue"])
      .default("stable")
      .describe(
        "Phase of replacing the authority, an up for each: trustBoth makes a new one that is trusted beside the old; reissue has it sign everything; stable drops the old one.",
      ),
  })
  .prefault({})
  .describe("Certificates of the nodes, and of clients with profile mtls.");

export const security = z
  .strictObject({
    profile: z
      .enum(["plaintext", "tls", "scram", "mtls"])
      .optional()
      .describe(
        "How clients and nodes prove who they are. scram: TLS and a password (SCRAM-SHA-512). mtls: a certificate. tls: encryption only, everyone who connects may do anything. plaintext: not even that, on loopback only. Default: plaintext where every listener is on loopback or in a Docker network of the stack's own, else scram.",
      )
      .meta({ examples: ["scram"] }),
    iUnderstandThisIsOpen: z
      .boolean()
      .default(false)
      .describe("Permit plaintext where others than this machine reach the brokers."),
    transition: z
      .enum(["open", "switch"])
      .optional()
      .describe(
        "Only while a live cluster goes from plaintext to a secured profile, an up for each step: open adds the secured listeners, switch has the nodes use them, and without this key the plaintext ones go. See docs/security.md.",
      )
      .meta({ examples: ["open"] }),
    rotation: z
      .int()
      .min(1)
      .default(1)
      .describe(
        "A higher number gives the cluster's own names (kafka-admin, kafka-health, kafka-smoke, health) new passwords, or new certificates, at the next up. Those with which brokers log in to ZooKeeper stay.",
      )
      .meta({ examples: [1] }),
    kerberos,
    certificates,
  })
  .prefault({})
  .describe("Encryption, authentication and authorization.");
