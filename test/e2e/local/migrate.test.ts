import { migrates } from "../migrate.ts";

migrates({ target: "local", restarts: /node-2 updating .*stopping/ });
