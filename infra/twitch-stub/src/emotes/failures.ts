import { Buffer } from 'node:buffer'
import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

/** How an API or a CDN answers. `hanging` sends nothing, `stalling` the first half of the body and then nothing. */
export const modes = [
  'ok',
  '401',
  '404',
  '429',
  '500',
  'slow',
  'hanging',
  'stalling',
  'offline',
  'garbage',
  'huge',
  'redirect',
  'svg',
] as const
export type Mode = (typeof modes)[number]

export interface Answer {
  type: string
  body: Buffer
}

const slowMs = 3000
/** What a provider sends with 429: 7TV's and the standard's header. */
const throttled = { 'retry-after': '1', 'x-ratelimit-reset': '1' }
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

/** Answers as the mode says; `answer` is undefined for something that does not exist. */
export async function answerBy(
  mode: Mode,
  response: ServerResponse,
  answer: Answer | undefined,
): Promise<void> {
  if (mode === 'offline') return void response.destroy()
  if (mode === 'hanging') return
  if (mode === 'slow') await delay(slowMs)
  if (mode === 'redirect') return void response.writeHead(302, { location: '/elsewhere' }).end()
  if (mode === 'svg') return send(response, { type: 'image/svg+xml', body: Buffer.from(svg) })
  if (/^\d+$/.test(mode)) return refuse(response, Number(mode))
  if (answer === undefined) return refuse(response, 404)
  if (mode === 'garbage') return send(response, { ...answer, body: Buffer.from('\x00{"emotes": [<html>') })
  if (mode === 'huge') return endless(response, answer)
  if (mode === 'stalling') return stall(response, answer)
  send(response, answer)
}

function refuse(response: ServerResponse, status: number): void {
  const body = { status, status_code: status, error_code: status === 429 ? 7000 : 12000, error: 'refused' }
  response
    .writeHead(status, { 'content-type': 'application/json', ...(status === 429 && throttled) })
    .end(JSON.stringify(body))
}

function send(response: ServerResponse, { type, body }: Answer): void {
  response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body)
}

function stall(response: ServerResponse, { type, body }: Answer): void {
  response.writeHead(200, { 'content-type': type, 'content-length': body.length })
  response.write(body.subarray(0, Math.ceil(body.length / 2)))
}

/** Sends until the client ends the connection; the body begins as the right one does. */
function endless(response: ServerResponse, { type, body }: Answer): void {
  const filler = Buffer.alloc(64 * 1024, ' ')
  response.writeHead(200, { 'content-type': type })
  response.write(body.subarray(0, -1))
  const fill = () => {
    while (!response.destroyed && response.write(filler));
  }
  response.on('drain', fill)
  fill()
}
