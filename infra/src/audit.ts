import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from './local/root.ts'

/** Holds the dependencies against what is known to be vulnerable, and against being anything but pinned. */

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
})
const pinned = /^(catalog:|workspace:\*|[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?)$/
const answer = z.object({
  advisories: z.record(
    z.string(),
    z.object({ module_name: z.string(), severity: z.string(), title: z.string(), url: z.string() }),
  ),
})
const serious = ['high', 'critical']

async function unpinned(): Promise<string[]> {
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const found: string[] = []
  for (const folder of ['.', ...folders.map(({ name }) => name)]) {
    const text = await readFile(join(root, folder, 'package.json'), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const { dependencies, devDependencies, optionalDependencies } = manifest.parse(JSON.parse(text))
    for (const [name, version] of Object.entries({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
    }))
      if (!pinned.test(version)) found.push(`${folder}/package.json: ${name} is not pinned: ${version}`)
  }
  return found
}

/** What the registry knows of the versions in use; undefined where it cannot be asked. */
async function vulnerable(): Promise<string[] | undefined> {
  const output = await new Promise<string>((resolve) => {
    execFile(
      'pnpm',
      ['audit', '--prod', '--json'],
      { cwd: root, maxBuffer: 64 * 1024 * 1024 },
      (_error, stdout) => resolve(stdout),
    )
  })
  const start = output.indexOf('{')
  const read = answer.safeParse(start < 0 ? undefined : parse(output.slice(start)))
  if (!read.success) return undefined
  return Object.values(read.data.advisories)
    .filter(({ severity }) => serious.includes(severity))
    .map(({ module_name, severity, title, url }) => `${module_name}: ${severity}: ${title} (${url})`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const known = await vulnerable()
if (known === undefined)
  console.warn('NOT AUDITED for known vulnerabilities: the registry does not answer an audit')
const problems = [...(await unpinned()), ...(known ?? [])]
for (const problem of problems) console.error(problem)
console.log(problems.length === 0 ? 'dependencies: nothing found' : `dependencies: ${problems.length} found`)
process.exit(problems.length === 0 ? 0 : 1)
