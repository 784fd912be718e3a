// Bundles scripts, styles and images into dist/, each under a name that holds the hash of its content, and writes
// dist/manifest.json (plain name -> hashed name). The server may then let browsers keep every file for a year.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = join(here, "dist");
const watching = process.argv.includes("--watch");

const SCRIPTS = ["site", "map", "ecology", "pin", "edit"];
const STYLES = ["site", "map", "ecology"];

/** The name under which a file is served: `mark.svg` becomes `mark.1a2b3c4d5e.svg`. */
function hashedName(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const end = extname(name);
  return `${basename(name, end)}.${hash}${end}`;
}

/** Writes the bundles of one build, and the images beside them. Old files go first: nothing stale is left to serve. */
async function writeOutput(outputFiles) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const manifest = {};
  for (const file of outputFiles) {
    const name = basename(file.path);
    // Files that a stylesheet refers to already carry a hash from esbuild.
    const served = /-[A-Z0-9]{8}\./.test(name) ? name : hashedName(name, file.contents);
    if (served !== name) manifest[name] = served;
    await writeFile(join(out, served), file.contents);
  }
  for (const name of (await readdir(join(here, "images"))).sort()) {
    const content = await readFile(join(here, "images", name));
    manifest[name] = hashedName(name, content);
    await writeFile(join(out, manifest[name]), content);
  }
  const sorted = Object.fromEntries(Object.entries(manifest).sort());
  await writeFile(join(out, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
}

const builder = await context({
  absWorkingDir: here,
  entryPoints: [
    ...SCRIPTS.map((name) => ({ in: `src/${name}.ts`, out: name })),
    ...STYLES.map((name) => ({ in: `styles/${name}.css`, out: name })),
  ],
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020", "safari15", "firefox91", "chrome92"],
  charset: "utf8",
  legalComments: "eof",
  loader: { ".png": "file" },
  write: false,
  logLevel: "info",
  plugins: [
    {
      name: "write-with-hashes",
      setup(build) {
        build.onEnd(async (result) => {
          if (result.errors.length === 0) await writeOutput(result.outputFiles);
        });
      },
    },
  ],
});

if (watching) {
  await builder.watch();
} else {
  await builder.rebuild();
  await builder.dispose();
}
