/**
 * Pulumi's Node language host comes from no package registry. This one serves programs that Node itself can run (plain
 * JavaScript, or TypeScript by type stripping), which is what this project is; it knows no ts-node, package managers
 * or code generation. Wherever the official host is found, that one is used (see `pulumi-command.ts`).
 */
import languageGrpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { servePlugin } from "../plugin/serve.ts";
import { PULUMI_VERSION } from "../versions.ts";
import { LanguageHost } from "./host.ts";

// The engine passes flags of its own (such as --tracing) and, as the one bare argument, its address.
const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const host = new LanguageHost(engineAddress);
await servePlugin({
  name: "nodejs",
  version: PULUMI_VERSION,
  service: languageGrpc.LanguageRuntimeService,
  implementation: host.handlers(),
  stop: () => host.stop(),
});
