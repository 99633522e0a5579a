/**
 * SHA-256 of what is downloaded and run, as its makers publish it. Nothing is unpacked whose sum is not here.
 *
 * With another version of one of them: take the sums from the maker's own release, never from a download.
 */

/** Archives of the Pulumi CLI 3.232.0: https://github.com/pulumi/homebrew-tap (Formula/pulumi.rb at that version). */
export const PULUMI_CLI: Readonly<Record<string, string>> = {
  "linux-x64": "8b72c69d8b66530ede5c6907d7d0bb3fcacac440c59e3aa2f7226e78dc724423",
  "linux-arm64": "02c649a79136b783ecf2b4c63ad1e62cad678bd277100a2eefe57c3fded007d1",
  "darwin-x64": "dbf83a059174d16ef5ddb0e7aa0815454e2fc9735d741f82383abdb33219072a",
  "darwin-arm64": "b29a97b0e9e1790b1424759503eb65bf5a0258a7b1e741ba25298a858d3250ec",
};

/** `apache/kafka` on Docker Hub, by Kafka version: the digest of the index, which names the images of all architectures. */
export const KAFKA_IMAGE: Readonly<Record<string, string>> = {
  "4.3.1": "sha256:77e3df9054047a88b520d0cc46e16696d3b22022e1d580aeccd2632df6532837",
  "3.9.2": "sha256:05b4616e0702ef2729327705d54ad6b50ea70b271c4b730fabd2320789fb7b02",
};

/**
 * Archives of Pulumi's resource plugins, by `<name>-v<version>-<os>-<arch>` in Pulumi's own words (`linux-amd64`). The makers'
 * sums of the versions in use are not known here, so none is downloaded: the stand-ins serve.
 */
export const PULUMI_PLUGINS: Readonly<Record<string, string>> = {};

/** The official image of a version, by its digest where that is known. */
export function officialImage(kafkaVersion: string): string {
  const digest = KAFKA_IMAGE[kafkaVersion];
  return digest === undefined ? `apache/kafka:${kafkaVersion}` : `apache/kafka@${digest}`;
}
