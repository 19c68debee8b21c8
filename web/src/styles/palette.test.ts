import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

type Rgb = readonly [number, number, number]
type Matrix = readonly [Rgb, Rgb, Rgb]

/** Linear RGB of what a person sees, after Machado, Oliveira and Fernandes (2009), at full severity. */
const visions: Readonly<Record<string, Matrix>> = {
  'usual vision': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
}
/** In Oklab, where 0.02 is just noticeable side by side. */
const leastDistance = 0.1

const [dark = '', light = ''] = readFileSync(new URL('tokens.css', import.meta.url), 'utf8').split(
  '@media (prefers-color-scheme: light), print',
)

function token(css: string, name: string): Rgb {
  const hex = new RegExp(`--${name}: #([0-9a-f]{6});`).exec(css)?.[1]
  if (hex === undefined) throw new Error(`no token ${name}`)
  const [red, green, blue] = [0, 2, 4].map((at) => {
    const share = parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return [red ?? 0, green ?? 0, blue ?? 0]
}

const dot = (a: Rgb, b: Rgb) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
const times = (matrix: Matrix, color: Rgb): Rgb => [
  dot(matrix[0], color),
  dot(matrix[1], color),
  dot(matrix[2], color),
]

function oklab(color: Rgb): Rgb {
  const toLms: Matrix = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ]
  const [l, m, s] = times(toLms, color)
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)],
  )
}

/** By WCAG 2. */
function contrast(a: Rgb, b: Rgb): number {
  const [one, other] = [a, b].map((color) => dot([0.2126, 0.7152, 0.0722], color) + 0.05)
  return Math.max(one ?? 0, other ?? 0) / Math.min(one ?? 1, other ?? 1)
}

const channels = ['c0', 'c1', 'c2', 'c3']
const pairs = channels.flatMap((one, index) =>
  channels.slice(index + 1).map((other) => [one, other] as const),
)

describe.each([
  ['dark', dark],
  ['light', light],
])('in %s', (_, css) => {
  test.each(Object.keys(visions))('the colours of the channels are apart with %s', (vision) => {
    const matrix = visions[vision] ?? []
    for (const [one, other] of pairs) {
      const [a, b] = [one, other].map((name) => {
        const [red, green, blue] = times(matrix as Matrix, token(css, name))
        const clamp = (share: number) => Math.min(1, Math.max(0, share))
        return oklab([clamp(red), clamp(green), clamp(blue)])
      })
      const distance = Math.hypot(...[0, 1, 2].map((at) => (a?.[at] ?? 0) - (b?.[at] ?? 0)))
      expect(distance, `${one} and ${other}`).toBeGreaterThan(leastDistance)
    }
  })

  test.each([...channels, 'text', 'muted', 'good', 'warn', 'bad'])(
    '%s is readable on every ground',
    (name) => {
      const grounds = name === 'muted' || name === 'text' ? ['ground', 'panel', 'well'] : ['ground', 'panel']
      for (const ground of grounds)
        expect(contrast(token(css, name), token(css, ground)), ground).toBeGreaterThanOrEqual(4.5)
    },
  )

  test.each(channels)('text on %s is readable', (name) => {
    expect(contrast(token(css, 'on-accent'), token(css, name))).toBeGreaterThanOrEqual(4.5)
  })
})
