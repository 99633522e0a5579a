import { serveProvider } from "../../plugin/provider.ts";
import { sdkVersion } from "../places.ts";
import { configuration } from "./configuration.ts";

/** The stand-in for Pulumi's kubernetes provider plugin, for machines where that cannot be downloaded. */
const version = sdkVersion("kubernetes");
await serveProvider({
  name: "kubernetes",
  version,
  handlers: configuration,
  notice: `kubernetes: the official plugin ${version} is not installed; the project's stand-in is used`,
});
