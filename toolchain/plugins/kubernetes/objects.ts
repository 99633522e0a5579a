import type { OperationContext } from "../../plugin/resource.ts";
import type { JsonObject } from "../../plugin/struct.ts";
import type { Api } from "./api.ts";
import { absent, isApiError, type Unreachable } from "./api-error.ts";
import { isNamespaced, type Kind, kindOfObject } from "./kind.ts";
import { type KubeObject, listAt, nameOf, namespaceOf, textAt } from "./object.ts";

interface Place {
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface Applied {
  readonly object: KubeObject;
  /** Whether it was not there before. */
  readonly created: boolean;
  readonly warnings: readonly string[];
}

export interface ApplyOptions {
  readonly fieldManager: string;
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** The cluster does not know the kind (yet): a custom resource whose definition is missing. */
export class UnknownKind extends Error {
  override readonly name = "UnknownKind";
}

/** The objects of a cluster, of whatever kind. */
export class Objects {
  readonly api: Api;
  /** Namespace of what does not say; empty: the API's own default. */
  readonly namespace: string;
  #warned = false;
  readonly #places = new Map<string, Promise<ReadonlyMap<string, Place>>>();

  constructor(api: Api, namespace: string) {
    this.api = api;
    this.namespace = namespace;
  }

  /** Tells once that previews are made without the cluster. */
  warnUnreachable(error: Unreachable, { warn }: Pick<OperationContext, "warn">): void {
    if (!this.#warned) warn(`the preview is made without the cluster: ${error.message}`);
    this.#warned = true;
  }

  /** Whether objects of this kind belong to a namespace; undefined when the cluster does not know the kind. */
  async isNamespaced(kind: Kind): Promise<boolean | undefined> {
    return isNamespaced(kind) ?? (await this.#place(kind))?.namespaced;
  }

  async get(kind: Kind, namespace: string, name: string, signal?: AbortSignal): Promise<KubeObject | undefined> {
    const path = `${await this.#collection(kind, namespace)}/${name}`;
    const answer = await this.api.ask("GET", path, { ...(signal && { signal }) }).catch(absent);
    return answer?.body as KubeObject | undefined;
  }

  async list(
    kind: Kind,
    namespace: string,
    query: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<KubeObject[]> {
    const path = await this.#collection(kind, namespace);
    const { body } = await this.api.ask("GET", path, { query, ...(signal && { signal }) });
    // Members of a list do not say what they are.
    const { apiVersion, kind: name } = kind;
    return listAt(body, "items").map((item) => ({ apiVersion, kind: name, ...(item as JsonObject) }) as KubeObject);
  }

  /**
   * Server-side apply: creates or changes what `fieldManager` says of the object, and leaves what others say. It is never
   * cut short, so that it is always known what was made.
   */
  async apply(object: KubeObject, { fieldManager, force, dryRun }: ApplyOptions): Promise<Applied> {
    const { status, body, warnings } = await this.api.ask("PATCH", await this.#path(object), {
      query: { fieldManager, force: String(force), dryRun: dryRun ? "All" : undefined },
      body: object,
      contentType: "application/apply-patch+yaml",
    });
    return { object: body as KubeObject, created: status === 201, warnings };
  }

  async patchJson(object: KubeObject, body: readonly JsonObject[], signal: AbortSignal): Promise<KubeObject> {
    const contentType = "application/json-patch+json";
    const answer = await this.api.ask("PATCH", await this.#path(object), { body, contentType, signal });
    return answer.body as KubeObject;
  }

  /** Asks for the deletion; false when there is nothing to delete. */
  async delete(object: KubeObject, options: JsonObject): Promise<boolean> {
    const body = { apiVersion: "v1", kind: "DeleteOptions", ...options };
    return (await this.api.ask("DELETE", await this.#path(object), { body }).catch(absent)) !== undefined;
  }

  async log(pod: KubeObject, container: string, previous: boolean, lines: number): Promise<string> {
    const query = { container, previous: String(previous), tailLines: String(lines), limitBytes: "10000" };
    return await this.api.text(`${await this.#path(pod)}/log`, query);
  }

  async #path(object: KubeObject): Promise<string> {
    return `${await this.#collection(kindOfObject(object), namespaceOf(object))}/${nameOf(object)}`;
  }

  async #collection(kind: Kind, namespace: string): Promise<string> {
    const place = await this.#place(kind);
    if (!place)
      throw new UnknownKind(
        `${this.api.place} does not know the kind ${kind.kind} of ${kind.apiVersion}; install what defines it (kubectl api-resources lists what there is)`,
      );
    const scope = place.namespaced ? `/namespaces/${namespace || this.namespace || "default"}` : "";
    return `${groupPath(kind)}${scope}/${place.plural}`;
  }

  async #place(kind: Kind): Promise<Place | undefined> {
    const path = groupPath(kind);
    const known = this.#places.get(path) ?? this.#discover(path);
    const place = (await known).get(kind.kind);
    // What is not there may be defined any time: the next one to ask looks again.
    if (!place) this.#places.delete(path);
    return place;
  }

  #discover(path: string): Promise<ReadonlyMap<string, Place>> {
    const places = this.api.ask("GET", path).then(
      ({ body }) => new Map(listAt(body, "resources").flatMap(placeOf)),
      (error: unknown) => {
        this.#places.delete(path);
        if (isApiError(error, 404)) return new Map<string, Place>();
        throw error;
      },
    );
    this.#places.set(path, places);
    return places;
  }
}

function placeOf(resource: unknown): [string, Place][] {
  const { name = "", namespaced = false } = resource as { name?: string; namespaced?: boolean };
  // `pods/log` and the like belong to another.
  return name.includes("/") ? [] : [[textAt(resource as JsonObject, "kind"), { plural: name, namespaced }]];
}

function groupPath({ apiVersion }: Kind): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
