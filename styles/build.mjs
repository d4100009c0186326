// Compiles the sheet, drops the rules no template names, and writes it with the licenses of what is in it.
// Usage: node build.mjs OUT_FOLDER
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PurgeCSS } from "purgecss";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "build");
const compiled = sass.compile(join(here, "lantern.scss"), {
  loadPaths: [here, join(here, "node_modules/@uswds/uswds/packages")],
  style: "compressed",
  quietDeps: true,
});
const [purged] = await new PurgeCSS().purge({
  content: ["../templates/**/*.html", "../static/*.js"].map((path) => join(here, path)),
  css: [{ raw: compiled.css }],
  fontFace: true,
  // The classes that Rust chooses: pieces of a telegram and what became of its sentences, tones of states, stages of the custody path.
  safelist: { standard: [/^:/, /^as-/, "matters", "filed", "aside", "good", "bad", "warn", "busy", "done", "open", "na", "todo", "plain", /^g[1-4]$/, "complete", "current", "planned", "actual", "late", "none"] },
});
// Pictures travel inside the sheet: one request fewer each.
const css = purged.css.replace(/url\(["']?\/static\/([^"')]+\.svg)["']?\)/g, (_, name) => {
  const svg = readFileSync(join(here, "node_modules/@uswds/uswds/dist/img", name), "utf8").replace(/\s+/g, " ");
  return `url("data:image/svg+xml,${encodeURIComponent(svg).replace(/%20/g, " ").replace(/%3D/g, "=").replace(/%2F/g, "/").replace(/%22/g, "'")}")`;
});
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "lantern.css"), css);
const uswds = join(here, "node_modules/@uswds/uswds");
const version = JSON.parse(readFileSync(join(uswds, "package.json"), "utf8")).version;
writeFileSync(join(out, "uswds-license.txt"), `U.S. Web Design System ${version}\n\n${readFileSync(join(uswds, "LICENSE.md"), "utf8")}`);
