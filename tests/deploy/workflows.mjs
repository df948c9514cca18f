// What GitHub's own reader of workflows and actions says of files: a line each. `node workflows.mjs PLAN`, a JSON file with
// `modules`, the folder of node_modules; `files`, the paths; `actions`, reference → the action.yml that it stands for.
import {readFileSync} from "node:fs";
import {createRequire, register} from "node:module";
import {join} from "node:path";
import {pathToFileURL} from "node:url";

// The package imports JSON as bundlers read it. Node.js takes it as a module.
register("data:text/javascript," + encodeURIComponent(`
  import {readFile} from "node:fs/promises";
  export async function load(url, context, next) {
    if (!url.endsWith(".json")) return next(url, context);
    return {format: "module", shortCircuit: true, source: "export default " + await readFile(new URL(url), "utf8")};
  }`));

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
const at = (...path) => pathToFileURL(join(plan.modules, ...path));
const {validate} = await import(at("@actions", "languageservice", "dist", "index.js"));
const {parse} = await import(at("yaml", "dist", "index.js"));
const {TextDocument} = createRequire(at("x.js"))("vscode-languageserver-textdocument");

const metadata = {};
for (const [reference, path] of Object.entries(plan.actions)) metadata[reference] = parse(readFileSync(path, "utf8"));
// Actions of others are not looked at: any input will do.
const anything = {name: "", description: "", inputs: new Proxy({}, {get: () => ({description: ""}), has: () => true})};
const actionsMetadataProvider = {
  async fetchActionMetadata({owner, name, path, ref}) {
    return metadata[`${[owner, name, path].filter(Boolean).join("/")}@${ref}`] ?? anything;
  },
};

let found = 0;
for (const path of plan.files) {
  const document = TextDocument.create(pathToFileURL(path).href, "yaml", 1, readFileSync(path, "utf8"));
  for (const {message, range} of await validate(document, {actionsMetadataProvider})) {
    console.log(`${path}:${range.start.line + 1}: ${message}`);
    found++;
  }
}
process.exit(found ? 1 : 0);
