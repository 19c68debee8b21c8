import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { root } from '../root.ts'

export interface Licensed {
  name: string
  /** SPDX, as the package says. */
  licence: string
}

const manifest = z.object({
  name: z.string(),
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
})

/** The packages whose dependencies run in an installation. */
const services = ['ingest', 'processor', 'gateway', 'web', 'infra/provision']
/** Parts of the built page. Their own dependencies are tools of the build. */
const ofPage = [
  '@fontsource/barlow-condensed',
  '@sveltejs/kit',
  'socket.io-client',
  'svelte',
  'uplot',
  'virtua',
]

/** Every package of others that the services run or the page contains, by name. Throws for one without a licence. */
export function readLicences(): Licensed[] {
  const found = new Map<string, string>()
  const seen = new Set<string>()
  const visit = (folder: string) => {
    if (seen.has(folder)) return
    seen.add(folder)
    const { name, license, dependencies } = read(folder)
    if (!name.startsWith('@chat-battle/')) found.set(name, licenceOf(name, license))
    for (const dependency of Object.keys(dependencies)) visit(folderOf(dependency, folder))
  }
  for (const service of services) visit(join(root, service))
  for (const name of ofPage) {
    const { license } = read(folderOf(name, join(root, 'web')))
    found.set(name, licenceOf(name, license))
  }
  return [...found]
    .map(([name, licence]) => ({ name, licence }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

function read(folder: string): z.infer<typeof manifest> {
  return manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
}

function licenceOf(name: string, license: z.infer<typeof manifest>['license']): string {
  const licence = typeof license === 'object' ? license.type : license
  if (licence === undefined)
    throw new Error(`${name} has no license in its package.json; do not depend on it`)
  return licence
}

/** Where Node finds a dependency of the package in `folder`. */
function folderOf(dependency: string, folder: string): string {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const modules = basename(at) === 'node_modules' ? at : join(at, 'node_modules')
    const candidate = join(modules, dependency)
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate)
  }
  throw new Error(`${dependency} of ${folder} is not installed; run pnpm install`)
}
