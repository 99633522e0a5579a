import { serveProvider } from "../../plugin/provider.ts";
import { sdkVersion } from "../places.ts";
import { configuration } from "./configuration.ts";

/** The stand-in for Pulumi's docker provider plugin, for machines where that cannot be downloaded. */
const version = sdkVersion("docker");
await serveProvider({
  name: "docker",
  version,
  handlers: configuration,
  notice: `docker: the official plugin ${version} is not installed; the project's stand-in is used`,
});
