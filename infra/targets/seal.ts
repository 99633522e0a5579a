import * as pulumi from "@pulumi/pulumi";
import type { AccessOutputs } from "../outputs.ts";
import type { CertificatePlan, ClusterPlan } from "../plan/types.ts";
import type { Sealed } from "./decisions/sealed.ts";
import { accessOutputs, certificateArgs } from "./security/args.ts";
import { readKerberos } from "./security/given.ts";
import { Certificates, type CertificatesProvider } from "./security/resources.ts";

/** Passwords that are not made, by the name of their secret; a Pulumi secret. */
export type GivenSecrets = pulumi.Output<Readonly<Record<string, string>>>;

export interface SealOptions {
  readonly provider: CertificatesProvider;
  readonly parent: pulumi.Resource;
  /** Where the cluster's decisions lie beside its data. */
  readonly directory: string;
  /** What was decided for the cluster: where a change of that is refused, no certificate is made or dropped either. */
  readonly cluster: pulumi.Resource & { readonly secrets: pulumi.Output<Record<string, string>> };
  readonly given: GivenSecrets;
  /** Names and addresses under which the nodes of a certificate are reached; known to the target alone. */
  hosts(certificate: CertificatePlan): pulumi.Input<pulumi.Input<string>[]>;
}

export interface SealedCluster {
  /** Secret. */
  readonly sealed: pulumi.Output<Sealed>;
  /** Secret: how clients log in. */
  readonly access: pulumi.Output<AccessOutputs>;
}

/** Has the certificates of a secured cluster made, and brings together what must stay among those who need it. */
export function sealCluster(plan: ClusterPlan, options: SealOptions): SealedCluster {
  const certificates = createCertificates(plan, options);
  const made = certificates && pulumi.all([certificates.authority, certificates.pems]);
  const given = readKerberos(plan);
  const sealed = pulumi.all([options.cluster.secrets, made]).apply(([secrets, made]): Sealed => {
    if (!made) return { secrets };
    const [authority, pems] = made;
    return { secrets, certificates: { authority, pems }, given };
  });
  const access = pulumi
    .all([sealed, options.given])
    .apply(([{ secrets, certificates }, given]) => accessOutputs(plan, { ...secrets, ...given }, certificates));
  return { sealed: pulumi.secret(sealed), access: pulumi.secret(access) };
}

function createCertificates(plan: ClusterPlan, options: SealOptions): Certificates | undefined {
  const { provider, parent, directory, cluster, hosts } = options;
  const args = certificateArgs(plan, () => [], directory);
  if (!args) return undefined;
  const nodes = new Map(plan.security.certificates?.wanted.map((one) => [one.name, one]));
  const wanted = args.wanted.map(({ hosts: _, ...one }) => {
    const certificate = nodes.get(one.name)!;
    return { ...one, hosts: certificate.nodes.length > 0 ? hosts(certificate) : [] };
  });
  return new Certificates(provider, `${plan.name}-certificates`, { ...args, wanted } as never, {
    parent,
    dependsOn: cluster,
  });
}
