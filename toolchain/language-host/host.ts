import { spawn } from "node:child_process";
import { join } from "node:path";
import type { ServerWritableStream, UntypedServiceImplementation } from "@grpc/grpc-js";
import type {
  GetProgramDependenciesRequest,
  InstallDependenciesRequest,
  InstallDependenciesResponse,
  LanguageHandshakeRequest,
  RunRequest,
} from "@pulumi/pulumi/proto/language_pb.js";
import languagePb from "@pulumi/pulumi/proto/language_pb.js";
import { PROJECT_ROOT } from "../places.ts";
import { unary } from "../plugin/serve.ts";
import { directDependencies } from "./dependencies.ts";
import { type Program, startProgram } from "./program.ts";

/** The methods of Pulumi's LanguageRuntime service that deploying this project needs. */
export class LanguageHost {
  #engineAddress: string | undefined;
  readonly #running = new Set<Program>();

  constructor(engineAddress: string | undefined) {
    this.#engineAddress = engineAddress;
  }

  handlers(): UntypedServiceImplementation {
    return {
      handshake: unary(async (request: LanguageHandshakeRequest) => {
        this.#engineAddress = request.getEngineAddress();
        return new languagePb.LanguageHandshakeResponse();
      }),
      about: unary(async () => {
        const response = new languagePb.AboutResponse();
        response.setExecutable(process.execPath);
        response.setVersion(process.version);
        return response;
      }),
      // The project names its plugins in Pulumi.yaml; a provider asks for a missing one when it is first used.
      getRequiredPackages: unary(async () => new languagePb.GetRequiredPackagesResponse()),
      getRequiredPlugins: unary(async () => new languagePb.GetRequiredPluginsResponse()),
      getProgramDependencies: unary(async (request: GetProgramDependenciesRequest) => {
        const response = new languagePb.GetProgramDependenciesResponse();
        for (const { name, version } of directDependencies(request.getInfo()?.getProgramDirectory() ?? PROJECT_ROOT)) {
          response.addDependencies(new languagePb.DependencyInfo().setName(name).setVersion(version));
        }
        return response;
      }),
      runtimeOptionsPrompts: unary(async () => new languagePb.RuntimeOptionsResponse()),
      installDependencies,
      run: unary((request: RunRequest) => this.#run(request)),
    };
  }

  /** Ends the programs under way; the engine learns of it by the end of their `run` calls. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((program) => program.stop()));
  }

  async #run(request: RunRequest): Promise<InstanceType<typeof languagePb.RunResponse>> {
    const response = new languagePb.RunResponse();
    const program = startProgram(request, this.#engineAddress);
    this.#running.add(program);
    const { error, bail } = await program.ended.finally(() => this.#running.delete(program));
    response.setError(error);
    response.setBail(bail);
    return response;
  }
}

/** `pulumi install`: the same installation as before `npm start`, which does nothing when nothing is missing. */
function installDependencies(
  call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
): void {
  const bootstrap = spawn(process.execPath, [join(PROJECT_ROOT, "toolchain", "bootstrap.mjs")]);
  bootstrap.stdout.on("data", (chunk: Buffer) =>
    call.write(new languagePb.InstallDependenciesResponse().setStdout(chunk)),
  );
  bootstrap.stderr.on("data", (chunk: Buffer) =>
    call.write(new languagePb.InstallDependenciesResponse().setStderr(chunk)),
  );
  bootstrap.on("close", (code) => {
    if (code !== 0) call.emit("error", new Error(`the installation of the project's packages failed (code ${code})`));
    call.end();
  });
}
