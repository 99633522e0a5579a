import { findEngine } from "../../helpers/docker.ts";
import { unlessLong } from "../../helpers/long.ts";
import { migrates } from "../migrate.ts";

const { skip } = await findEngine();

migrates({
  target: "docker",
  more: "docker: { quickStart: true }\n",
  restarts: /node-2 delet/,
  skip: skip || unlessLong("takes five minutes; target local goes the same way"),
});
