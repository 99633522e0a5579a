import * as pulumi from "@pulumi/pulumi";
import type { CertificatesInputs, Pem } from "./types.ts";

/** The plugins that serve it: one for each target. */
export type CertificatesProvider = "kafka-local" | "kafka-docker" | "kafka-kubernetes";

/** A cluster's authority and certificates (certificates-resource.ts). */
export class Certificates extends pulumi.CustomResource {
  /** Certificates to trust, PEM; public. */
  declare readonly authority: pulumi.Output<string>;
  /** By name; secret. */
  declare readonly pems: pulumi.Output<Record<string, Pem>>;
  /** When each ends, ISO 8601 in UTC, by name. */
  declare readonly notAfter: pulumi.Output<Record<string, string>>;

  constructor(
    provider: CertificatesProvider,
    name: string,
    args: pulumi.Inputs & { readonly [Key in keyof CertificatesInputs]: pulumi.Input<CertificatesInputs[Key]> },
    options: pulumi.CustomResourceOptions,
  ) {
    const given = args.given && pulumi.secret(args.given);
    const outputs = {
      authority: undefined,
      pems: undefined,
      notAfter: undefined,
      phase: undefined,
      authorities: undefined,
    };
    super(
      `${provider}:index:Certificates`,
      name,
      { ...args, ...(given ? { given } : {}), ...outputs },
      { ...options, additionalSecretOutputs: ["pems", "authorities"] },
    );
  }

  /** One certificate alone: in a preview it stays known while others change. */
  pem(name: string): pulumi.Output<Pem> {
    return this.pems[name] as pulumi.Output<Pem>;
  }
}
