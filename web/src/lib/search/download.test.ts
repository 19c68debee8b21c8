import { afterEach, expect, test, vi } from 'vitest'
import { downloadExport, type ExportFormat } from './download.ts'

afterEach(() => vi.unstubAllGlobals())

function download(text: string, format: ExportFormat, maxBytes = 1000) {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(text)))
  const { signal } = new AbortController()
  const options = { headers: {}, signal, onProgress: () => undefined, maxBytes }
  return downloadExport({ channel: 'one', from: 0, to: 1, format }, options)
}

test.each<[ExportFormat, string]>([
  ['ndjson', '{"message":"a"}\n{"end":{"messages":1,"left_out":0}}\n'],
  ['csv', 'timestamp,message\r\n1,a\r\nend,"1 messages, 0 left out"\r\n'],
])('keeps a whole export as %s', async (format, text) => {
  expect(await (await download(text, format)).text()).toBe(text)
})

test.each<[ExportFormat, string]>([
  ['ndjson', '{"message":"a"}\n'],
  ['ndjson', '{"message":"{\\"end\\":{"}\n'],
  ['csv', 'timestamp,message\r\n1,a\r\n'],
  ['csv', ''],
])('refuses a cut export as %s', async (format, text) => {
  await expect(download(text, format)).rejects.toMatchObject({ reason: 'cut' })
})

test('ends a download that is too large', async () => {
  await expect(download('x'.repeat(1001), 'csv')).rejects.toMatchObject({ reason: 'too_large' })
})

test('passes on why the server refuses', async () => {
  const body = JSON.stringify({ error: { kind: 'unauthorized', message: 'token' } })
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status: 401 })))
  const options = { headers: {}, signal: new AbortController().signal, onProgress: () => undefined }
  const request = { channel: 'one', from: 0, to: 1, format: 'csv' } as const
  await expect(downloadExport(request, options)).rejects.toMatchObject({
    status: 401,
    error: { kind: 'unauthorized' },
  })
})
