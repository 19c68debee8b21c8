import { parse } from 'yaml'
import { z } from 'zod'

const versions = z.record(z.string(), z.string()).default({})
const manifest = z.object({
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
})
const workspace = z.object({ catalog: versions })
const exact = /^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$/

/** The versions that `catalog:` stands for, by package, of the text of pnpm-workspace.yaml. */
export function readCatalogue(text: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(workspace.parse(parse(text)).catalog))
}

/** A line for each dependency of a package.json, given as text, that is not pinned to one version. */
export function unpinned(text: string, catalogue: ReadonlyMap<string, string>): string[] {
  const { dependencies, devDependencies, optionalDependencies } = manifest.parse(JSON.parse(text))
  return [dependencies, devDependencies, optionalDependencies]
    .flatMap((kind) => Object.entries(kind))
    .map(([name, asked]) => ({
      name,
      version: asked === 'catalog:' ? (catalogue.get(name) ?? 'not in the catalogue') : asked,
    }))
    .filter(({ version }) => version !== 'workspace:*' && !exact.test(version))
    .map(({ name, version }) => `${name} is not pinned: ${version}`)
}
