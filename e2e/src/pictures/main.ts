import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { chromiumArgs, findChromium } from '@chat-battle/launcher/chromium'
import { runCommand, UsageError } from '@chat-battle/runtime/process/command-line'
import { pictures } from './pictures.ts'
import { writePicture } from './write-picture.ts'

const usage = `Makes the pictures of the README from a running demo, a minute or more after its start.

  pnpm docs:pictures TOKEN [ADDRESS]    TOKEN: the operator's, as the demo prints it
                                        ADDRESS: of the page, by default http://localhost:3000`

const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'pictures')

await runCommand({ usage, options: {}, allowPositionals: true }, async ({ positionals }) => {
  const [token, baseURL = 'http://localhost:3000'] = positionals
  if (token === undefined) throw new UsageError('no token given')
  const executablePath = await findChromium(console.log)
  const browser = await chromium.launch({ executablePath, args: chromiumArgs })
  try {
    for (const { name, take } of pictures) {
      const page = await browser.newPage({
        baseURL,
        viewport: { width: 1280, height: 900 },
        deviceScaleFactor: 1.25,
        colorScheme: 'dark',
        reducedMotion: 'reduce',
      })
      const file = join(folder, `${name}.webp`)
      const bytes = await writePicture(page, await take(page, token), file)
      console.log(`${file}: ${bytes} bytes`)
      await page.close()
    }
  } finally {
    await browser.close()
  }
  return 0
})
