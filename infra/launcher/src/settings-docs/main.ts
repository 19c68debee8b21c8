import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '@chat-battle/runtime/process/command-line'
import { root } from '../root.ts'
import { settingGroups } from './catalogue.ts'
import { renderConfiguration, renderEnvExample } from './render.ts'

const usage = `Writes .env.example and the generated part of docs/configuration.md from the schemas of the settings.

  pnpm docs:settings`

await runCommand({ usage, options: {} }, async () => {
  const groups = settingGroups()
  const document = join(root, 'docs/configuration.md')
  writeFileSync(join(root, '.env.example'), renderEnvExample(groups))
  writeFileSync(document, renderConfiguration(readFileSync(document, 'utf8'), groups))
  return 0
})
