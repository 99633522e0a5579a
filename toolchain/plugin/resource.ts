import type { JsonObject } from "./struct.ts";

/** What a create, read, update or delete may use besides its inputs. */
export interface OperationContext {
  readonly urn: string;
  /** Set while `pulumi preview` (or the preview of `up`) runs: nothing may be touched. */
  readonly preview: boolean;
  /** The inputs that the state was made from; empty for a create and for an import. */
  readonly oldInputs: JsonObject;
  /** Paths that the program leaves as they are (`ignoreChanges`); known in a diff and in an update. */
  readonly ignoreChanges: readonly string[];
  /** How long the program lets this take (`customTimeouts`); undefined where it does not say. */
  readonly timeoutSeconds: number | undefined;
  /**
   * Aborted by Ctrl-C and when the engine dies: undo what is half made, then throw. Its reason is an {@link EngineGone}
   * when nobody is left to be told of a state.
   */
  readonly signal: AbortSignal;
  /** A status line beside the resource in Pulumi's display. */
  log(message: string): void;
  /** What the user must know although nothing failed: a warning that Pulumi shows again at the end. */
  warn(message: string): void;
}

export interface Diff {
  /** Names of the top-level properties that change, with a short reason that a reader of the provider's code trusts. */
  readonly changed: readonly string[];
  /** Subset of `changed` that cannot change in place. */
  readonly replaces?: readonly string[];
  /** The same changes as Pulumi shows them, where they lie deeper. Without it each of `changed` is an update. */
  readonly detailed?: readonly PropertyChange[];
  /** For what cannot exist twice, such as two containers of one name or on one port. */
  readonly deleteBeforeReplace?: boolean;
}

/** One place that changes between the state and the new inputs. */
export interface PropertyChange {
  /** Pulumi's property path, for example `ports[0].external` or `sysctls["net.core.somaxconn"]`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/**
 * The resource was created, changed or read and does not work (yet): the engine keeps its new state, says why, runs its
 * error hooks and tries again at the next `up`. Any other error means that nothing of the operation remains.
 */
export class InitFailed extends Error {
  override readonly name = "InitFailed";
  readonly id: string;
  readonly outputs: JsonObject;
  /** From a read: the inputs that would have made what was read. */
  readonly inputs: JsonObject | undefined;

  constructor(id: string, outputs: JsonObject, message: string, inputs?: JsonObject) {
    super(message);
    this.id = id;
    this.outputs = outputs;
    this.inputs = inputs;
  }
}

/** Why operations are aborted when the engine has died: what is returned reaches nobody. */
export class EngineGone extends Error {
  override readonly name = "EngineGone";

  constructor() {
    super("the engine is gone");
  }
}

/**
 * One resource type, in plain JSON. Unknown values of a preview arrive as {@link UNKNOWN}; secrets arrive in the
 * clear (the engine keeps the marks), so they must not be copied to an output of another name or to a log.
 */
export interface ResourceHandler {
  check?(inputs: JsonObject, olds: JsonObject): readonly CheckFailure[] | Promise<readonly CheckFailure[]>;
  /**
   * The inputs with what the program left to the provider, such as a name. Called before `check`, whose inputs these are.
   *
   * @param olds empty for a new resource, and for one that is made beside the one that it replaces.
   * @param seed random bytes, equal in a preview and in the update that follows it; empty if the engine sent none.
   */
  complete?(inputs: JsonObject, olds: JsonObject, urn: string, seed: Uint8Array): JsonObject | Promise<JsonObject>;
  diff(
    id: string,
    inputs: JsonObject,
    state: JsonObject,
    oldInputs: JsonObject,
    context: OperationContext,
  ): Promise<Diff>;
  create(inputs: JsonObject, context: OperationContext): Promise<{ readonly id: string; readonly outputs: JsonObject }>;
  /** Undefined: the resource is gone. The state is empty when a resource is imported. */
  read(id: string, state: JsonObject, context: OperationContext): Promise<JsonObject | undefined>;
  /** The inputs that would have made what was read. Without it those that there were stay. */
  inputsOf?(outputs: JsonObject, oldInputs: JsonObject): JsonObject;
  update(id: string, inputs: JsonObject, state: JsonObject, context: OperationContext): Promise<JsonObject>;
  delete(id: string, state: JsonObject, context: OperationContext): Promise<void>;
}

/** Resource types by token, for example `kafka-local:index:Node`; a function where there is no end of them. */
export type Handlers = Readonly<Record<string, ResourceHandler>> | ((type: string) => ResourceHandler);
