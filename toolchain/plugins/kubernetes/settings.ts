/** How a provider of a program is configured, beside where its cluster is. */
export interface Settings {
  /** Of ConfigMaps that are not marked immutable: change in place instead of replacement. */
  readonly configMapsMutable: boolean;
  readonly secretsMutable: boolean;
  /** Take fields from other managers instead of failing. */
  readonly force: boolean;
  /** Creating what is there already changes it instead of failing. */
  readonly upsert: boolean;
  /** Whether what was on a cluster that cannot be reached counts as gone. */
  readonly deleteUnreachable: boolean;
  /** Whether a refresh leaves what is on a cluster that cannot be reached as it was. */
  readonly skipUnreachable: boolean;
  readonly suppressDeprecations: boolean;
}
