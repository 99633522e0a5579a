import { findEngine } from "../../helpers/docker.ts";
import { migrates } from "../migrate.ts";

const { skip } = await findEngine();

migrates({
  target: "docker",
  more: "docker: { quickStart: true }\n",
  restarts: /node-2 delet/,
  skip,
});
