import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '@chat-battle/runtime/process/command-line'
import { root } from '../root.ts'
import { readLicences } from './read-licences.ts'

const usage = `Writes the licences of the dependencies, which the page /about shows.

  pnpm docs:licences`

await runCommand({ usage, options: {} }, async () => {
  const text = `${JSON.stringify(readLicences(), null, 2)}\n`
  writeFileSync(join(root, 'web/src/lib/about/licences.json'), text)
  return 0
})
