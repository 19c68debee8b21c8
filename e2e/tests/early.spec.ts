import { expect, test } from '../src/fixtures.ts'
import { hasStarted } from '../src/has-started.ts'

const forms = [
  { address: '/search?channel=early2&words=gg', label: 'Operator’s token' },
  { address: '/search?channel=early2', label: 'Words' },
  { address: '/replay?channels=early2', label: 'Channels' },
  { address: '/vote?channel=early2', label: 'Question' },
  { address: '/operator', label: 'Operator’s token' },
  { address: '/overlay?layout=bar', label: 'Channels' },
]

for (const { address, label } of forms)
  test(`keeps ${address} and “${label}” when Enter comes before the scripts of the page`, async ({
    page,
  }) => {
    const released = Promise.withResolvers<undefined>()
    await page.route('**/_app/**/*.js', (route) => released.promise.then(() => route.continue()))
    await page.goto(address, { waitUntil: 'commit' })
    const field = page.getByLabel(label)
    await field.fill('typed_early')
    await field.press('Enter')
    released.resolve(undefined)
    await hasStarted(page)
    await expect(page).toHaveURL(new RegExp(`${address.replaceAll('?', '\\?')}$`))
    await expect(field).toHaveValue('typed_early')
  })
