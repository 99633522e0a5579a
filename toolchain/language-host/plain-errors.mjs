// Loaded before a program: the SDK shows errors by `util.inspect(error, { colors: true })`, and up to at least Node 22.23 that
// loops until memory ends on a stack line such as `node_modules/@pulumi/resource.ts` (nodejs/node#64011), which the SDK's
// source maps produce: every failing program would take half a minute and gigabytes. Without colours there is no loop.
import util from "node:util";

const { inspect } = util;
const plain = (value, options, ...rest) =>
  inspect(value, options?.colors ? { ...options, colors: false } : options, ...rest);
util.inspect = Object.assign(plain, inspect);
