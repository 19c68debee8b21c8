import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../root.ts'
import { seriousAdvisories } from './advisories.ts'
import { readCatalogue, unpinned } from './pins.ts'

/** Holds the dependencies against what is known to be vulnerable, and against being anything but pinned. */

async function allUnpinned(): Promise<string[]> {
  const catalogue = readCatalogue(await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8'))
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const found: string[] = []
  for (const folder of ['.', ...folders.map(({ name }) => name)]) {
    const text = await readFile(join(root, folder, 'package.json'), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    found.push(...unpinned(text, catalogue).map((problem) => `${folder}/package.json: ${problem}`))
  }
  return found
}

/** Development's dependencies as well: the page's are among them, since they are built into what is shipped. */
function audit(): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      'pnpm',
      ['audit', '--json'],
      { cwd: root, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ stdout, stderr: stderr || (error?.message ?? '') }),
    )
  })
}

const problems = await allUnpinned()
const { stdout, stderr } = await audit()
const advisories = seriousAdvisories(stdout)
if (advisories !== undefined) problems.push(...advisories)
else if (process.env.AUDIT_OFFLINE === '1')
  console.warn('NOT AUDITED for known vulnerabilities, as AUDIT_OFFLINE=1 allows')
else
  problems.push(
    `${stderr.trim()}\nthe registry answered no audit: try again where it does, or let that pass with AUDIT_OFFLINE=1`,
  )
for (const problem of problems) console.error(problem)
console.log(problems.length === 0 ? 'dependencies: nothing found' : `dependencies: ${problems.length} found`)
process.exit(problems.length === 0 ? 0 : 1)
