import {
  AppsV1Api,
  AuthenticationV1Api,
  AuthorizationV1Api,
  type Configuration,
  CoreV1Api,
  createConfiguration,
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  NetworkingV1Api,
  PolicyV1Api,
  type RequestContext,
  ResponseContext,
  SchedulingV1Api,
  SelfDecodingBody,
  ServerConfiguration,
  StorageV1Api,
  VersionApi,
  wrapHttpLibrary,
} from "@kubernetes/client-node";
import { type KubeAccess, kubeAccess } from "../../../toolchain/kubernetes.ts";
import { noCredentials, refusal, unreachable } from "./api-errors.ts";

/**
 * Clients of one API server. What goes wrong with the connection, the credentials or the permissions is a `UserError`,
 * every other refusal a `KubeError`, whichever client was asked.
 */
export interface KubeApi extends KubeAccess {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly policy: PolicyV1Api;
  readonly networking: NetworkingV1Api;
  readonly storage: StorageV1Api;
  readonly scheduling: SchedulingV1Api;
  readonly authorization: AuthorizationV1Api;
  readonly authentication: AuthenticationV1Api;
  readonly version: VersionApi;
  /** What has no client of its own. @param accept media types. */
  get<T>(path: string, accept?: string): Promise<T>;
}

/** For each request, the connection included. */
const TIMEOUT_MS = 10_000;

/** @param context of the kubeconfig; default: the current one. @throws UserError when there is none. */
export function kubeApi(context: string | undefined, timeoutMs: number = TIMEOUT_MS): KubeApi {
  return clientsOf(kubeAccess(context), timeoutMs);
}

export function clientsOf(access: KubeAccess, timeoutMs: number = TIMEOUT_MS): KubeApi {
  const configuration = configurationOf(access, timeoutMs);
  return {
    ...access,
    core: new CoreV1Api(configuration),
    apps: new AppsV1Api(configuration),
    policy: new PolicyV1Api(configuration),
    networking: new NetworkingV1Api(configuration),
    storage: new StorageV1Api(configuration),
    scheduling: new SchedulingV1Api(configuration),
    authorization: new AuthorizationV1Api(configuration),
    authentication: new AuthenticationV1Api(configuration),
    version: new VersionApi(configuration),
    get: (path, accept = "application/json") => getFrom(configuration, path, accept),
  };
}

function configurationOf(access: KubeAccess, timeoutMs: number): Configuration {
  const fetching = new IsomorphicFetchHttpLibrary();
  const reach = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      throw unreachable(access, error);
    });
  const send = async (request: RequestContext): Promise<ResponseContext> => {
    request.setSignal(AbortSignal.timeout(timeoutMs));
    const { httpStatusCode, headers, body } = await reach(fetching.send(request).toPromise());
    // Read here, so that an answer that breaks off is told like any other fault of the connection.
    const text = await reach(body.text());
    if (httpStatusCode >= 400) throw refusal(access, httpStatusCode, text);
    return new ResponseContext(httpStatusCode, headers, new SelfDecodingBody(Promise.resolve(Buffer.from(text))));
  };
  return createConfiguration({
    baseServer: new ServerConfiguration(access.server, {}),
    httpApi: wrapHttpLibrary({ send }),
    authMethods: { default: authenticate(access) },
  });
}

async function getFrom<T>(
  { baseServer, authMethods, httpApi }: Configuration,
  path: string,
  accept: string,
): Promise<T> {
  const request = baseServer.makeRequestContext(path, HttpMethod.GET);
  request.setHeaderParam("Accept", accept);
  await authMethods.default?.applySecurityAuthentication(request);
  const { body } = await httpApi.send(request).toPromise();
  return JSON.parse(await body.text());
}

/** By the kubeconfig's rules; one pool of connections, where the library would open one for each request. */
function authenticate(access: KubeAccess) {
  let dispatcher: ReturnType<RequestContext["getDispatcher"]>;
  return {
    getName: () => access.config.getName(),
    async applySecurityAuthentication(request: RequestContext) {
      await access.config.applySecurityAuthentication(request).catch((error: unknown) => {
        throw noCredentials(access, error);
      });
      dispatcher ??= request.getDispatcher();
      if (dispatcher) request.setDispatcher(dispatcher);
    },
  };
}

interface Page<T> {
  readonly items: T[];
  readonly metadata?: { readonly _continue?: string };
}

/** Every item of a list, page by page: one answer of a large cluster would take too long. */
export async function everyItem<T>(
  list: (page: { limit: number; _continue?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  for (let after: string | undefined; ; ) {
    const page = await list({ limit: 500, ...(after ? { _continue: after } : {}) });
    items.push(...page.items);
    after = page.metadata?._continue;
    if (!after) return items;
  }
}
