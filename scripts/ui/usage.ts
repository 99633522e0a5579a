/** What every command says of its stack argument. */
export const STACK_ARGUMENT = "name of a file in stacks/, or a path that ends in .yaml";

export const ALLOW_UNAVAILABLE =
  "restart nodes even where a topic's replicas or the quorum cannot spare any: what only they serve is away meanwhile";
