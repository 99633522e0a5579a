import type { Certificates } from "../decisions/sealed.ts";
import { certificatesResource } from "./certificates-resource.ts";
import type { CertificatesInputs } from "./types.ts";

/** The same as a deployment would have, where nothing is deployed: what is kept and still good is taken up. */
export async function ensureCertificates(inputs: CertificatesInputs): Promise<Certificates> {
  const { outputs } = await certificatesResource.create(inputs as never, {
    urn: inputs.name,
    preview: false,
    oldInputs: {},
    ignoreChanges: [],
    timeoutSeconds: undefined,
    signal: new AbortController().signal,
    log: () => {},
    warn: () => {},
  });
  return outputs as unknown as Certificates;
}
