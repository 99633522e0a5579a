/** What every command says of its stack argument. */
export const STACK_ARGUMENT = "name of a file in stacks/, or a path that ends in .yaml";
